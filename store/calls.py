"""The calls still to be made, and what came of those that were: nobody is called twice for one thing."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Purpose = Literal["call_back", "confirm", "remind", "absent"]
State = Literal["waiting", "dialling", "answered", "done"]
Result = Literal[
    "reached",
    "disputed",
    "not understood",
    "not proved",
    "not there",
    "no answer",
    "busy",
    "failed",
    "wrong number",
    "unreachable",
    "cut off",
    "opted out",
    "not needed",
]
"""What came of a call, or of a try of one. "reached" to "cut off" may be an end; so are the last two, which
need no call at all."""


@dataclass(frozen=True, slots=True)
class Task:
    """One call to be made, for one thing."""

    id: str
    """What the call is for, in one word: the same thing has the same id, and is called for once."""
    group: str | None
    """The group in whose name she is called; None when it is not known."""
    phone: str
    """The number to call, as the group wrote it or as it called."""
    member_id: str | None
    """The member meant; None for whoever answers."""
    purpose: Purpose
    """Why she is called."""
    about: tuple[str, ...]
    """What it is about: numbers of vouchers, a loan, a meeting."""
    not_before: datetime
    """When it may be made, timezone-aware."""
    state: State = "waiting"
    """How far it is: "dialling" is written before the telephone is told, "answered" before a word is said."""
    tries: tuple[datetime, ...] = ()
    """When it was dialled."""
    result: Result | None = None
    """What came of it; while it waits again, what came of the last try."""
    changed: datetime | None = None
    """When any of this changed last, None for a task not yet in a queue."""

    @property
    def open(self) -> bool:
        """Whether anything is still to be done."""
        return self.state != "done"

    @property
    def calling(self) -> bool:
        """Whether she is being called, or talked with, now."""
        return self.state in ("dialling", "answered")


class CallQueue(Protocol):
    """The calls of all groups, for several threads and processes at once. What a method wrote is durable.

    All raise DiskTrouble, DamagedBooks and BooksInUse.
    """

    def tasks(self) -> tuple[Task, ...]:
        """Every task that is kept, the first added first."""
        ...

    def unfinished(self) -> tuple[Task, ...]:
        """The calls that this machine is making, or was when it ended in the middle of them."""
        ...

    def add(self, tasks: Iterable[Task]) -> tuple[Task, ...]:
        """Add those whose id is new, in one write; what was added. Who wants no calls: it is done at once."""
        ...

    def call_back(self, phone: str, group: str | None) -> bool:
        """Have the number called back; False when it is to be already, or is no number."""
        ...

    def claim(self, most_a_day: int, most_at_once: int, busy: Collection[str] = ()) -> Task | None:
        """The next call that may be made, which is "dialling" from now on; None when there is none.

        No number is called while it is being called or is one of `busy`, nor more than `most_a_day` times a
        day; this machine calls no more than `most_at_once` at a time.
        """
        ...

    def answered(self, task_id: str) -> bool:
        """Somebody has answered. False when the task was not being dialled."""
        ...

    def put_off(self, task_id: str, until: datetime, why: Result) -> bool:
        """It is to be tried again. False when the task was not being called."""
        ...

    def undialled(self, task_id: str, until: datetime) -> bool:
        """It could not be dialled: the try does not count. False when the task was not to be dialled."""
        ...

    def finish(self, task_id: str, result: Result) -> bool:
        """It is done. False when there is no such task, or it was done before.

        A call that was cut off may be done after all: she can go on with it when she calls.
        """
        ...

    def stop(self, phone: str) -> None:
        """Call this number no more, except back when it rang."""
        ...

    def allow(self, phone: str) -> bool:
        """Call this number again from now on; False when nobody had stopped that."""
        ...

    def stopped(self) -> frozenset[str]:
        """The numbers that are called no more, by their last ten digits."""
        ...

    def forget(self, before: datetime) -> int:
        """Forget what was done before that moment; how many tasks."""
        ...

    def erase(self, group: str, member_id: str, phones: Iterable[str] = ()) -> int:
        """Forget every call to a member, made or not, and all of the numbers `phones`; how many tasks."""
        ...
