"""Practice: the same meeting on pretend books, so that a mistake costs nothing."""

from __future__ import annotations

from flows.meeting import meeting
from flows.talk import Talk
from store.ledger import Ledger


async def practice(talk: Talk, ledger: Ledger) -> None:
    """Hold a meeting of which nothing is written (duty T10)."""
    talk.say("practice.begin")
    talk.keeps_for = 0
    pretended = ledger.pretend()
    before = len(pretended.vouchers)
    await meeting(talk, pretended)
    talk.say("practice.end", entries=len(pretended.vouchers) - before)
