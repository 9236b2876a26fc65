"""Opening the meeting, or taking up the one that was broken off."""

from __future__ import annotations

from flows.money import agreed_amount
from flows.promise import promise
from flows.talk import Talk
from flows.turn import NotUnderstood
from store.entries import MeetingOpened
from store.ledger import Ledger
from store.standing import Meeting

MOST_CASH = 99_99_999_00


async def opening(talk: Talk, ledger: Ledger) -> Meeting:
    """Greet, ask what the cash was when last counted, and open the meeting (K1)."""
    if ledger.meeting is not None:
        talk.say("opening.resumed", group=ledger.group.name)
        return ledger.meeting
    talk.say("opening.welcome", group=ledger.group.name)
    told = await _cash_told(talk, ledger) if ledger.last_meeting else None
    opened = MeetingOpened(_new_id(ledger), told)
    ledger.post(opened, once=f"{talk.moment}/open", evidence=talk.evidence)
    assert ledger.meeting is not None
    return ledger.meeting


async def _cash_told(talk: Talk, ledger: Ledger) -> int | None:
    try:
        told = await agreed_amount(talk, "opening.cash", most=MOST_CASH, least=0)
    except NotUnderstood:
        promise(talk, ledger, "cash at the opening")
        return None
    key = "opening.cash_matches" if told == ledger.cash else "opening.cash_differs"
    talk.say(key, told=told, booked=ledger.cash)
    return told


def _new_id(ledger: Ledger) -> str:
    day = ledger.today.isoformat()
    held = sum(meeting.id.startswith(day) for meeting in ledger.meetings())
    return f"{day}-{held + 1}" if held else day
