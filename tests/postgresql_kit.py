"""A real PostgreSQL for the tests: a server of our own in a temporary folder, started when first needed."""

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest

from store.postgresql.database import Database
from store.postgresql.migrate import migrate

SERVICE = "postgres"
"""Its user where we are root, as whom it refuses to run."""
_numbers = count()


class Server:
    """PostgreSQL over a socket in a folder of its own; everything is as durable as in earnest."""

    def __init__(self, programs: Path) -> None:
        self._programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="sakhi-pg-", dir="/tmp"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, SERVICE)
        self._run("initdb", "--no-sync", "--auth=trust", "--username=owner", "--encoding=UTF8", "--locale=C")
        with (self.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write(f"listen_addresses = ''\nunix_socket_directories = '{self.folder}'\n")
            conf.write("fsync = on\nmax_connections = 100\nshared_buffers = 32MB\n")
        self.start()

    def url(self, name: str = "postgres", user: str = "owner") -> str:
        return f"postgresql://{user}@/{name}?host={self.folder}"

    def start(self) -> None:
        self._run("pg_ctl", "start", "--wait", "--silent", f"--log={self.folder}/log")

    def stop(self, how: str = "fast") -> None:
        """`immediate` is what a power cut is: nothing more is written, and the next start recovers."""
        self._run("pg_ctl", "stop", "--wait", "--silent", f"--mode={how}")

    def end(self) -> None:
        self.stop("immediate")
        shutil.rmtree(self.folder)

    def sql(
        self, text: str, *values: object, name: str = "sakhi", user: str = "owner"
    ) -> list[tuple[object, ...]]:
        with psycopg.connect(self.url(name, user), autocommit=True) as connection:
            cursor = connection.execute(text.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def _run(self, program: str, *words: str) -> None:
        command = [str(self._programs / program), f"--pgdata={self.folder}/data", *words]
        if os.geteuid() == 0:
            command = ["setpriv", f"--reuid={SERVICE}", f"--regid={SERVICE}", "--init-groups", *command]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def _programs() -> Path | None:
    """The newest PostgreSQL of the system."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    there = str(found[-1]) if found else shutil.which("initdb")
    return Path(there).parent if there else None


@cache
def _server() -> Server | None:
    programs = _programs()
    if programs is None:
        return None
    started = Server(programs)
    atexit.register(started.end)
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
