"""We call her: say who we are, find her, and ask nothing of anybody else. All our calls have it in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from flows.expect import Choice, YesNo
from flows.names import called
from flows.promise import promise
from flows.talk import Talk
from flows.turn import NotUnderstood, Stopped
from store.calls import Result
from store.ledger import Ledger
from store.people import Member

Business = Callable[[], Awaitable[Result]]
"""What she is called for, once she is there."""


@dataclass
class Outcome:
    """What came of a call of ours so far: it holds as well when the call breaks off."""

    result: Result = "not there"
    """As the queue keeps it."""


async def reach(talk: Talk, ledger: Ledger, member: Member, outcome: Outcome, business: Business) -> None:
    """Greet whoever answers, and do the business of the call with her if it is her.

    Who says so on the telephone has not proved it: no amount may be said in the business before she has.
    What is said while we greet does not count: people answer a telephone with a yes.
    """
    talk.say("reach.greeting", group=ledger.group.name)
    try:
        there = await talk.ask(Choice("reach"), "reach.there", barge_in=False, name=called(ledger, member))
        if there == "here":
            await _with_her(talk, ledger, member, outcome, business)
        elif there == "away":
            talk.say("reach.later")
        elif await talk.ask(YesNo(), "reach.no_more"):
            outcome.result = "opted out"
            talk.say("reach.no_more_noted")
    except (Stopped, NotUnderstood):
        pass
    talk.say("phone.bye")


async def _with_her(talk: Talk, ledger: Ledger, member: Member, outcome: Outcome, business: Business) -> None:
    outcome.result = "cut off"
    try:
        outcome.result = await business()
    except NotUnderstood:
        promise(talk, ledger, "call", member_id=member.id)
        outcome.result = "not understood"
