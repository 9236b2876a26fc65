"""`sakhi books backup`: everything, in a file that was tried; nothing it meets destroys the last good one."""

import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest
from backup_kit import CLOCK, PASSPHRASE, Machine, at_each_step, furnished, kept
from group_kit import refused
from msgspec import structs

from ivr.backup.archive import unpacked
from ivr.backup.make import make
from ivr.backup.place import generations, name_of
from ivr.backup.seal import sealed, unsealed
from ivr.backup.state import due, last, series
from ivr.backup.trouble import BackupTrouble
from ivr.sections import Backup
from store import durable
from store.chain import seal
from store.entries import Saving
from store.ledger import Ledger
from store.tinydb import TinyVault

HOUSE = Path(__file__).resolve().parent.parent


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return furnished(tmp_path / "machine")


@pytest.fixture
def old(machine: Machine) -> Path:
    """A good backup of an earlier day, as far as its name goes."""
    own = machine.stick / name_of(_series(machine), datetime(2026, 1, 1, tzinfo=UTC), True)
    own.write_bytes(b"the last good one")
    return own


def _series(machine: Machine) -> str:
    return series(machine.settings())


def opened(path: Path) -> Any:
    return unpacked(unsealed(path.read_bytes(), PASSPHRASE))


def test_a_backup_holds_all_that_counts_under_a_manifest(machine: Machine) -> None:
    before = kept(machine)
    told = machine.backup("--with-recordings")
    assert told.exit_code == 0, told.output
    assert "ujala: 3 members, 4 entries\n" in told.stdout and "asha: 1 members, 0 entries\n" in told.stdout
    (path,) = machine.backups()
    assert f"{path}: " in told.stdout and "restored for trial and sound." in told.stdout
    assert path.stat().st_mode & 0o077 == 0
    manifest, files = opened(path)
    with machine.ledger() as ledger:
        head = ledger.vouchers[-1].hash
    assert [(group.id, group.entries) for group in manifest.groups] == [("asha", 0), ("ujala", 4)]
    assert manifest.groups[1].head == head
    assert (manifest.host, manifest.recordings, manifest.left_out) == (socket.gethostname(), True, ())
    found = {file.path: file.content for file in files}
    assert found.pop("config.yaml") == machine.config.read_bytes()
    del before[f"clips/ujala/{'b' * 32}.flac"]
    assert found == before
    assert last(machine.settings()).good == str(path)


def test_the_oldest_go_and_what_others_put_on_the_stick_stays(machine: Machine, old: Path) -> None:
    machine.set(keep=2)
    others = [machine.stick / "sakhi-000000-20250101T000000Z.age", machine.stick / "song.mp3"]
    for path in others:
        path.write_bytes(b"another's")
    second = old.with_name(name_of(_series(machine), datetime(2026, 1, 2, tzinfo=UTC), True))
    second.write_bytes(b"x")
    told = machine.backup()
    assert told.exit_code == 0, told.output
    assert f"Deleted the old {old.name}." in told.stdout
    assert not old.exists() and second.exists() and all(path.exists() for path in others)
    assert len(generations(machine.stick, _series(machine))) == 2


def test_damaged_books_are_named_the_others_are_backed_up_and_no_good_backup_goes(
    machine: Machine, old: Path
) -> None:
    machine.set(keep=1)
    machine.books("asha").write_bytes(b"")
    told = machine.backup()
    assert told.exit_code == 2
    assert "the books of asha was left out" in told.stderr and "the file is empty" in told.stderr
    assert old.exists()
    (path,) = machine.stick.glob("*-incomplete.age")
    manifest, files = opened(path)
    assert [group.id for group in manifest.groups] == ["ujala"]
    assert not [file.path for file in files if "clips" in file.path]
    assert last(machine.settings()).good_at is None and "asha" in last(machine.settings()).why


def test_books_that_break_a_law_are_backed_up_but_the_backup_is_not_good(machine: Machine, old: Path) -> None:
    with TinyVault(machine.books()) as vault:
        entry = Ledger(vault, CLOCK).vouchers[-1]
        vault.append(
            seal(structs.replace(entry, number=5, once="x", entry=Saving("M", "m1", 1), prev=entry.hash))
        )
    told = machine.backup()
    assert told.exit_code == 2 and "break a law: entry 5" in told.stderr
    assert old.exists() and len(list(machine.stick.glob("*-incomplete.age"))) == 1


def test_a_full_stick_is_told_and_the_last_good_backup_stays(
    machine: Machine, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write

    def refuse(handle: int, *words: Any) -> Any:
        if str(machine.stick) in str(Path(f"/proc/self/fd/{handle}").readlink()):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(handle, *words)

    with monkeypatch.context() as full:
        full.setattr(durable.os, "write", refuse)
        refused(machine.backup(), f"{machine.stick} is full: a backup takes", "The earlier backups are as")
    assert [path.name for path in machine.stick.iterdir()] == [old.name]
    assert "is full" in last(machine.settings()).why


def test_a_stick_that_gives_back_something_else_is_noticed(
    machine: Machine, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def forget(handle: int) -> None:
        real(handle)
        if ".part" in str(Path(f"/proc/self/fd/{handle}").readlink()):
            os.pwrite(handle, b"\0" * 10, 500)

    monkeypatch.setattr(durable.os, "fsync", forget)
    refused(machine.backup(), "gives back something else than was written; take another stick")
    assert [path.name for path in machine.stick.iterdir()] == [old.name]


def test_a_stick_that_cannot_be_written_or_is_not_there_is_told(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.set(folder=machine.stick / "none")
    refused(machine.backup(), "none is not there; plug the stick in")
    machine.set(other_disk="true")
    refused(machine.backup(), "is on the same disk as the books: the stick is not plugged in")
    assert "the stick is not plugged in" in last(machine.settings()).why
    machine.set()
    real = os.open

    def read_only(path: Any, flags: int, *words: Any, **named: Any) -> int:
        if flags & os.O_CREAT and str(machine.stick) in str(path):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return real(path, flags, *words, **named)

    monkeypatch.setattr(os, "open", read_only)
    refused(machine.backup(), "cannot be written (Read-only file system); is the stick locked")


def test_a_backup_to_another_disk_is_good(machine: Machine) -> None:
    shm = Path("/dev/shm")
    if not shm.is_dir() or shm.stat().st_dev == machine.data.stat().st_dev:
        pytest.skip("there is no second file system here")
    folder = shm / f"sakhi-test-{os.getpid()}"
    folder.mkdir()
    try:
        machine.set(folder=folder, other_disk="true")
        told = machine.backup()
        assert told.exit_code == 0 and "same disk" not in told.stdout
        assert len(list(folder.glob("*.age"))) == 1
    finally:
        shutil.rmtree(folder)


def test_the_passphrase_is_asked_for_twice_or_taken_from_a_file_of_ones_own(machine: Machine) -> None:
    told = machine.backup("--ask", typed="drei rote esel\ndrei rote igel\ndrei rote esel\ndrei rote esel\n")
    assert told.exit_code == 0, told.output
    assert "Whoever loses the passphrase loses the backup" in told.output
    assert pyrage.passphrase.decrypt(machine.backups()[0].read_bytes(), "drei rote esel")
    assert "too short" in machine.backup("--ask", typed="kurz\nkurz\n").stderr
    machine.passphrase.chmod(0o640)
    refused(machine.backup(), "others can read the passphrase", "chmod 600")
    machine.passphrase.write_text("")
    machine.passphrase.chmod(0o600)
    refused(machine.backup(), "is empty; its first line is the passphrase")
    refused(machine.backup("--passphrase-file", machine.stick / "none"), "cannot be read (No such file")


def test_whoever_has_another_passphrase_or_a_changed_file_is_refused() -> None:
    whole = sealed(os.urandom(70_000), PASSPHRASE)
    with pytest.raises(BackupTrouble, match="the passphrase is wrong"):
        unsealed(whole, PASSPHRASE + " ")
    for place, why in ((3, "no backup"), (24, "no backup"), (100, "no backup"), (-1, "damaged")):
        flipped = bytearray(whole)
        flipped[place] ^= 1
        with pytest.raises(BackupTrouble, match=why):
            unsealed(bytes(flipped), PASSPHRASE)
    for cut in (whole[:66_000], whole[:20], b""):
        with pytest.raises(BackupTrouble, match="damaged"):
            unsealed(cut, PASSPHRASE)


def test_a_backup_killed_anywhere_leaves_the_last_good_one_and_no_half_one(
    machine: Machine, old: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, bytes]] = []

    def look() -> None:
        there = {path.name: path.read_bytes() for path in machine.stick.iterdir()}
        if not seen or seen[-1] != there:
            seen.append(there)

    before = kept(machine)
    machine.set(keep=1)
    with at_each_step(monkeypatch, look):
        made = make(machine.settings(), machine.config, machine.stick, PASSPHRASE, recordings=False)
    look()
    whole = made.path.read_bytes()
    assert len(seen) >= 4
    for there in seen:
        named = {name: content for name, content in there.items() if name.endswith(".age")}
        assert named.get(old.name) == b"the last good one" or named == {made.path.name: whole}
        assert named.get(made.path.name, whole) == whole
    assert list(seen[-1]) == [made.path.name]
    assert kept(machine) == before


def test_a_killed_process_is_in_nobodys_way(machine: Machine) -> None:
    words = [sys.executable, "-m", "ivr", "--config", str(machine.config), "books", "backup"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    with subprocess.Popen(words, env=env | {"PYTHONPATH": str(HOUSE)}, stdout=subprocess.DEVNULL) as process:
        while not list(machine.stick.glob("*.part")) and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert machine.backups() == []
    assert machine.backup().exit_code == 0
    assert [path.suffix for path in machine.stick.iterdir()] == [".age"]
    assert not list(machine.data.glob("*.trial"))


NOW = datetime(2026, 11, 28, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("every", "at_hour", "ago", "is_due"),
    [
        (24, 2, timedelta(hours=10), False),
        (24, 2, timedelta(hours=11), True),
        (24, 13, timedelta(hours=23), False),
        (24, 12, timedelta(hours=1), True),
        (6, 0, timedelta(minutes=29), False),
        (6, 0, timedelta(minutes=31), True),
        (168, 2, timedelta(days=5), False),
        (168, 2, timedelta(days=6), True),
        (24, 2, timedelta(hours=-1), True),
    ],
)
def test_a_backup_is_due_once_its_hour_has_passed(
    every: int, at_hour: int, ago: timedelta, is_due: bool
) -> None:
    section = Backup(every=every, at_hour=at_hour)
    assert due(section, NOW - ago, NOW) is is_due
    assert due(section, None, NOW)


def test_only_when_it_is_due_is_one_made_by_itself(machine: Machine) -> None:
    assert machine.backup("--if-due").exit_code == 0
    assert len(machine.backups()) == 1
    told = machine.backup("--if-due")
    assert (told.exit_code, told.output, len(machine.backups())) == (0, "", 1)
    machine.config.write_text("")
    assert machine.backup("--if-due").exit_code == 0
    refused(machine.backup(), "say where to: --to FOLDER, or `backup.folder`")
