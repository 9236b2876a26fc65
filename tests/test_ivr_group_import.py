"""`sakhi group import`: all members or none, from the CSV file to the books on the disk."""

import errno
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from group_kit import HEADING, TWO, Run, books, group_command, listing, members, refused, with_ujala
from store_kit import Clock

from ivr.settings import BESIDE_THE_PACKAGES
from store import durable
from store.ledger import Ledger
from store.people import Member
from store.pins import PinCheck
from store.tinydb import TinyVault


@pytest.fixture
def ujala(tmp_path: Path) -> Run:
    return with_ujala(group_command(tmp_path))


def test_members_are_imported_with_their_pins(ujala: Run, tmp_path: Path) -> None:
    result = ujala("import", "ujala", listing(tmp_path, TWO))
    assert result.exit_code == 0
    assert "1  Gita (गीता)" in result.stdout
    assert "Imported 2; the group has 2 members." in result.stdout
    assert "4071" not in result.output
    assert b"4071" not in books(tmp_path).read_bytes()
    assert members(tmp_path) == (
        Member("m1", 1, "Gita", "गीता", ("9876543210",), consent=True, has_pin=True),
        Member("m2", 2, "Rita", "रीता", consent=False),
    )
    with TinyVault(books(tmp_path)) as vault:
        assert Ledger(vault, Clock()).check_pin("m1", "4071") is PinCheck.RIGHT


def test_more_members_may_be_imported_later(ujala: Run, tmp_path: Path) -> None:
    ujala("import", "ujala", listing(tmp_path, TWO))
    result = ujala("import", "ujala", listing(tmp_path, HEADING + "12,Mina,मीना,,,yes\n"))
    assert "Imported 1; the group has 3 members." in result.stdout
    assert [member.number for member in members(tmp_path)] == [1, 2, 12]


def test_one_bad_row_and_nobody_is_imported(ujala: Run, tmp_path: Path) -> None:
    before = books(tmp_path).read_bytes()
    text = TWO + "3,Mina,Mina,98,,yes\n2,Sita,सीता,,,yes\n"
    refused(
        ujala("import", "ujala", listing(tmp_path, text)),
        "nothing was imported from",
        "line 4, column spoken: 'Mina' is not in Hindi letters",
        "line 4, column phones: '98' is not a mobile number",
        "line 5, column number: 2 is also on line 3",
    )
    assert books(tmp_path).read_bytes() == before


def test_a_number_that_is_taken_and_nobody_is_imported(ujala: Run, tmp_path: Path) -> None:
    ujala("import", "ujala", listing(tmp_path, TWO))
    before = books(tmp_path).read_bytes()
    text = HEADING + "3,Mina,मीना,,,yes\n2,Sita,सीता,,,yes\n"
    refused(
        ujala("import", "ujala", listing(tmp_path, text)),
        "number 2 of Sita belongs to Rita already; give another",
    )
    assert books(tmp_path).read_bytes() == before


def test_two_members_of_one_name_are_imported_and_told_apart_by_number(ujala: Run, tmp_path: Path) -> None:
    ujala("import", "ujala", listing(tmp_path, TWO))
    result = ujala("import", "ujala", listing(tmp_path, HEADING + "3,Gita,गीता,,,yes\n"))
    assert result.exit_code == 0
    assert "Note: members 1 and 3 are all called गीता" in result.stdout
    assert [member.spoken for member in members(tmp_path)] == ["गीता", "रीता", "गीता"]


def test_members_of_one_name_who_are_called_differently_need_no_note(ujala: Run, tmp_path: Path) -> None:
    text = HEADING + "1,Gita,गीता देवी,,,yes\n2,Gita,छोटी गीता,,,yes\n"
    result = ujala("import", "ujala", listing(tmp_path, text))
    assert result.exit_code == 0
    assert "Note" not in result.stdout


def test_a_shared_phone_is_imported_and_told(ujala: Run, tmp_path: Path) -> None:
    ujala("import", "ujala", listing(tmp_path, TWO))
    result = ujala("import", "ujala", listing(tmp_path, HEADING + "3,Mina,मीना,+91 98765-43210,,yes\n"))
    assert result.exit_code == 0
    assert "Note: the phone 9876543210 is used by members 1 and 3" in result.stdout


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_on_a_full_disk_nobody_is_imported(
    ujala: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = books(tmp_path).read_bytes()
    with monkeypatch.context() as disk:
        disk.setattr(f"{durable.__name__}.os.{call}", full)
        refused(ujala("import", "ujala", listing(tmp_path, TWO)), "No space left on device", "free or mend")
    assert books(tmp_path).read_bytes() == before
    assert ujala("import", "ujala", listing(tmp_path, TWO)).exit_code == 0


def test_when_the_system_refuses_to_write_a_real_process_leaves_the_books_as_they_were(
    ujala: Run, tmp_path: Path
) -> None:
    before = books(tmp_path).read_bytes()
    many = listing(tmp_path, HEADING + "".join(f"{number},Gita,गीता,,,yes\n" for number in range(1, 31)))
    command = shlex.join([sys.executable, "-m", "ivr", "group", "import", "ujala", many])
    ran = subprocess.run(
        # No file may grow beyond 1 KiB: the new books would be larger.
        ["bash", "-c", f"ulimit -f 1; exec {command}"],
        env={
            **os.environ,
            "SAKHI_CONFIG": str(tmp_path / "config.yaml"),
            "PYTHONPATH": str(BESIDE_THE_PACKAGES.parent),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("sakhi: cannot write the books")
    assert "File too large" in ran.stderr
    assert books(tmp_path).read_bytes() == before
    assert members(tmp_path) == ()


@pytest.mark.parametrize(("name", "said"), [("none.csv", "No such file"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_told(ujala: Run, tmp_path: Path, name: str, said: str) -> None:
    refused(ujala("import", "ujala", str(tmp_path / name)), str(tmp_path / name), said)


def test_books_in_use_are_told_with_the_process(ujala: Run, tmp_path: Path) -> None:
    with TinyVault(books(tmp_path)):
        refused(ujala("import", "ujala", listing(tmp_path, TWO)), f"in use by process {os.getpid()}")
