"""What a database is like on which the books are to rest."""

from dataclasses import dataclass

from store.postgresql.database import Database
from store.postgresql.migrate import applied, migrations

OLDEST = 130_000
"""The oldest version of PostgreSQL that will do, as it numbers itself: 13."""
_DURABLE = ("fsync", "full_page_writes", "synchronous_commit")
_MAY_CHANGE = "SELECT has_table_privilege('sakhi.vouchers', 'UPDATE, DELETE, TRUNCATE')"


@dataclass(frozen=True, slots=True)
class Health:
    """What was found."""

    version: str
    """Version of the server."""
    is_old: bool
    """Whether that is too old."""
    tables: int
    """Version of our tables, 0 when there are none."""
    wanted: int
    """The version that this Sakhi needs."""
    unsafe: tuple[str, ...]
    """Settings that are off and without which a power cut may lose what was confirmed."""
    may_change: bool
    """Whether this machine's role might change history, did the database not refuse it besides."""


def health(database: Database) -> Health:
    """Look at a database. Raises DatabaseTrouble."""
    with database.connection() as connection:
        found = dict(
            connection.execute(
                "SELECT name, setting FROM pg_settings WHERE name = ANY (%s)",
                [[*_DURABLE, "server_version", "server_version_num"]],
            ).fetchall()
        )
        tables = applied(connection)
        ((may_change,),) = connection.execute(_MAY_CHANGE) if tables else [(False,)]
    return Health(
        found["server_version"],
        int(found["server_version_num"]) < OLDEST,
        tables,
        max(migrations()),
        tuple(name for name in _DURABLE if found[name] == "off"),
        bool(may_change),
    )
