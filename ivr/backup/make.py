"""Makes a backup: copied while calls go on, encrypted, written, read back and tried before it counts."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from pwd import getpwuid

from ivr.backup import place, trial
from ivr.backup.archive import packed, unpacked
from ivr.backup.contents import File, Manifest, gathered
from ivr.backup.seal import sealed, unsealed
from ivr.backup.state import note_failed, note_good, series
from ivr.backup.trouble import BackupTrouble
from ivr.books import now
from ivr.sections import Settings
from store.durable import Lock, drop, make_folder
from store.errors import BooksError, BooksInUse

log = logging.getLogger(__name__)

TIMES_IN_MEMORY = 4
"""How often the content stands in memory at once: age by passphrase takes it in one piece."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made."""

    path: Path
    """Where it lies."""
    manifest: Manifest
    """What it holds."""
    size: int
    """Bytes."""
    trouble: tuple[str, ...]
    """What was left out or breaks a law; () when it is good."""
    dropped: tuple[Path, ...]
    """Older ones that were deleted."""


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Nobody else makes or restores a backup meanwhile. Raises BackupTrouble, DiskTrouble."""
    _check_owner(settings)
    make_folder(settings.data)
    try:
        lock = Lock(settings.data / "backup")
    except BooksInUse as error:
        raise BackupTrouble(f"process {error.owner} is making or restoring a backup; wait for it") from error
    try:
        yield
    finally:
        lock.release()


def _check_owner(settings: Settings) -> None:
    """What root would write, the service could not read."""
    if settings.data.exists() and (owner := settings.data.stat().st_uid) != os.geteuid():
        name = getpwuid(owner).pw_name
        raise BackupTrouble(f"{settings.data} belongs to {name}; run this as that user: `sudo -u {name} ...`")


def check_there(settings: Settings, folder: Path, *, other_disk: bool) -> None:
    """See that the folder is there and, where it must be, on another disk than the books.

    If not, that is kept as a backup that failed. Raises BackupTrouble.
    """
    why = ""
    if not place.is_there(folder):
        why = f"{folder} is not there; plug the stick in, or see to `backup.folder` in config.yaml"
    elif other_disk and place.on_the_same_disk(folder, settings.data):
        why = (
            f"{folder} is on the same disk as the books: the stick is not plugged in. If it is meant to be "
            f"there, set `backup.other_disk: false`"
        )
    if why:
        _note_failed(settings, why)
        raise BackupTrouble(why)


def make(settings: Settings, config: Path, folder: Path, passphrase: str, *, recordings: bool) -> Made:
    """Make a backup in `folder`. What comes of it is kept (`ivr.backup.state`).

    `config`: the file of the settings. Raises BackupTrouble, other BooksErrors, OSError: the backups in the
    folder are as they were then.
    """
    with alone(settings):
        try:
            made = _made(settings, config, folder, passphrase, recordings)
        except (BooksError, OSError) as error:
            _note_failed(settings, str(error))
            raise
        if made.trouble:
            _note_failed(settings, "; ".join(made.trouble))
        else:
            note_good(settings, made.manifest.made_at, made.path)
        return made


def _note_failed(settings: Settings, why: str) -> None:
    try:
        note_failed(settings, now(), why)
    except BooksError as error:
        log.warning("it could not be kept that the backup failed: %s", error)


def _made(settings: Settings, config: Path, folder: Path, passphrase: str, recordings: bool) -> Made:
    begun, own = now(), series(settings)
    manifest, files = gathered(settings, config, recordings, begun)
    if not manifest.groups and not manifest.left_out:
        raise BackupTrouble(f"there are no books in {settings.books}")
    _check_memory(files)
    content = sealed(packed(manifest, files), passphrase)
    part = place.write_part(folder, own, content)
    try:
        trouble = _trouble(settings, manifest, part, content, passphrase)
        path = place.take_name(part, place.name_of(own, begun, complete=not trouble))
    except (BooksError, OSError):
        drop(part)
        raise
    dropped = place.prune(folder, own, settings.backup.keep, path)
    return Made(path, manifest, len(content), trouble, tuple(dropped))


def _check_memory(files: tuple[File, ...]) -> None:
    """Rather no backup than that the machine ends the telephone line for want of memory."""
    size = sum(len(file.content) for file in files)
    there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if size * TIMES_IN_MEMORY > there:
        raise BackupTrouble(
            f"{size >> 20} MiB are too much for this machine's {there >> 20} MiB of memory; leave the "
            f"recordings out (`backup.recordings`), or keep them for fewer days (`evidence.keep_days`)"
        )


def _trouble(
    settings: Settings, manifest: Manifest, part: Path, content: bytes, passphrase: str
) -> tuple[str, ...]:
    """What is wrong with the books that the file holds, once they were really restored from it."""
    written = place.read_back(part)
    if written != content:
        raise BackupTrouble(f"{part.parent} gives back something else than was written; take another stick")
    found, files = unpacked(unsealed(written, passphrase))
    left_out = (f"{each.what} was left out: {each.why}" for each in manifest.left_out)
    return (*left_out, *trial.problems(found, files, settings.data / "backup.trial"))
