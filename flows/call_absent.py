"""We call a member who missed the meeting: was anything wrong, and when is the next one?"""

from __future__ import annotations

from datetime import timedelta

from flows.expect import Choice
from flows.phone import say_next_meeting
from flows.reach import Outcome, reach
from flows.talk import Talk
from store.calls import Result
from store.entries import AbsenceTold
from store.ledger import Ledger
from store.people import Member

RECENT = timedelta(days=10)


async def call_absent(talk: Talk, ledger: Ledger, member: Member, outcome: Outcome) -> None:
    """Tell her that she was missed, ask why if nobody knows, and name the next day (duties T1, K2)."""

    async def business() -> Result:
        talk.say("call_absent.missed")
        for meeting_id in missed(ledger, member):
            if ledger.attendance(meeting_id)[member.id].reason is None:
                await _why(talk, ledger, member, meeting_id)
        say_next_meeting(talk, ledger)
        return "reached"

    await reach(talk, ledger, member, outcome, business)


async def _why(talk: Talk, ledger: Ledger, member: Member, meeting_id: str) -> None:
    reason = await talk.ask(Choice("reason"), "call_absent.why", to=member.id)
    if reason != "unknown":
        told = AbsenceTold(meeting_id, member.id, reason)
        ledger.post(told, once=talk.moment, evidence=talk.evidence)
    talk.say("call_absent.noted")


def missed(ledger: Ledger, member: Member) -> tuple[str, ...]:
    """The last meeting, if she was away and it was held lately."""
    meeting = ledger.last_meeting
    if ledger.meeting or meeting is None or meeting.opened_at.date() < ledger.today - RECENT:
        return ()
    roll = ledger.attendance(meeting.id).get(member.id)
    return () if roll is None or roll.present else (meeting.id,)
