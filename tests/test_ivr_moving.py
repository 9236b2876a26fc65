"""Groups moved from files into a database and back, cut off anywhere, live in one place at a time."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from postgresql_kit import fresh_database, server
from store_kit import Clock, begin

from ivr import moving
from ivr.__main__ import main
from ivr.books import begin as begin_group
from ivr.books import call_queue, opened, vault_of
from ivr.desk import worker_pin
from ivr.doctor_database import check_database
from ivr.sections import Database as Section
from ivr.sections import Settings
from ivr.shelf import Shelf
from store import durable
from store.entries import MeetingOpened, Saving
from store.errors import BooksError
from store.people import Group
from store.pins import PinCheck
from store.postgresql.groups import Groups
from store.tinydb import TinyVault
from store.vault import Contents

CLOCK = Clock()
HOUSE = Path(__file__).resolve().parent.parent


class Machine:
    """A folder with a config, and the `sakhi` command there."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url
        self.use("")

    def use(self, url: str) -> None:
        (self.folder / "config.yaml").write_text(f"database:\n  url: '{url}'\n")

    @property
    def files(self) -> Settings:
        return Settings(data=self.folder / "data")

    @property
    def database(self) -> Settings:
        return Settings(data=self.folder / "data", database=Section(url=self.url))

    def sakhi(self, *words: str, code: int = 0) -> Result:
        done = CliRunner().invoke(main, ["--config", str(self.folder / "config.yaml"), *words])
        assert done.exit_code == code, done.output
        return done

    def move(self, *words: str, code: int = 0) -> Result:
        return self.sakhi("books", "move", *words, "--to", self.url, code=code)

    def live(self) -> list[str]:
        """Where the books of ujala can be posted to now."""
        places = []
        for name, settings in (("files", self.files), ("database", self.database)):
            try:
                with opened(settings, "ujala"):
                    places.append(name)
            except BooksError:
                pass
        return places


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    """Three members, a PIN, an open meeting and a saving of ujala in files; a database with our tables."""
    with fresh_database() as url:
        made = Machine(tmp_path, url)
        (tmp_path / "data" / "books").mkdir(parents=True)
        with TinyVault(tmp_path / "data" / "books" / "ujala.json") as vault:
            ledger = begin(vault, CLOCK)
            ledger.set_pin("m1", "4071")
            ledger.post(MeetingOpened("M"), once="m")
            ledger.post(Saving("M", "m1", 100_00), once="s")
        made.sakhi("books", "prepare", url)
        yield made


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


def test_a_database_that_was_not_prepared_says_what_to_do(tmp_path: Path) -> None:
    with fresh_database() as url:
        machine = Machine(tmp_path, url)
        machine.use(url)
        assert "`sakhi books prepare` makes those" in machine.sakhi("group", "list", code=2).output
        assert "tables made or changed" in machine.sakhi("books", "prepare").output
        assert "as they should be" in machine.sakhi("books", "prepare").output
        assert "no group yet" in machine.sakhi("group", "list").output


def test_a_group_is_begun_in_the_database(tmp_path: Path) -> None:
    with fresh_database() as url:
        machine = Machine(tmp_path, url)
        machine.use(url)
        machine.sakhi("books", "prepare")
        machine.sakhi("group", "add", "asha", "आशा समूह", "--saving", "100", "--quorum", "1")
        again = machine.sakhi("group", "add", "asha", "आशा", "--saving", "1", "--quorum", "1", code=2)
        assert "there is a group asha already" in again.output
        assert "not in files" in machine.sakhi("books", "repair", "asha", code=2).output


def looked_at(machine: Machine) -> str:
    found = check_database(machine.database)
    return "\n".join(f"{each.level.name} {each.what} {each.mend}" for each in found)


def test_what_the_doctor_says_of_the_database(machine: Machine) -> None:
    told = looked_at(machine)
    assert told.startswith("FINE the database fresh_") and "tables of version" in told
    assert "WARNING this machine's role owns the tables" in told
    assert "WARNING there are files of books too, which nobody reads while the database is set: ujala" in told
    with setting("fsync", "off"):
        assert "BROKEN" in looked_at(machine) and "power cut: fsync is off" in looked_at(machine)
    machine.url = "postgresql://nobody@/nowhere?host=/nowhere"
    assert looked_at(machine).startswith("BROKEN cannot use the database nowhere at /nowhere: ")
    assert list(check_database(machine.files)) == []


@contextmanager
def setting(name: str, value: str) -> Iterator[None]:
    """A setting of the whole server, for a while."""
    server().sql(f"ALTER SYSTEM SET {name} = {value}", name="postgres")
    server().sql("SELECT pg_reload_conf()", name="postgres")
    try:
        yield
    finally:
        server().sql(f"ALTER SYSTEM RESET {name}", name="postgres")
        server().sql("SELECT pg_reload_conf()", name="postgres")


@pytest.mark.parametrize(
    "url", ["postgresql://a:secret@b/c", "postgresql://b/c?password=secret", "mysql://b/c", "there"]
)
def test_a_password_stands_in_no_config_and_on_no_command_line(tmp_path: Path, url: str) -> None:
    machine = Machine(tmp_path, "")
    assert "without a password" in machine.sakhi("books", "move", "--to", url, code=2).output
    machine.use(url)
    told = machine.sakhi("group", "list", code=2).output
    assert "`database.url`" in told
    assert "secret" not in told


WITHOUT = """
import sys
sys.modules["psycopg"] = None
from ivr.__main__ import main
main(sys.argv[1:], prog_name="sakhi")
"""


def test_books_in_files_need_no_psycopg_and_a_database_asks_for_it(tmp_path: Path) -> None:
    machine = Machine(tmp_path, "postgresql://sakhi@server/sakhi")
    for use, code, said in (("", 0, "no group yet"), (machine.url, 2, "psycopg is not installed: `pip")):
        machine.use(use)
        command = [sys.executable, "-c", WITHOUT, "--config", str(tmp_path / "config.yaml"), "group", "list"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HOUSE)
        assert (done.returncode, said in done.stdout + done.stderr) == (code, True), done.stderr
