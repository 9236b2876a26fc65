"""One small file that survives a power cut at any byte, a full disk and a second process.

A write goes to `<name>.new`, is flushed to the disk and then takes the name in one step; the generation
before stays as `<name>.good`. `<name>.lock` holds the process id of the one writer.
"""

import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from store.errors import BooksInUse, DiskTrouble

FLUSH_EVERY = 256 * 1024
"""Bytes of a long file after which it is flushed, so that nobody else's flush has to wait for all of it."""
LONGEST_REST = 0.05
"""Seconds between two such flushes, at most."""
FULL = (errno.ENOSPC, errno.EDQUOT)
"""How a full disk refuses."""


def good_path(path: Path) -> Path:
    """Where the generation before is kept."""
    return path.with_name(f"{path.name}.good")


def fresh_path(path: Path) -> Path:
    """Where the next generation is written before it takes the name."""
    return path.with_name(f"{path.name}.new")


def write_out(handle: int, content: bytes) -> None:
    """Write all of it and flush it to the disk. Raises OSError; then nothing is known of what was written."""
    write_all(handle, content)
    os.fsync(handle)


def write_all(handle: int, content: bytes) -> None:
    """Write all of it, not flushed yet. Raises OSError."""
    left = memoryview(content)
    while left:
        left = left[os.write(handle, left) :]


def journal_path(path: Path, generation: int) -> Path:
    """Where the journal of this number is kept."""
    return path.with_name(f"{path.name}.journal-{generation}")


def journals(path: Path) -> list[int]:
    """The numbers of the journals there are, in order."""
    start = f"{path.name}.journal-"
    ends = (each.name.removeprefix(start) for each in path.parent.glob(f"{start}*"))
    return sorted(int(end) for end in ends if end.isdigit())


def slot_path(path: Path) -> Path:
    """Where it is kept how far the journal is confirmed."""
    return path.with_name(f"{path.name}.confirmed")


def files_of(path: Path) -> list[Path]:
    """Every file of the books at `path` there is, without the lock."""
    named = [path, good_path(path), fresh_path(path), slot_path(path)]
    return [*filter(Path.exists, named), *(journal_path(path, number) for number in journals(path))]


def put_aside(path: Path, folder: Path) -> None:
    """Move the files of closed books into `folder`, the one at `path` first: without it they are no books.

    What lies there under the same names gives way. Broken off, it can be done again. Raises DiskTrouble.
    """
    make_folder(folder)
    try:
        if path.exists():
            for old in files_of(folder / path.name):
                old.unlink()
        for each in files_of(path):
            each.replace(folder / each.name)
            flush_folder(folder / each.name)
            flush_folder(path)
    except OSError as error:
        raise DiskTrouble(path, error) from error


def changed_at(path: Path) -> float:
    """When the books at `path` were changed last, seconds since 1970. Raises OSError when there are none."""
    slot = slot_path(path)
    return max(path.stat().st_mtime, slot.stat().st_mtime if slot.exists() else 0.0)


def replace_file(
    path: Path, pieces: Iterable[bytes], swap: AbstractContextManager[object] | None = None
) -> None:
    """Put `pieces` under `path`, keeping what was there as the good generation.

    Only the two renames are done within `swap`. When it returns, the content is on the disk. Raises
    DiskTrouble: the file is then as it was or, when only the last flush of the folder failed, new.
    """
    fresh, spare = fresh_path(path), path.with_name(f"{path.name}.good.new")
    try:
        _write_pieces(fresh, pieces)
        there = path.exists()
        if there:
            copy_file(path, spare)
        with swap or nullcontext():
            if there:
                spare.replace(good_path(path))
            fresh.replace(path)
        flush_folder(path)
    except OSError as error:
        drop(fresh)
        drop(spare)
        raise DiskTrouble(path, error) from error


def make_folder(folder: Path) -> None:
    """Make a folder for its owner's eyes alone, and the missing ones above it; they are on the disk then.

    Raises DiskTrouble.
    """
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in missing:
            flush_folder(path)
    except OSError as error:
        raise DiskTrouble(folder, error) from error


def create_file(path: Path, content: bytes) -> None:
    """Put `content` under the new name `path`: whole, or not at all.

    When it returns, the content is on the disk. Raises DiskTrouble: the name is then not there or,
    when only the last flush of the folder failed, whole.
    """
    fresh = fresh_path(path)
    try:
        _write_pieces(fresh, [content])
        fresh.replace(path)
        flush_folder(path)
    except OSError as error:
        drop(fresh)
        raise DiskTrouble(path, error) from error


def flush_folder(path: Path) -> None:
    """Make the names in the folder of `path` durable. Raises OSError."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write_pieces(fresh: Path, pieces: Iterable[bytes]) -> None:
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        unflushed, began = 0, time.monotonic()
        for piece in pieces:
            write_all(handle, piece)
            unflushed += len(piece)
            if unflushed >= FLUSH_EVERY:
                os.fsync(handle)
                # Half of the disk's time is left to whoever waits for an entry.
                time.sleep(min(LONGEST_REST, time.monotonic() - began))
                unflushed, began = 0, time.monotonic()
        os.fsync(handle)
    finally:
        os.close(handle)


def copy_file(path: Path, spare: Path) -> None:
    """Put what `path` holds under another name too. Raises OSError."""
    drop(spare)
    try:
        os.link(path, spare)
    except OSError:
        # FAT cards and some network folders know no hard links.
        shutil.copyfile(path, spare)
        _flush(spare)


def _flush(path: Path) -> None:
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())


def drop(path: Path) -> None:
    """Delete a file that nobody needs, when the disk lets us."""
    try:
        path.unlink()
    except OSError:
        # Not there, or a disk that refuses to delete too; whoever needs the name starts the file afresh.
        return


class Lock:
    """The right to write one file, held by one process until `release` or its end."""

    def __init__(self, path: Path) -> None:
        """Take the lock of the file at `path`. Raises BooksInUse with the owner's process id, DiskTrouble."""
        self.writable = True
        """False when the disk is mounted read-only: nothing can be written, and nobody else can either."""
        name = path.with_name(f"{path.name}.lock")
        try:
            self._handle = self._opened(name)
        except OSError as error:
            raise DiskTrouble(path, error) from error
        if self._handle < 0:
            return
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._sign()
        except BlockingIOError as error:
            owner = os.pread(self._handle, 32, 0).strip()
            os.close(self._handle)
            raise BooksInUse(path, int(owner) if owner.isdigit() else None) from error
        except OSError as error:
            os.close(self._handle)
            raise DiskTrouble(path, error) from error

    def _opened(self, name: Path) -> int:
        try:
            return os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            if error.errno != errno.EROFS:
                raise
        self.writable = False
        return os.open(name, os.O_RDONLY | os.O_CLOEXEC) if name.exists() else -1

    def _sign(self) -> None:
        if not self.writable:
            return
        try:
            # In place, so that a full disk does not hinder it.
            os.pwrite(self._handle, f"{os.getpid():<32}".encode(), 0)
        except OSError as error:
            if error.errno not in FULL:
                raise

    def release(self) -> None:
        """Let another process take it. A second call does nothing."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
