"""`sakhi member` and `sakhi clips export`: consent, recordings to hear, a member forgotten, ears taught."""

import csv
from pathlib import Path

import numpy as np
import pytest
import soundfile
from recordings_kit import CLOCK, Home

from ivr.books import call_queue
from store.calls import Task
from store.durable import good_path
from store.entries import Reversal
from store.pins import PinCheck
from store.tinydb import TinyRecords
from store.tries import PhoneTries


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def consent(home: Home, member_id: str) -> tuple[bool | None, bool]:
    with home.books() as ledger:
        member = ledger.member(member_id)
        return member.consent, member.teaches


def test_consent_is_shown_and_written_down(home: Home) -> None:
    assert (
        "सीता: kept as sound: not asked; it may not teach"
        in home.sakhi("member", "consent", "ujala", "2").stdout
    )
    assert home.sakhi("member", "consent", "ujala", "2", "no").exit_code == 0
    assert consent(home, "m2") == (False, False)
    done = home.sakhi("member", "consent", "ujala", "2", "yes", "--training", "yes")
    assert "kept as sound: yes; it may teach" in done.stdout
    assert consent(home, "m2") == (True, True)
    home.sakhi("member", "consent", "ujala", "2", "no")
    assert consent(home, "m2") == (False, False)


def test_nothing_can_teach_that_is_not_kept(home: Home) -> None:
    done = home.sakhi("member", "consent", "ujala", "3", "--training", "yes")
    assert (done.exit_code, consent(home, "m3")) == (2, (None, False))
    assert "did not agree that anything is kept" in done.stderr


def test_recordings_are_listed_with_their_entries(home: Home) -> None:
    home.clips.drop(home.names[1])
    lines = home.sakhi("member", "clips", "ujala", "1").stdout.splitlines()
    rows = [line for line in lines if "saving" in line]
    assert len(rows) == 2
    assert "हाँ" in rows[0] and "kept" in rows[0] and "deleted" in rows[1]
    assert "No entry names a recording of सीता" in home.sakhi("member", "clips", "ujala", "2").stdout


def test_recordings_are_copied_out_to_be_heard(home: Home, tmp_path: Path) -> None:
    home.clips.drop(home.names[1])
    done = home.sakhi("member", "clips", "ujala", "1", "--to", str(tmp_path / "doubt"))
    (path,) = (tmp_path / "doubt").iterdir()
    assert path.name == "entry-3-2.wav" and "Copied 1 of 2" in done.stdout
    samples, rate = soundfile.read(path, dtype="int16")
    kept = home.clips.sound(home.names[0])
    assert kept is not None and rate == 8000 and np.array_equal(samples, kept.samples)
    assert path.stat().st_mode & 0o777 == 0o600


def test_only_her_recordings_are_erased_when_that_is_said(home: Home) -> None:
    done = home.sakhi("member", "erase", "ujala", "1", "--recordings", typed="y\n")
    assert "Deleted 2 recordings; no more are kept" in done.stdout
    assert [home.clips.sound(name) for name in home.names] == [None, None]
    with home.books() as ledger:
        assert ledger.member("m1").consent is False
        assert ledger.saved_by("m1") == 300_00


def test_who_has_money_here_is_not_erased(home: Home) -> None:
    done = home.sakhi("member", "erase", "ujala", "1", "--yes")
    assert done.exit_code == 2
    assert "has savings or a loan" in done.stderr
    assert home.clips.sound(home.names[0]) is not None
    with home.books() as ledger:
        assert ledger.member("m1").has_pin


def test_a_no_erases_nothing(home: Home) -> None:
    assert home.sakhi("member", "erase", "ujala", "3", typed="n\n").exit_code == 1
    with home.books() as ledger:
        assert len(ledger.members()) == 3


def test_a_member_who_has_left_is_forgotten(home: Home) -> None:
    with home.books() as ledger:
        for voucher in ledger.vouchers[2:]:
            ledger.post(Reversal(voucher.number, "wrong"), once=f"undo {voucher.number}")
    queue = call_queue(home.settings)
    queue.add([Task("t1", "ujala", "9876500001", "m1", "remind", (), CLOCK())])
    queue.add([Task("t2", "ujala", "9876500002", "m2", "remind", (), CLOCK())])
    for phone in ("9876500001", "9876500002"):
        PhoneTries(_tries(home), phone, CLOCK).tried("ujala/m1", lambda: PinCheck.WRONG)
    home.settings.voice.cache.mkdir(parents=True)
    (home.settings.voice.cache / "her-balance.wav").write_bytes(b"RIFF")
    done = home.sakhi("member", "erase", "ujala", "1", typed="y\n")
    assert done.exit_code == 0, done.output
    assert list(home.settings.voice.cache.iterdir()) == []
    assert list(_tries(home).all()) == ["9876500002"]
    assert "Deleted 2 recordings, 1 calls, her name, telephones and PIN." in done.stdout
    assert "under the id m1" in done.stdout
    assert [home.clips.sound(name) for name in home.names] == [None, None]
    assert [task.member_id for task in queue.tasks()] == ["m2"]
    books = home.settings.books / "ujala.json"
    for kept in (books, good_path(books), *home.settings.line_folder.glob("*.json*")):
        assert not [word for word in ("राधा", "9876500001") if word in kept.read_text(encoding="utf-8")], kept
    with home.books() as ledger:
        assert [member.id for member in ledger.members()] == ["m2", "m3"]
        assert ledger.pretend().vouchers == ledger.vouchers
    assert "no member has the number 1" in home.sakhi("member", "erase", "ujala", "1", "--yes").stderr


def _tries(home: Home) -> TinyRecords:
    return TinyRecords(home.settings.line_folder / "tries.json")


def manifest(folder: Path) -> list[dict[str, str]]:
    with (folder / "manifest.tsv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_only_who_agreed_to_it_teaches_the_ears(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "teach"
    done = home.sakhi("clips", "export", str(folder), "--for-training")
    assert done.exit_code == 2 and "nothing to copy" in done.stderr
    home.sakhi("member", "consent", "ujala", "1", "--training", "yes")
    with home.books() as ledger:
        ledger.set_consent("m2", True)
        home.saved(ledger, 50, "m2")
    assert "Copied 2 recordings" in home.sakhi("clips", "export", str(folder), "--for-training").stdout
    rows = manifest(folder)
    assert [row["transcript"] for row in rows] == ["हाँ", "हाँ"]
    assert {row["split"] for row in rows} == {"train"}
    assert len({row["speaker"] for row in rows}) == 1
    assert all((folder / row["path"]).stat().st_size for row in rows)
    written = (folder / "manifest.tsv").read_text(encoding="utf-8")
    assert not [word for word in ("राधा", "m1", "9876500001") if word in written]


def test_what_was_reversed_or_not_understood_teaches_nothing(home: Home, tmp_path: Path) -> None:
    home.sakhi("member", "consent", "ujala", "1", "--training", "yes")
    with home.books() as ledger:
        ledger.post(Reversal(3, "wrong"), once="undo")
        home.saved(ledger, 70, heard="सौ / [unk] हाँ")
    home.sakhi("clips", "export", str(tmp_path / "teach"), "--for-training")
    assert len(manifest(tmp_path / "teach")) == 1


def test_one_speaker_in_five_measures_what_came_out(home: Home, tmp_path: Path) -> None:
    with home.books() as ledger:
        for number in range(4, 9):
            her = ledger.add_member(number, f"बहन {number}", consent=True)
            home.saved(ledger, number, her.id)
    for number in range(4, 9):
        home.sakhi("member", "consent", "ujala", str(number), "--training", "yes")
    home.sakhi("clips", "export", str(tmp_path / "teach"), "--for-training")
    assert sorted(row["split"] for row in manifest(tmp_path / "teach")) == ["test", *["train"] * 4]


def test_a_folder_that_is_not_empty_is_refused(home: Home, tmp_path: Path) -> None:
    (tmp_path / "teach").mkdir()
    (tmp_path / "teach" / "something").touch()
    done = home.sakhi("clips", "export", str(tmp_path / "teach"), "--for-training")
    assert done.exit_code == 2 and "is not empty" in done.stderr
