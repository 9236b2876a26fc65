"""The books of several groups for many talks at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ivr.books import begin
from ivr.sections import Settings
from ivr.shelf import Shelf
from store.entries import WorkerAsked
from store.errors import BooksInUse
from store.people import Group
from store.tinydb import TinyVault


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(data=tmp_path)
    for name in ("asha", "ujala"):
        begin(made, Group(name, name, 100_00, 1, 50_000_00))
    with Shelf(made).taken("ujala") as ledger:
        ledger.add_member(1, "राधा", phones=["+91 98765 43210"])
        ledger.add_member(2, "गीता", phones=["098765 43210", "11111"])
    return made


def test_all_who_take_a_groups_books_at_a_time_have_the_same(settings: Settings) -> None:
    shelf = Shelf(settings)
    with shelf.taken("ujala") as first, shelf.taken("ujala") as second, shelf.taken("asha") as other:
        assert first is second
        assert other is not first


def test_books_are_free_for_others_when_nobody_has_them(settings: Settings) -> None:
    shelf = Shelf(settings)
    path = settings.books / "ujala.json"
    with shelf.taken("ujala"), pytest.raises(BooksInUse), TinyVault(path):
        pass
    with TinyVault(path):
        pass


def test_many_talks_at_once_lose_nothing(settings: Settings) -> None:
    shelf = Shelf(settings)
    ready = threading.Barrier(8)

    def talk(number: int) -> None:
        ready.wait(10)
        for turn in range(5):
            with shelf.taken("ujala") as ledger:
                ledger.post(WorkerAsked(None, None, "test"), once=f"{number}/{turn}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(talk, range(8)))
    with shelf.taken("ujala") as ledger:
        assert len(ledger.vouchers) == 40


def test_a_telephone_is_found_in_its_groups(settings: Settings) -> None:
    shelf = Shelf(settings)
    assert shelf.groups_of("9876543210") == ("ujala",)
    assert shelf.groups_of("12345") == shelf.groups_of("") == shelf.groups_of("anonymous") == ()
    with shelf.taken("asha") as ledger:
        ledger.add_member(1, "मीना", phones=["0 98765 43210"])
    assert shelf.groups_of("+919876543210") == ("asha", "ujala")


def test_groups_are_known_by_their_names_without_those_that_cannot_be_read(settings: Settings) -> None:
    shelf = Shelf(settings)
    assert [group.name for group in shelf.groups()] == ["asha", "ujala"]
    (settings.books / "bad.json").write_text("{}")
    assert [group.id for group in shelf.groups()] == ["asha", "ujala"]


def test_books_in_use_elsewhere_are_known_as_before(settings: Settings) -> None:
    shelf = Shelf(settings)
    assert shelf.groups_of("11111") == ("ujala",)
    with TinyVault(settings.books / "ujala.json"):
        (settings.books / "ujala.json").touch()
        assert shelf.groups_of("11111") == ("ujala",)
