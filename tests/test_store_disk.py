"""Trouble on the disk: told plainly, nothing half-written, nothing confirmed that is not there."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from store_kit import Clock, begin
from tinydb import TinyDB

from store import durable
from store.durable import good_path
from store.entries import MeetingOpened, Saving
from store.errors import BooksInUse, DiskTrouble
from store.ledger import Ledger
from store.people import Newcomer
from store.tinydb import TinyVault, restore_last_good

CLOCK = Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Sound books: a group of three and an open meeting."""
    books = tmp_path / "ujala.json"
    with TinyVault(books) as vault:
        begin(vault, CLOCK).post(MeetingOpened("M"), once="m")
    return books


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    with TinyVault(path) as vault:
        yield Ledger(vault, CLOCK)


def files(path: Path) -> set[str]:
    return {item.name for item in path.parent.iterdir()}


def test_leftovers_of_a_power_cut_are_cleared(path: Path) -> None:
    path.with_name("ujala.json.new").write_bytes(b'{"half')
    path.with_name("ujala.json.good.new").write_bytes(b"half")
    with TinyVault(path) as vault:
        Ledger(vault, CLOCK).post(Saving("M", "m1", 100), once="s")
    assert files(path) == {"ujala.json", "ujala.json.good", "ujala.json.lock"}


def test_without_hard_links_the_good_copy_is_copied(
    ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    before = path.read_bytes()
    monkeypatch.setattr(os, "link", no_links)
    ledger.post(Saving("M", "m1", 100), once="s")
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
    ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    newcomers = [Newcomer(number, "नई") for number in range(4, 13)]
    before = path.read_bytes()
    with monkeypatch.context() as full:
        full.setattr(durable.os, call, refuse)
        with pytest.raises(DiskTrouble):
            ledger.add_members(newcomers)
    assert path.read_bytes() == before
    assert len(ledger.members()) == 3
    assert len(ledger.add_members(newcomers)) == 9
    with TinyDB(path) as stock:
        assert [member["number"] for member in stock.table("members")] == [*range(1, 13)]


def test_a_power_cut_leaves_all_newcomers_or_none(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = after_power_cuts(
        path,
        tmp_path,
        monkeypatch,
        lambda ledger: ledger.add_members([Newcomer(7, "नई"), Newcomer(8, "नई")]),
        lambda ledger: len(ledger.members()),
    )
    assert set(found) == {3, 5}


def test_when_only_the_folder_was_not_flushed_the_retry_finds_the_entry(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise OSError(errno.EIO, "folder")

    with monkeypatch.context() as broken:
        broken.setattr(durable, "flush_folder", refuse)
        with pytest.raises(DiskTrouble):
            ledger.post(Saving("M", "m1", 100), once="s")
    assert ledger.saved_by("m1") == 0
    assert ledger.post(Saving("M", "m1", 100), once="s").repeated
    assert ledger.saved_by("m1") == 100


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

    for target, name in ((Path, "unlink"), (Path, "read_bytes"), (durable.os, "ftruncate")):
        with monkeypatch.context() as broken:
            broken.setattr(target, name, refuse)
            with pytest.raises(DiskTrouble):
                TinyVault(path)
    path.write_bytes(b"")
    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", refuse)
        with pytest.raises(DiskTrouble):
            restore_last_good(path)
    restore_last_good(path)
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


class PowerCut(BaseException):
    """The end of everything, at one call to the system."""


def cut_at(moment: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the power fail just before the `moment`-th call that touches the disk; a write is torn in half."""
    left = [moment]

    def failing(call: Callable[..., Any], torn: bool) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] < 0:
                raise PowerCut
            if left[0] == 0:
                if torn:
                    call(args[0], args[1][: len(args[1]) // 2])
                raise PowerCut
            return call(*args, **kwargs)

        return step

    for owner, name in ((os, "open"), (os, "write"), (os, "fsync"), (os, "link"), (Path, "replace")):
        monkeypatch.setattr(owner, name, failing(getattr(owner, name), torn=name == "write"))
    monkeypatch.setattr(Path, "unlink", failing(Path.unlink, torn=False))


def after_power_cuts(
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    write: Callable[[Ledger], object],
    read: Callable[[Ledger], int],
) -> list[int]:
    """What `read` finds in the books after a power cut at each step of `write`, the earliest cut first."""
    found = []
    for moment in range(1, 40):
        folder = tmp_path / f"cut-{moment}"
        shutil.copytree(path.parent, folder, ignore=shutil.ignore_patterns("cut-*"))
        with TinyVault(folder / path.name) as vault:
            ledger = Ledger(vault, CLOCK)
            with monkeypatch.context() as power:
                cut_at(moment, power)
                try:
                    write(ledger)
                except PowerCut:
                    pass
                else:
                    break
        with TinyVault(folder / path.name) as vault:
            found.append(read(Ledger(vault, CLOCK)))
    assert len(found) > 5
    assert found == sorted(found)
    return found


def test_a_power_cut_at_any_step_leaves_the_books_before_or_after(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = after_power_cuts(
        path,
        tmp_path,
        monkeypatch,
        lambda ledger: ledger.post(Saving("M", "m1", 100), once="s"),
        lambda ledger: ledger.saved_by("m1"),
    )
    assert set(found) == {0, 100}
