"""Who is called, when, and when again: the queue of calls and the settings' rules for it."""

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from ivr.books import group_ids
from ivr.line.occasions import planned, still_wanted
from ivr.sections import Settings
from ivr.shelf import Shelf
from store.calls import CallQueue, Purpose, Result, Task
from store.entries import WorkerAsked
from store.errors import BooksError
from store.people import same_phone

log = logging.getLogger(__name__)

BOOKS_BUSY = timedelta(minutes=10)
"""How long a call waits whose group's books can't be read now: a meeting is being held, perhaps."""
AGAIN: frozenset[Result] = frozenset({"not there", "no answer", "busy", "failed"})
"""After these she is called again."""
FOR_THE_WORKER: frozenset[Result] = frozenset({"unreachable", "wrong number", "opted out"})
"""These stand in the worker's register."""


class Campaign:
    """Fills the queue, takes from it what may be dialled, and knows what follows. For several threads."""

    def __init__(
        self, settings: Settings, shelf: Shelf, queue: CallQueue, now: Callable[[], datetime]
    ) -> None:
        """`now` tells the time where the members live, timezone-aware."""
        self._settings, self._rules = settings, settings.outbound
        self._shelf, self._queue, self._now = shelf, queue, now

    def recover(self) -> None:
        """Put in order what a process that ended in the middle left behind. Raises BooksError.

        What was being dialled may have rung: it counts as a try. Who had answered is not called again.
        """
        for task in self._queue.unfinished():
            self.came_of(task, "failed" if task.state == "dialling" else "cut off")

    def fill(self) -> None:
        """Add what the settings have us call for unasked; forget what is long done. Raises BooksError."""
        self._queue.forget(self._now() - timedelta(self._rules.keep))
        wanted: dict[Purpose, bool] = {
            "confirm": self._rules.confirm,
            "remind": self._rules.remind,
            "absent": self._rules.absent,
        }
        for purpose in (purpose for purpose, on in wanted.items() if on):
            for group in group_ids(self._settings):
                self._fill(purpose, group)

    def _fill(self, purpose: Purpose, group: str) -> None:
        try:
            with self._shelf.taken(group) as ledger:
                days, kept = self._rules.remind_before, self._queue.tasks()
                self._queue.add(planned(ledger, purpose, kept, days, self._now()))
        except BooksError as error:
            log.info("no calls are planned now from books that can't be read: %s", type(error).__name__)

    def call_back(self, phone: str) -> bool:
        """Have a number called back; whether it will be. Raises BooksError."""
        groups = self._shelf.groups_of(phone)
        if not self._rules.call_back or not (groups or self._rules.strangers):
            return False
        return self._queue.call_back(phone, groups[0] if len(groups) == 1 else None)

    def called(self, phone: str) -> None:
        """She calls herself: there is nothing to call back for. A queue that fails stops no talk."""
        try:
            for task in self._queue.tasks():
                rang = task.purpose == "call_back" and same_phone(task.phone, phone)
                if rang and task.state == "waiting":
                    self._queue.finish(task.id, "not needed")
        except BooksError as error:
            log.warning("whoever calls now may be called back too: %s", type(error).__name__)

    def next(self, busy: Collection[str]) -> Task | None:
        """The next call to be dialled now, "dialling" from now on. Raises BooksError.

        `busy`: numbers that are on the line. What needs no saying any more is done without a call.
        """
        while self._rules.from_hour <= self._now().hour < self._rules.until_hour:
            task = self._queue.claim(self._rules.most_a_day, self._rules.lines, busy)
            if task is None or self._is_wanted(task):
                return task
        return None

    def _is_wanted(self, task: Task) -> bool:
        if task.group is None:
            return True
        try:
            with self._shelf.taken(task.group) as ledger:
                wanted = still_wanted(ledger, task, self._rules.remind_before)
        except BooksError:
            self._queue.undialled(task.id, self._now() + BOOKS_BUSY)
            return False
        if not wanted:
            self._queue.finish(task.id, "not needed")
        return wanted

    def task(self, task_id: str) -> Task | None:
        """The call of that id; None when it was forgotten. Raises BooksError."""
        return next((task for task in self._queue.tasks() if task.id == task_id), None)

    def answered(self, task: Task) -> bool:
        """Somebody answers; False when the call was given up. Raises BooksError."""
        return self._queue.answered(task.id)

    def came_of(self, task: Task, result: Result) -> None:
        """What came of a try: she is called again later, or it is done. Raises BooksError.

        A task that was cut off before may be done now that she called; it is not tried again.
        """
        if not task.open and result in AGAIN | {"cut off"}:
            return
        if result in AGAIN and len(task.tries) < self._rules.tries:
            pause = timedelta(minutes=self._rules.again_after) * 2 ** (len(task.tries) - 1)
            self._queue.put_off(task.id, self._now() + pause, result)
            return
        end: Result = "unreachable" if result in AGAIN else result
        if end == "opted out":
            self._queue.stop(task.phone)
        if end in FOR_THE_WORKER:
            self._tell_worker(task, end)
        self._queue.finish(task.id, end)

    def _tell_worker(self, task: Task, about: Result) -> None:
        """Before the call is done: what is written twice is there once."""
        if task.group is None or task.member_id is None:
            return
        try:
            with self._shelf.taken(task.group) as ledger:
                asked = WorkerAsked(None, task.member_id, about)
                ledger.post(asked, once=f"{task.id}/{about}")
        except BooksError as error:
            log.warning("what came of a call is in the queue alone: %s", type(error).__name__)
