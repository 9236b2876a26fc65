"""The front door of the telephone: before any books are open, whose they are and what the caller wants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flows.expect import Choice, OneGroup, Pick
from flows.identity import SHARED_BY, Caller
from flows.message import Strangers, person_for_stranger, strange_message
from flows.phone import phone
from flows.promise import promise
from flows.talk import Talk
from flows.turn import NotUnderstood, Stopped
from store.ledger import Ledger
from store.people import Group

WISHES = 4
"""How many wishes of a stranger one call serves."""


What = Literal["books", "message", "worker", "person"]
"""A member's wishes, a message to the worker, the worker's own work, or a person that is needed."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What a call is about."""

    what: What
    """That."""
    group: str | None = None
    """Id of the group, None for the worker's work in all of them."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the telephone that calls."""

    groups: Sequence[Group]
    """Every group there is."""
    hers: Sequence[Group] = ()
    """Those that have a member with this telephone."""
    left_to: str | None = None
    """Id of the group to which a message was left from it last."""
    worker: bool = False
    """Whether it is the worker's."""


async def door(talk: Talk, known: Known) -> Errand | None:
    """What the call is about; None when nothing more is wanted, or there is no group yet."""
    if not known.groups:
        talk.say("door.go_to_worker")
        return None
    try:
        if known.worker and await _works(talk, known):
            return Errand("worker")
        if known.hers:
            return Errand("books", (await _which(talk, known.hers)).id)
        return await _stranger(talk, known)
    except Stopped:
        return None
    except NotUnderstood:
        return Errand("person", (known.hers or known.groups)[0].id)


async def _works(talk: Talk, known: Known) -> bool:
    """Whether the worker, who may be a member of a group herself, calls for her work."""
    if not known.hers:
        return True
    talk.say("door.welcome")
    return await talk.ask(Choice("worker"), "door.worker_or_member") == "work"


async def _which(talk: Talk, hers: Sequence[Group]) -> Group:
    """Which of the groups that know the telephone."""
    if len(hers) == 1:
        return hers[0]
    talk.say("door.welcome")
    if len(hers) > SHARED_BY:
        return await talk.ask(OneGroup(hers), "door.which")
    which = Pick(OneGroup(hers), hers)
    a, b, *more = (group.name for group in hers)
    if more:
        return await talk.ask(which, "door.which_of_3", a=a, b=b, c=more[0])
    return await talk.ask(which, "door.which_of_2", a=a, b=b)


async def _stranger(talk: Talk, known: Known) -> Errand | None:
    """A number that nobody knows: it is told what this is, and of no group."""
    talk.say("door.welcome")
    for _ in range(WISHES):
        wish = await talk.ask(Choice("stranger"), "door.stranger")
        if wish == "about":
            for line in ("books", "meeting", "secrets"):
                talk.say(f"door.about_{line}")
        elif wish == "message":
            return Errand("message", known.left_to or (await _named(talk, known.groups)).id)
        elif wish == "member":
            return Errand("books", (await _named(talk, known.groups)).id)
        else:
            break
    return None


async def _named(talk: Talk, groups: Sequence[Group]) -> Group:
    """The only group, or the one that the caller can name."""
    return groups[0] if len(groups) == 1 else await talk.ask(OneGroup(groups), "door.which")


async def serve(talk: Talk, ledger: Ledger, what: What, caller: Caller, strangers: Strangers) -> None:
    """Do what a call is about with the books of its group."""
    if what == "message":
        await strange_message(talk, ledger, caller, strangers)
    elif what == "person":
        _promise_person(talk, ledger, caller, strangers)
        talk.say("door.bye")
    else:
        await phone(talk, ledger, caller)


def _promise_person(talk: Talk, ledger: Ledger, caller: Caller, strangers: Strangers) -> None:
    owners = ledger.members_by_phone(caller.phone)
    if owners:
        promise(talk, ledger, "phone", member_id=owners[0].id if len(owners) == 1 else None)
    else:
        person_for_stranger(talk, ledger, caller, strangers)


async def goodbye(talk: Talk) -> None:
    """Nothing more is wanted."""
    talk.say("door.bye")
