"""A group's books moved from files into the database, and back: verified entry by entry, live in one place.

At every moment at most one of the two is live, and the one that is left is put aside, not deleted. Broken off
anywhere, the same move done again goes on:

    into the database   copied there but not live → verified → the files put aside → live there
    into files          no longer live in the database → written to files at once → verified
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from ivr.keeping.files import InFiles
from ivr.keeping.keeper import Keeper
from store.durable import drop, files_of, put_aside
from store.errors import BooksError, RefusedEntry
from store.laws import breaches
from store.ledger import Ledger
from store.memory import MemoryVault
from store.postgresql.database import Database
from store.postgresql.filling import fill
from store.postgresql.groups import Groups
from store.postgresql.vault import PostgresVault
from store.tinydb import TinyVault
from store.vault import Contents

BESIDE = ("tries", "strangers", "worker", "broken-off")
"""The records that the line keeps beside the books."""


class NotTheSame(BooksError):
    """What was copied is not what is kept, or what is kept is not sound; the text says where."""


class Move:
    """Moves groups between the files of this machine and a database."""

    def __init__(self, files: InFiles, aside: Path, database: Database, now: Callable[[], datetime]) -> None:
        """Files that were moved lie in a folder each within `aside`; `now` tells the time."""
        self._files, self._aside, self._database, self._now = files, aside, database, now
        self._groups = Groups(database)

    def waiting(self) -> tuple[str, ...]:
        """The groups to be moved into the database, those whose move was broken off included."""
        begun = (
            group for group in self._groups.not_live() if self._folder(group, self._copied(group)).exists()
        )
        return tuple(sorted({*self._files.group_ids(), *begun}))

    def into_database(self, group: str) -> Contents:
        """Move a group's books there; what was moved.

        Raises RefusedEntry when the database has others, NotTheSame, and every other BooksError; then the
        files are the group's books as before.
        """
        if self._groups.is_live(group):
            raise RefusedEntry(f"the books of {group} are in {self._database.name} already, and live there")
        if self._groups.is_live(group) is False:
            self._go_on_putting_aside(group)
        if not self._files.has(group):
            return self._finish(group)
        with self._files.vault(group) as vault:
            contents = vault.load()
            self._check(contents)
            with self._database.transaction() as connection:
                fill(connection, group, contents, live=False)
            self._verify(contents, self._copied(group))
            if _sums(contents) != self._groups.balances(group):
                raise NotTheSame("the balances are not those of the database; the books stay where they were")
            vault.put_aside(self._folder(group, contents))
        self._groups.set_live(group, live=True)
        return contents

    def _go_on_putting_aside(self, group: str) -> None:
        path, folder = self._files.path(group), self._folder(group, self._copied(group))
        if not path.exists() and (folder / path.name).exists():
            put_aside(path, folder)

    def _finish(self, group: str) -> Contents:
        """The last step, where the move was broken off before it."""
        copied = self._copied(group)
        path = self._folder(group, copied) / self._files.path(group).name
        if copied.group is None or not path.exists():
            raise RefusedEntry(f"there are no files of a group {group} to be moved")
        with TinyVault(path) as vault:
            contents = vault.load()
        self._verify(contents, copied)
        self._groups.set_live(group, live=True)
        return contents

    def into_files(self, group: str) -> Contents:
        """Move a group's books into files; what was moved. The database keeps the entries alone, not live.

        Raises RefusedEntry when there are other files, NotTheSame, and every other BooksError; then the
        database has the group's books as before.
        """
        live = self._groups.is_live(group)
        if live is None:
            raise RefusedEntry(f"there is no group {group} in {self._database.name}")
        if self._files.has(group):
            return self._moved_before(group, live)
        self._groups.set_live(group, live=False)
        contents = self._copied(group)
        if not live and contents.vouchers and not contents.members:
            raise RefusedEntry(
                f"the books of {group} were moved to files before; restore those from a backup"
            )
        try:
            self._check(contents)
            with self._files.vault(group) as vault:
                vault.fill(contents)
            with self._files.vault(group) as vault:
                self._verify(contents, vault.load())
        except (BooksError, OSError):
            for each in files_of(self._files.path(group)):
                drop(each)
            self._groups.set_live(group, live=True)
            raise
        self._groups.forget_members(group)
        return contents

    def _moved_before(self, group: str, live: bool) -> Contents:
        with self._files.vault(group) as vault:
            there = vault.load()
        copied = self._copied(group).vouchers
        if live or there.vouchers[: len(copied)] != copied:
            raise RefusedEntry(
                f"there are other books of {group} in {self._files.name}; put them aside first"
            )
        self._groups.forget_members(group)
        return there

    def _copied(self, group: str) -> Contents:
        """What the database has of a group that is not live there."""
        return PostgresVault(self._database, group, live=False).load()

    def _folder(self, group: str, contents: Contents) -> Path:
        last = contents.vouchers[-1].hash[:12] if contents.vouchers else "new"
        return self._aside / f"{group}-{last}"

    def _check(self, contents: Contents) -> None:
        """What is wrong is not carried on: it would be refused there. Raises NotTheSame."""
        vault = MemoryVault()
        vault.fill(contents)
        for breach in breaches(Ledger(vault, self._now)):
            raise NotTheSame(f"the books break a law, and were not moved: {breach}")

    @staticmethod
    def _verify(kept: Contents, copied: Contents) -> None:
        """The copy is, record for record and hash for hash, what was kept. Raises NotTheSame."""
        for what in _differences(kept, copied):
            raise NotTheSame(f"the copy is not what was kept: {what}; the books stay where they were")


def carry_over(source: Keeper, target: Keeper, now: Callable[[], datetime]) -> None:
    """Copy what the line keeps beside the books: who is to be called or wants no calls, PINs, locks.

    It can be done again. Raises BooksError.
    """
    for name in BESIDE:
        for key, record in source.records(name).all().items():
            target.records(name).change(key, lambda _, record=record: record)  # type: ignore[misc]
    calls = target.calls(now)
    calls.add(source.calls(now).tasks())
    for number in source.calls(now).stopped():
        calls.stop(number)


def _differences(kept: Contents, copied: Contents) -> Iterator[str]:
    if kept.group != copied.group:
        yield "the group's rules"
    if _by_id(kept) != _by_id(copied):
        yield "the members and their PINs"
    if len(kept.vouchers) != len(copied.vouchers):
        yield f"{len(kept.vouchers)} entries are {len(copied.vouchers)}"
    for one, other in zip(kept.vouchers, copied.vouchers, strict=False):
        if one != other:
            yield f"entry {one.number}"


def _by_id(contents: Contents) -> dict[str, object]:
    return {record["id"]: record for record in contents.members}


def _sums(contents: Contents) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for voucher in contents.vouchers:
        for leg in voucher.postings:
            sums[leg.account] += leg.amount
    return dict(sums)
