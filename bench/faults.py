"""Everything that can happen to the files of the books: power cuts at every step, flipped bits, cut files."""

import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from unittest import mock

from bench.disk import LEFT, Step, Trace, after_power_cut, put
from store import journalled
from store.durable import files_of
from store.entries import Evidence, MeetingClosed, MeetingOpened, OpeningBalance, Saving
from store.errors import BooksError, DamagedBooks
from store.ledger import Ledger
from store.people import Group
from store.repair import repair
from store.tinydb import TinyVault
from store.vault import Contents

IST = timezone(timedelta(hours=5, minutes=30))
NOW = datetime(2026, 11, 10, 11, tzinfo=IST)
GROUP = Group("ujala", "उजाला", saving=100_00, quorum=2, cap=50_000_00)
BOOKS = "ujala.json"


@dataclass
class History:
    """What a group did, and what its files went through."""

    steps: list[Step] = field(default_factory=list)
    states: list[Contents] = field(default_factory=list)
    """What the books held after each mark in `steps`."""
    files: dict[str, bytes] = field(default_factory=dict)
    """What a process killed at the end leaves."""
    closed: dict[str, bytes] = field(default_factory=dict)
    """What is left when the books are closed."""


@contextmanager
def small_journals(least: int, small: int) -> Iterator[None]:
    """Let snapshots be written after `least` bytes, and at the end in books shorter than `small` bytes."""
    with mock.patch.multiple(journalled, LEAST=least, SMALL=small):
        yield


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder in memory where there is one: what is measured here is not the disk."""
    fast = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=fast if fast.is_dir() else None) as folder:
        yield Path(folder)


def live(folder: Path, entries: int, *, least: int = 3000) -> History:
    """A group is founded, saves, changes its members, closes its books and opens them again."""
    history, trace, path = History(), Trace(folder), folder / BOOKS

    def kept(vault: TinyVault) -> None:
        trace.mark()
        history.states.append(vault.load())

    with trace.watch():
        with small_journals(least, 0), TinyVault(path) as vault:
            ledger = Ledger.found(vault, GROUP, lambda: NOW)
            kept(vault)
            for number in range(1, 4):
                ledger.add_member(number, f"सखी {number}")
                kept(vault)
            ledger.post(OpeningBalance(5_000_00, 0), once="opening")
            kept(vault)
        for meeting, small in enumerate((0, 2**20)):  # The last time, all goes into the snapshot.
            with small_journals(least, small), TinyVault(path) as vault:
                _meet(Ledger(vault, lambda: NOW), vault, kept, f"M{meeting}", entries // 2)
                with trace.held():  # A snapshot may still be written; a process is killed at one moment.
                    history.files = contents(folder)
        history.closed = contents(folder)
    history.steps = trace.steps
    return history


def _meet(
    ledger: Ledger, vault: TinyVault, kept: Callable[[TinyVault], None], name: str, entries: int
) -> None:
    ledger.post(MeetingOpened(name), once=name)
    kept(vault)
    for number in range(entries):
        evidence = Evidence("kiosk", "सौ रुपये", 0.9, "m1")
        ledger.post(Saving(name, f"m{number % 3 + 1}", 100), once=f"{name}/{number}", evidence=evidence)
        kept(vault)
    ledger.set_pin("m1", "1234")
    kept(vault)
    ledger.post(MeetingClosed(name), once=f"{name}/end")
    kept(vault)


def contents(folder: Path) -> dict[str, bytes]:
    """The files of a folder but for the lock: name → content."""
    return {path.name: path.read_bytes() for path in files_of(folder / BOOKS)}


def read(folder: Path) -> Contents:
    """What the books hold. Raises BooksError."""
    with TinyVault(folder / BOOKS) as vault:
        return vault.load()


def power_cuts(history: History, rounds: int, seed: int) -> Counter[str]:
    """Let the power fail at every step, in every way, the random one `rounds` times; what came of it."""
    dice, came, confirmed = random.Random(seed), Counter[str](), 0
    with scratch() as folder:
        for moment, step in enumerate(history.steps):
            for left in (*LEFT, *["any"] * (rounds - 1)):
                put(folder, after_power_cut(history.steps, moment, left, dice))
                came[_after_cut(folder, history, confirmed)] += 1
            confirmed += step.call == "mark"
    return came


def _after_cut(folder: Path, history: History, confirmed: int) -> str:
    """The books are what was confirmed, or that and what was being written; and they go on."""
    before = history.states[confirmed - 1] if confirmed else Contents(None, (), ())
    coming = history.states[min(confirmed, len(history.states) - 1)]
    try:
        found = read(folder)
        if found not in (before, coming):
            return "lost" if len(found.vouchers) < len(before.vouchers) else "wrong"
        return "kept" if _goes_on(folder, found) else "stuck"
    except BooksError as error:
        return f"refused: {type(error).__name__}"


def _goes_on(folder: Path, found: Contents) -> bool:
    if found.group is None or not found.members:
        return True
    with TinyVault(folder / BOOKS) as vault:
        Ledger(vault, lambda: NOW).add_member(9, "नई")
    return len(read(folder).members) == len(found.members) + 1


def damages(history: History, files: dict[str, bytes], times: int, seed: int) -> Counter[str]:
    """Flip a bit, or cut or lose a file, `times` times, each time anew; what came of it."""
    dice, came, truth = random.Random(seed), Counter[str](), history.states[-1]
    names = sorted(files)
    with scratch() as folder:
        for _ in range(times):
            name = dice.choices(names, [len(files[each]) + 1 for each in names])[0]
            what, content = _damaged(files[name], dice)
            put(folder, {**files, name: content})
            came[f"{what}: {_after_damage(folder, truth)}"] += 1
        for name in names:
            put(folder, {other: content for other, content in files.items() if other != name})
            came[f"lost: {_after_damage(folder, truth)}"] += 1
    return came


def _damaged(content: bytes, dice: random.Random) -> tuple[str, bytes]:
    if not content:
        return "grown", b"\0"
    place = dice.randrange(len(content))
    kind = dice.random()
    if kind < 0.8:
        bit = 1 << dice.randrange(8)
        return "flipped", content[:place] + bytes([content[place] ^ bit]) + content[place + 1 :]
    if kind < 0.9:
        return "cut", content[:place]
    return "zeroed", content[:place] + bytes(len(content) - place)


def _after_damage(folder: Path, truth: Contents) -> str:
    try:
        return "harmless" if read(folder) == truth else "SILENT"
    except DamagedBooks:
        repaired = repair(folder / BOOKS)
    found = read(folder)
    if repaired is None or found.vouchers != truth.vouchers[: len(found.vouchers)]:
        return "WRONG AFTER REPAIR"
    if found == truth:
        return "noticed, nothing lost"
    return "noticed, loss told" if repaired.lost or repaired.gone else "LOSS NOT TOLD"
