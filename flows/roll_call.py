"""The roll call: who came, why the others did not, and whether they are enough."""

from __future__ import annotations

from contextlib import suppress
from functools import partial

from flows.expect import Choice, YesNo
from flows.names import called
from flows.promise import person_promised
from flows.talk import Talk
from flows.turn import NotUnderstood
from store.entries import Attended, Missed
from store.ledger import Ledger
from store.people import Member

_REASONS = ("ill", "work", "travel")


async def roll_call(talk: Talk, ledger: Ledger, meeting_id: str) -> bool:
    """Call each member not called yet; whether the meeting goes on (duties T1, M1, K2)."""
    to_call = _to_call(ledger, meeting_id)
    if to_call:
        talk.say("roll_call.begin")
    for at, member in enumerate(to_call):
        before = to_call[at - 1] if at else None
        talk.on_undo = partial(_presence, talk, ledger, meeting_id, before) if before else None
        await _presence(talk, ledger, meeting_id, member)
    talk.on_undo = None
    return await _enough(talk, ledger)


def _to_call(ledger: Ledger, meeting_id: str) -> tuple[Member, ...]:
    """Who was not called; when too few came, who was away may have come since."""
    roll = ledger.attendance(meeting_id)
    few = len(ledger.present()) < ledger.group.quorum
    return tuple(m for m in ledger.belonging() if m.id not in roll or (few and not roll[m.id].present))


async def _presence(talk: Talk, ledger: Ledger, meeting_id: str, member: Member) -> None:
    name = called(ledger, member)
    with person_promised(talk, ledger, "attendance", meeting_id, member.id):
        answer = await _answer(talk, member, name)
        if answer == "here":
            ledger.post(Attended(meeting_id, member.id), once=talk.moment, evidence=talk.evidence)
            talk.say("roll_call.here", name=name)
            return
        reason = answer if answer in _REASONS else await _reason(talk, name)
        ledger.post(Missed(meeting_id, member.id, reason), once=talk.moment, evidence=talk.evidence)
        talk.say(f"roll_call.away_{reason}" if reason else "roll_call.away", name=name)


async def _answer(talk: Talk, member: Member, name: str) -> str:
    """Her own answer; when she stays silent, that of the others."""
    try:
        return await talk.ask(Choice("presence"), "roll_call.present", to=member.id, tries=2, name=name)
    except NotUnderstood:
        return await talk.ask(Choice("presence"), "roll_call.has_come", name=name)


async def _reason(talk: Talk, name: str) -> str | None:
    try:
        reason = await talk.ask(Choice("reason"), "roll_call.reason", name=name)
    except NotUnderstood:
        return None
    return None if reason == "unknown" else reason


async def _enough(talk: Talk, ledger: Ledger) -> bool:
    present, needed = len(ledger.present()), ledger.group.quorum
    talk.say("roll_call.count", present=present, members=len(ledger.belonging()))
    if present >= needed:
        talk.say("roll_call.quorum")
        return True
    talk.say("roll_call.no_quorum", needed=needed)
    with suppress(NotUnderstood):
        if await talk.ask(YesNo(), "roll_call.go_on"):
            return True
    talk.say("roll_call.wait")
    return False
