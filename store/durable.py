"""One small file that survives a power cut at any byte, a full disk and a second process.

A write goes to `<name>.new`, is flushed to the disk and then takes the name in one step; the generation
before stays as `<name>.good`. `<name>.lock` holds the process id of the one writer.
"""

import fcntl
import os
import shutil
from pathlib import Path

from store.errors import BooksInUse, DiskTrouble


def good_path(path: Path) -> Path:
    """Where the generation before is kept."""
    return path.with_name(f"{path.name}.good")


def fresh_path(path: Path) -> Path:
    """Where the next generation is written before it takes the name."""
    return path.with_name(f"{path.name}.new")


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` under `path`, keeping what was there as the good generation.

    When it returns, the content is on the disk. Raises DiskTrouble: the file is then as it was or,
    when only the last flush of the folder failed, new: look before writing again.
    """
    fresh = fresh_path(path)
    try:
        _write_out(fresh, content)
        if path.exists():
            _keep_good(path)
        fresh.replace(path)
        flush_folder(path)
    except OSError as error:
        _drop(fresh)
        raise DiskTrouble(path, error) from error


def create_file(path: Path, content: bytes) -> None:
    """Put `content` under the new name `path`: whole, or not at all.

    When it returns, the content is on the disk. Raises DiskTrouble: the name is then not there or,
    when only the last flush of the folder failed, whole.
    """
    fresh = fresh_path(path)
    try:
        _write_out(fresh, content)
        fresh.replace(path)
        flush_folder(path)
    except OSError as error:
        _drop(fresh)
        raise DiskTrouble(path, error) from error


def flush_folder(path: Path) -> None:
    """Make the names in the folder of `path` durable. Raises OSError."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write_out(fresh: Path, content: bytes) -> None:
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        left = memoryview(content)
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _keep_good(path: Path) -> None:
    spare = path.with_name(f"{path.name}.good.new")
    _drop(spare)
    try:
        os.link(path, spare)
    except OSError:
        # FAT cards and some network folders know no hard links.
        shutil.copyfile(path, spare)
        _flush(spare)
    spare.replace(good_path(path))


def _flush(path: Path) -> None:
    with path.open("rb+") as handle:
        os.fsync(handle.fileno())


def _drop(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        # A disk that refuses to delete too; the next write starts this file afresh.
        return


class Lock:
    """The right to write one file, held by one process until `release` or its end."""

    def __init__(self, path: Path) -> None:
        """Take the lock of the file at `path`. Raises BooksInUse with the owner's process id, DiskTrouble."""
        try:
            self._handle = os.open(
                path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
        except OSError as error:
            raise DiskTrouble(path, error) from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, str(os.getpid()).encode(), 0)
        except BlockingIOError as error:
            owner = os.pread(self._handle, 32, 0)
            os.close(self._handle)
            raise BooksInUse(path, int(owner) if owner.isdigit() else None) from error
        except OSError as error:
            os.close(self._handle)
            raise DiskTrouble(path, error) from error

    def release(self) -> None:
        """Let another process take it. A second call does nothing."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
