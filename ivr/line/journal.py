"""What was answered in a call, kept while it goes on: one that breaks off goes on in the next call.

The next call's flow is given the same answers without a word, and goes live at the first turn that differs.
A turn is kept as its hash, and of a secret answer nothing is kept: that question is asked again, since the
telephone may be in other hands. What was posted on an answer is posted under the key of the call in which it
was given (`flows.talk.Talk.moment`), so the books take it once.
"""

import hashlib
import logging
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from flows.talk import Talk
from flows.turn import Heard, HungUp, Line, Sound, Turn
from ivr.channel import Channel
from store.calls import Task
from store.chain import Record
from store.errors import BooksError
from store.people import phone_key
from store.records import Records

log = logging.getLogger(__name__)

GOES_ON = Line("resume.goes_on")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer."""

    turn: str
    """Hash of what was said and asked."""
    heard: Heard | None
    """The answer; None for a secret one."""
    talk: str
    """Id of the talk in which it was given."""


@dataclass(frozen=True, slots=True)
class BrokenOff:
    """A talk that can go on."""

    group: str
    """The group that it is about."""
    task: str | None
    """Id of what she was called for; None when she called."""
    answers: tuple[Answer, ...]
    """Its answers so far, at least one."""


class Journal:
    """What is kept of the call on one telephone. A disk that fails ends no call: it can only not go on."""

    def __init__(
        self, records: Records, phone: str, call: str, within: timedelta, now: Callable[[], datetime]
    ) -> None:
        """`phone`: the number, empty for one kept back: of that nothing is kept; `call`: unique.

        `within`: how long after its last answer a talk can go on.
        """
        self._records, self._phone, self._call = records, phone_key(phone), call
        self._within, self._now = within, now
        self._kept = False
        self._group = ""
        self._task: str | None = None

    def about(self, group: str, task: Task | None = None) -> Self:
        """The call is about this group, and what she was called for; the journal."""
        self._group = group
        self._task = task.id if task and task.member_id else None
        return self

    def taken(self) -> BrokenOff | None:
        """The talk that broke off on this telephone; only this call goes on with it now."""
        broken: list[BrokenOff] = []

        def take(there: Record | None) -> Record | None:
            if there is None or not self._lasts(there):
                return None
            broken.append(BrokenOff(there["group"], there["task"], tuple(map(_answer, there["answers"]))))
            return {**there, "call": self._call}

        self.forget_old()
        self._change(self._phone, take)
        self._kept = bool(broken)
        return broken[0] if broken else None

    def keep(self, answers: Sequence[Answer]) -> None:
        """Keep these answers instead of those before; durable when this returns, unless the disk fails."""

        def put(there: Record | None) -> Record | None:
            if self._kept and not self._is_ours(there):
                return there  # a later call from this telephone goes on with it
            self._kept = True
            kept = [_record(answer) for answer in answers]
            return {
                "call": self._call,
                "group": self._group,
                "task": self._task,
                "at": self._now().isoformat(),
                "answers": kept,
            }

        self._change(self._phone, put)

    def forget(self) -> None:
        """Nothing is left to go on with."""

        def drop(there: Record | None) -> Record | None:
            if not self._is_ours(there):
                return there
            self._kept = False
            return None

        if self._kept:
            self._change(self._phone, drop)

    @contextmanager
    def until_over(self) -> Iterator[None]:
        """Forget at the end of the talk, however it ends but by a hang-up."""
        try:
            yield
        except HungUp:
            raise
        except Exception:
            self.forget()
            raise
        self.forget()

    def forget_old(self) -> None:
        """Forget every talk, on whatever telephone, that can no longer go on."""
        try:
            old = [phone for phone, record in self._records.all().items() if not self._lasts(record)]
        except BooksError as error:
            log.warning("calls that broke off can't be read: %s", error)
            return
        for phone in old:
            self._change(phone, lambda there: there if there and self._lasts(there) else None)

    def _is_ours(self, there: Record | None) -> bool:
        return there is not None and there["call"] == self._call

    def _lasts(self, there: Record) -> bool:
        age = self._now() - datetime.fromisoformat(there["at"])
        return timedelta() <= age <= self._within

    def _change(self, phone: str, change: Callable[[Record | None], Record | None]) -> None:
        if not phone or not self._within:
            return
        try:
            self._records.change(phone, change)
        except BooksError as error:
            log.warning("should this call break off, it can't go on: %s", error)


class Resuming:
    """A channel whose answers are kept, and the first of which may be those of a call that broke off."""

    def __init__(self, inner: Channel, talk: Talk, journal: Journal, earlier: Sequence[Answer] = ()) -> None:
        """`talk`: the one that is held; its id becomes that of the call in which an answer was given."""
        self._inner, self._talk, self._journal = inner, talk, journal
        self._id = talk.id
        self._earlier = list(earlier)
        self._given: list[Answer] = []
        self._goes_on = False
        if earlier:
            talk.id = earlier[0].talk

    def exchange(self, turn: Turn) -> Heard:
        """Give the answer that was given to this turn before, or have it from the inner channel."""
        if turn.expect is None:
            return self._inner.exchange(turn)
        asked = _hash(turn)
        earlier = self._given_before(turn, asked)
        if earlier is not None and earlier.heard is not None:
            self._given.append(earlier)
            self._talk.id = earlier.talk
            self._goes_on = True
            return earlier.heard
        if self._goes_on:
            turn, self._goes_on = replace(turn, say=(GOES_ON, *turn.say)), False
        heard = self._inner.exchange(turn)
        self._talk.id = self._id
        self._given.append(Answer(asked, None if turn.secret else heard, self._id))
        self._journal.keep([*self._given, *self._earlier])
        return heard

    def hangup(self) -> None:
        """End the call. Calling it again does nothing."""
        self._inner.hangup()

    def _given_before(self, turn: Turn, asked: str) -> Answer | None:
        """The answer of a broken off call to this very turn; when there is none, all that came after is void.

        A secret question may be asked more or less often than before, which changes nothing else.
        """
        if turn.secret:
            if self._earlier and self._earlier[0].heard is None:
                del self._earlier[0]
            return None
        while self._earlier and self._earlier[0].heard is None:
            del self._earlier[0]
        if self._earlier and self._earlier[0].turn == asked:
            return self._earlier.pop(0)
        self._earlier.clear()
        return None


def _hash(turn: Turn) -> str:
    kind = turn.expect.kind if turn.expect else ""
    return hashlib.sha256(repr((turn.say, kind, turn.to, turn.tries)).encode()).hexdigest()


def _record(answer: Answer) -> Record:
    heard = asdict(answer.heard) | {"sound": answer.heard.sound.value} if answer.heard else None
    if heard and math.isinf(heard["above_noise"]):
        del heard["above_noise"]
    return {"turn": answer.turn, "talk": answer.talk, "heard": heard}


def _answer(record: dict[str, Any]) -> Answer:
    heard = record["heard"]
    return Answer(record["turn"], heard and Heard(**heard | {"sound": Sound(heard["sound"])}), record["talk"])
