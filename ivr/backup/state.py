"""When the last good backup was made, why the last try failed, and whether the next one is due."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex

from ivr.sections import Backup, Settings
from store.chain import Record
from store.errors import BooksError
from store.tinydb import TinyRecords

_KEY = "backup"


@dataclass(frozen=True, slots=True)
class Last:
    """What is known of this machine's backups."""

    good_at: datetime | None = None
    """When the last good one was made; None when none was."""
    good: str = ""
    """Where it was put."""
    failed_at: datetime | None = None
    """When the last try failed; None when it did not."""
    why: str = ""
    """Why."""

    def age(self, now: datetime) -> timedelta | None:
        """How old the last good one is; None when there is none."""
        return now - self.good_at if self.good_at else None


def last(settings: Settings) -> Last:
    """What is known. Raises DamagedBooks, DiskTrouble."""
    if not _path(settings).exists():
        return Last()
    kept = TinyRecords(_path(settings)).all().get(_KEY, {})
    good_at, failed_at = (
        datetime.fromisoformat(kept[name]) if kept.get(name) else None for name in ("good_at", "failed_at")
    )
    return Last(good_at, kept.get("good", ""), failed_at, kept.get("why", ""))


def series(settings: Settings) -> str:
    """Six digits that tell this machine's backups from others' on one stick: drawn once.

    Raises DamagedBooks, DiskTrouble, BooksInUse.
    """
    kept = TinyRecords(_path(settings)).change(_KEY, lambda there: there or {"series": token_hex(3)})
    assert kept is not None
    return str(kept["series"])


def note_good(settings: Settings, at: datetime, path: Path) -> None:
    """A good one was made. Raises DamagedBooks, DiskTrouble, BooksInUse."""
    _note(settings, {"good_at": at.isoformat(), "good": str(path), "failed_at": None, "why": ""})


def note_failed(settings: Settings, at: datetime, why: str) -> None:
    """One failed. Raises DamagedBooks, DiskTrouble, BooksInUse."""
    _note(settings, {"failed_at": at.isoformat(), "why": why})


def _note(settings: Settings, what: Record) -> None:
    TinyRecords(_path(settings)).change(_KEY, lambda there: {**(there or {"series": token_hex(3)}), **what})


def seconds_old(settings: Settings, now: datetime) -> float:
    """How old the last good backup is; not a number when there is none, or when that can't be read now."""
    try:
        age = last(settings).age(now)
    except BooksError:
        return math.nan
    return math.nan if age is None else age.total_seconds()


def _path(settings: Settings) -> Path:
    return settings.data / "backup.json"


def due(section: Backup, good_at: datetime | None, now: datetime) -> bool:
    """Whether a backup should have been made since the last good one.

    The moments are `every` hours apart, and one is at `at_hour`. One from a future that is none is no excuse.
    """
    if good_at is None or good_at > now:
        return True
    here = now.replace(tzinfo=None)
    begin, every = datetime.min + timedelta(hours=section.at_hour), timedelta(hours=section.every)  # noqa: DTZ901
    moment = begin + (here - begin) // every * every
    return good_at.astimezone(now.tzinfo).replace(tzinfo=None) < moment
