"""How long recordings stay: by a clock set by hand, on real files, with books that stay whole."""

import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from recordings_kit import CLOCK, Home

from ivr.books import opened
from ivr.retention import Tidied, daily, forget_spoken, tidy
from store.tinydb import TinyVault

DAY = timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def tidied(home: Home) -> Tidied:
    (done,) = tidy(home.settings, lambda group: opened(home.settings, group), CLOCK())
    return done


def test_a_recording_goes_after_its_time_and_its_entry_stays(home: Home) -> None:
    old = home.written(f"{home.names[0]}.flac", 31 * DAY)
    young = home.written(f"{home.names[1]}.flac", 29 * DAY)
    assert tidied(home) == Tidied("ujala", old=1, alone=0, left=1, trouble=None)
    assert (old.exists(), young.exists()) == (False, True)
    with home.books() as ledger:
        named = [voucher.evidence.clips for voucher in ledger.vouchers if voucher.evidence]
        assert named == [("", name) for name in home.names]
        assert ledger.saved_by("m1") == 300_00
    assert home.clips.sound(home.names[0]) is None


def test_a_recording_without_its_entry_goes_after_a_day(home: Home) -> None:
    for name in home.names:
        home.written(f"{name}.flac", DAY)
    sound = home.clips.sound(home.names[0])
    assert sound is not None
    (younger, older) = (home.clips.keep(sound) for _ in range(2))
    home.written(f"{younger}.flac", 0.9 * DAY)
    home.written(f"{older}.flac", 1.1 * DAY)
    assert tidied(home) == Tidied("ujala", old=0, alone=1, left=3, trouble=None)
    assert home.clips.sound(younger) is not None and home.clips.sound(older) is None


def test_a_piece_of_a_recording_that_was_broken_off_goes_too(home: Home) -> None:
    (home.settings.clips / "ujala" / f"{'a' * 32}.flac.new").write_bytes(b"fLaC")
    piece = home.written(f"{'a' * 32}.flac.new", 2 * DAY)
    for name in home.names:
        home.written(f"{name}.flac", 2 * DAY)
    assert tidied(home).alone == 1
    assert not piece.exists()


def test_while_the_books_are_in_use_only_what_is_too_old_goes(home: Home) -> None:
    old = home.written(f"{home.names[0]}.flac", 31 * DAY)
    home.written(f"{home.names[1]}.flac", 2 * DAY)
    with TinyVault(home.settings.books / "ujala.json"):
        done = tidied(home)
    assert (done.old, done.alone, done.left) == (1, 0, 1)
    assert done.trouble and "in use" in done.trouble
    assert not old.exists()


def test_of_a_group_without_books_nothing_young_goes(home: Home) -> None:
    home.written(f"{home.names[0]}.flac", 2 * DAY)
    home.written(f"{home.names[1]}.flac", 31 * DAY)
    for path in home.settings.books.iterdir():
        path.unlink()
    done = tidied(home)
    assert (done.old, done.alone, done.left) == (1, 0, 1)


def test_where_nothing_was_ever_kept_nothing_is_to_do(home: Home) -> None:
    for path in sorted(home.settings.clips.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    home.settings.clips.rmdir()
    assert tidy(home.settings, lambda group: opened(home.settings, group), CLOCK()) == ()


def test_broken_off_it_is_done_the_next_time(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in home.names:
        home.written(f"{name}.flac", 31 * DAY)
    unlink, gone = Path.unlink, list[Path]()

    def breaks(path: Path, missing_ok: bool = False) -> None:
        if path.suffix == ".flac":
            if gone:
                raise OSError(5, "Input/output error")
            gone.append(path)
        unlink(path, missing_ok)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", breaks)
        with pytest.raises(OSError, match="Input/output"):
            tidied(home)
    assert tidied(home).old == 1


def test_what_the_voice_keeps_ready_with_names_and_amounts_in_it_goes_too(home: Home) -> None:
    cache = home.settings.voice.cache
    cache.mkdir(parents=True)
    for days in (29, 31):
        (cache / f"{days}.wav").write_bytes(b"RIFF")
        at = (CLOCK() - days * DAY).timestamp()
        os.utime(cache / f"{days}.wav", (at, at))
    assert forget_spoken(home.settings, CLOCK() - 30 * DAY) == 1
    assert [path.name for path in cache.iterdir()] == ["29.wav"]


def test_it_is_done_every_day_whatever_went_wrong(caplog: pytest.LogCaptureFixture) -> None:
    times, thrice = [0], threading.Event()

    def work() -> None:
        times[0] += 1
        if times[0] == 3:
            thrice.set()
        raise OSError(28, "No space left on device")

    with daily(work, every=0.01):
        assert thrice.wait(10)
    assert "tried again tomorrow" in caplog.text


def test_the_command_says_what_it_deleted(home: Home) -> None:
    done = home.sakhi("clips", "tidy")
    assert done.exit_code == 0
    assert (
        done.stdout.startswith("ujala: deleted 0 old and 0 that no entry names; 2 stay.")
        or "old" in done.stdout
    )
