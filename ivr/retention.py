"""How long recordings stay: their time, or a day where no entry came to name them. Entries stay for good."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ivr.books import GROUP_ID, group_ids
from ivr.clips import ENDING, FolderClips, written_at
from ivr.sections import Settings
from store.chain import Voucher
from store.errors import BooksError
from store.ledger import Ledger

log = logging.getLogger(__name__)

ALONE = timedelta(days=1)
"""How long a recording may wait for the entry that names it: a call may have broken off between the two."""
BETWEEN = 24 * 60 * 60.0
"""Seconds from one tidying to the next while the line is open."""

Taken = Callable[[str], AbstractContextManager[Ledger]]
"""Opens the books of a group. Raises BooksError."""


@dataclass(frozen=True, slots=True)
class Tidied:
    """What was tidied in one group."""

    group: str
    """Its id."""
    old: int
    """Recordings deleted because their time was over."""
    alone: int
    """Recordings deleted that no entry names, and pieces of some that were never whole."""
    left: int
    """Files that stay."""
    trouble: str | None
    """Why its books could not be read, so that only what was too old could go; None when they were."""


def tidy(settings: Settings, taken: Taken, now: datetime) -> tuple[Tidied, ...]:
    """Delete what is to be kept no longer, group by group. It may be broken off anywhere. Raises OSError."""
    try:
        folders = sorted(path for path in settings.clips.iterdir() if GROUP_ID.fullmatch(path.name))
    except FileNotFoundError:
        return ()
    keep = timedelta(days=settings.evidence.keep_days)
    return tuple(_tidied(settings, taken, folder, now, keep) for folder in folders)


def _tidied(settings: Settings, taken: Taken, folder: Path, now: datetime, keep: timedelta) -> Tidied:
    named, trouble = _named(settings, taken, folder.name)
    old = alone = left = 0
    for path, written in FolderClips(folder).written().items():
        if now - written > keep:
            old += 1
        elif named is not None and path.name not in named and now - written > ALONE:
            alone += 1
        else:
            left += 1
            continue
        path.unlink(missing_ok=True)
    return Tidied(folder.name, old, alone, left, trouble)


def _named(settings: Settings, taken: Taken, group: str) -> tuple[set[str] | None, str | None]:
    """The files that entries name; None, and why, when that can't be told."""
    if group not in group_ids(settings):
        return None, "there are no books of it"
    try:
        with taken(group) as ledger:
            return {f"{name}{ENDING}" for v in ledger.vouchers for name in named_by(v)}, None
    except BooksError as error:
        return None, str(error)


def forget_spoken(settings: Settings, before: datetime) -> int:
    """Delete the prompts that the voice has kept since before that moment: names and amounts are among them.

    How many; what is said again is made anew. Raises OSError.
    """
    old = [path for path in settings.voice.cache.glob("*.wav") if written_at(path) < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def named_by(voucher: Voucher) -> tuple[str, ...]:
    """The recordings that belong to an entry: what it is itself about, and what was said for it."""
    said = voucher.evidence.clips if voucher.evidence else ()
    return tuple(filter(None, (getattr(voucher.entry, "clip", None), *said)))


@contextmanager
def daily(work: Callable[[], object], every: float = BETWEEN) -> Iterator[None]:
    """Do the work now and every day until the end, beside whatever else goes on. What it raises is logged."""
    over = threading.Event()

    def keep_on() -> None:
        while True:
            try:
                work()
            except Exception:
                log.exception("old recordings could not be deleted; it is tried again tomorrow")
            if over.wait(every):
                return

    thread = threading.Thread(target=keep_on, name="tidying")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
