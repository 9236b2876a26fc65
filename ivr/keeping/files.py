"""The books in files of this machine, one `<group>.json` a group, each for one process at a time."""

import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ivr.sections import Settings
from store.durable import changed_at, good_path
from store.errors import BooksError
from store.ledger import Ledger
from store.people import Group, phone_key
from store.recorded_calls import RecordedCalls
from store.tinydb import TinyRecords, TinyVault

_BOOKS = re.compile(r"(.+)\.json(\.good)?")


class InFiles:
    """The books of all groups in a folder."""

    def __init__(self, settings: Settings) -> None:
        self._books, self._line = settings.books, settings.line_folder
        self.name = str(settings.books)
        """Where, for messages."""

    def path(self, group: str) -> Path:
        """The file of a group's books."""
        return self._books / f"{group}.json"

    def group_ids(self) -> tuple[str, ...]:
        """The groups whose books are here, also those of which only the copy before is left."""
        names = (_BOOKS.fullmatch(path.name) for path in self._books.glob("*.json*"))
        return tuple(sorted({name[1] for name in names if name}))

    def has(self, group: str) -> bool:
        """Whether the books of this group are here."""
        return group in self.group_ids()

    def vault(self, group: str) -> TinyVault:
        """The books of a group, this process's alone until they are closed. Raises as TinyVault, OSError."""
        self._books.mkdir(parents=True, exist_ok=True)
        return TinyVault(self.path(group))

    def directory(self, taken: Callable[[str], AbstractContextManager[Ledger]]) -> "FileDirectory":
        """The directory of the groups; `taken` opens one's books for it."""
        return FileDirectory(self, taken)

    def records(self, name: str) -> TinyRecords:
        """The small records of this name, in a file of their own. Raises DiskTrouble."""
        return TinyRecords(self._line / f"{name}.json")

    def calls(self, now: Callable[[], datetime]) -> RecordedCalls:
        """The calls that are to be made, for all groups. Raises DiskTrouble."""
        return RecordedCalls(self.records("calls"), now)

    def forget_phones(self, phones: Iterable[str]) -> None:
        """Forget what records are kept of these telephones; and earlier copies of all records."""
        for path in self._line.glob("*.json"):
            records = TinyRecords(path)
            for phone in phones:
                records.change(phone_key(phone), lambda _: None)
            good_path(path).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a group without opening its books."""

    changed: float = 0.0
    group: Group | None = None
    phones: frozenset[str] = frozenset()


class FileDirectory:
    """Knows the groups by when their files were changed. Books that can't be read now count as before."""

    def __init__(self, files: InFiles, taken: Callable[[str], AbstractContextManager[Ledger]]) -> None:
        self._files, self._taken = files, taken
        self._known: dict[str, _Known] = {}

    def groups(self) -> tuple[Group, ...]:
        """The groups whose books can be read, or could be before."""
        known = (self._looked_at(group).group for group in self._files.group_ids())
        return tuple(group for group in known if group)

    def groups_of(self, phone: str) -> tuple[str, ...]:
        """The groups that have a member with this telephone."""
        key = phone_key(phone)
        groups = self._files.group_ids()
        return tuple(group for group in groups if key and key in self._looked_at(group).phones)

    def _looked_at(self, group: str) -> _Known:
        known = self._known.get(group, _Known())
        try:
            now = changed_at(self._files.path(group))
            if now != known.changed:
                with self._taken(group) as ledger:
                    phones = frozenset(phone_key(p) for member in ledger.members() for p in member.phones)
                    known = _Known(now, ledger.group, phones)
                self._known[group] = known
        except (OSError, BooksError):
            pass
        return known
