"""Trouble on the disk: told plainly, nothing half-written, nothing confirmed that is not there."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from store_kit import GROUP, Clock, sound_books
from tinydb import TinyDB

from store import durable, journalled
from store.durable import good_path
from store.entries import Saving
from store.errors import BooksInUse, DiskTrouble
from store.ledger import Ledger
from store.people import Newcomer
from store.repair import repair
from store.tinydb import TinyVault

CLOCK = Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Sound books: a group of three and an open meeting."""
    return sound_books(tmp_path, CLOCK)


@pytest.fixture
def vault(path: Path) -> Iterator[TinyVault]:
    with TinyVault(path) as opened:
        yield opened


@pytest.fixture
def ledger(vault: TinyVault) -> Ledger:
    return Ledger(vault, CLOCK)


def files(path: Path) -> set[str]:
    return {item.name for item in path.parent.iterdir()}


def test_leftovers_of_a_power_cut_are_cleared(path: Path) -> None:
    path.with_name("ujala.json.new").write_bytes(b'{"half')
    path.with_name("ujala.json.good.new").write_bytes(b"half")
    with TinyVault(path) as vault:
        Ledger(vault, CLOCK).post(Saving("M", "m1", 100), once="s")
    assert {name for name in files(path) if "journal" not in name} == {
        "ujala.json",
        "ujala.json.good",
        "ujala.json.confirmed",
        "ujala.json.lock",
    }


def test_without_hard_links_the_good_copy_is_copied(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    before = path.read_bytes()
    monkeypatch.setattr(os, "link", no_links)
    with TinyVault(path) as vault:
        Ledger(vault, CLOCK).post(Saving("M", "m1", 100), once="s")
        vault.compact()
    assert good_path(path).read_bytes() == before


@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT])
def test_a_refusing_disk_leaves_everything_as_it_was(
    ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    before = path.read_bytes()
    with monkeypatch.context() as broken:
        broken.setattr(durable.os, call, refuse)
        with pytest.raises(DiskTrouble) as caught:
            ledger.post(Saving("M", "m1", 100), once="s")
        assert caught.value.os_error.errno == code
    assert path.read_bytes() == before
    assert "ujala.json.new" not in files(path)
    assert ledger.saved_by("m1") == 0
    assert not ledger.post(Saving("M", "m1", 100), once="s").repeated
    assert ledger.saved_by("m1") == 100


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_on_a_full_disk_no_newcomer_is_taken_in_and_with_room_all_are(
    vault: TinyVault, path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    ledger = Ledger(vault, CLOCK)

    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    newcomers = [Newcomer(number, "नई") for number in range(4, 13)]
    with monkeypatch.context() as full:
        full.setattr(durable.os, call, refuse)
        with pytest.raises(DiskTrouble):
            ledger.add_members(newcomers)
    assert len(ledger.members()) == 3
    assert len(ledger.add_members(newcomers)) == 9
    vault.compact()
    with TinyDB(path) as stock:
        assert [member["number"] for member in stock.table("members")] == [*range(1, 13)]


def test_when_only_the_folder_was_not_flushed_nothing_is_confirmed_and_the_retry_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise OSError(errno.EIO, "folder")

    with TinyVault(tmp_path / "ujala.json") as vault:
        with monkeypatch.context() as broken:
            broken.setattr(durable, "flush_folder", refuse)
            with pytest.raises(DiskTrouble):
                Ledger.found(vault, GROUP, CLOCK)
        ledger = Ledger.found(vault, GROUP, CLOCK)
        with monkeypatch.context() as broken:
            broken.setattr(journalled, "flush_folder", refuse)
            with pytest.raises(DiskTrouble):
                ledger.add_member(1, "राधा")
        assert ledger.members() == ()
        ledger.add_member(1, "राधा")
    with TinyVault(tmp_path / "ujala.json") as vault:
        assert len(Ledger(vault, CLOCK).members()) == 1


def test_while_the_disk_stays_broken_nothing_is_confirmed(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.EIO, "disk")

    with monkeypatch.context() as broken:
        broken.setattr(durable.os, "fsync", refuse)
        for _ in range(2):
            with pytest.raises(DiskTrouble):
                ledger.post(Saving("M", "m1", 100), once="s")
            with pytest.raises(DiskTrouble):
                ledger.add_member(7, "नई")
            with pytest.raises(DiskTrouble):
                ledger.update_group(ledger.group)
    assert len(ledger.members()) == 3
    ledger.set_pin("m1", "1234")
    ledger.add_member(7, "नई")


def test_a_disk_that_cannot_even_delete_is_still_told_plainly(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> Any:
        raise OSError(errno.EROFS, "read-only")

    with monkeypatch.context() as broken:
        broken.setattr(durable.os, "write", refuse)
        broken.setattr(Path, "unlink", refuse)
        with pytest.raises(DiskTrouble):
            ledger.post(Saving("M", "m1", 100), once="s")
    assert not ledger.post(Saving("M", "m1", 100), once="s").repeated


def test_opening_on_a_broken_disk_is_told_and_lets_go_of_the_lock(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> Any:
        raise OSError(errno.EIO, "disk")

    for target, name in ((Path, "read_bytes"), (durable.os, "pwrite"), (durable.os, "fsync")):
        with monkeypatch.context() as broken:
            broken.setattr(target, name, refuse)
            with pytest.raises(DiskTrouble):
                TinyVault(path)
    path.write_bytes(b"")
    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", refuse)
        with pytest.raises(DiskTrouble):
            repair(path)
    repair(path)
    vault = TinyVault(path)
    vault.close()
    vault.close()
    TinyVault(path).close()


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(DiskTrouble, match="No such file"):
        TinyVault(tmp_path / "nowhere" / "ujala.json")


def test_a_second_opening_names_the_owner(ledger: Ledger, path: Path) -> None:
    with pytest.raises(BooksInUse) as caught:
        TinyVault(path)
    assert caught.value.owner == os.getpid()
    path.with_name("ujala.json.lock").write_text("?")
    with pytest.raises(BooksInUse, match="another process"):
        TinyVault(path)
