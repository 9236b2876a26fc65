"""The queue of calls over records (`store.records`): in memory, or in a small file of its own."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from store.calls import Result, Task
from store.chain import Record
from store.people import phone_key
from store.records import Records

T = TypeVar("T")

_KEY = "queue"


@dataclass
class _Contents:
    """The queue while it is changed."""

    tasks: dict[str, Task] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)

    def engaged(self, number: str) -> bool:
        """Whether the number is being called now."""
        return any(task.calling and phone_key(task.phone) == number for task in self.tasks.values())

    def dialled_on(self, number: str, now: datetime) -> int:
        """How often the number was dialled on the day of `now`."""
        tries = (t for task in self.tasks.values() if phone_key(task.phone) == number for t in task.tries)
        return sum(tried.astimezone(now.tzinfo).date() == now.date() for tried in tries)

    def unwanted(self, task: Task) -> bool:
        """Whether she asked not to be called; a call that she herself rang for is still made."""
        return task.purpose != "call_back" and phone_key(task.phone) in self.stopped


class RecordedCalls:
    """A `CallQueue` over records, for the threads and processes of one machine.

    All of it is one record, since most of its rules look at more than one task. Every method raises what
    `Records` does.
    """

    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        """`now` tells the time, timezone-aware; the day ends by its zone."""
        self._records, self._now = records, now

    def tasks(self) -> tuple[Task, ...]:
        """Every task that is kept, the first added first."""
        return tuple(_contents_of(self._records.all().get(_KEY)).tasks.values())

    def unfinished(self) -> tuple[Task, ...]:
        """The calls that are being made, or were when the process that made them ended."""
        return tuple(task for task in self.tasks() if task.calling)

    def add(self, tasks: Iterable[Task]) -> tuple[Task, ...]:
        """Add those whose id is new, in one write; what was added. Who wants no calls: it is done at once."""

        def add(there: _Contents) -> tuple[Task, ...]:
            added = {}
            for task in tasks:
                if task.id not in there.tasks:
                    unwanted = there.unwanted(task)
                    done = replace(task, state="done", result="opted out") if unwanted else task
                    added[task.id] = there.tasks[task.id] = replace(done, changed=self._now())
            return tuple(added.values())

        return self._change(add)

    def call_back(self, phone: str, group: str | None) -> bool:
        """Have the number called back; False when it is to be already, or is no number."""

        def add(there: _Contents) -> bool:
            number, now = phone_key(phone), self._now()
            waiting = (task for task in there.tasks.values() if task.open and task.purpose == "call_back")
            if not number or any(phone_key(task.phone) == number for task in waiting):
                return False
            task_id = f"call_back/{number}/{now.isoformat()}"
            there.tasks[task_id] = Task(task_id, group, phone, None, "call_back", (), now, changed=now)
            return True

        return self._change(add)

    def claim(self, most_a_day: int, most_at_once: int, busy: Collection[str] = ()) -> Task | None:
        """The next call that may be made, which is "dialling" from now on; None when there is none.

        No number is called while it is being called or is one of `busy`, nor more than `most_a_day` times a
        day; no more than `most_at_once` are called at a time.
        """
        engaged = {phone_key(phone) for phone in busy}

        def claim(there: _Contents) -> Task | None:
            now = self._now()
            if sum(task.calling for task in there.tasks.values()) >= most_at_once:
                return None
            for task in sorted(there.tasks.values(), key=lambda task: task.not_before):
                number = phone_key(task.phone)
                if task.state != "waiting" or task.not_before > now or number in engaged:
                    continue
                if there.engaged(number) or there.dialled_on(number, now) >= most_a_day:
                    continue
                claimed = replace(task, state="dialling", tries=(*task.tries, now), changed=now)
                there.tasks[task.id] = claimed
                return claimed
            return None

        return self._change(claim)

    def answered(self, task_id: str) -> bool:
        """Somebody has answered. False when the task was not being dialled."""
        return self._move(task_id, lambda task: replace(task, state="answered"), _is_dialled)

    def put_off(self, task_id: str, until: datetime, why: Result) -> bool:
        """It is to be tried again. False when the task was not being called."""
        again = partial(replace, state="waiting", not_before=until, result=why)
        return self._move(task_id, again, lambda task: task.calling)

    def undialled(self, task_id: str, until: datetime) -> bool:
        """It could not be dialled: the try does not count. False when the task was not to be dialled."""

        def undo(task: Task) -> Task:
            return replace(task, state="waiting", tries=task.tries[:-1], not_before=until)

        return self._move(task_id, undo, _is_dialled)

    def finish(self, task_id: str, result: Result) -> bool:
        """It is done. False when there is no such task, or it was done before.

        A call that was cut off may be done after all: she can go on with it when she calls.
        """
        done = partial(replace, state="done", result=result)
        return self._move(task_id, done, lambda task: task.open or task.result == "cut off")

    def stop(self, phone: str) -> None:
        """Call this number no more, except back when it rang."""

        def stop(there: _Contents) -> None:
            there.stopped.add(phone_key(phone))
            for task in tuple(there.tasks.values()):
                if task.state == "waiting" and there.unwanted(task):
                    done = replace(task, state="done", result="opted out", changed=self._now())
                    there.tasks[task.id] = done

        self._change(stop)

    def allow(self, phone: str) -> bool:
        """Call this number again from now on; False when nobody had stopped that."""

        def allow(there: _Contents) -> bool:
            was = phone_key(phone) in there.stopped
            there.stopped.discard(phone_key(phone))
            return was

        return self._change(allow)

    def stopped(self) -> frozenset[str]:
        """The numbers that are called no more, by their last ten digits."""
        return frozenset(_contents_of(self._records.all().get(_KEY)).stopped)

    def forget(self, before: datetime) -> int:
        """Forget what was done before that moment; how many tasks."""

        def is_old(task: Task) -> bool:
            return not task.open and task.changed is not None and task.changed < before

        return self._change(lambda there: _drop(there, is_old))

    def erase(self, group: str, member_id: str, phones: Iterable[str] = ()) -> int:
        """Forget every call to a member, made or not, and all of the numbers `phones`; how many tasks."""
        numbers = set(map(phone_key, phones))

        def is_hers(task: Task) -> bool:
            return (task.group, task.member_id) == (group, member_id) or phone_key(task.phone) in numbers

        def erase(there: _Contents) -> int:
            there.stopped -= numbers
            return _drop(there, is_hers)

        return self._change(erase)

    def _move(self, task_id: str, to: Callable[[Task], Task], may: Callable[[Task], bool]) -> bool:
        def move(there: _Contents) -> bool:
            task = there.tasks.get(task_id)
            if task is None or not may(task):
                return False
            there.tasks[task_id] = replace(to(task), changed=self._now())
            return True

        return self._change(move)

    def _change(self, work: Callable[[_Contents], T]) -> T:
        made: list[T] = []

        def change(record: Record | None) -> Record:
            there = _contents_of(record)
            made.append(work(there))
            return _record_of(there)

        self._records.change(_KEY, change)
        return made[0]


def _is_dialled(task: Task) -> bool:
    return task.state == "dialling"


def _drop(there: _Contents, which: Callable[[Task], bool]) -> int:
    before = len(there.tasks)
    there.tasks = {task_id: task for task_id, task in there.tasks.items() if not which(task)}
    return before - len(there.tasks)


def _record_of(contents: _Contents) -> Record:
    return {"tasks": list(map(_record, contents.tasks.values())), "stopped": sorted(contents.stopped)}


def _record(task: Task) -> Record:
    return asdict(task) | {
        "about": list(task.about),
        "not_before": task.not_before.isoformat(),
        "tries": [tried.isoformat() for tried in task.tries],
        "changed": task.changed.isoformat() if task.changed else None,
    }


def _contents_of(record: Record | None) -> _Contents:
    tasks = map(_task_of, record["tasks"] if record else ())
    return _Contents({task.id: task for task in tasks}, set(record["stopped"] if record else ()))


def _task_of(record: Mapping[str, Any]) -> Task:
    when = datetime.fromisoformat
    return Task(
        **{
            **record,
            "about": tuple(record["about"]),
            "not_before": when(record["not_before"]),
            "tries": tuple(map(when, record["tries"])),
            "changed": when(record["changed"]) if record["changed"] else None,
        }
    )
