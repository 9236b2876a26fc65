"""A real PostgreSQL for the tests: a server of our own in a temporary folder, started when first needed."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import pytest

from bench.server import Server, programs
from store.postgresql.database import Database
from store.postgresql.migrate import migrate

_numbers = count()


@cache
def _server() -> Server | None:
    there = programs()
    if there is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="sakhi-pg-", dir="/tmp"))
    started = Server(there, folder, shared_buffers="32MB")

    def end() -> None:
        started.stop("immediate")
        shutil.rmtree(folder)

    atexit.register(end)
    return started


@cache
def database() -> Database:
    """The database of this session's tests, with our tables."""
    running = server()
    running.sql("CREATE DATABASE sakhi", name="postgres")
    made = Database(running.url("sakhi"))
    with made.connection() as connection:
        migrate(connection)
    atexit.register(made.close)
    return made


def server() -> Server:
    """The server of this session's tests; they are skipped where it can't be installed."""
    running = _server()
    if running is None:
        pytest.skip("PostgreSQL is not installed here: apt-get install postgresql")
    return running


def end_connections() -> None:
    """Have the server end every connection of ours to the database of this session."""
    server().sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = 'sakhi' AND pid <> pg_backend_pid() AND application_name = 'sakhi'"
    )


@contextmanager
def fresh_database() -> Iterator[str]:
    """The URL of an empty database that is dropped at the end."""
    name = f"fresh_{next(_numbers)}"
    server().sql(f"CREATE DATABASE {name}", name="postgres")
    yield server().url(name)
    server().sql(f"DROP DATABASE {name} WITH (FORCE)", name="postgres")


def new_id() -> str:
    """An id that no other group or kind of record of this session has."""
    return f"test-{next(_numbers)}"
