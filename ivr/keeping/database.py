"""The books in a PostgreSQL database, for several machines at once. To be imported only when they are."""

import atexit
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from functools import cache
from pathlib import Path
from secrets import token_hex

from ivr.sections import Settings
from store.durable import create_file, make_folder
from store.errors import DatabaseTrouble
from store.ledger import Ledger
from store.people import phone_key
from store.postgresql.calls import PostgresCalls
from store.postgresql.database import Database
from store.postgresql.groups import Groups
from store.postgresql.migrate import applied, migrations
from store.postgresql.records import PostgresRecords, forget
from store.postgresql.vault import PostgresVault


class InDatabase:
    """The books of all groups in a database, and what the line keeps beside them."""

    def __init__(self, settings: Settings) -> None:
        """The database that the settings name. Raises DatabaseTrouble as `ready_database` does."""
        self._database = ready_database(settings.database.url, settings.database.password_file)
        self._groups, self._line = Groups(self._database), settings.line_folder
        self.name = self._database.name
        """Where, for messages."""

    def group_ids(self) -> tuple[str, ...]:
        """The groups whose books are here."""
        return self._groups.ids()

    def has(self, group: str) -> bool:
        """Whether the books of this group are here."""
        return self._groups.has(group)

    def vault(self, group: str) -> AbstractContextManager[PostgresVault]:
        """The books of a group, which other machines may have open too."""
        return nullcontext(PostgresVault(self._database, group))

    def directory(self, taken: Callable[[str], AbstractContextManager[Ledger]]) -> Groups:
        """The directory of the groups, for which no books have to be opened."""
        return self._groups

    def records(self, name: str) -> PostgresRecords:
        """The small records of this name."""
        return PostgresRecords(self._database, name)

    def calls(self, now: Callable[[], datetime]) -> PostgresCalls:
        """The calls that are to be made, for all groups and machines. Raises DiskTrouble."""
        return PostgresCalls(self._database, now, _machine(self._line))

    def forget_phones(self, phones: Iterable[str]) -> None:
        """Forget what records are kept of these telephones."""
        forget(self._database, map(phone_key, phones))


@cache
def database_at(url: str, password_file: Path | None) -> Database:
    """The database there, the same for all who ask; its connections are closed when the process ends."""
    made = Database(url, password_file)
    atexit.register(made.close)
    return made


@cache
def ready_database(url: str, password_file: Path | None) -> Database:
    """The same, once it is known to have our tables. Raises DatabaseTrouble."""
    database = database_at(url, password_file)
    with database.connection() as connection:
        there, wanted = applied(connection), max(migrations())
    if there < wanted:
        why = "it has not Sakhi's tables yet" if not there else f"its tables are of version {there}"
        raise DatabaseTrouble(database.name, f"{why}; `sakhi books prepare` makes those of version {wanted}")
    if there > wanted:
        raise DatabaseTrouble(database.name, f"its tables are of version {there}; install a newer Sakhi")
    return database


def _machine(folder: Path) -> str:
    """The name by which this machine takes calls: made up once, and kept. Raises DiskTrouble, OSError."""
    path = folder / "machine"
    if not path.exists():
        make_folder(folder)
        create_file(path, token_hex(8).encode())
    return path.read_text(encoding="ascii")
