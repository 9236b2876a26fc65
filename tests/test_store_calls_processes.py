"""The queue of calls between processes, one of them killed, and between machines."""

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from postgresql_kit import server
from store_kit import Clock, open_queue
from test_store_calls import SITA, task

from store.errors import DatabaseTrouble
from store.people import phone_key
from store.postgresql.calls import PostgresCalls
from store.postgresql.database import Connection, Database

HOUSE = Path(__file__).resolve().parent.parent
KINDS = ["tinydb", "postgresql"]
CLAIM = """
import sys
from pathlib import Path
from clock_kit import Clock
kind, where, machine, most = sys.argv[1:]
if kind == "tinydb":
    from store.recorded_calls import RecordedCalls
    from store.tinydb import TinyRecords
    queue = RecordedCalls(TinyRecords(Path(where)), Clock())
else:
    from store.postgresql.calls import PostgresCalls
    from store.postgresql.database import Database
    queue = PostgresCalls(Database(where), Clock(), machine)
print("ready", flush=True)
while task := queue.claim(int(most), 99):
    print(task.id, flush=True)
    queue.answered(task.id)
    queue.finish(task.id, "reached")
"""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def child(kind: str, folder: Path, machine: str, most: int = 99) -> "subprocess.Popen[str]":
    script = f"import sys; sys.path[:0] = [{str(HOUSE)!r}, {str(HOUSE / 'tests')!r}]\n{CLAIM}"
    where = str(folder / "line" / "records.json") if kind == "tinydb" else server().url("sakhi")
    words = [kind, where, machine, str(most)]
    return subprocess.Popen([sys.executable, "-c", script, *words], stdout=subprocess.PIPE, text=True)


def lines(process: "subprocess.Popen[str]") -> list[str]:
    return process.communicate(timeout=60)[0].removeprefix("ready\n").split()


def test_another_process_sees_the_same(kind: str, tmp_path: Path, clock: Clock) -> None:
    one, other = (open_queue(kind, tmp_path, clock) for _ in range(2))
    one.add([task("one", clock)])
    assert other.claim(9, 99) is not None
    assert one.tasks() == other.tasks()
    other.stop(SITA)
    assert one.stopped() == {phone_key(SITA)}


def test_processes_never_claim_the_same_call(kind: str, tmp_path: Path, clock: Clock) -> None:
    open_queue(kind, tmp_path, clock).add(task(str(n), clock, f"55{n:04}") for n in range(30))
    children = [child(kind, tmp_path, f"machine {n}") for n in range(3)]
    claimed = [line for each in children for line in lines(each)]
    assert sorted(claimed, key=int) == [str(n) for n in range(30)]


def test_a_process_killed_at_any_moment_loses_no_call_and_makes_none_twice(
    kind: str, tmp_path: Path, clock: Clock
) -> None:
    chance, queue = random.Random(4), open_queue(kind, tmp_path, clock)
    queue.add(task(str(n), clock, f"55{n:04}") for n in range(200))
    claimed: list[str] = []
    for _ in range(4):
        running = child(kind, tmp_path, "one")
        assert running.stdout is not None and running.stdout.readline() == "ready\n"
        claimed.append(running.stdout.readline().strip())
        time.sleep(chance.random() / 20)
        running.kill()
        claimed += running.communicate()[0].split()
    assert len(set(claimed)) == len(claimed)
    kept = {task.id: task for task in queue.tasks()}
    assert len(kept) == 200
    assert all(kept[name].tries for name in claimed)
    assert len(queue.unfinished()) <= 4


def test_machines_dial_a_number_no_more_often_a_day_than_one_would(tmp_path: Path, clock: Clock) -> None:
    """That no two dial it at a time, the database itself sees to, and would have broken off."""
    queue = open_queue("postgresql", tmp_path, clock)
    queue.add(task(str(n), clock, f"55000{n % 4}") for n in range(40))
    children = [child("postgresql", tmp_path, f"machine {n}", most=3) for n in range(3)]
    assert sum(len(lines(each)) for each in children) <= 12
    while last := queue.claim(3, 99):
        queue.finish(last.id, "reached")
    dialled = Counter(each.phone for each in queue.tasks() for _ in each.tries)
    assert dialled == {f"55000{n}": 3 for n in range(4)}
    assert all(each.returncode == 0 for each in children)


class Loses(Database):
    """A database whose connection is lost when it has committed, before it can say so."""

    loses = False

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with super().transaction() as connection:
            yield connection
        if self.loses:
            raise DatabaseTrouble(self.name, "the connection is lost")


def test_a_call_taken_as_the_connection_is_lost_is_not_lost_with_it(tmp_path: Path, clock: Clock) -> None:
    open_queue("postgresql", tmp_path, clock).add([task("one", clock)])
    with closing(Loses(server().url("sakhi"))) as losing:
        queue = PostgresCalls(losing, clock, "one")
        losing.loses = True
        with pytest.raises(DatabaseTrouble):
            queue.claim(1, 1)
        losing.loses = False
        claimed = queue.claim(1, 1)
    assert claimed is not None and claimed.id == "one" and claimed.tries == (clock(),)
