"""A second signatory hears what a meeting brought, and says whether what others wrote in it is right."""

from __future__ import annotations

from flows.expect import Choice, YesNo
from flows.promise import promise
from flows.talk import Talk
from flows.totals import say_meeting
from store.chain import Voucher
from store.entries import Countersigned, Fine, LoanGiven, Repayment, Saving
from store.ledger import Ledger
from store.matters import DISPUTED
from store.people import Member
from store.standing import Meeting

MOST = 3
"""How many meetings she is asked about in one call, the latest first: more tire."""
PARTS: dict[str, tuple[type, ...]] = {
    "savings": (Saving,),
    "repayments": (Repayment,),
    "loans": (LoanGiven,),
    "fines": (Fine,),
}


def to_sign(ledger: Ledger, member: Member) -> dict[str, tuple[Voucher, ...]]:
    """Meeting → what she is to sign of it, the latest meeting first; only meetings that are closed."""
    waiting = ledger.unsigned(member.id)
    closed = [meeting.id for meeting in ledger.meetings() if meeting.closed_at]
    of = {each: tuple(v for v in waiting if getattr(v.entry, "meeting_id", None) == each) for each in closed}
    return {meeting_id: of[meeting_id] for meeting_id in reversed(closed) if of[meeting_id]}


async def countersigning(talk: Talk, ledger: Ledger, member: Member) -> None:
    """Go through the meetings that wait for her; she has proved herself by her PIN."""
    for meeting_id, vouchers in list(to_sign(ledger, member).items())[:MOST]:
        (meeting,) = (each for each in ledger.meetings() if each.id == meeting_id)
        await _meeting(talk, ledger, member, meeting, vouchers)


async def _meeting(
    talk: Talk, ledger: Ledger, member: Member, meeting: Meeting, vouchers: tuple[Voucher, ...]
) -> None:
    say_meeting(talk, ledger, meeting, "countersigning.meeting")
    question = "countersigning.all_right"
    while vouchers:
        right = await talk.ask(
            YesNo(),
            question,
            to=member.id,
            barge_in=False,
            keep=True,
            day=meeting.opened_at.date(),
            number=vouchers[0].number,  # unspoken: two meetings of a day are told apart when a talk goes on
        )
        if right:
            _write(talk, ledger, member, vouchers, right=True)
            talk.say("confirmation.noted")
            return
        part = await talk.ask(Choice("part"), "countersigning.which", to=member.id)
        wrong = tuple(v for v in vouchers if isinstance(v.entry, PARTS.get(part, ()))) or vouchers
        _write(talk, ledger, member, wrong, right=False, note=part)
        promise(talk, ledger, DISPUTED, member_id=member.id)
        vouchers = tuple(v for v in vouchers if v not in wrong)
        question = "countersigning.rest_right"


def _write(
    talk: Talk, ledger: Ledger, member: Member, vouchers: tuple[Voucher, ...], *, right: bool, note: str = ""
) -> None:
    numbers = tuple(voucher.number for voucher in vouchers)
    ledger.post(Countersigned(numbers, member.id, right, note), once=talk.moment, evidence=talk.evidence)
