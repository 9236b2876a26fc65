"""The worker calls, or sits down at the kiosk: she hears what was left to her, one by one, and answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from flows.expect import Choice
from flows.identity import Caller, Secret, knows
from flows.names import called
from flows.talk import Talk
from flows.turn import NotUnderstood, Stopped
from store.entries import WorkerAnswered
from store.errors import NoSuchMember
from store.ledger import Ledger
from store.matters import ENTRY, MESSAGE, Matter, matters
from store.people import Group, Member
from store.pins import PinCheck

ROUNDS = 3
"""How often one matter is answered in one call."""


class Books(Protocol):
    """The books of all groups (`ivr.shelf.Shelf`)."""

    def groups(self) -> Sequence[Group]:
        """Every group."""
        ...

    def taken(self, group: str) -> AbstractContextManager[Ledger]:
        """The books of one. Raises BooksError."""
        ...


class WorkersPin(Protocol):
    """The worker's PIN (`store.worker.WorkerPin`)."""

    def is_set(self) -> bool:
        """Whether she has one."""
        ...

    def check(self, digits: str) -> PinCheck:
        """Try a PIN."""
        ...

    def locked_until(self) -> datetime | None:
        """Until when none is taken; None when one is."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """What the worker works with."""

    books: Books
    """Of all her groups."""
    pin: WorkersPin
    """Hers."""
    forget: Callable[[str, str], None]
    """Erases a recording, by group and name; again does nothing."""
    phone_of: Callable[[str, str], str | None]
    """From which number something was posted, by group and key; None when that is not known."""
    now: Callable[[], datetime]
    """The time, timezone-aware."""


async def worker(talk: Talk, desk: Desk, caller: Caller) -> None:
    """Go through all that is not done, group by group (duty T11)."""
    talk.say("worker.welcome")
    secret = Secret("worker", desk.pin.check, desk.pin.locked_until, desk.now)
    try:
        if not desk.pin.is_set():
            talk.say("identity.no_pin")
        elif await knows(talk, secret, caller, lambda: None):
            heard = [await _group(talk, desk, group) for group in desk.books.groups()]
            talk.say("worker.all" if any(heard) else "worker.no_work")
    except (Stopped, NotUnderstood):
        pass
    talk.say("door.bye")


async def _group(talk: Talk, desk: Desk, group: Group) -> bool:
    """Whether there was anything in this group."""
    with desk.books.taken(group.id) as ledger:
        forget_done(ledger, desk.forget)
        waiting = [matter for matter in matters(ledger) if matter.state != "done"]
        if len(waiting) == 1:
            talk.say("worker.work_one", group=group.name)
        elif waiting:
            talk.say("worker.work", group=group.name, count=len(waiting))
        try:
            for matter in waiting:
                await _matter(talk, ledger, desk, matter)
        finally:
            forget_done(ledger, desk.forget)
    return bool(waiting)


async def _matter(talk: Talk, ledger: Ledger, desk: Desk, matter: Matter) -> None:
    _tell(talk, ledger, desk, matter)
    for _ in range(ROUNDS):
        wish = await talk.ask(Choice("matter"), "worker.what")
        clip = await talk.record("worker.speak") if wish == "answer" else None
        done = wish == "done"
        if done or clip or matter.state == "open":
            answered = WorkerAnswered(matter.number, done, clip)
            ledger.post(answered, once=f"{talk.moment}/answered", evidence=talk.evidence)
        if clip:
            talk.say("worker.answered")
            continue
        if done:
            talk.say("worker.done")
        return


def _tell(talk: Talk, ledger: Ledger, desk: Desk, matter: Matter) -> None:
    phone = desk.phone_of(ledger.group.id, matter.once)
    member = _member(ledger, matter)
    if matter.about == MESSAGE and matter.clip:
        if member:
            talk.say("worker.message", name=called(ledger, member), day=matter.on)
        elif phone:
            talk.say("worker.message_from", phone=phone, day=matter.on)
        else:
            talk.say("worker.message_from_nobody", day=matter.on)
        talk.play(matter.clip)
        return
    if member:
        talk.say("worker.of_member", name=called(ledger, member), day=matter.on)
    elif phone:
        talk.say("worker.of_caller", phone=phone, day=matter.on)
    else:
        talk.say("worker.of_group", day=matter.on)
    if matter.about == ENTRY:
        (entry,) = (e for e in ledger.passbook(matter.member_id or "") if e.number == matter.voucher)
        talk.say(f"worker.disputed_{entry.kind}", amount=entry.amount, day=entry.on)
    else:
        talk.say(f"matter.{matter.about.replace(' ', '_')}")


def _member(ledger: Ledger, matter: Matter) -> Member | None:
    """Whom it concerns; None for nobody, or one who was erased."""
    try:
        return ledger.member(matter.member_id) if matter.member_id else None
    except NoSuchMember:
        return None


def forget_done(ledger: Ledger, forget: Callable[[str, str], None]) -> None:
    """Erase the messages that are seen to of whoever did not agree that her voice is kept."""
    for matter in matters(ledger):
        member = _member(ledger, matter)
        if matter.state == "done" and matter.clip and not (member and member.consent):
            forget(ledger.group.id, matter.clip)
