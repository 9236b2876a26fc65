"""The telephones of callers who are no members, and the worker's PIN: small records beside the books."""

from datetime import timedelta
from pathlib import Path

import pytest
from store_kit import TWINS, Clock, open_records

from store.errors import RefusedEntry
from store.pins import PinCheck
from store.records import Records
from store.strangers import KEPT, Strangers
from store.worker import WorkerPin

RIGHT, WRONG, LOCKED, NONE_SET = PinCheck.RIGHT, PinCheck.WRONG, PinCheck.LOCKED, PinCheck.NONE_SET


@pytest.fixture(params=TWINS)
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Records:
    return open_records(request.param, tmp_path)


def test_what_a_telephone_left_is_found_however_it_is_spelled(records: Records) -> None:
    strangers = Strangers(records, Clock())
    strangers.left("+91 98765 43210", "ujala", "call/1")
    strangers.left("09876543210", "asha", "call/2")
    strangers.left("98765 43211", "asha", "call/3")
    assert strangers.by("9876543210") == (("ujala", "call/1"), ("asha", "call/2"))
    assert strangers.phone_of("asha", "call/3") == "9876543211"
    assert strangers.phone_of("ujala", "call/3") is None


def test_numbers_kept_back_are_one_and_nobodys(records: Records) -> None:
    strangers = Strangers(records, Clock())
    strangers.left("", "ujala", "call/1")
    strangers.left("anonymous", "ujala", "call/2")
    assert strangers.by("") == (("ujala", "call/1"), ("ujala", "call/2"))
    assert strangers.phone_of("ujala", "call/1") is None


def test_a_number_is_forgotten_in_time(records: Records) -> None:
    clock = Clock()
    strangers = Strangers(records, clock)
    strangers.left("9876543210", "ujala", "old")
    clock.forward(timedelta(days=1))
    strangers.left("9876543210", "ujala", "new")
    clock.forward(KEPT)
    strangers.forget_old()
    assert strangers.by("9876543210") == (("ujala", "new"),)


def test_the_workers_pin_is_kept_as_a_members_is(records: Records) -> None:
    clock = Clock()
    assert WorkerPin(records, clock).check("2468") is NONE_SET
    assert not WorkerPin(records, clock).is_set()
    WorkerPin(records, clock).set("2468")
    assert WorkerPin(records, clock).is_set()
    assert "2468" not in repr(records.all())
    assert [WorkerPin(records, clock).check("1111") for _ in range(3)] == [WRONG, WRONG, LOCKED]
    assert WorkerPin(records, clock).check("2468") is LOCKED
    assert WorkerPin(records, clock).locked_until() == clock() + timedelta(minutes=5)
    clock.forward(timedelta(minutes=5))
    assert WorkerPin(records, clock).locked_until() is None
    assert WorkerPin(records, clock).check("2468") is RIGHT


def test_a_new_pin_unlocks_and_one_that_is_none_is_refused(records: Records) -> None:
    pin = WorkerPin(records, Clock())
    pin.set("2468")
    for _ in range(3):
        pin.check("1111")
    with pytest.raises(RefusedEntry):
        pin.set("12")
    assert pin.check("2468") is LOCKED
    pin.set("1357")
    assert pin.check("1357") is RIGHT
