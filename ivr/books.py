"""A worker's groups: where their books lie, and how they are opened, begun and mended."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from ivr.keeping.files import InFiles
from ivr.keeping.keeper import keeper_of
from ivr.sections import Settings
from store.calls import CallQueue
from store.errors import BooksError, DamagedBooks, DamagedDatabase, RefusedEntry
from store.ledger import Ledger
from store.people import Group
from store.repair import Repaired, repair
from store.vault import Contents, Vault

GROUP_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class GroupNotFound(BooksError):
    """The group meant can't be told, or has no books here; the message says what to do."""


class NotInFiles(BooksError):
    """What was asked is about the files of the books, and they are kept in a database."""


def group_ids(settings: Settings) -> tuple[str, ...]:
    """The groups whose books are here, sorted. Raises DatabaseTrouble."""
    return keeper_of(settings).group_ids()


def chosen(settings: Settings, group: str | None) -> str:
    """The group of that name; without a name, the only one. Raises GroupNotFound, DatabaseTrouble."""
    keeper = keeper_of(settings)
    if group is not None and keeper.has(group):
        return group
    there = keeper.group_ids()
    if not there:
        raise GroupNotFound(f"there are no books in {keeper.name}; add a group with `sakhi group add`")
    if group is None and len(there) == 1:
        return there[0]
    if group is None:
        raise GroupNotFound(f"there are several groups, name the one you mean: {', '.join(there)}")
    raise GroupNotFound(f"there is no group {group!r} in {keeper.name}; there are: {', '.join(there)}")


@contextmanager
def vault_of(settings: Settings, group: str | None) -> Iterator[Vault]:
    """Where the books of a group are kept; files are this process's alone until the end.

    Raises GroupNotFound and every other BooksError.
    """
    with keeper_of(settings).vault(chosen(settings, group)) as vault:
        yield vault


@contextmanager
def opened(settings: Settings, group: str | None = None) -> Iterator[Ledger]:
    """The books of a group (as `chosen`); files are this process's alone until the end.

    Raises GroupNotFound and every other BooksError.
    """
    with vault_of(settings, group) as vault:
        yield Ledger(vault, now)


def call_queue(settings: Settings) -> CallQueue:
    """The calls that are to be made, for all groups. Raises DiskTrouble."""
    return keeper_of(settings).calls(now)


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
    keeper = keeper_of(settings)
    if keeper.has(group):
        raise RefusedEntry(f"there is a group {group} already; choose another ID")
    with keeper.vault(group) as vault:
        yield vault


def mend(settings: Settings, group: str | None) -> tuple[Path, Repaired | None]:
    """Recover damaged books to the last sound entry: their file and what came of it, None when sound.

    Raises GroupNotFound, NotInFiles, DamagedBooks when nothing can be recovered, BooksInUse, DiskTrouble.
    """
    path = files_of(settings).path(chosen(settings, group))
    return path, repair(path)


def files_of(settings: Settings) -> InFiles:
    """The files of the books, for what is about files. Raises NotInFiles when there are none."""
    keeper = keeper_of(settings)
    if not isinstance(keeper, InFiles):
        raise NotInFiles(
            f"the books are kept in {keeper.name} and not in files; docs/postgresql.md tells how they are "
            f"checked, backed up and restored there"
        )
    return keeper


def told(error: BooksError) -> str:
    """The error for whoever sits at the command line: damaged books name the command that mends them."""
    if not isinstance(error, DamagedBooks) or isinstance(error, DamagedDatabase):
        return str(error)
    return (
        f"the books {error.path} are damaged: {error.why}; `sakhi books repair {error.path.stem}` recovers "
        f"them to the last sound entry and says what is lost"
    )


def now() -> datetime:
    """The time where this machine is."""
    return datetime.now().astimezone()
