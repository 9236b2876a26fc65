"""Sakhi with its books in a database: made ready, looked at by the doctor, and clear about what is wrong."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from database_kit import Machine
from phone_kit import until
from postgresql_kit import fresh_database, server

from ivr.books import begin
from ivr.doctor_database import check_database
from ivr.shelf import Shelf
from store.entries import WorkerAsked
from store.people import Group

HOUSE = Path(__file__).resolve().parent.parent


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


def test_talks_of_two_machines_at_once_lose_nothing(tmp_path: Path) -> None:
    with fresh_database() as url:
        machine = Machine(tmp_path, url)
        machine.prepare()
        begin(machine.database, Group("asha", "आशा", 100_00, 1, 50_000_00))
        shelves, ready = [Shelf(machine.database) for _ in range(2)], threading.Barrier(8)

        def talk(number: int) -> None:
            ready.wait(10)
            for turn in range(5):
                with shelves[number % 2].taken("asha") as ledger:
                    ledger.post(WorkerAsked(None, None, "test"), once=f"{number}/{turn}")
                    assert len(ledger.vouchers) > turn

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(talk, range(8)))
        with shelves[0].taken("asha") as ledger:
            assert [voucher.number for voucher in ledger.vouchers] == list(range(1, 41))
            assert ledger.add_member(1, "मीना", phones=["98765 43210"])
        assert shelves[1].groups_of("+91 9876543210") == ("asha",)
        assert shelves[1].groups_of("") == shelves[1].groups_of("12345") == ()


def looked_at(machine: Machine) -> str:
    found = check_database(machine.database)
    return "\n".join(f"{each.level.name} {each.what} {each.mend}" for each in found)


def test_what_the_doctor_says_of_the_database(tmp_path: Path) -> None:
    with fresh_database() as url:
        machine = Machine(tmp_path, url)
        machine.prepare()
        begin(machine.files, Group("ujala", "उजाला", 1, 1, 1))
        _look(machine)


def _look(machine: Machine) -> None:
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
    before = _value(name)
    _reloaded(f"ALTER SYSTEM SET {name} = {value}", name, value)
    try:
        yield
    finally:
        _reloaded(f"ALTER SYSTEM RESET {name}", name, before)


def _reloaded(change: str, name: str, value: str) -> None:
    """Make a change and wait until new connections have it: the server answers before it has reloaded."""
    server().sql(change, name="postgres")
    server().sql("SELECT pg_reload_conf()", name="postgres")
    until(lambda: _value(name) == value)


def _value(name: str) -> str:
    ((value,),) = server().sql(f"SHOW {name}", name="postgres")
    return str(value)


@pytest.mark.parametrize(
    "url", ["postgresql://a:secret@b/c", "postgresql://b/c?password=secret", "mysql://b/c", "there"]
)
def test_a_password_stands_in_no_config_and_on_no_command_line(tmp_path: Path, url: str) -> None:
    machine = Machine(tmp_path, "")
    machine.use("")
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
