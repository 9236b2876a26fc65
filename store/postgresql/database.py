"""One database for every group: its connections, and what it refuses as one clear error.

Connections are handed round by ourselves and not by psycopg_pool, whose pauses between its tries grow while a
server is away: who asks first once it is back would still be refused.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg
from psycopg import conninfo

from store.errors import DatabaseTrouble

WAIT = 10.0
"""Seconds that we wait for a server that is starting again, and for another machine to let go of a group."""
BETWEEN_TRIES = 0.1
"""Seconds between two tries to reach such a server."""
MOST_IDLE = 16
"""Connections that are kept although nobody needs them now."""
_SESSION = {
    # What an answer rests on is on the server's disk, whatever the server's own default is.
    "synchronous_commit": "on",
    "default_transaction_isolation": "read\\ committed",
    "lock_timeout": f"{WAIT:.0f}s",
    # A machine that lost its power in the middle of an entry lets go of the group soon.
    "idle_in_transaction_session_timeout": f"{WAIT:.0f}s",
}
_CONNECTION = {
    "application_name": "sakhi",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "options": " ".join(f"-c {name}={value}" for name, value in _SESSION.items()),
    "autocommit": True,
}

Connection = psycopg.Connection[tuple[Any, ...]]
"""A connection whose rows are tuples."""


class Database:
    """Hands out connections to threads. What is committed through one is durable."""

    def __init__(self, url: str, password_file: Path | None = None) -> None:
        """The database at `url`, as PostgreSQL writes it (`postgresql://user@host/name`).

        The password stands in `password_file`, in the form of PostgreSQL's .pgpass, or where PostgreSQL looks
        for it. Nothing is connected yet.
        """
        where = conninfo.conninfo_to_dict(url)
        self.name = f"the database {where.get('dbname', '')} at {where.get('host', 'this machine')}"
        """Which one it is, for messages."""
        secret = {"passfile": str(password_file)} if password_file else {}
        self._url, self._how = url, {**_CONNECTION, **secret}
        self._idle: list[Connection] = []
        self._was_reached = False

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection that works, each statement its own transaction. Raises DatabaseTrouble."""
        with self._taken("") as connection:
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction, committed and durable at the end. Raises DatabaseTrouble.

        When that is raised at the end, whether it was committed is not known.
        """
        with self._taken("BEGIN") as connection:
            yield connection
            connection.commit()

    def close(self) -> None:
        """Let go of the connections that nobody uses."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _taken(self, first: str) -> Iterator[Connection]:
        try:
            connection = self._begun(first)
            try:
                yield connection
            finally:
                self._put_back(connection)
        except psycopg.Error as error:
            raise DatabaseTrouble(self.name, told(error)) from error

    def _begun(self, first: str) -> Connection:
        """A connection that did the statement `first`; a server that was reached before is waited for."""
        until = monotonic() + (WAIT if self._was_reached else 0.0)
        while True:
            connection = self._idle.pop() if self._idle else None
            was_idle = connection is not None
            try:
                connection = connection or psycopg.connect(self._url, **self._how)  # type: ignore[arg-type]
                connection.execute(first.encode())
                self._was_reached = True
                return connection
            except psycopg.OperationalError:
                if connection is not None:
                    connection.close()
                if not was_idle:
                    if monotonic() > until:
                        raise
                    sleep(BETWEEN_TRIES)

    def _put_back(self, connection: Connection) -> None:
        with suppress(psycopg.Error):
            connection.rollback()  # which does nothing after a commit
        if connection.closed or len(self._idle) >= MOST_IDLE:
            connection.close()
        else:
            self._idle.append(connection)


def told(error: psycopg.Error) -> str:
    """What PostgreSQL says, in one line."""
    return error.diag.message_primary or " ".join(str(error).split()) or type(error).__name__


def lock(connection: Connection, what: str) -> None:
    """Keep everybody else from what has this name until the transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])
