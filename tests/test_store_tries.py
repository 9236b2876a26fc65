"""Wrong PINs by telephone: guesses at several members lock it, whatever is right in between."""

import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_kit import TWINS, Clock, open_records

from store.pins import PinCheck
from store.records import MemoryRecords, Records
from store.tinydb import TinyRecords
from store.tries import FORGOTTEN, PhoneTries, forget_old, locked_phones

RIGHT, WRONG, LOCKED, NONE_SET = PinCheck.RIGHT, PinCheck.WRONG, PinCheck.LOCKED, PinCheck.NONE_SET
PHONE = "98765 43210"
HOUSE = Path(__file__).resolve().parent.parent
GUESSES_AND_DIES = """
import os, sys
from datetime import datetime
from pathlib import Path
from store.pins import PinCheck
from store.tinydb import TinyRecords
from store.tries import PhoneTries
tries = PhoneTries(TinyRecords(Path(sys.argv[1])), "9876543210", lambda: datetime.fromisoformat(sys.argv[2]))
tries.tried("ujala/m1", lambda: PinCheck.WRONG)
os.kill(os.getpid(), 9)
"""


@pytest.fixture(params=TWINS)
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Records:
    return open_records(request.param, tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def tried(records: Records, clock: Clock, whose: str, check: PinCheck, phone: str = PHONE) -> PinCheck:
    """A try as after a restart: nothing is remembered but what was written."""
    return PhoneTries(records, phone, clock).tried(whose, lambda: check)


def test_three_wrong_pins_lock_a_telephone_whoever_they_were(records: Records, clock: Clock) -> None:
    assert [tried(records, clock, whose, WRONG) for whose in ("a", "b", "c")] == [WRONG, WRONG, LOCKED]
    assert tried(records, clock, "d", RIGHT) is LOCKED
    assert PhoneTries(records, PHONE, clock).locked_until() == clock.moment + timedelta(minutes=5)
    assert locked_phones(records, clock()) == {"9876543210": clock.moment + timedelta(minutes=5)}


def test_a_telephone_is_the_same_however_it_is_spelled(records: Records, clock: Clock) -> None:
    for spelled in ("9876543210", "+91 98765-43210", "098765 43210"):
        tried(records, clock, "a", WRONG, spelled)
    assert tried(records, clock, "b", RIGHT) is LOCKED
    assert tried(records, clock, "b", RIGHT, "98765 43211") is RIGHT


def test_numbers_kept_back_count_as_one(records: Records, clock: Clock) -> None:
    assert [tried(records, clock, "a", WRONG, "") for _ in range(3)] == [WRONG, WRONG, LOCKED]
    assert tried(records, clock, "b", RIGHT) is RIGHT


def test_a_right_pin_forgives_the_wrong_ones_of_that_member_alone(records: Records, clock: Clock) -> None:
    for whose in ("a", "b"):
        tried(records, clock, whose, WRONG)
    assert tried(records, clock, "b", RIGHT) is RIGHT
    assert tried(records, clock, "b", WRONG) is WRONG
    assert tried(records, clock, "b", RIGHT) is RIGHT
    assert [tried(records, clock, "a", WRONG) for _ in range(2)] == [WRONG, LOCKED]


def test_nothing_is_kept_of_who_was_right_in_the_end(records: Records, clock: Clock) -> None:
    tried(records, clock, "a", WRONG)
    tried(records, clock, "a", RIGHT)
    assert tried(records, clock, "a", NONE_SET) is NONE_SET
    assert records.all() == {}


def test_each_lock_is_longer_until_nothing_was_wrong_for_long(records: Records, clock: Clock) -> None:
    for delay in (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=24), timedelta(hours=24)):
        assert [tried(records, clock, "a", WRONG) for _ in range(3)] == [WRONG, WRONG, LOCKED]
        assert tried(records, clock, "a", RIGHT) is LOCKED
        clock.forward(delay - timedelta(seconds=1))
        assert tried(records, clock, "b", RIGHT) is LOCKED
        clock.forward(timedelta(seconds=1))
        assert tried(records, clock, "b", RIGHT) is RIGHT
    clock.forward(FORGOTTEN)
    assert [tried(records, clock, "a", WRONG) for _ in range(3)] == [WRONG, WRONG, LOCKED]
    assert PhoneTries(records, PHONE, clock).locked_until() == clock.moment + timedelta(minutes=5)


def test_old_tries_are_forgotten_and_new_ones_are_not(records: Records, clock: Clock) -> None:
    tried(records, clock, "a", WRONG)
    clock.forward(FORGOTTEN / 2)
    tried(records, clock, "a", WRONG, "98765 43211")
    clock.forward(FORGOTTEN / 2)
    forget_old(records, clock())
    assert list(records.all()) == ["9876543211"]


def test_however_many_guess_at_once_only_three_guesses_count(records: Records, clock: Clock) -> None:
    checked: list[str] = []

    def guess(whose: str) -> None:
        def check() -> PinCheck:
            checked.append(whose)
            return WRONG

        PhoneTries(records, PHONE, clock).tried(whose, check)

    threads = [threading.Thread(target=guess, args=(f"m{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(checked) == 3


def test_a_guess_counts_though_the_service_is_killed(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "tries.json"
    for _ in range(3):
        command = [sys.executable, "-c", GUESSES_AND_DIES, str(path), clock().isoformat()]
        assert subprocess.run(command, cwd=HOUSE, check=False).returncode == -9
    assert tried(TinyRecords(path), clock, "b", RIGHT) is LOCKED


def test_a_check_that_fails_is_no_try(records: Records, clock: Clock) -> None:
    def fail() -> PinCheck:
        raise OSError

    with pytest.raises(OSError):
        PhoneTries(records, PHONE, clock).tried("a", fail)
    assert records.all() == {}


STEPS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from([RIGHT, WRONG]), st.integers(0, 3)), max_size=60
)
WAITS = [timedelta(0), timedelta(minutes=2), timedelta(minutes=20), timedelta(hours=8)]


@given(STEPS)
def test_a_telephone_does_what_the_rules_say(steps: list[tuple[str, PinCheck, int]]) -> None:
    records, clock = MemoryRecords(), Clock()
    wrong: list[str] = []
    until, lengths = (
        clock(),
        [timedelta(hours=24)] * len(steps) + [timedelta(minutes=30), timedelta(minutes=5)],
    )
    for whose, check, wait in steps:
        clock.forward(WAITS[wait])
        expected = LOCKED
        if clock() >= until:
            wrong = [*wrong, whose] if check is WRONG else [other for other in wrong if other != whose]
            expected = check
            if len(wrong) == 3:
                wrong, until, expected = [], clock() + lengths.pop(), LOCKED
        assert tried(records, clock, whose, check) is expected


@given(STEPS)
def test_a_member_who_knows_her_own_pin_gains_no_guess_at_others(
    steps: list[tuple[str, PinCheck, int]],
) -> None:
    """`a` is her own; only hers are ever right. Between two locks two guesses at others pass, no more."""
    records, clock = MemoryRecords(), Clock()
    passed = 0
    for whose, check, wait in steps:
        clock.forward(WAITS[wait])
        answer = tried(records, clock, whose, check if whose == "a" else WRONG)
        if answer is LOCKED:
            passed = 0
        elif whose != "a":
            passed += 1
        assert passed <= 2
