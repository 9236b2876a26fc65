"""Messages to the worker: left in her own words, and what the worker made of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from flows.expect import YesNo
from flows.identity import Caller
from flows.talk import Talk
from flows.turn import NotUnderstood, Stopped
from store.entries import MessageLeft, WorkerAsked
from store.ledger import Ledger
from store.matters import MESSAGE, Matter, matters
from store.people import Member

MOST_OPEN = 3
"""Messages of one member, or from one unknown telephone, that may wait for the worker."""
TOLD = 2
"""Of how many messages, the latest last, she is told how far the worker is."""


class Strangers(Protocol):
    """Which telephone of no member left what (`store.strangers`)."""

    def left(self, phone: str, group: str, once: str) -> None:
        """Keep that what is posted under the key ``once`` comes from this telephone."""
        ...

    def by(self, phone: str) -> tuple[tuple[str, str], ...]:
        """The group and the key of all that it left."""
        ...


async def tell(talk: Talk, ledger: Ledger, member: Member, proves: Callable[[], Awaitable[bool]]) -> None:
    """How far the worker is with a member's messages (duty T11). What she said takes the member's PIN."""
    mine = _hers(ledger, member)
    _say_states(talk, mine)
    answers = [matter.answer for matter in mine if matter.answer][-1:]
    if answers and await proves():
        _play(talk, answers)


async def message(talk: Talk, ledger: Ledger, member: Member) -> None:
    """Take a message of a member (duty T11)."""
    if _too_many(talk, _hers(ledger, member)):
        return
    if not ledger.member(member.id).consent:
        talk.say("message.erased")
    clip = await talk.record("message.speak", to=member.id)
    ledger.post(MessageLeft(member.id, clip), once=f"{talk.moment}/message", evidence=talk.evidence)
    talk.say("message.left")


async def strange_message(talk: Talk, ledger: Ledger, caller: Caller, strangers: Strangers) -> None:
    """The same for a caller who is no member: she is known by her telephone alone (duty T11)."""
    mine = strange_matters(ledger, caller.phone, strangers)
    if caller.phone:
        _say_states(talk, mine)
        _play(talk, [matter.answer for matter in mine if matter.answer][-1:])
    told = caller.phone and any(matter.about == MESSAGE for matter in mine)
    try:
        if not _too_many(talk, mine) and (not told or await talk.ask(YesNo(), "message.another")):
            await _take(talk, ledger, caller, strangers)
    except NotUnderstood:
        person_for_stranger(talk, ledger, caller, strangers)
    except Stopped:
        pass
    talk.say("door.bye")


async def _take(talk: Talk, ledger: Ledger, caller: Caller, strangers: Strangers) -> None:
    talk.say("message.erased")
    if not caller.phone:
        talk.say("message.your_number")
    clip = await talk.record("message.speak")
    once = f"{talk.moment}/message"
    strangers.left(caller.phone, ledger.group.id, once)
    ledger.post(MessageLeft(None, clip), once=once, evidence=talk.evidence)
    talk.say("message.left")


def person_for_stranger(talk: Talk, ledger: Ledger, caller: Caller, strangers: Strangers) -> None:
    """Promise a person to who was not understood; without a number the worker can't call her."""
    if not caller.phone:
        talk.say("door.go_to_worker")
        return
    if _open(strange_matters(ledger, caller.phone, strangers)) < MOST_OPEN:
        once = f"{talk.moment}/person"
        strangers.left(caller.phone, ledger.group.id, once)
        ledger.post(WorkerAsked(None, None, "phone"), once=once, evidence=talk.evidence)
    talk.say("promise.worker")


def strange_matters(ledger: Ledger, phone: str, strangers: Strangers) -> list[Matter]:
    """What an unknown telephone left to the worker of this group."""
    keys = {once for group, once in strangers.by(phone) if group == ledger.group.id}
    return [matter for matter in matters(ledger) if matter.once in keys]


def _hers(ledger: Ledger, member: Member) -> list[Matter]:
    return [matter for matter in matters(ledger) if matter.member_id == member.id]


def _say_states(talk: Talk, mine: Sequence[Matter]) -> None:
    for matter in [matter for matter in mine if matter.about == MESSAGE][-TOLD:]:
        talk.say(f"message.state_{matter.state}", day=matter.on)


def _play(talk: Talk, answers: Sequence[str]) -> None:
    for answer in answers:
        talk.say("message.answer")
        talk.play(answer)


def _too_many(talk: Talk, mine: Sequence[Matter]) -> bool:
    if _open([matter for matter in mine if matter.about == MESSAGE]) < MOST_OPEN:
        return False
    talk.say("message.too_many")
    return True


def _open(mine: Sequence[Matter]) -> int:
    return sum(matter.state == "open" for matter in mine)
