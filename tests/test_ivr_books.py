"""`sakhi books`: damage is told, and mended, from the command line."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec import structs
from store_kit import Clock, begin

from ivr.__main__ import main
from store.chain import seal
from store.entries import MeetingOpened, Saving
from store.ledger import Ledger
from store.tinydb import TinyVault

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`sakhi books ...` on the books of ujala: three members, an open meeting, one saving."""
    (tmp_path / "config.yaml").write_text("")
    (tmp_path / "data" / "books").mkdir(parents=True)
    with TinyVault(books(tmp_path)) as vault:
        ledger = begin(vault, Clock())
        ledger.post(MeetingOpened("M"), once="m")
        ledger.post(Saving("M", "m1", 100_00), once="s")
    return lambda *words: CliRunner().invoke(
        main, ["--config", str(tmp_path / "config.yaml"), "books", *words]
    )


def books(folder: Path, group: str = "ujala") -> Path:
    return folder / "data" / "books" / f"{group}.json"


@contextmanager
def crashed(path: Path) -> Iterator[Ledger]:
    """The books, left at the end as a killed process leaves them."""
    with tempfile.TemporaryDirectory() as copy:
        with TinyVault(path) as vault:
            yield Ledger(vault, Clock())
            shutil.copytree(path.parent, copy, dirs_exist_ok=True)
        for left in path.parent.iterdir():
            left.unlink()
        shutil.copytree(copy, path.parent, dirs_exist_ok=True)


def saved(folder: Path) -> int:
    with TinyVault(books(folder)) as vault:
        return Ledger(vault, Clock()).saved_by("m1")


def test_sound_books_are_told_with_what_they_hold(run: Run) -> None:
    for words in (("check",), ("check", "ujala")):
        result = run(*words)
        assert result.exit_code == 0
        assert result.stdout == (
            "ujala: sound; 3 members, 3 entries, the last of 10-11-2026 11:00, 5,100.00 rupees in the box\n"
        )


def test_no_books_at_all_is_no_damage(run: Run, tmp_path: Path) -> None:
    for path in books(tmp_path).parent.iterdir():
        path.unlink()
    result = run("check")
    assert (result.exit_code, result.stdout.startswith("There are no books yet")) == (0, True)
    assert run("check", "ujala").exit_code == 2


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (lambda content: b"", "the file is empty"),
        (lambda content: content[: len(content) // 2], "it was cut short or changed"),
        (lambda content: bytes(len(content)), "does not begin with our checksum"),
        (lambda content: content.replace(b'"m1"', b'"m2"'), "it was cut short or changed"),
    ],
)
def test_damage_is_refused_told_with_the_command_and_mended(
    run: Run, tmp_path: Path, damage: Callable[[bytes], bytes], why: str
) -> None:
    damaged = damage(books(tmp_path).read_bytes())
    books(tmp_path).write_bytes(damaged)
    result = run("check")
    assert (result.exit_code, result.stdout) == (2, "")
    assert why in result.stderr
    assert "`sakhi books repair ujala` recovers them to the last sound entry" in result.stderr
    assert books(tmp_path).read_bytes() == damaged

    result = run("repair", "ujala")
    assert result.exit_code == 0
    assert "Nothing is lost." in result.stdout
    assert "ujala: sound; 3 members, 3 entries" in result.stdout
    assert "ujala.json.damaged-1" in result.stdout
    assert books(tmp_path).with_name("ujala.json.damaged-1").read_bytes() == damaged
    assert saved(tmp_path) == 100_00
    assert run("check").exit_code == 0


def test_lost_books_come_back(run: Run, tmp_path: Path) -> None:
    books(tmp_path).unlink()
    assert "the file is missing" in run("check").stderr
    result = run("repair", "ujala")
    assert result.exit_code == 0
    assert "Nothing is lost." in result.stdout
    assert run("check").exit_code == 0


def test_what_is_lost_is_told_entry_by_entry(run: Run, tmp_path: Path) -> None:
    with crashed(books(tmp_path)) as ledger:
        ledger.post(Saving("M", "m2", 50_00), once="s2")
        ledger.post(Saving("M", "m3", 25_50), once="s3")
        ledger.set_pin("m1", "1234")
        ledger.post(Saving("M", "m1", 10_00), once="s4")
    journal = next(path for path in books(tmp_path).parent.glob("*.journal-*") if b"s3" in path.read_bytes())
    journal.write_bytes(journal.read_bytes().replace(b"5000", b"5001"))
    assert f"{journal.name}: line 2 was changed" in run("check").stderr
    result = run("repair", "ujala")
    assert result.exit_code == 0
    assert "lost: 1 entries that cannot be read" in result.stdout
    assert "lost: entry 5 of 10-11-2026 11:00, saving राधा, 25.50 rupees; write it again" in result.stdout
    assert "lost: entry 6 of 10-11-2026 11:00, saving राधा, 10.00 rupees; write it again" in result.stdout
    assert "lost: a change of members 1" in result.stdout
    assert "ujala: sound; 3 members, 3 entries" in result.stdout
    assert saved(tmp_path) == 100_00


def test_a_broken_law_is_told_with_the_entry(run: Run, tmp_path: Path) -> None:
    with TinyVault(books(tmp_path)) as vault:
        saving = Ledger(vault, Clock()).vouchers[-1]
        crooked = structs.replace(saving, number=4, once="x", postings=(), prev=saving.hash)
        vault.append(seal(crooked))
    result = run("check")
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        "the books of ujala break a law: entry 4: it moves nothing and not 10000 paise to cash"
        in result.stderr
    )


def test_sound_books_are_left_alone(run: Run, tmp_path: Path) -> None:
    before = books(tmp_path).read_bytes()
    result = run("repair", "ujala")
    assert result.exit_code == 0
    assert "is sound; nothing was changed" in result.stdout
    assert books(tmp_path).read_bytes() == before


def test_when_nothing_can_be_recovered_a_backup_is_asked_for(run: Run, tmp_path: Path) -> None:
    books(tmp_path).write_bytes(b"{}")
    books(tmp_path).with_name("ujala.json.good").write_bytes(b"{}")
    result = run("repair", "ujala")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "nothing of them can be recovered" in result.stderr
    assert "`sakhi books restore`" in result.stderr
    assert books(tmp_path).read_bytes() == b"{}"


def test_damage_of_one_group_hides_no_other(run: Run, tmp_path: Path) -> None:
    with TinyVault(books(tmp_path, "asha")) as vault:
        begin(vault, Clock(), cash=0)
    books(tmp_path).write_bytes(b"")
    result = run("check")
    assert result.exit_code == 2
    assert result.stdout == "asha: sound; 3 members, 0 entries, 0.00 rupees in the box\n"
    assert "ujala.json are damaged" in result.stderr


@pytest.mark.parametrize("command", ["check", "repair"])
def test_books_in_use_are_left_alone(run: Run, tmp_path: Path, command: str) -> None:
    with TinyVault(books(tmp_path)):
        result = run(command, "ujala")
    assert result.exit_code == 2
    assert f"in use by process {os.getpid()}; close it first" in result.stderr


def test_what_cannot_be_read_is_told(run: Run, tmp_path: Path) -> None:
    books(tmp_path, "asha").mkdir()
    result = run("check")
    assert result.exit_code == 2
    assert "asha.json" in result.stderr
    assert "Is a directory" in result.stderr
    assert "ujala: sound" in result.stdout
