"""The same group kept four ways, to be posted to: our books, plain TinyDB, and SQLite with either journal."""

import json
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

from tinydb import TinyDB
from tinydb.table import Document

from bench.faults import GROUP, NOW
from store.chain import Record, Voucher, record_of
from store.entries import (
    Attended,
    Evidence,
    LoanGiven,
    LoanTerms,
    MeetingClosed,
    MeetingOpened,
    OpeningBalance,
    Repayment,
    Saving,
)
from store.ledger import Ledger
from store.memory import MemoryVault
from store.snapshot import Follows, Snapshot, pieces_of
from store.vault import Contents

MEMBERS = 15


class Clock:
    """A clock set by hand."""

    def __init__(self) -> None:
        self.moment = NOW

    def __call__(self) -> datetime:
        """The time."""
        return self.moment


def group_of(entries: int) -> Contents:
    """A group of fifteen that has met weekly, saved, lent and repaid until it has so many entries."""
    clock, vault = Clock(), MemoryVault()
    ledger = Ledger.found(vault, GROUP, clock)
    for number in range(1, MEMBERS + 1):
        ledger.add_member(number, f"सखी {number}")
    ledger.post(OpeningBalance(50_000_00, 0), once="opening")
    week = 0
    while len(ledger.vouchers) < entries:
        week += 1
        clock.moment += timedelta(days=7)
        _meet(ledger, f"week {week}", week)
    contents = vault.load()
    return Contents(contents.group, contents.members, contents.vouchers[:entries])


def _meet(ledger: Ledger, meeting: str, week: int) -> None:
    ledger.post(MeetingOpened(meeting), once=meeting)
    for number in range(1, MEMBERS + 1):
        member = f"m{number}"
        ledger.post(Attended(meeting, member), once=f"{meeting}/here/{member}")
        save(ledger, meeting, member, f"{meeting}/saving/{member}")
        if week % 30 == number:
            terms = LoanTerms(500_00, 200, "reducing", 3, ledger.today + timedelta(days=30))
            ledger.post(LoanGiven(meeting, member, meeting, terms), once=f"{meeting}/loan")
        for loan in ledger.loans(member):
            if loan.due.total:
                repayment = Repayment(meeting, member, loan.loan_id, loan.due.total)
                ledger.post(repayment, once=f"{meeting}/repaid/{loan.loan_id}")
    ledger.post(MeetingClosed(meeting, ledger.cash), once=f"{meeting}/closed")


def save(ledger: Ledger, meeting: str, member: str, once: str) -> None:
    """Post one saving as a meeting by voice does."""
    evidence = Evidence("kiosk", "सौ रुपये", 0.93, member)
    ledger.post(Saving(meeting, member, 100_00), once=once, evidence=evidence)


def _encoded(record: Record) -> bytes:
    return json.dumps(record).encode()


def write_books(path: Path, contents: Contents) -> None:
    """Our books of a group, as a snapshot."""
    tables = {
        "group": {"1": _encoded(contents.group or {})},
        "members": {str(number): _encoded(one) for number, one in enumerate(contents.members, start=1)},
        "vouchers": {str(voucher.number): _encoded(record_of(voucher)) for voucher in contents.vouchers},
    }
    path.write_bytes(b"".join(pieces_of(Snapshot(tables, Follows(1, "0" * 64)))))


class _Other(MemoryVault):
    """Another way to keep vouchers; all else is in memory."""

    def __init__(self, contents: Contents) -> None:
        super().__init__()
        self.put_group(contents.group or {})
        self.add_members(contents.members)
        self._vouchers = list(contents.vouchers)


class PlainTinyDB(_Other):
    """TinyDB with its own JSON storage."""

    def __init__(self, path: Path, contents: Contents) -> None:
        super().__init__(contents)
        rows = {str(voucher.number): record_of(voucher) for voucher in contents.vouchers}
        path.write_text(json.dumps({"vouchers": rows}), encoding="utf-8")
        self._db = TinyDB(path)

    def append(self, voucher: Voucher) -> None:
        """Insert it; TinyDB flushes the file."""
        self._db.table("vouchers").insert(Document(record_of(voucher), doc_id=voucher.number))

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


class SQLite(_Other):
    """SQLite, a transaction a voucher, synchronous=FULL."""

    def __init__(self, path: Path, contents: Contents, journal: str) -> None:
        super().__init__(contents)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute(f"PRAGMA journal_mode={journal}")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("CREATE TABLE vouchers (number INTEGER PRIMARY KEY, once TEXT UNIQUE, doc TEXT)")
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO vouchers VALUES (?, ?, ?)", map(self._row, contents.vouchers))
        self._db.execute("COMMIT")

    @staticmethod
    def _row(voucher: Voucher) -> tuple[int, str, str]:
        return voucher.number, voucher.once, json.dumps(record_of(voucher))

    def append(self, voucher: Voucher) -> None:
        """Insert it and commit."""
        self._db.execute("INSERT INTO vouchers VALUES (?, ?, ?)", self._row(voucher))

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()
