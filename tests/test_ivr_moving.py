"""Groups moved from files into a database and back, cut off anywhere, live in one place at a time."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from database_kit import Machine
from postgresql_kit import fresh_database
from store_kit import Clock, begin

from ivr import moving
from ivr.books import begin as begin_group
from ivr.books import call_queue, opened, vault_of
from ivr.desk import worker_pin
from ivr.sections import Settings
from ivr.shelf import Shelf
from store import durable
from store.entries import MeetingOpened, Saving
from store.people import Group, Member
from store.pins import PinCheck
from store.postgresql.groups import Groups
from store.tinydb import TinyVault
from store.vault import Contents

CLOCK = Clock()
HOUSE = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A database with our tables."""
    with fresh_database() as made:
        Machine(Path(), made).prepare()
        yield made


@pytest.fixture
def machine(tmp_path: Path, url: str) -> Iterator[Machine]:
    """Three members, a PIN, an open meeting and a saving of ujala in files; a database without them."""
    made = Machine(tmp_path, url)
    made.use("")
    (tmp_path / "data" / "books").mkdir(parents=True)
    with TinyVault(tmp_path / "data" / "books" / "ujala.json") as vault:
        ledger = begin(vault, CLOCK)
        ledger.set_pin("m1", "4071")
        ledger.post(MeetingOpened("M"), once="m")
        ledger.post(Saving("M", "m1", 100_00), once="s")
    yield made
    made.sql("UPDATE sakhi.groups SET live = false, id = 'gone-' || key WHERE id = 'ujala'")


def contents(settings: Settings) -> Contents:
    with vault_of(settings, "ujala") as vault:
        return vault.load()


def test_a_group_moves_into_the_database_and_every_command_finds_it_there(machine: Machine) -> None:
    before = contents(machine.files)
    worker_pin(machine.files).set("123456")
    call_queue(machine.files).stop("9876543210")
    told = machine.move().output
    assert "ujala: 3 entries and 3 members are in the database" in told and "`url: " in told
    assert machine.live() == ["database"]
    machine.use(machine.url)
    assert contents(machine.database) == before
    assert "ujala: sound; 3 members, 3 entries" in machine.sakhi("books", "check").output
    assert "उजाला" in machine.sakhi("group", "list").output
    assert worker_pin(machine.database).check("123456") is PinCheck.RIGHT
    assert call_queue(machine.database).stopped() == {"9876543210"}
    with opened(machine.database) as ledger:
        assert ledger.post(Saving("M", "m1", 100_00), once="s").repeated
        assert ledger.check_pin("m1", "4071") is PinCheck.RIGHT
    assert Shelf(machine.database).groups_of("+91 98765 43210") == ("ujala",)
    assert [group.id for group in Shelf(machine.database).groups()] == ["ujala"]


def test_there_and_back_and_there_again(machine: Machine) -> None:
    machine.move()
    machine.use(machine.url)
    with opened(machine.database) as ledger:
        ledger.post(Saving("M", "m2", 1_00), once="in the database")
    assert "3 members are in" in machine.sakhi("books", "move", "--to", "files").output
    assert machine.live() == ["files"]
    machine.use("")
    with opened(machine.files) as ledger:
        assert ledger.saved_by("m2") == 1_00
        ledger.post(Saving("M", "m2", 2_00), once="in files")
    machine.move("ujala")
    assert machine.live() == ["database"]
    with opened(machine.database) as ledger:
        assert ledger.saved_by("m2") == 3_00


def test_who_is_erased_is_left_neither_in_files_put_aside_nor_in_a_database_that_was_left(
    machine: Machine,
) -> None:
    machine.move()
    machine.use(machine.url)
    assert list((machine.folder / "data" / "moved").iterdir())
    machine.sakhi("member", "erase", "ujala", "3", "--yes")
    assert not list((machine.folder / "data" / "moved").iterdir())
    machine.sakhi("books", "move", "--to", "files")
    hers = "group_key = (SELECT key FROM sakhi.groups WHERE id = 'ujala')"
    assert machine.sql(f"SELECT record FROM sakhi.members WHERE {hers}") == []
    assert [member.id for member in opened_members(machine.files)] == ["m1", "m2"]
    for each in durable.files_of(machine.folder / "data" / "books" / "ujala.json"):
        each.unlink()
    refused = machine.sakhi("books", "move", "ujala", "--to", "files", code=2).output
    assert "moved to files before; restore those from a backup" in refused


def opened_members(settings: Settings) -> tuple[Member, ...]:
    with opened(settings, "ujala") as ledger:
        return ledger.members()


def test_what_is_moved_already_is_told_and_nothing_is_done(machine: Machine) -> None:
    machine.move()
    assert "There is no group to be moved." in machine.move().output
    assert "already" in machine.move("ujala", code=2).output
    assert machine.live() == ["database"]


class Cut(BaseException):
    """The power, gone."""


def cut(patch: pytest.MonkeyPatch, owner: object, name: str, after: int = 0) -> None:
    """Have the power go instead of that call, the first or a later one."""
    there: Callable[..., object] = getattr(owner, name)
    calls = iter(range(10**6))

    def instead(*words: object, **named: object) -> object:
        if next(calls) >= after:
            raise Cut
        return there(*words, **named)

    patch.setattr(owner, name, instead)


CUTS = [
    (moving, "fill", 0),
    (moving.Move, "_verify", 0),
    (Path, "replace", 0),
    (durable, "flush_folder", 1),
    (Groups, "set_live", 0),
]


@pytest.mark.parametrize(("owner", "name", "after"), CUTS, ids=[name for _, name, _ in CUTS])
def test_a_move_cut_off_anywhere_goes_on_when_it_is_done_again(
    machine: Machine, owner: object, name: str, after: int
) -> None:
    before = contents(machine.files)
    with pytest.MonkeyPatch.context() as patch:
        cut(patch, owner, name, after)
        with pytest.raises(Cut):
            machine.move()
    assert machine.live() in ([], ["files"])
    machine.move()
    assert machine.live() == ["database"]
    assert contents(machine.database) == before


@pytest.mark.parametrize(("owner", "name"), [(TinyVault, "fill"), (moving.Move, "_verify")])
def test_a_move_back_cut_off_goes_on_when_it_is_done_again(
    machine: Machine, owner: object, name: str
) -> None:
    machine.move()
    machine.use(machine.url)
    before = contents(machine.database)
    with pytest.MonkeyPatch.context() as patch:
        cut(patch, owner, name)
        with pytest.raises(Cut):
            machine.sakhi("books", "move", "ujala", "--to", "files")
    assert len(machine.live()) <= 1 and "database" not in machine.live()
    machine.sakhi("books", "move", "ujala", "--to", "files")
    assert machine.live() == ["files"]
    assert contents(machine.files) == before


def test_books_that_go_on_elsewhere_are_never_mixed(machine: Machine) -> None:
    machine.move()
    begin_group(machine.files, Group("ujala", "दूसरा", 1, 1, 1))
    assert "already, and live there" in machine.move("ujala", code=2).output
    machine.use(machine.url)
    refused = machine.sakhi("books", "move", "ujala", "--to", "files", code=2).output
    assert "other books of ujala" in refused
