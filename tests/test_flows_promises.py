"""What the README promises of the talks and no other test tries as a whole: its table names them."""

import logging
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from callers_kit import calling
from calls_kit import reply
from flows_kit import BOOKS, FLOWS, fresh, in_session, lend
from hypothesis import given, settings
from hypothesis import strategies as st
from store_kit import GROUP, Clock
from test_flows_explorer import REPLIES

from bench.disk import Trace, after_power_cut, put
from flows.phone import phone
from flows.prompts import text_of
from flows.talk import Talk
from flows.turn import Heard, HungUp, NotUnderstood, Stopped, Turn
from ivr.channel import HANGUP, SILENCE, ScriptedCaller, converse, keys, said
from store.entries import MeetingClosed, Saving
from store.ledger import Ledger
from store.tinydb import TinyVault

CLOCK = Clock()


# Said to be written: on the disk, whatever the power does from then on.


def test_what_was_said_to_be_written_is_there_though_the_power_fails_with_that_word(tmp_path: Path) -> None:
    books, after = tmp_path / "books", tmp_path / "after"
    books.mkdir()
    after.mkdir()
    with TinyVault(books / "ujala.json") as vault:
        in_session(fresh(vault=vault))
    trace, told = Trace(books), list[tuple[int, int]]()
    answers = iter(map(said, ["सौ", "हाँ", "दो सौ पचास", "नहीं", "तीन सौ", "हाँ", "पचास", "हाँ"]))

    class Watching:
        """A caller who notes how far the disk is whenever something is said to be written."""

        def exchange(self, turn: Turn) -> Heard:
            if any("लिख लिया" in text_of(line) for line in turn.say):
                told.append((len(trace.steps), ledger.savings))
            return next(answers, SILENCE) if turn.expect else SILENCE

        def hangup(self) -> None:
            pass

    with trace.watch(), TinyVault(books / "ujala.json") as vault:
        ledger = Ledger(vault, CLOCK)
        talk = Talk("talk", "script")
        converse(FLOWS["savings"](talk, ledger), Watching(), talk)
    assert [savings for _, savings in told] == [1_900_00, 2_200_00, 2_250_00]
    for moment, savings in told:
        for left in ("flushed", "torn", "zeroes", "any"):
            put(after, after_power_cut(trace.steps[:moment], moment, left, random.Random(moment)))
            with TinyVault(after / "ujala.json") as vault:
                assert Ledger(vault, CLOCK).savings == savings


# The count of the box.


def test_a_count_that_differs_stays_as_it_was_counted_and_no_entry_hides_it() -> None:
    ledger = BOOKS["one-saved"]()
    cash, before = ledger.cash, len(ledger.vouchers)
    answers = ["पाँच हज़ार", "हाँ", "नहीं", "[0912]", "हाँ"]
    talk = Talk("talk", "script")
    converse(FLOWS["closing"](talk, ledger), ScriptedCaller(*map(reply, answers)), talk)
    meeting = ledger.last_meeting
    assert meeting is not None
    assert (meeting.cash_counted, meeting.cash_booked) == (5_000_00, cash) == (5_000_00, 5_500_00)
    assert all(not voucher.postings for voucher in ledger.vouchers[before:])
    assert ledger.cash == cash
    assert "cash differs from the books" in str([voucher.entry for voucher in ledger.vouchers])


# The right ears.


HERS = {1_234_56, 2_234_56, 3_331_00, 3_397_62}
"""What राधा saved, with what she brought, what she owes, and that with the interest due."""


@contextmanager
def logged() -> Iterator[list[str]]:
    """Everything that is logged meanwhile."""
    lines: list[str] = []

    class Keeping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    root, handler = logging.getLogger(), Keeping(level=logging.DEBUG)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def with_secrets() -> Ledger:
    """राधा and सीता share a telephone; both have a PIN, and balances are each one's own."""
    ledger = fresh(replace(GROUP, open_balances=False))
    lend(ledger, "m1", ledger.today, principal=3_331_00)
    in_session(ledger)
    ledger.post(Saving("2026-11-10", "m1", 1_234_56), once="saved")
    ledger.post(MeetingClosed("2026-11-10", ledger.cash), once="close")
    for member_id, pin in (("m1", "7531"), ("m2", "1234")):
        ledger.set_pin(member_id, pin)
        ledger.update_member(replace(ledger.member(member_id), phones=("12345",)))
    return ledger


def hear(ledger: Ledger, replies: list[Heard | HungUp]) -> list[str]:
    """A call from the telephone of both; which of her sums it told."""
    told: list[str] = []
    answers = iter(replies)

    class Listening:
        def exchange(self, turn: Turn) -> Heard:
            told.extend(text_of(line) for line in turn.say if HERS & set(line.slots.values()))
            answer = next(answers, HANGUP) if turn.expect else SILENCE
            if isinstance(answer, HungUp):
                raise answer
            return answer

        def hangup(self) -> None:
            pass

    talk = Talk("call", "phone")
    with suppress(HungUp, Stopped, NotUnderstood):
        converse(phone(talk, ledger, calling(ledger, "12345")), Listening(), talk)
    return told


def test_with_her_pin_she_hears_her_sums() -> None:
    assert hear(with_secrets(), [keys("1"), said("हिसाब"), keys("7531")]) != []


@given(st.lists(st.sampled_from(REPLIES), max_size=30))
@settings(max_examples=60, deadline=None)
def test_without_her_pin_nobody_hears_or_reads_her_sums(replies: list[Heard]) -> None:
    with logged() as lines:
        told = hear(with_secrets(), list(replies))
    assert told == []
    assert [line for line in lines if any(f"{paise // 100}" in line for paise in HERS)] == []
