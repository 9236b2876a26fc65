"""What goes into a backup: all groups' books, what the line keeps, the settings; recordings if wanted."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

import msgspec

from ivr.backup.from_database import in_files
from ivr.books import GROUP_ID, group_ids
from ivr.clips import ENDING, FolderClips
from ivr.sections import Settings
from store.chain import START
from store.copies import Copy, copy_books
from store.errors import BooksError
from store.snapshot import Unsound, read_snapshot

FORMAT = "bol-sakhi-backup"
VERSION = 1
SETTINGS = "config.yaml"
NOT_KEPT = ("broken-off.json",)
"""What the line keeps for minutes: nobody would go on with it."""


class BackedUp(msgspec.Struct, frozen=True):
    """The books of one group."""

    id: str
    name: str
    members: int
    entries: int
    head: str
    """Hash of the last entry; zeros when there is none."""


class LeftOut(msgspec.Struct, frozen=True):
    """What could not be read."""

    what: str
    why: str


class Packed(msgspec.Struct, frozen=True):
    """One file of the backup."""

    path: str
    size: int
    """Bytes."""
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What a backup is and holds."""

    format: str
    version: int
    made_at: datetime
    by: str
    """The version of Sakhi."""
    host: str
    """The machine's name."""
    groups: tuple[BackedUp, ...]
    left_out: tuple[LeftOut, ...]
    recordings: bool
    """Whether it holds the recordings."""
    files: tuple[Packed, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file as it goes into the backup."""

    path: str
    """Where it lies there: "books/ujala.json"."""
    content: bytes
    changed: float
    """When it was written, seconds since 1970."""

    @property
    def written(self) -> datetime:
        """The same, timezone-aware."""
        return datetime.fromtimestamp(self.changed, UTC)


def gathered(
    settings: Settings, config: Path, recordings: bool, now: datetime
) -> tuple[Manifest, tuple[File, ...]]:
    """Everything, as it is now; what is damaged is left out and named. Raises DatabaseTrouble, OSError."""
    files: list[File] = []
    groups: list[BackedUp] = []
    left_out: list[LeftOut] = []
    with in_files(settings) as kept:
        for group in group_ids(kept):
            try:
                copy = copy_books(kept.books / f"{group}.json")
            except BooksError as error:
                left_out.append(LeftOut(f"the books of {group}", str(error)))
                continue
            groups.append(_backed_up(group, copy))
            files += (File(f"books/{name}", held, now.timestamp()) for name, held in copy.files.items())
        for path in _records(kept):
            content = path.read_bytes()
            try:
                read_snapshot(content)
            except Unsound as error:
                left_out.append(LeftOut(f"line/{path.name}", str(error)))
                continue
            files.append(File(f"line/{path.name}", content, now.timestamp()))
    files.append(File(SETTINGS, config.read_bytes(), now.timestamp()))
    if recordings:
        files += _recordings(settings, now)
    return _manifest(now, groups, left_out, recordings), tuple(files)


def _manifest(now: datetime, groups: list[BackedUp], left_out: list[LeftOut], recordings: bool) -> Manifest:
    by, host = version("bol-sakhi"), socket.gethostname()
    return Manifest(FORMAT, VERSION, now, by, host, tuple(groups), tuple(left_out), recordings)


def _backed_up(group: str, copy: Copy) -> BackedUp:
    told = [json.loads(doc) for doc in copy.tables.get("group", {}).values()]
    vouchers = list(copy.tables.get("vouchers", {}).values())
    return BackedUp(
        group,
        told[0]["name"] if told else "",
        len(copy.tables.get("members", {})),
        len(vouchers),
        json.loads(vouchers[-1])["hash"] if vouchers else START,
    )


def _records(settings: Settings) -> list[Path]:
    return sorted(path for path in settings.line_folder.glob("*.json") if path.name not in NOT_KEPT)


def _recordings(settings: Settings, now: datetime) -> Iterator[File]:
    """Those that may be kept still."""
    for folder in sorted(settings.clips.glob("*")):
        if not GROUP_ID.fullmatch(folder.name):
            continue
        for path, written in sorted(FolderClips(folder).written().items()):
            if path.suffix != ENDING or is_old(settings, written, now):
                continue
            # One may be erased at any time.
            with suppress(FileNotFoundError):
                yield File(f"clips/{folder.name}/{path.name}", path.read_bytes(), written.timestamp())


def is_old(settings: Settings, written: datetime, now: datetime) -> bool:
    """Whether the time of a recording is over."""
    return now - written > timedelta(days=settings.evidence.keep_days)
