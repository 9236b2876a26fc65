"""What the tests of backups share: a machine with two groups, its line's records, recordings, a stick."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from store_kit import Clock, begin, terms

from ivr.__main__ import main
from ivr.settings import load
from store.entries import LoanGiven, MeetingOpened, Saving
from store.ledger import Ledger
from store.people import Group
from store.tinydb import TinyRecords, TinyVault

PASSPHRASE = "सात हरी बकरियाँ नदी पर"
CLOCK = Clock()


class Machine:
    """A machine of its own: its settings, its data, the command on it, and a stick beside."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.config, self.data, self.stick = folder / "config.yaml", folder / "data", folder / "stick"
        self.passphrase = folder / "passphrase"
        self.stick.mkdir(exist_ok=True)
        self.passphrase.write_text(f"{PASSPHRASE}\n", encoding="utf-8")
        self.passphrase.chmod(0o600)
        self.set()

    def set(self, **values: Any) -> None:
        """Write the section `backup` of the settings."""
        told = {"folder": self.stick, "other_disk": "false", "passphrase_file": self.passphrase} | values
        lines = (f"  {name}: {value}" for name, value in told.items())
        self.config.write_text("\n".join(("backup:", *lines, "")), encoding="utf-8")

    def sakhi(self, *words: object, typed: str | None = None) -> Result:
        command = ["--config", str(self.config), *map(str, words)]
        return CliRunner().invoke(main, command, input=typed)

    def backup(self, *words: object, typed: str | None = None) -> Result:
        return self.sakhi("books", "backup", *words, typed=typed)

    def restore(self, *words: object, typed: str | None = None) -> Result:
        return self.sakhi("books", "restore", "--passphrase-file", self.passphrase, *words, typed=typed)

    def books(self, group: str = "ujala") -> Path:
        return self.data / "books" / f"{group}.json"

    def wipe(self) -> None:
        shutil.rmtree(self.data)

    def backups(self) -> list[Path]:
        return sorted(self.stick.glob("*.age"))

    def settings(self) -> Any:
        return load(self.config)

    @contextmanager
    def ledger(self, group: str = "ujala") -> Iterator[Ledger]:
        with TinyVault(self.books(group)) as vault:
            yield Ledger(vault, CLOCK)


def furnished(folder: Path) -> Machine:
    """A machine with books, records, and two recordings, one of them too old."""
    machine = Machine(folder)
    (machine.data / "books").mkdir(parents=True)
    with TinyVault(machine.books()) as vault:
        ledger = begin(vault, CLOCK)
        ledger.set_pin("m1", "4071")
        ledger.post(MeetingOpened("M"), once="m")
        ledger.post(Saving("M", "m1", 100_00), once="s")
        ledger.post(LoanGiven("M", "m2", "L1", terms(), "बकरी"), once="l")
    with TinyVault(machine.books("asha")) as vault:
        Ledger.found(vault, Group("asha", "आशा", 50_00, 1, 5_000_00), CLOCK).add_member(1, "गीता")
    for name in ("calls", "tries", "strangers", "worker", "broken-off"):
        records = TinyRecords(machine.data / "line" / f"{name}.json")
        records.change("key", lambda _, name=name: {"of": name})  # type: ignore[misc]
    clips = machine.data / "clips" / "ujala"
    clips.mkdir(parents=True)
    for name, days in (("a" * 32, 3), ("b" * 32, 200)):
        path = clips / f"{name}.flac"
        path.write_bytes(name.encode() * 50)
        written = (datetime.now(UTC) - timedelta(days=days)).timestamp()
        os.utime(path, (int(written), int(written)))
    return machine


def kept(machine: Machine) -> dict[str, bytes]:
    """All that a backup is to bring back, by the path in the data folder; the books are at rest."""
    found = {
        str(path.relative_to(machine.data)): path.read_bytes()
        for folder in ("books", "line", "clips")
        for path in (machine.data / folder).rglob("*")
        if path.is_file() and not path.name.endswith((".good", ".lock"))
    }
    # The journals of the snapshot before are of no use without it.
    old = [name for name in found if ".journal-" in name and name[:-1] + str(int(name[-1]) + 1) in found]
    for name in (*old, "line/broken-off.json"):
        found.pop(name, None)
    return found


@contextmanager
def at_each_step(monkeypatch: pytest.MonkeyPatch, look: Callable[[], None]) -> Iterator[None]:
    """`look` sees the disk before each call that changes it: what a process killed there leaves."""
    looking = False

    def after_a_look(call: Callable[..., Any]) -> Callable[..., Any]:
        def looked(*words: Any, **named: Any) -> Any:
            nonlocal looking
            if not looking:
                looking = True
                look()
                looking = False
            return call(*words, **named)

        return looked

    with monkeypatch.context() as patch:
        for name in ("open", "write", "pwrite", "rename", "replace", "unlink", "mkdir", "rmdir"):
            patch.setattr(os, name, after_a_look(getattr(os, name)))
        yield
