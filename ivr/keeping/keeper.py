"""What the rest of Sakhi asks of either way to keep the books."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from importlib.util import find_spec
from typing import Protocol

from ivr.keeping.files import InFiles
from ivr.sections import Settings
from store.calls import CallQueue
from store.errors import DatabaseTrouble
from store.ledger import Ledger
from store.people import Group
from store.records import Records
from store.vault import Vault

Taken = Callable[[str], AbstractContextManager[Ledger]]
"""Opens the books of a group. Raises BooksError."""


class Directory(Protocol):
    """Which groups there are, and whose telephone is in which. For threads. All raise BooksError."""

    def groups(self) -> tuple[Group, ...]:
        """The groups whose books can be read, or could be before."""
        ...

    def groups_of(self, phone: str) -> tuple[str, ...]:
        """The groups that have a member with this telephone, sorted."""
        ...


class Keeper(Protocol):
    """Keeps the books of all groups, and what the telephone line keeps beside them. All raise BooksError."""

    name: str
    """Where, for messages."""

    def group_ids(self) -> tuple[str, ...]:
        """The groups whose books are here, sorted."""
        ...

    def has(self, group: str) -> bool:
        """Whether the books of this group are here."""
        ...

    def vault(self, group: str) -> AbstractContextManager[Vault]:
        """The books of a group, or where they are to be begun."""
        ...

    def directory(self, taken: Taken) -> Directory:
        """The directory of the groups; `taken` opens one's books for it."""
        ...

    def records(self, name: str) -> Records:
        """The small records of this name."""
        ...

    def calls(self, now: Callable[[], datetime]) -> CallQueue:
        """The calls that are to be made, for all groups."""
        ...

    def forget_phones(self, phones: Iterable[str]) -> None:
        """Forget what records are kept of these telephones, in copies too."""
        ...


def keeper_of(settings: Settings) -> Keeper:
    """Who keeps the books as the settings would have it. Raises DatabaseTrouble."""
    if not settings.database.url:
        return InFiles(settings)
    need_psycopg()
    from ivr.keeping.database import InDatabase  # noqa: PLC0415  (books in files need no psycopg)

    return InDatabase(settings)


def need_psycopg() -> None:
    """See that the library is there that speaks with PostgreSQL. Raises DatabaseTrouble."""
    if find_spec("psycopg") is None:
        raise DatabaseTrouble("a database", "psycopg is not installed: `pip install -e '.[postgresql]'`")
