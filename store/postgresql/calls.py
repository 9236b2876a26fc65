"""The queue of calls in PostgreSQL: several machines take calls from it, and none is made twice.

A machine takes a call with `FOR UPDATE SKIP LOCKED`: those that another one is about to take are passed over,
never waited for. What holds for a number (one call at a time, so many a day) is looked at under a lock of the
number's own.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from store.calls import Result, Task
from store.people import phone_key
from store.postgresql.database import Connection, Database, lock

ABANDONED = timedelta(hours=2)
"""After so long in one call a machine is taken for lost, and its call for over."""

_TASK = 'id, "group", phone, member_id, purpose, about, not_before, state, tries, result, changed'
_ADD = f"""
INSERT INTO sakhi.calls ({_TASK}, number) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (id) DO NOTHING RETURNING {_TASK}
"""
_MAY_BE_MADE = """
c.state = 'waiting' AND c.not_before <= %(now)s AND c.number <> ALL (%(busy)s)
AND NOT EXISTS (
    SELECT FROM sakhi.calls o WHERE o.number = c.number AND o.state IN ('dialling', 'answered')
)
AND %(most)s > (
    SELECT count(*) FROM sakhi.calls o, unnest(o.tries) AS tried
    WHERE o.number = c.number AND tried >= %(today)s AND tried < %(tomorrow)s
)
"""
_NEXT = f"""
SELECT c.id, c.number FROM sakhi.calls c WHERE {_MAY_BE_MADE} AND c.id <> ALL (%(passed)s)
ORDER BY c.not_before, c.place LIMIT 1 FOR UPDATE SKIP LOCKED
"""
_CLAIM = f"""
UPDATE sakhi.calls c
SET state = 'dialling', tries = c.tries || %(now)s, changed = %(now)s, machine = %(machine)s
WHERE {_MAY_BE_MADE} AND c.id = %(id)s RETURNING {_TASK}
"""


class PostgresCalls:
    """A `CallQueue` for the threads and processes of several machines. All raise DatabaseTrouble."""

    def __init__(self, database: Database, now: Callable[[], datetime], machine: str) -> None:
        """`now` tells the time, timezone-aware; the day ends by its zone. `machine`: which one this is."""
        self._database, self._now, self._machine = database, now, machine
        self._in_doubt: str | None = None
        """Id of a call that may be taken though nobody heard of it: the connection was lost."""

    def tasks(self) -> tuple[Task, ...]:
        """Every task that is kept, the first added first."""
        return self._found("true", [])

    def unfinished(self) -> tuple[Task, ...]:
        """The calls that this machine is making, or was when it ended; and those of a machine long lost."""
        return self._found(
            "state IN ('dialling', 'answered') AND (machine = %s OR changed < %s)",
            [self._machine, self._now() - ABANDONED],
        )

    def _found(self, where: str, values: list[object]) -> tuple[Task, ...]:
        with self._database.connection() as connection:
            sql = f"SELECT {_TASK} FROM sakhi.calls WHERE {where} ORDER BY place"
            return tuple(map(self._task, connection.execute(sql.encode(), values).fetchall()))

    def add(self, tasks: Iterable[Task]) -> tuple[Task, ...]:
        """Add those whose id is new, in one write; what was added. Who wants no calls: it is done at once."""
        tasks = tuple(tasks)
        numbers = sorted({phone_key(task.phone) for task in tasks})
        with self._database.transaction() as connection:
            for number in numbers:
                _lock_number(connection, number)
            rows = connection.execute("SELECT number FROM sakhi.stopped WHERE number = ANY (%s)", [numbers])
            stopped = {number for (number,) in rows}
            added = [self._add(connection, task, stopped) for task in tasks]
            return tuple(task for task in added if task is not None)

    def _add(self, connection: Connection, task: Task, stopped: Collection[str]) -> Task | None:
        number = phone_key(task.phone)
        state, result = task.state, task.result
        if task.purpose != "call_back" and number in stopped:
            state, result = "done", "opted out"
        who = [task.id, task.group, task.phone, task.member_id, task.purpose, list(task.about)]
        how = [task.not_before, state, list(task.tries), result, self._now(), number]
        row = connection.execute(_ADD.encode(), [*who, *how]).fetchone()
        return self._task(row) if row else None

    def call_back(self, phone: str, group: str | None) -> bool:
        """Have the number called back; False when it is to be already, or is no number."""
        number, now = phone_key(phone), self._now()
        if not number:
            return False
        with self._database.transaction() as connection:
            _lock_number(connection, number)
            waiting = connection.execute(
                "SELECT FROM sakhi.calls WHERE number = %s AND purpose = 'call_back' AND state <> 'done'",
                [number],
            ).fetchone()
            task_id = f"call_back/{number}/{now.isoformat()}"
            task = Task(task_id, group, phone, None, "call_back", (), now)
            return waiting is None and self._add(connection, task, ()) is not None

    def claim(self, most_a_day: int, most_at_once: int, busy: Collection[str] = ()) -> Task | None:
        """The next call that may be made, which is "dialling" from now on; None when there is none.

        No number is called by any machine while it is being called or is one of `busy`, nor more than
        `most_a_day` times a day; this machine calls no more than `most_at_once` at a time.
        """
        if self._in_doubt is not None:
            self.undialled(self._in_doubt, self._now())
            self._in_doubt = None
        task = self._claim(most_a_day, most_at_once, busy)
        self._in_doubt = None
        return task

    def _claim(self, most_a_day: int, most_at_once: int, busy: Collection[str]) -> Task | None:
        now, passed = self._now(), list[str]()
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        rules = {
            "now": now,
            "today": today,
            "tomorrow": today + timedelta(days=1),
            "most": most_a_day,
            "busy": list(map(phone_key, busy)),
            "machine": self._machine,
        }
        with self._database.transaction() as connection:
            lock(connection, f"calls of {self._machine}")
            if self._calling(connection) >= most_at_once:
                return None
            while True:
                row = connection.execute(_NEXT.encode(), {**rules, "passed": passed}).fetchone()
                if row is None:
                    return None
                task_id, number = row
                # Looked at again under the number's lock: another machine may just have called it.
                if _try_to_lock_number(connection, number):
                    claimed = connection.execute(_CLAIM.encode(), {**rules, "id": task_id}).fetchone()
                    if claimed is not None:
                        self._in_doubt = task_id
                        return self._task(claimed)
                passed.append(task_id)

    def _calling(self, connection: Connection) -> int:
        sql = "SELECT count(*) FROM sakhi.calls WHERE state IN ('dialling', 'answered') AND machine = %s"
        ((calling,),) = connection.execute(sql, [self._machine])
        return int(calling)

    def answered(self, task_id: str) -> bool:
        """Somebody has answered. False when the task was not being dialled."""
        return self._move("state = 'answered'", [], task_id, "state = 'dialling'")

    def put_off(self, task_id: str, until: datetime, why: Result) -> bool:
        """It is to be tried again. False when the task was not being called."""
        to = "state = 'waiting', not_before = %s, result = %s"
        return self._move(to, [until, why], task_id, "state IN ('dialling', 'answered')")

    def undialled(self, task_id: str, until: datetime) -> bool:
        """It could not be dialled: the try does not count. False when the task was not to be dialled."""
        to = "state = 'waiting', not_before = %s, tries = tries[:cardinality(tries) - 1]"
        return self._move(to, [until], task_id, "state = 'dialling'")

    def finish(self, task_id: str, result: Result) -> bool:
        """It is done. False when there is no such task, or it was done before.

        A call that was cut off may be done after all: she can go on with it when she calls.
        """
        may = "(state <> 'done' OR result = 'cut off')"
        return self._move("state = 'done', result = %s", [result], task_id, may)

    def _move(self, to: str, values: list[object], task_id: str, may: str) -> bool:
        sql = f"UPDATE sakhi.calls SET changed = %s, {to} WHERE id = %s AND {may}"
        with self._database.connection() as connection:
            return connection.execute(sql.encode(), [self._now(), *values, task_id]).rowcount == 1

    def stop(self, phone: str) -> None:
        """Call this number no more, except back when it rang."""
        number = phone_key(phone)
        with self._database.transaction() as connection:
            _lock_number(connection, number)
            connection.execute("INSERT INTO sakhi.stopped VALUES (%s) ON CONFLICT DO NOTHING", [number])
            connection.execute(
                "UPDATE sakhi.calls SET state = 'done', result = 'opted out', changed = %s"
                " WHERE number = %s AND state = 'waiting' AND purpose <> 'call_back'",
                [self._now(), number],
            )

    def allow(self, phone: str) -> bool:
        """Call this number again from now on; False when nobody had stopped that."""
        with self._database.connection() as connection:
            sql = "DELETE FROM sakhi.stopped WHERE number = %s"
            return connection.execute(sql, [phone_key(phone)]).rowcount == 1

    def stopped(self) -> frozenset[str]:
        """The numbers that are called no more, by their last ten digits."""
        with self._database.connection() as connection:
            return frozenset(number for (number,) in connection.execute("SELECT number FROM sakhi.stopped"))

    def forget(self, before: datetime) -> int:
        """Forget what was done before that moment; how many tasks."""
        with self._database.connection() as connection:
            sql = "DELETE FROM sakhi.calls WHERE state = 'done' AND changed < %s"
            return connection.execute(sql, [before]).rowcount

    def erase(self, group: str, member_id: str, phones: Iterable[str] = ()) -> int:
        """Forget every call to a member, made or not, and all of the numbers `phones`; how many tasks."""
        numbers = list(map(phone_key, phones))
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM sakhi.stopped WHERE number = ANY (%s)", [numbers])
            sql = 'DELETE FROM sakhi.calls WHERE ("group" = %s AND member_id = %s) OR number = ANY (%s)'
            return connection.execute(sql, [group, member_id, numbers]).rowcount

    def _task(self, row: tuple[Any, ...]) -> Task:
        zone = self._now().tzinfo
        task_id, group, phone, member_id, purpose, about, not_before, state, tries, result, changed = row
        return Task(
            task_id,
            group,
            phone,
            member_id,
            purpose,
            tuple(about),
            not_before.astimezone(zone),
            state,
            tuple(tried.astimezone(zone) for tried in tries),
            result,
            changed.astimezone(zone),
        )


def _name_of(number: str) -> str:
    return f"number {number}"


def _lock_number(connection: Connection, number: str) -> None:
    lock(connection, _name_of(number))


def _try_to_lock_number(connection: Connection, number: str) -> bool:
    sql = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))"
    ((taken,),) = connection.execute(sql, [_name_of(number)])
    return bool(taken)
