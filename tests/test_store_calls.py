"""The queue of calls: the same in memory and on disk, whatever is done to it and whenever it is killed."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_kit import TWINS, Clock, open_queue

from store.calls import CallQueue, Task
from store.people import phone_key

RADHA, SITA = "98765 43211", "98765 43212"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=TWINS)
def queue(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> CallQueue:
    return open_queue(request.param, tmp_path, clock)


def task(name: str, clock: Clock, phone: str = RADHA) -> Task:
    return Task(name, "ujala", phone, "m1", "confirm", ("12", "15"), clock())


def states(queue: CallQueue) -> dict[str, tuple[str, str | None]]:
    return {task.id: (task.state, task.result) for task in queue.tasks()}


def test_a_call_is_claimed_answered_and_done(queue: CallQueue, clock: Clock) -> None:
    assert queue.claim(9, 99) is None
    one = task("one", clock)
    assert queue.add([one]) == (replace(one, changed=clock()),)
    claimed = queue.claim(9, 99)
    assert claimed == replace(one, state="dialling", tries=(clock(),), changed=clock())
    assert queue.answered("one") and not queue.answered("one")
    assert queue.finish("one", "disputed") and not queue.finish("one", "reached")
    assert states(queue) == {"one": ("done", "disputed")}
    assert not queue.answered("nothing")


def test_a_call_that_was_cut_off_may_be_done_after_all(queue: CallQueue, clock: Clock) -> None:
    queue.add([task("one", clock)])
    queue.finish("one", "cut off")
    assert queue.finish("one", "disputed") and not queue.finish("one", "reached")
    assert states(queue) == {"one": ("done", "disputed")}


def test_what_was_being_called_when_the_process_ended_is_told(queue: CallQueue, clock: Clock) -> None:
    queue.add([task("one", clock), task("two", clock, SITA), task("three", clock, "11111")])
    queue.claim(9, 99)
    queue.claim(9, 99)
    queue.answered("two")
    assert [(each.id, each.state) for each in queue.unfinished()] == [
        ("one", "dialling"),
        ("two", "answered"),
    ]


def test_the_same_thing_is_called_for_once_also_after_it_is_done(queue: CallQueue, clock: Clock) -> None:
    queue.add([task("one", clock), task("one", clock, SITA)])
    assert queue.add([task("one", clock)]) == ()
    queue.finish("one", "not needed")
    assert queue.add([task("one", clock)]) == ()
    clock.forward(DAY)
    assert queue.forget(clock() - HOUR) == 1
    assert len(queue.add([task("one", clock)])) == 1


def test_what_is_open_is_never_forgotten(queue: CallQueue, clock: Clock) -> None:
    queue.add([task("one", clock)])
    clock.forward(99 * DAY)
    assert queue.forget(clock()) == 0
    assert states(queue) == {"one": ("waiting", None)}


def test_a_call_put_off_waits_for_its_time(queue: CallQueue, clock: Clock) -> None:
    queue.add([task("one", clock)])
    queue.claim(9, 99)
    assert queue.put_off("one", clock() + HOUR, "busy") and not queue.put_off("one", clock(), "busy")
    assert states(queue) == {"one": ("waiting", "busy")}
    assert queue.claim(9, 99) is None
    clock.forward(HOUR)
    again = queue.claim(9, 99)
    assert again is not None and again.tries == (clock() - HOUR, clock())


def test_the_longest_due_comes_first(queue: CallQueue, clock: Clock) -> None:
    queue.add([replace(task("late", clock, SITA), not_before=clock() - HOUR), task("later", clock)])
    queue.add([replace(task("first", clock, "11111"), not_before=clock() - 2 * HOUR)])
    assert [claimed.id for _ in range(3) if (claimed := queue.claim(9, 99))] == ["first", "late", "later"]


def test_a_number_is_never_called_twice_at_a_time_however_it_is_written(
    queue: CallQueue, clock: Clock
) -> None:
    queue.add([task("one", clock), task("two", clock, "+91 9876543211"), task("three", clock, SITA)])
    assert queue.claim(9, 99, busy=["09876543212"]) is not None
    assert queue.claim(9, 99, busy=["09876543212"]) is None
    queue.answered("one")
    assert [claimed.id for _ in range(2) if (claimed := queue.claim(9, 99))] == ["three"]
    queue.finish("one", "reached")
    assert [claimed.id for _ in range(2) if (claimed := queue.claim(9, 99))] == ["two"]


def test_a_number_is_called_so_often_a_day_and_no_more(queue: CallQueue, clock: Clock) -> None:
    queue.add([task(name, clock) for name in ("one", "two", "three")])
    for _ in range(2):
        claimed = queue.claim(2, 99)
        assert claimed is not None
        queue.finish(claimed.id, "reached")
    assert queue.claim(2, 99) is None
    clock.forward(DAY)
    assert queue.claim(2, 99) is not None


def test_so_many_are_called_at_a_time_and_no_more(queue: CallQueue, clock: Clock) -> None:
    queue.add(task(str(n), clock, f"55000{n}") for n in range(3))
    assert queue.claim(9, 2) and queue.claim(9, 2)
    assert queue.claim(9, 2) is None
    queue.answered("0")
    assert queue.claim(9, 2) is None
    queue.finish("0", "reached")
    assert queue.claim(9, 2)


def test_what_could_not_be_dialled_is_no_try(queue: CallQueue, clock: Clock) -> None:
    queue.add([task("one", clock)])
    assert queue.claim(1, 9)
    assert queue.undialled("one", clock() + HOUR) and not queue.undialled("one", clock())
    assert queue.claim(1, 9) is None
    clock.forward(HOUR)
    claimed = queue.claim(1, 9)
    assert claimed and claimed.tries == (clock(),)


def test_a_number_that_rang_is_called_back_once(queue: CallQueue, clock: Clock) -> None:
    assert queue.call_back("+919876543211", "ujala")
    assert not queue.call_back("98765 43211", None)
    assert not queue.call_back("", None) and not queue.call_back("anonymous", None)
    claimed = queue.claim(9, 99)
    assert claimed is not None
    assert (claimed.group, claimed.phone, claimed.purpose) == ("ujala", "+919876543211", "call_back")
    assert not queue.call_back(RADHA, None)
    queue.finish(claimed.id, "reached")
    clock.forward(HOUR)
    assert queue.call_back(RADHA, None)


def test_who_wants_no_calls_gets_none_but_is_called_back(queue: CallQueue, clock: Clock) -> None:
    queue.add([task("one", clock), task("hers", clock, SITA)])
    queue.stop("09876543211")
    queue.add([task("two", clock)])
    assert states(queue) == {
        "one": ("done", "opted out"),
        "hers": ("waiting", None),
        "two": ("done", "opted out"),
    }
    assert queue.stopped() == {phone_key(RADHA)}
    assert queue.call_back(RADHA, "ujala")
    assert queue.allow(RADHA) and not queue.allow(RADHA)
    assert queue.stopped() == frozenset()
    assert len(queue.add([task("three", clock)])) == 1


def test_a_member_who_is_erased_leaves_no_call(queue: CallQueue, clock: Clock) -> None:
    queue.add([task("one", clock), replace(task("two", clock), member_id="m2")])
    queue.call_back(SITA, None)
    queue.stop(SITA)
    assert queue.erase("ujala", "m1") == 1
    assert queue.erase("asha", "m2") == 0
    assert len(queue.tasks()) == 2
    assert queue.erase("ujala", "m9", [f"+91 {SITA}"]) == 1
    assert list(states(queue)) == ["two"]
    assert queue.stopped() == frozenset()


@dataclass
class Model:
    """What the queue does, told once more and plainly."""

    tasks: dict[str, Task] = field(default_factory=dict)
    stopped: set[str] = field(default_factory=set)

    def claim(self, most: int) -> Task | None:
        calls = [(each.phone, tried) for each in self.tasks.values() for tried in each.tries]
        for each in self.tasks.values():
            others = [one for one in self.tasks.values() if one.phone == each.phone]
            free = all(one.state in ("waiting", "done") for one in others)
            today = sum(phone == each.phone for phone, _ in calls)
            if each.state == "waiting" and free and today < most:
                return each
        return None


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "claim", "answered", "finish", "put_off", "stop", "allow"]),
        st.sampled_from("abcd"),
    ),
    max_size=40,
)


@pytest.mark.parametrize("kind", ["memory", "postgresql"])
@settings(max_examples=60)
@given(STEPS)
def test_the_queue_does_what_a_plain_model_does(kind: str, steps: list[tuple[str, str]]) -> None:
    clock, model = Clock(), Model()
    queue = open_queue(kind, Path(), clock)
    for what, name in steps:
        phone = RADHA if name in "ab" else SITA
        there = model.tasks.get(name)
        if what == "add":
            queue.add([task(name, clock, phone)])
            out = phone in model.stopped
            made = replace(task(name, clock, phone), state="done" if out else "waiting", changed=clock())
            model.tasks.setdefault(name, replace(made, result="opted out" if out else None))
        elif what == "claim":
            wanted, got = model.claim(3), queue.claim(3, 99)
            assert (got and got.id) == (wanted and wanted.id)
            if wanted:
                called = replace(wanted, state="dialling", tries=(*wanted.tries, clock()))
                model.tasks[wanted.id] = called
        elif what == "answered":
            right = there is not None and there.state == "dialling"
            assert queue.answered(name) == right
            if there and right:
                model.tasks[name] = replace(there, state="answered")
        elif what == "finish":
            right = there is not None and there.state != "done"
            assert queue.finish(name, "reached") == right
            if there and right:
                model.tasks[name] = replace(there, state="done", result="reached")
        elif what == "put_off":
            right = there is not None and there.state in ("dialling", "answered")
            assert queue.put_off(name, clock(), "busy") == right
            if there and right:
                model.tasks[name] = replace(there, state="waiting", result="busy")
        elif what == "stop":
            queue.stop(phone)
            model.stopped.add(phone)
            for each in tuple(model.tasks.values()):
                if each.phone == phone and each.state == "waiting":
                    model.tasks[each.id] = replace(each, state="done", result="opted out")
        else:
            assert queue.allow(phone) == (phone in model.stopped)
            model.stopped.discard(phone)
        assert queue.tasks() == tuple(model.tasks.values())
