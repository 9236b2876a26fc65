"""A PostgreSQL server of our own in a folder, over a socket there, as durable as in earnest."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import psycopg

SERVICE = "postgres"
"""Its user where we are root, as whom it refuses to run."""


def programs() -> Path | None:
    """The folder of the newest PostgreSQL there is; None when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    there = str(found[-1]) if found else shutil.which("initdb")
    return Path(there).parent if there else None


class Server:
    """PostgreSQL with its data in a folder, made when it is new. Everybody on this machine may use it."""

    def __init__(self, programs: Path, folder: Path, **settings: str) -> None:
        """`folder` is made, and started from, by the user `postgres` when we are root."""
        self._programs, self.folder = programs, folder
        folder.mkdir(exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(folder, SERVICE)
        if not (folder / "data").exists():
            options = ("--auth=trust", "--username=owner", "--encoding=UTF8", "--locale=C")
            self._run("initdb", "--no-sync", *options)
            given = {"listen_addresses": "", "unix_socket_directories": str(folder), "fsync": "on"}
            with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as conf:
                conf.writelines(f"{name} = '{value}'\n" for name, value in {**given, **settings}.items())
        self.start()

    def url(self, name: str = "postgres", user: str = "owner") -> str:
        """The address of a database."""
        return f"postgresql://{user}@/{name}?host={self.folder}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._run("pg_ctl", "start", "--wait", "--silent", f"--log={self.folder}/log")

    def stop(self, how: str = "fast") -> None:
        """`immediate` is what a power cut is: nothing more is written, and the next start recovers."""
        self._run("pg_ctl", "stop", "--wait", "--silent", f"--mode={how}")

    def sql(self, text: str, *values: object, name: str = "sakhi") -> list[tuple[Any, ...]]:
        """What a statement answers."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            cursor = connection.execute(text.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def _run(self, program: str, *words: str) -> None:
        command = [str(self._programs / program), f"--pgdata={self.folder}/data", *words]
        if os.geteuid() == 0:
            command = ["setpriv", f"--reuid={SERVICE}", f"--regid={SERVICE}", "--init-groups", *command]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
