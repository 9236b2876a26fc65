"""What the tests of the books share: a made-up group, a clock set by hand, and a vault of each kind."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from clock_kit import Clock
from postgresql_kit import database, new_id

from store.calls import CallQueue
from store.entries import LoanTerms, MeetingOpened, OpeningBalance
from store.ledger import Ledger
from store.memory import MemoryVault
from store.people import Group
from store.postgresql.calls import PostgresCalls
from store.postgresql.records import PostgresRecords
from store.postgresql.vault import PostgresVault
from store.recorded_calls import RecordedCalls
from store.records import MemoryRecords, Records
from store.tinydb import TinyRecords, TinyVault
from store.vault import Vault

TWINS = ["memory", "tinydb", "postgresql"]
GROUP = Group("ujala", "उजाला समूह", saving=100_00, quorum=2, cap=50_000_00, open_balances=True)
NAMES = ("राधा", "सीता", "राधा")


@contextmanager
def open_vault(kind: str, folder: Path) -> Iterator[Vault]:
    if kind == "memory":
        yield MemoryVault()
        return
    if kind == "postgresql":
        yield PostgresVault(database(), new_id())
        return
    with TinyVault(folder / "ujala.json") as vault:
        yield vault


def open_records(kind: str, folder: Path) -> Records:
    if kind == "memory":
        return MemoryRecords()
    if kind == "postgresql":
        return PostgresRecords(database(), new_id())
    return TinyRecords(folder / "line" / "records.json")


def open_queue(kind: str, folder: Path, now: Callable[[], datetime], machine: str = "one") -> CallQueue:
    """The queue of calls in that folder, or an empty one in the database."""
    if kind == "postgresql":
        with database().connection() as connection:
            connection.execute("DELETE FROM sakhi.calls; DELETE FROM sakhi.stopped")
        return PostgresCalls(database(), now, machine)
    return RecordedCalls(open_records(kind, folder), now)


def begin(vault: Vault, clock: Clock, cash: int = 5_000_00) -> Ledger:
    """The group with three members (m1, m2, m3) and some cash brought from paper."""
    ledger = Ledger.found(vault, GROUP, clock)
    for number, name in enumerate(NAMES, start=1):
        ledger.add_member(number, name, phones=("98765 43210",) if number < 3 else ())
    if cash:
        ledger.post(OpeningBalance(cash, 0), once="opening")
    return ledger


def terms(
    principal: int = 1_000_00,
    method: str = "reducing",
    instalments: int = 5,
    first_due: date = date(2026, 12, 10),
    rate_bp: int = 200,
) -> LoanTerms:
    return LoanTerms(principal, rate_bp, method, instalments, first_due)  # type: ignore[arg-type]


def sound_books(folder: Path, clock: Clock) -> Path:
    """The books of a group of three and an open meeting, in a file."""
    books = folder / "ujala.json"
    with TinyVault(books) as vault:
        begin(vault, clock).post(MeetingOpened("M"), once="m")
    return books
