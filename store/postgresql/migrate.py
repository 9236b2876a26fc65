"""The tables of the database: numbered SQL files, each applied once, in order, by whoever comes first.

There are libraries for that (yoyo-migrations, alembic); what is wanted here is forty lines on the very
connection we have, and all of it in one transaction under one lock.
"""

import re
from importlib.resources import files

import psycopg
from psycopg import sql

LOCK = 0x73616B6869
"""Key of the advisory lock that migrations are applied under: "sakhi" in ASCII."""

Connection = psycopg.Connection[tuple[object, ...]]

_BEGIN = """
CREATE SCHEMA IF NOT EXISTS sakhi;
CREATE TABLE IF NOT EXISTS sakhi.migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    applied timestamptz NOT NULL DEFAULT now()
);
"""
_GRANTS = """
GRANT USAGE ON SCHEMA sakhi TO {role};
GRANT SELECT ON ALL TABLES IN SCHEMA sakhi TO {role};
GRANT INSERT ON sakhi.vouchers TO {role};
GRANT INSERT, UPDATE ON sakhi.groups TO {role};
GRANT INSERT, UPDATE, DELETE
    ON sakhi.members, sakhi.records, sakhi.calls, sakhi.stopped TO {role};
"""


def migrations() -> dict[int, str]:
    """The SQL of every migration, by its number, in order."""
    folder = files("store.postgresql") / "migrations"
    found = {int(each.name[:4]): each.read_text("utf-8") for each in folder.iterdir() if _NAMED(each.name)}
    return dict(sorted(found.items()))


_NAMED = re.compile(r"\d{4}_\w+\.sql").fullmatch


def applied(connection: Connection) -> int:
    """The number of the last migration applied, 0 in a database without our tables."""
    with connection.cursor() as cursor:
        there = cursor.execute("SELECT to_regclass('sakhi.migrations')").fetchone()
        if there is None or there[0] is None:
            return 0
        last = cursor.execute("SELECT max(number) FROM sakhi.migrations").fetchone()
        return int(str(last[0])) if last and last[0] is not None else 0


def migrate(connection: Connection) -> tuple[int, ...]:
    """Apply the migrations that are missing, all or none; their numbers. Raises psycopg.Error."""
    with connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        connection.execute(_BEGIN)
        last = applied(connection)
        missing = {number: text for number, text in migrations().items() if number > last}
        for number, text in missing.items():
            connection.execute(text.encode())
            connection.execute(
                "INSERT INTO sakhi.migrations (number, name) VALUES (%s, %s)",
                [number, text.partition("\n")[0].removeprefix("-- ")],
            )
        return tuple(missing)


def grant(connection: Connection, role: str) -> None:
    """Let a role do what a machine does: it can add vouchers and change none. Raises psycopg.Error."""
    with connection.transaction():
        connection.execute(sql.SQL(_GRANTS).format(role=sql.Identifier(role)))
