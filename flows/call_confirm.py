"""We call a member: is what was written in her name right?"""

from __future__ import annotations

from datetime import timedelta

from flows.confirmation import confirmation
from flows.consent import consent_once, is_surely_her
from flows.identity import NOBODY, Caller, can_prove, is_her
from flows.reach import Outcome, reach
from flows.talk import Talk
from store.calls import Result
from store.ledger import Ledger
from store.people import Member

RECENT = timedelta(days=30)
"""Older entries are nothing to call for: she no longer knows."""


async def call_confirm(
    talk: Talk, ledger: Ledger, member: Member, outcome: Outcome, caller: Caller = NOBODY
) -> None:
    """Ask her about each entry that she was not asked about yet (duties T2, T3)."""

    async def business() -> Result:
        if not await is_her(talk, ledger, member, caller):
            return "not proved"
        await consent_once(talk, ledger, member, is_surely_her(ledger, member, caller))
        talk.say("call_confirm.begin")
        return "disputed" if await confirmation(talk, ledger, member) else "reached"

    await reach(talk, ledger, member, outcome, business)


def unconfirmed(ledger: Ledger, member: Member) -> tuple[str, ...]:
    """The vouchers to call her for, the earliest first; none while the meeting goes on."""
    since = ledger.today - RECENT
    if ledger.meeting or not can_prove(ledger, member):
        return ()
    return tuple(str(entry.number) for entry in ledger.unchecked(member.id) if entry.on >= since)
