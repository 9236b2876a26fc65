"""Whom the line calls and when: the hours, what needs no saying any more, trying again, and giving up."""

from datetime import timedelta
from pathlib import Path

import pytest
from campaign_kit import GITA, RADHA, SITA, Home, home

from ivr.books import opened
from store.calls import Result
from store.entries import Checked

NOBODY: list[str] = []
MINUTES = timedelta(minutes=1)


@pytest.mark.parametrize(("hour", "called"), [(7, False), (8, True), (19, True), (20, False), (23, False)])
def test_nobody_is_called_at_night(tmp_path: Path, hour: int, called: bool) -> None:
    one = home(tmp_path)
    one.clock.moment = one.clock.moment.replace(hour=hour)
    one.add()
    assert (one.campaign.next(NOBODY) is not None) == called


def test_what_was_settled_meanwhile_is_not_called_for(tmp_path: Path) -> None:
    one = home(tmp_path)
    task = one.add()
    one.add("remind", "meeting 2000-01-01")
    one.add("confirm", member="m9")
    one.add("absent", "M", member="m2", phone=SITA)
    with one.books() as ledger:
        ledger.post(Checked(2, "m1", True), once="checked")
    called = one.campaign.next(NOBODY)
    assert called is not None and called.purpose == "absent"
    assert one.campaign.next(NOBODY) is None
    assert one.states()[task.id] == ("done", "not needed")
    assert sorted(state for state, _ in one.states().values()) == ["dialling", "done", "done", "done"]


def test_nobody_is_called_from_books_that_are_in_use(tmp_path: Path) -> None:
    one = home(tmp_path)
    one.add()
    with one.books():
        assert one.campaign.next(NOBODY) is None
    (task,) = one.queue.tasks()
    assert (task.state, task.tries) == ("waiting", ())
    one.clock.forward(10 * MINUTES)
    assert one.campaign.next(NOBODY) is not None


def tried(one: Home, result: Result) -> None:
    task = one.campaign.next(NOBODY)
    assert task is not None
    one.campaign.came_of(task, result)


@pytest.mark.parametrize("result", ["busy", "no answer", "not there", "failed"])
def test_she_is_tried_again_with_growing_pauses_and_then_left_to_the_worker(
    tmp_path: Path, result: Result
) -> None:
    one = home(tmp_path, tries=3, again_after=20)
    task = one.add()
    tried(one, result)
    one.clock.forward(19 * MINUTES)
    assert one.campaign.next(NOBODY) is None
    one.clock.forward(1 * MINUTES)
    tried(one, result)
    one.clock.forward(39 * MINUTES)
    assert one.campaign.next(NOBODY) is None
    one.clock.forward(1 * MINUTES)
    tried(one, result)
    assert one.states() == {task.id: ("done", "unreachable")}
    assert one.worker() == [("m1", "unreachable")]


@pytest.mark.parametrize("result", ["reached", "disputed", "not understood", "not proved", "cut off"])
def test_whoever_was_talked_with_is_not_called_again(tmp_path: Path, result: Result) -> None:
    one = home(tmp_path)
    task = one.add()
    tried(one, result)
    assert one.states() == {task.id: ("done", result)}
    assert one.worker() == []


@pytest.mark.parametrize(("result", "end"), [("reached", "reached"), ("not there", "cut off")])
def test_who_was_cut_off_and_calls_may_be_done_with_it(tmp_path: Path, result: Result, end: Result) -> None:
    one = home(tmp_path, tries=1)
    task = one.add()
    tried(one, "cut off")
    kept = one.campaign.task(task.id)
    assert kept is not None
    one.campaign.came_of(kept, result)
    assert one.states() == {task.id: ("done", end)}
    assert one.worker() == []


def test_who_calls_herself_is_not_called_back(tmp_path: Path) -> None:
    one = home(tmp_path)
    one.add("absent", "M", member="m2", phone=SITA)
    for phone in (RADHA, SITA):
        assert one.campaign.call_back(phone)
    one.campaign.called(f"91{SITA}")
    one.campaign.called("")
    states = {(task.purpose, task.phone): task.state for task in one.queue.tasks()}
    assert states == {
        ("absent", SITA): "waiting",
        ("call_back", RADHA): "waiting",
        ("call_back", SITA): "done",
    }


def test_a_damaged_queue_keeps_nobody_from_calling(tmp_path: Path) -> None:
    one = home(tmp_path)
    one.add()
    (one.settings.line_folder / "calls.json").write_text("{")
    one.campaign.called(RADHA)


def test_a_number_that_is_none_is_told_to_the_worker_at_once(tmp_path: Path) -> None:
    one = home(tmp_path)
    one.add()
    tried(one, "wrong number")
    assert one.worker() == [("m1", "wrong number")]
    assert one.campaign.next(NOBODY) is None


def test_who_wants_no_calls_is_not_called_for_anything(tmp_path: Path) -> None:
    one = home(tmp_path)
    one.add()
    other = one.add("absent", "M", member="m2", phone=f"+91 {RADHA}")
    tried(one, "opted out")
    assert one.states()[other.id] == ("done", "opted out")
    assert one.worker() == [("m1", "opted out")]


def test_what_came_of_it_is_in_the_queue_when_the_books_are_in_use(tmp_path: Path) -> None:
    one = home(tmp_path)
    task = one.add()
    claimed = one.campaign.next(NOBODY)
    assert claimed is not None
    with opened(one.settings):
        one.campaign.came_of(claimed, "wrong number")
    assert one.states() == {task.id: ("done", "wrong number")}


def test_after_a_crash_a_ringing_call_was_a_try_and_an_answered_one_is_done(tmp_path: Path) -> None:
    one = home(tmp_path)
    ringing, answered = one.add(), one.add("absent", "M", member="m2", phone=SITA)
    for _ in range(2):
        one.campaign.next(NOBODY)
    assert one.campaign.answered(answered)
    one.campaign.recover()
    assert one.states() == {ringing.id: ("waiting", "failed"), answered.id: ("done", "cut off")}
    assert one.campaign.next(NOBODY) is None
    one.clock.forward(30 * MINUTES)
    again = one.campaign.next(NOBODY)
    assert again is not None and len(again.tries) == 2


def test_what_the_settings_want_is_planned_once(tmp_path: Path) -> None:
    one = home(tmp_path, confirm=True, absent=True, remind=True)
    for _ in range(2):
        one.campaign.fill()
        assert {(task.purpose, task.member_id, task.about) for task in one.queue.tasks()} == {
            ("confirm", "m1", ("2",)),
            ("absent", "m2", ("M",)),
        }


def test_nothing_is_planned_unasked(tmp_path: Path) -> None:
    one = home(tmp_path)
    one.campaign.fill()
    assert one.states() == {}


def test_books_in_use_are_planned_from_later(tmp_path: Path) -> None:
    one = home(tmp_path, absent=True)
    with one.books():
        one.campaign.fill()
    assert one.states() == {}
    one.campaign.fill()
    assert len(one.states()) == 1


def test_what_is_long_done_is_forgotten(tmp_path: Path) -> None:
    one = home(tmp_path, keep=40)
    task = one.add()
    one.queue.finish(task.id, "reached")
    one.clock.forward(timedelta(days=41))
    one.campaign.fill()
    assert one.states() == {}


@pytest.mark.parametrize(
    ("rules", "phone", "called"),
    [
        ({}, f"91{RADHA}", True),
        ({}, GITA, False),
        ({"strangers": True}, GITA, True),
        ({"call_back": False, "strangers": True}, RADHA, False),
        ({"strangers": True}, "", False),
    ],
)
def test_who_rang_is_called_back_if_a_group_knows_her(
    tmp_path: Path, rules: dict[str, bool], phone: str, called: bool
) -> None:
    one = home(tmp_path, **rules)
    assert one.campaign.call_back(phone) == called
    assert (one.campaign.next(NOBODY) is not None) == called
