"""A second signatory hears what a meeting brought, and says whether what others wrote in it is right."""

from __future__ import annotations

from flows.expect import YesNo
from flows.promise import promise
from flows.talk import Talk
from flows.totals import say_meeting
from store.chain import Voucher
from store.entries import Countersigned
from store.ledger import Ledger
from store.matters import DISPUTED
from store.people import Member
from store.standing import Meeting

MOST = 3
"""How many meetings she is asked about in one call, the latest first: more tire."""


def to_sign(ledger: Ledger, member: Member) -> dict[str, tuple[Voucher, ...]]:
    """Meeting → what she is to sign of it, the latest first; only meetings that are closed.

    What she calls wrong is disputed as a whole: what of it, the worker asks her, or she says at the terminal.
    """
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
    right = await talk.ask(
        YesNo(),
        "countersigning.all_right",
        to=member.id,
        barge_in=False,
        keep=True,
        day=meeting.opened_at.date(),
        number=vouchers[0].number,  # unspoken: two meetings of a day are told apart when a talk goes on
    )
    numbers = tuple(voucher.number for voucher in vouchers)
    ledger.post(Countersigned(numbers, member.id, right), once=talk.moment, evidence=talk.evidence)
    if right:
        talk.say("confirmation.noted")
    else:
        promise(talk, ledger, DISPUTED, member_id=member.id)
