"""The folder or stick where backups lie: written whole under a new name, some generations kept.

Names sort by time, which is UTC's: `sakhi-4f1c22-20261128T204500Z.age`. The six digits are the machine's own,
so that several may share a stick. A backup in which something is missing or wrong ends in `-incomplete.age`.
"""

import os
import re
import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path

from ivr.backup.trouble import BackupTrouble
from store.durable import FULL, drop, flush_folder, write_out

ENDING = ".age"
INCOMPLETE = "-incomplete"
PART = ".part"


def name_of(series: str, at: datetime, complete: bool) -> str:
    """The name of a backup made at that moment."""
    return f"sakhi-{series}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}{'' if complete else INCOMPLETE}{ENDING}"


def write_part(folder: Path, series: str, content: bytes) -> Path:
    """Put the content into the folder, on the disk but not yet under its name. Raises BackupTrouble."""
    part = folder / f"sakhi-{series}{ENDING}{PART}"
    try:
        drop(part)
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            write_out(handle, content)
        finally:
            os.close(handle)
        return part
    except OSError as error:
        drop(part)
        raise BackupTrouble(_told(folder, error, len(content))) from error


def is_there(folder: Path) -> bool:
    """Whether there is such a folder; one that is mounted when it is looked at may fail to be."""
    try:
        return stat.S_ISDIR(folder.stat().st_mode)
    except OSError:
        return False


def _told(folder: Path, error: OSError, size: int) -> str:
    if not is_there(folder):
        return f"{folder} is not there; plug the stick in, or see to `backup.folder` in config.yaml"
    if error.errno in FULL:
        try:
            free = shutil.disk_usage(folder).free >> 10
        except OSError:
            free = 0
        return (
            f"{folder} is full: a backup takes {(size >> 10) + 1} KiB, {free} are free; delete what is not "
            f"needed there, or keep fewer (`backup.keep`). The earlier backups are as they were"
        )
    return (
        f"{folder} cannot be written ({error.strerror}); is the stick locked, broken or mounted for another "
        f"user? The earlier backups are as they were"
    )


def read_back(path: Path) -> bytes:
    """What a file holds, read from the disk itself where the system allows. Raises OSError."""
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return file.read()


def take_name(part: Path, name: str) -> Path:
    """Give a tried backup its name. Raises BackupTrouble."""
    path = part.with_name(name)
    try:
        if path.exists():
            raise BackupTrouble(f"{path} is there already; is the clock right?")
        part.rename(path)
        flush_folder(path)
    except OSError as error:
        raise BackupTrouble(_told(part.parent, error, 0)) from error
    return path


def generations(folder: Path, series: str, complete: bool = True) -> list[Path]:
    """The backups of this machine in the folder, the oldest first. Raises OSError."""
    ending = re.escape(("" if complete else INCOMPLETE) + ENDING)
    ours = re.compile(rf"sakhi-{re.escape(series)}-\d{{8}}T\d{{6}}Z{ending}")
    return sorted(path for path in folder.iterdir() if ours.fullmatch(path.name))


def prune(folder: Path, series: str, keep: int, newest: Path) -> list[Path]:
    """Delete the oldest of the kind of `newest`, so that `keep` are left; `newest` itself stays. Which.

    Raises OSError.
    """
    complete = not newest.name.endswith(INCOMPLETE + ENDING)
    others = [path for path in generations(folder, series, complete) if path != newest]
    old = others[: max(0, len(others) + 1 - keep)]
    for path in old:
        path.unlink(missing_ok=True)
    return old


def on_the_same_disk(folder: Path, data: Path) -> bool:
    """Whether both lie on one file system: then no stick is plugged in. Raises OSError."""
    return folder.stat().st_dev == data.stat().st_dev
