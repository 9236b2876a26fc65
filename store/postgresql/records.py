"""Small records by key (`store.records`) in PostgreSQL, for several machines."""

import json
from collections.abc import Iterable

from store.chain import Record
from store.postgresql.database import Database, lock
from store.records import Change


class PostgresRecords:
    """Keeps the records of one kind. All raise DatabaseTrouble."""

    def __init__(self, database: Database, kind: str) -> None:
        self._database, self._kind = database, kind

    def all(self) -> dict[str, Record]:
        """Every record by its key, in the order they were first kept."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT key, record FROM sakhi.records WHERE kind = %s ORDER BY place", [self._kind]
            )
            return dict(rows.fetchall())

    def change(self, key: str, change: Change) -> Record | None:
        """Make something else of one record while nobody else can; what is kept now."""
        with self._database.transaction() as connection:
            lock(connection, f"record/{self._kind}/{key}")
            where = [self._kind, key]
            row = connection.execute(
                "SELECT record FROM sakhi.records WHERE kind = %s AND key = %s", where
            ).fetchone()
            there = row[0] if row else None
            made = change(dict(there) if there is not None else None)
            if made is None:
                connection.execute("DELETE FROM sakhi.records WHERE kind = %s AND key = %s", where)
            elif made != there:
                connection.execute(
                    "INSERT INTO sakhi.records (kind, key, record) VALUES (%s, %s, %s)"
                    " ON CONFLICT (kind, key) DO UPDATE SET record = excluded.record",
                    [*where, json.dumps(made)],
                )
            return made


def forget(database: Database, keys: Iterable[str]) -> None:
    """Forget the records of every kind under these keys. Raises DatabaseTrouble."""
    with database.connection() as connection:
        connection.execute("DELETE FROM sakhi.records WHERE key = ANY (%s)", [list(keys)])
