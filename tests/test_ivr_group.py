"""`sakhi group`, from the command line to the books on the disk."""

import errno
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from store_kit import Clock

from ivr.__main__ import main
from ivr.settings import BESIDE_THE_PACKAGES
from store import durable
from store.ledger import Ledger
from store.people import Group, Member, PinCheck
from store.tinydb import TinyVault

HEADING = "number,name,spoken,phones,pin,consent\n"
TWO = HEADING + "1,Gita,गीता,9876543210,4071,yes\n2,Rita,रीता,,,no\n"

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`sakhi group ...` on a data folder of its own."""
    (tmp_path / "config.yaml").write_text("money: {cap: 1000}\n")

    def sakhi(*words: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(
            main, ["--config", str(tmp_path / "config.yaml"), "group", *words], input=typed
        )

    return sakhi


@pytest.fixture
def ujala(run: Run) -> Run:
    """The same, with a group."""
    done = run("add", "ujala", "उजाला समूह", "--saving", "100", "--quorum", "2")
    assert done.exit_code == 0, done.output
    return run


def books(folder: Path, group: str = "ujala") -> Path:
    return folder / "data" / "books" / f"{group}.json"


def members(folder: Path) -> tuple[Member, ...]:
    with TinyVault(books(folder)) as vault:
        return Ledger(vault, Clock()).members()


def listing(folder: Path, text: str) -> str:
    path = folder / "members.csv"
    path.write_text(text, encoding="utf-8")
    return str(path)


def refused(result: Result, *said: str) -> None:
    """Exit code 2, nothing on stdout, and one message on stderr that says all of `said`."""
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("sakhi: ")
    for words in said:
        assert words in result.stderr


def test_a_group_is_begun_in_paise_with_the_cap_of_the_settings(ujala: Run, tmp_path: Path) -> None:
    with TinyVault(books(tmp_path)) as vault:
        assert Ledger(vault, Clock()).group == Group("ujala", "उजाला समूह", 100_00, 2, 1000_00)


def test_a_group_may_have_a_cap_of_its_own(run: Run, tmp_path: Path) -> None:
    run("add", "asha", " आशा   समूह ", "--saving", "20", "--quorum", "5", "--cap", "99999")
    with TinyVault(books(tmp_path, "asha")) as vault:
        assert Ledger(vault, Clock()).group == Group("asha", "आशा समूह", 20_00, 5, 99999_00)


@pytest.mark.parametrize("group_id", ["../asha", "Asha", "", "आशा", "a/b", "x" * 41])
def test_an_id_that_cannot_name_a_file_everywhere_is_refused(run: Run, tmp_path: Path, group_id: str) -> None:
    refused(run("add", group_id, "आशा", "--saving", "20", "--quorum", "5"), "use a to z, 0 to 9 and hyphens")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--saving", "0", "--quorum", "5"), "--saving"),
        (("--saving", "9999999999", "--quorum", "5"), "--saving"),
        (("--saving", "20", "--quorum", "0"), "--quorum"),
        (("--saving", "20", "--quorum", "5", "--cap", "0"), "--cap"),
        (("--saving", "1001", "--quorum", "5"), "a saving of 1001 rupees is above the cap of 1000"),
        (("--saving", "20.5", "--quorum", "5"), "--saving"),
    ],
)
def test_rules_that_cannot_be_are_refused(
    run: Run, tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    result = run("add", "asha", "आशा", *options)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (tmp_path / "data").exists()


def test_a_group_needs_a_name(run: Run) -> None:
    refused(run("add", "asha", "  ", "--saving", "20", "--quorum", "5"), "a group has a name")


def test_a_second_group_of_one_id_is_refused_and_the_first_kept(ujala: Run, tmp_path: Path) -> None:
    before = books(tmp_path).read_bytes()
    refused(ujala("add", "ujala", "और", "--saving", "1", "--quorum", "1"), "there is a group ujala already")
    assert books(tmp_path).read_bytes() == before


def test_lost_books_are_not_begun_anew_while_a_good_copy_is_there(ujala: Run, tmp_path: Path) -> None:
    ujala("import", "ujala", listing(tmp_path, TWO))
    books(tmp_path).unlink()
    refused(ujala("add", "ujala", "और", "--saving", "1", "--quorum", "1"), "there is a group ujala already")
    refused(
        ujala("import", "ujala", listing(tmp_path, TWO)), "the file is missing", "sakhi books recover ujala"
    )


def test_members_are_imported_with_their_pins(ujala: Run, tmp_path: Path) -> None:
    result = ujala("import", "ujala", listing(tmp_path, TWO))
    assert result.exit_code == 0
    assert "1  Gita (गीता)" in result.stdout
    assert "Imported 2; the group has 2 members." in result.stdout
    assert "4071" not in result.output
    assert b"4071" not in books(tmp_path).read_bytes()
    assert members(tmp_path) == (
        Member("m1", 1, "Gita", "गीता", ("9876543210",), consent=True, has_pin=True),
        Member("m2", 2, "Rita", "रीता"),
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


def test_on_a_full_disk_no_group_is_begun(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr(f"{durable.__name__}.os.fsync", full)
        refused(run("add", "asha", "आशा", "--saving", "20", "--quorum", "5"), "No space left on device")
    assert not books(tmp_path, "asha").exists()
    assert run("add", "asha", "आशा", "--saving", "20", "--quorum", "5").exit_code == 0


@pytest.mark.parametrize("words", [("import", "asha", "x.csv"), ("list", "asha"), ("pin", "asha", "1")])
def test_a_group_that_is_not_there_is_told_with_those_that_are(ujala: Run, words: tuple[str, ...]) -> None:
    refused(ujala(*words), "there is no group 'asha'", "there are: ujala")


def test_without_any_group_it_is_told_how_to_add_one(run: Run) -> None:
    refused(run("list", "asha"), "there are no books in", "sakhi group add")
    assert "sakhi group add" in run("list").stdout


@pytest.mark.parametrize(("name", "said"), [("none.csv", "No such file"), (".", "Is a directory")])
def test_a_file_that_cannot_be_read_is_told(ujala: Run, tmp_path: Path, name: str, said: str) -> None:
    refused(ujala("import", "ujala", str(tmp_path / name)), str(tmp_path / name), said)


def test_books_in_use_are_told_with_the_process(ujala: Run, tmp_path: Path) -> None:
    with TinyVault(books(tmp_path)):
        refused(ujala("import", "ujala", listing(tmp_path, TWO)), f"in use by process {os.getpid()}")


def test_groups_and_members_are_listed(ujala: Run, tmp_path: Path) -> None:
    ujala("import", "ujala", listing(tmp_path, TWO))
    ujala("add", "asha", "[b]आशा", "--saving", "20", "--quorum", "5")
    groups = ujala("list").stdout
    for shown in ("ujala", "उजाला समूह", "100.00", "1,000.00", "asha", "[b]आशा"):
        assert shown in groups
    shown = ujala("list", "ujala").stdout
    assert "गीता" in shown
    assert "9876543210" in shown
    assert "4071" not in shown


def test_the_trouble_of_one_group_hides_no_other(ujala: Run, tmp_path: Path) -> None:
    ujala("import", "ujala", listing(tmp_path, TWO))
    ujala("add", "asha", "आशा", "--saving", "20", "--quorum", "5")
    books(tmp_path).write_bytes(b"")
    result = ujala("list")
    assert result.exit_code == 2
    assert "asha" in result.stdout
    assert "the file is empty; the last good copy is" in result.stderr
    assert "`sakhi books recover ujala`" in result.stderr


def test_a_pin_is_asked_for_twice_and_not_shown(ujala: Run, tmp_path: Path) -> None:
    ujala("import", "ujala", listing(tmp_path, TWO))
    result = ujala("pin", "ujala", "2", typed="0583\n0583\n")
    assert result.exit_code == 0
    assert "0583" not in result.output
    with TinyVault(books(tmp_path)) as vault:
        assert Ledger(vault, Clock()).check_pin("m2", "0583") is PinCheck.RIGHT


@pytest.mark.parametrize("digits", ["058", "05834", "abcd", "०५८३"])
def test_a_pin_that_is_not_four_digits_changes_nothing(ujala: Run, tmp_path: Path, digits: str) -> None:
    ujala("import", "ujala", listing(tmp_path, TWO))
    result = ujala("pin", "ujala", "2", typed=f"{digits}\n{digits}\n")
    assert result.exit_code == 2
    assert "a PIN is four digits; nothing was changed" in result.stderr
    assert not members(tmp_path)[1].has_pin


def test_a_pin_keyed_differently_the_second_time_is_asked_for_again(ujala: Run, tmp_path: Path) -> None:
    ujala("import", "ujala", listing(tmp_path, TWO))
    assert ujala("pin", "ujala", "2", typed="0583\n0584\n1111\n1111\n").exit_code == 0
    with TinyVault(books(tmp_path)) as vault:
        assert Ledger(vault, Clock()).check_pin("m2", "1111") is PinCheck.RIGHT


def test_a_pin_of_nobody_is_refused(ujala: Run) -> None:
    refused(ujala("pin", "ujala", "7"), "no member has the number 7", "sakhi group list ujala")
