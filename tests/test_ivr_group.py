"""`sakhi group add`, `list` and `pin`, from the command line to the books on the disk."""

import errno
import os
from pathlib import Path

import pytest
from group_kit import TWO, Run, books, group_command, listing, members, refused, with_ujala
from store_kit import Clock

from ivr.books import now
from store import durable
from store.entries import MeetingClosed, MeetingOpened, Missed
from store.ledger import Ledger
from store.people import Group
from store.pins import PinCheck
from store.tinydb import TinyVault


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return group_command(tmp_path)


@pytest.fixture
def ujala(run: Run) -> Run:
    return with_ujala(run)


def test_a_group_is_begun_in_paise_with_the_cap_of_the_settings(ujala: Run, tmp_path: Path) -> None:
    with TinyVault(books(tmp_path)) as vault:
        assert Ledger(vault, Clock()).group == Group("ujala", "उजाला समूह", 100_00, 2, 1000_00, number=1)


def test_a_group_may_have_a_cap_of_its_own(run: Run, tmp_path: Path) -> None:
    run("add", "asha", " आशा   समूह ", "--saving", "20", "--quorum", "5", "--cap", "99999")
    with TinyVault(books(tmp_path, "asha")) as vault:
        assert Ledger(vault, Clock()).group == Group("asha", "आशा समूह", 20_00, 5, 99999_00, number=1)


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


def test_groups_are_numbered_one_after_the_other(ujala: Run, tmp_path: Path) -> None:
    rules = ("--saving", "20", "--quorum", "5")
    ujala("add", "asha", "आशा", *rules, "--number", "7")
    ujala("add", "deep", "दीप", *rules)
    refused(ujala("add", "kiran", "किरण", *rules, "--number", "7"), "the group asha has the number 7 already")
    refused(ujala("number", "ujala", "8"), "the group deep has the number 8 already")
    assert ujala("number", "ujala", "99").stdout == "उजाला समूह has the number 99.\n"
    ujala("add", "kiran", "किरण", *rules)
    found = {}
    for group in ("ujala", "asha", "deep", "kiran"):
        with TinyVault(books(tmp_path, group)) as vault:
            found[group] = Ledger(vault, Clock()).group.number
    assert found == {"ujala": 99, "asha": 7, "deep": 8, "kiran": 0}
    assert "99" in ujala("list").stdout


def test_a_second_group_of_one_id_is_refused_and_the_first_kept(ujala: Run, tmp_path: Path) -> None:
    before = books(tmp_path).read_bytes()
    refused(ujala("add", "ujala", "और", "--saving", "1", "--quorum", "1"), "there is a group ujala already")
    assert books(tmp_path).read_bytes() == before


def test_lost_books_are_not_begun_anew_while_a_good_copy_is_there(ujala: Run, tmp_path: Path) -> None:
    ujala("import", "ujala", listing(tmp_path, TWO))
    books(tmp_path).unlink()
    refused(ujala("add", "ujala", "और", "--saving", "1", "--quorum", "1"), "there is a group ujala already")
    refused(
        ujala("import", "ujala", listing(tmp_path, TWO)), "the file is missing", "sakhi books repair ujala"
    )


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
    assert "the file is empty; `sakhi books repair" in result.stderr
    assert "`sakhi books repair ujala`" in result.stderr


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


def test_the_rule_for_fines_is_agreed_on_a_typed_yes(ujala: Run, tmp_path: Path) -> None:
    assert "has no rule for fines" in ujala("fines", "ujala").stdout
    assert ujala("fines", "ujala", "--late", "5", typed="no\n").exit_code == 2
    assert "has no rule for fines" in ujala("fines", "ujala").stdout
    agreed = ujala("fines", "ujala", "--late", "5", typed="yes\n").stdout
    assert "5.00 rupees for a late instalment, 0.00 for a meeting missed" in agreed
    agreed = ujala("fines", "ujala", "--absent", "2", typed="yes\n").stdout
    assert "5.00 rupees for a late instalment, 2.00 for a meeting missed" in agreed


def test_who_owes_a_fine_is_listed(ujala: Run, tmp_path: Path) -> None:
    ujala("import", "ujala", listing(tmp_path, TWO))
    ujala("fines", "ujala", "--absent", "2", typed="yes\n")
    with TinyVault(books(tmp_path)) as vault:
        ledger = Ledger(vault, now)
        ledger.post(MeetingOpened("M"), once="m")
        ledger.post(Missed("M", "m2"), once="away")
        ledger.post(MeetingClosed("M"), once="close")
    shown = ujala("fines", "ujala").stdout
    assert "Rita" in shown and "meeting missed" in shown and "Gita" not in shown
