"""The files of a group's books as they were at one moment, read while another process may write them.

No lock is taken, so nobody waits. What is read can be put together because a snapshot never changes under its
name, a journal only grows, and each says what it follows: what does not fit is read again.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from store.durable import journal_path, journals, slot_path
from store.errors import DamagedBooks, DiskTrouble
from store.journal import lead_on, place_in
from store.snapshot import Docs, Unsound, read_snapshot

TRIES = 10
"""How often books are read that change meanwhile, until they count as damaged."""
BETWEEN = 0.05
"""Seconds between two tries: a snapshot takes its name in less."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Books as they were at one moment."""

    files: dict[str, bytes]
    """File name → content: the snapshot, the journals since, and how far they are confirmed."""
    tables: dict[str, Docs]
    """What they hold."""


def copy_books(path: Path) -> Copy:
    """All that was confirmed in the books at `path` before this was called, and some of what came since.

    An entry that is just being written is there whole or not at all. Raises DamagedBooks, DiskTrouble.
    """
    for left in reversed(range(TRIES)):
        try:
            return _copied(path)
        except (Unsound, FileNotFoundError) as error:
            if not left:
                raise DamagedBooks(path, str(error)) from error
        except OSError as error:
            raise DiskTrouble(path, error) from error
        time.sleep(BETWEEN)
    raise AssertionError("not reached")


def _copied(path: Path) -> Copy:
    # In this order: the journals reach at least as far as the slot that was read before them, and each but
    # the last was complete when the next one was there.
    slot = slot_path(path).read_bytes() if slot_path(path).exists() else b""
    content = path.read_bytes()
    snapshot = read_snapshot(content)
    files, numbers = {path.name: content}, journals(path)
    if snapshot.follows is None:
        if numbers:
            raise Unsound("the file is older than the journal beside it")
        return Copy(files, snapshot.tables)
    since = [number for number in numbers if number >= snapshot.follows.generation]
    lines = {number: journal_path(path, number).read_bytes() for number in reversed(since)}
    confirmed = place_in(slot)
    place, unconfirmed = lead_on(path, snapshot, dict(sorted(lines.items())), confirmed)
    if unconfirmed:
        lines[place.generation] = lines[place.generation][: place.size]
    files |= {journal_path(path, number).name: lines[number] for number in since}
    if confirmed is not None:
        files[slot_path(path).name] = slot
    return Copy(files, snapshot.tables)
