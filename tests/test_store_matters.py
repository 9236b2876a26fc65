"""What was left to the worker, and how far she is with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_kit import Clock, begin

from store.entries import Checked, Fine, MeetingOpened, MessageLeft, Reversal, WorkerAnswered, WorkerAsked
from store.errors import NotReversible, RefusedEntry
from store.ledger import Ledger
from store.matters import Matter, matters
from store.memory import MemoryVault


@pytest.fixture
def ledger() -> Ledger:
    books = begin(MemoryVault(), Clock())
    books.post(MeetingOpened("M"), once="m")
    books.post(Fine("M", "m1", 5_00), once="fine")
    return books


def only(ledger: Ledger) -> Matter:
    (matter,) = matters(ledger)
    return matter


def test_a_message_is_open_then_heard_then_done(ledger: Ledger) -> None:
    number = ledger.post(MessageLeft("m1", "clip"), once="left").number
    assert only(ledger) == Matter(number, "left", ledger.today, "m1", "message", "clip")
    ledger.post(WorkerAnswered(number, done=False, clip="answer"), once="heard")
    assert (only(ledger).state, only(ledger).answer) == ("heard", "answer")
    ledger.post(WorkerAnswered(number, done=True), once="done")
    assert (only(ledger).state, only(ledger).answer) == ("done", "answer")
    ledger.post(WorkerAnswered(number, done=False), once="not done after all")
    assert only(ledger).state == "heard"


def test_a_promise_is_a_matter_and_one_that_was_undone_is_none(ledger: Ledger) -> None:
    number = ledger.post(WorkerAsked(None, None, "phone"), once="asked").number
    assert (only(ledger).about, only(ledger).member_id) == ("phone", None)
    ledger.post(Reversal(number, "by mistake"), once="undone")
    assert matters(ledger) == ()


def test_a_dispute_is_one_matter_as_long_as_it_lasts(ledger: Ledger) -> None:
    (fine,) = (entry.number for entry in ledger.unchecked("m1"))
    first = ledger.post(Checked(fine, "m1", False), once="no").number
    ledger.post(WorkerAsked(None, "m1", "disputed"), once="promised")
    assert (only(ledger).number, only(ledger).about, only(ledger).voucher) == (first, "entry", fine)
    ledger.post(WorkerAnswered(first, done=True), once="seen to")
    again = ledger.post(Checked(fine, "m1", False), once="no again").number
    assert (only(ledger).number, only(ledger).state) == (again, "open")
    ledger.post(Checked(fine, "m1", True), once="yes")
    assert matters(ledger) == ()
    ledger.post(Checked(fine, "m1", False), once="no after all")
    ledger.post(Reversal(fine, "she is right"), once="undone")
    assert matters(ledger) == ()


@pytest.mark.parametrize("of", [0, 1, 99])
def test_the_worker_answers_only_what_was_left_to_her(ledger: Ledger, of: int) -> None:
    with pytest.raises(RefusedEntry):
        ledger.post(WorkerAnswered(of, done=True), once="answered")


def test_a_message_and_an_answer_stand(ledger: Ledger) -> None:
    of = ledger.post(MessageLeft(None, "clip"), once="left").number
    answer = ledger.post(WorkerAnswered(of, done=True), once="done").number
    for number in (of, answer):
        with pytest.raises(NotReversible):
            ledger.post(Reversal(number, "wrong"), once=f"undo {number}")


@given(st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=20))
def test_a_matter_is_as_far_as_the_last_answer_to_it(answers: list[tuple[int, bool]]) -> None:
    ledger = begin(MemoryVault(), Clock())
    numbers = [ledger.post(MessageLeft("m1", f"clip {n}"), once=f"left {n}").number for n in range(5)]
    state = dict.fromkeys(numbers, "open")
    for step, (which, done) in enumerate(answers):
        ledger.post(WorkerAnswered(numbers[which], done), once=f"answer {step}")
        state[numbers[which]] = "done" if done else "heard"
    assert {matter.number: matter.state for matter in matters(ledger)} == state
