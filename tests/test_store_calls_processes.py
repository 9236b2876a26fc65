"""The queue of calls between processes, and one of them killed."""

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from store_kit import Clock
from test_store_calls import SITA, task

from store.calls import CallQueue
from store.people import phone_key
from store.tinydb import TinyRecords

HOUSE = Path(__file__).resolve().parent.parent
CLAIM = """
import sys
from pathlib import Path
from store_kit import Clock
from store.calls import CallQueue
from store.tinydb import TinyRecords
queue = CallQueue(TinyRecords(Path(sys.argv[1])), Clock())
while task := queue.claim(99, 99):
    print(task.id, flush=True)
    queue.answered(task.id)
    queue.finish(task.id, "reached")
"""


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_another_process_sees_the_same(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "calls.json"
    one, other = (CallQueue(TinyRecords(path), clock) for _ in range(2))
    one.add([task("one", clock)])
    assert other.claim(9, 99) is not None
    assert one.tasks() == other.tasks()
    other.stop(SITA)
    assert one.stopped() == {phone_key(SITA)}


def child(path: Path) -> "subprocess.Popen[str]":
    script = f"import sys; sys.path[:0] = [{str(HOUSE)!r}, {str(HOUSE / 'tests')!r}]\n{CLAIM}"
    return subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True)


def test_processes_never_claim_the_same_call(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "calls.json"
    CallQueue(TinyRecords(path), clock).add(task(str(n), clock, f"55{n:04}") for n in range(30))
    children = [child(path) for _ in range(3)]
    claimed = [line for each in children for line in each.communicate(timeout=60)[0].split()]
    assert sorted(claimed, key=int) == [str(n) for n in range(30)]


def test_a_process_killed_at_any_moment_loses_no_call_and_makes_none_twice(
    tmp_path: Path, clock: Clock
) -> None:
    path, chance = tmp_path / "calls.json", random.Random(4)
    queue = CallQueue(TinyRecords(path), clock)
    queue.add(task(str(n), clock, f"55{n:04}") for n in range(200))
    claimed: list[str] = []
    for _ in range(6):
        running = child(path)
        assert running.stdout is not None
        claimed.append(running.stdout.readline().strip())
        time.sleep(chance.random() / 20)
        running.kill()
        claimed += running.communicate()[0].split()
    assert len(set(claimed)) == len(claimed)
    kept = {task.id: task for task in queue.tasks()}
    assert len(kept) == 200
    assert all(kept[name].tries for name in claimed)
    unfinished = [each for each in kept.values() if each.state in ("dialling", "answered")]
    assert len(unfinished) <= 6
