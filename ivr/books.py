"""A worker's groups: where their books lie, and how they are opened, begun and mended."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from ivr.sections import Settings
from store.calls import CallQueue
from store.errors import BooksError, DamagedBooks, RefusedEntry
from store.ledger import Ledger
from store.people import Group
from store.recorded_calls import RecordedCalls
from store.repair import Repaired, repair
from store.tinydb import TinyRecords, TinyVault
from store.vault import Contents, Vault

GROUP_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_BOOKS = re.compile(r"(.+)\.json(\.good)?")


class GroupNotFound(BooksError):
    """The group meant can't be told, or has no books here; the message says what to do."""


def group_ids(settings: Settings) -> tuple[str, ...]:
    """The groups whose books are here, also those of which only the copy before is left."""
    names = (_BOOKS.fullmatch(path.name) for path in settings.books.glob("*.json*"))
    return tuple(sorted({name[1] for name in names if name}))


def books_path(settings: Settings, group: str | None) -> Path:
    """The file of a group's books; without a name, that of the only group. Raises GroupNotFound."""
    there = group_ids(settings)
    if not there:
        raise GroupNotFound(f"there are no books in {settings.books}; add a group with `sakhi group add`")
    if group is None and len(there) > 1:
        raise GroupNotFound(f"there are several groups, name the one you mean: {', '.join(there)}")
    chosen = there[0] if group is None else group
    if chosen not in there:
        raise GroupNotFound(
            f"there is no group {chosen!r} in {settings.books}; there are: {', '.join(there)}"
        )
    return settings.books / f"{chosen}.json"


@contextmanager
def vault_of(settings: Settings, group: str | None) -> Iterator[Vault]:
    """Where the books of a group are kept, this process's alone until the end.

    Raises GroupNotFound and every other BooksError.
    """
    with TinyVault(books_path(settings, group)) as vault:
        yield vault


@contextmanager
def opened(settings: Settings, group: str | None = None) -> Iterator[Ledger]:
    """The books of a group (as in `books_path`), this process's alone until the end.

    Raises GroupNotFound and every other BooksError.
    """
    with vault_of(settings, group) as vault:
        yield Ledger(vault, now)


def call_queue(settings: Settings) -> CallQueue:
    """The calls that are to be made, for all groups. Raises DiskTrouble."""
    return RecordedCalls(TinyRecords(settings.line_folder / "calls.json"), now)


def begin(settings: Settings, group: Group) -> None:
    """Begin the books of a new group. Raises RefusedEntry, DiskTrouble, OSError."""
    with _new_vault(settings, group.id) as vault:
        Ledger.found(vault, group, now)


def take_in(settings: Settings, contents: Contents) -> None:
    """Begin the books of a group with all that they held elsewhere: whole, or not at all.

    Raises RefusedEntry, DiskTrouble, OSError.
    """
    assert contents.group is not None
    with _new_vault(settings, contents.group["id"]) as vault, vault.exclusive():
        vault.fill(contents)


@contextmanager
def _new_vault(settings: Settings, group: str) -> Iterator[Vault]:
    if not GROUP_ID.fullmatch(group):
        raise RefusedEntry(f"{group!r} cannot be a group's ID; use a to z, 0 to 9 and hyphens, as ujala")
    if group in group_ids(settings):
        raise RefusedEntry(f"there is a group {group} already; choose another ID")
    settings.books.mkdir(parents=True, exist_ok=True)
    with TinyVault(settings.books / f"{group}.json") as vault:
        yield vault


def mend(settings: Settings, group: str | None) -> tuple[Path, Repaired | None]:
    """Recover damaged books to the last sound entry: their file and what came of it, None when sound.

    Raises GroupNotFound, DamagedBooks when nothing can be recovered, BooksInUse, DiskTrouble.
    """
    path = books_path(settings, group)
    return path, repair(path)


def told(error: BooksError) -> str:
    """The error for whoever sits at the command line: damaged books name the command that mends them."""
    if not isinstance(error, DamagedBooks):
        return str(error)
    return (
        f"the books {error.path} are damaged: {error.why}; `sakhi books repair {error.path.stem}` recovers "
        f"them to the last sound entry and says what is lost"
    )


def now() -> datetime:
    """The time where this machine is."""
    return datetime.now().astimezone()
