"""The front door: balance, meeting or practice."""

from __future__ import annotations

from flows.balance import balance
from flows.expect import Choice
from flows.identity import NOBODY, Caller
from flows.meeting import meeting
from flows.practice import practice
from flows.promise import person_promised
from flows.talk import Talk
from flows.turn import Stopped
from store.ledger import Ledger


async def menu(talk: Talk, ledger: Ledger, caller: Caller = NOBODY) -> None:
    """Ask what is wanted and go there."""
    talk.say("menu.welcome", group=ledger.group.name)
    choice = ""
    try:
        with person_promised(talk, ledger, "front door"):
            choice = await talk.ask(Choice("menu"), "menu.choose")
    except Stopped:
        talk.say("menu.bye")
    if choice == "balance":
        await balance(talk, ledger, caller)
    elif choice == "meeting":
        await meeting(talk, ledger)
    elif choice == "practice":
        await practice(talk, ledger)
