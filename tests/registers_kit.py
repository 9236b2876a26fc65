"""What the tests of the registers share: books of two meetings, and a register of them."""

from dataclasses import replace
from datetime import date

import pytest
from store_kit import Clock, begin, terms

from store.entries import (
    Attended,
    BankDeposit,
    BankWithdrawal,
    Borrowed,
    BorrowingRepaid,
    Expense,
    Fine,
    Income,
    LoanGiven,
    MeetingClosed,
    MeetingOpened,
    Missed,
    NextMeetingSet,
    OpeningBalance,
    Repayment,
    Reversal,
    Saving,
    SavingsPaidOut,
    WorkerAsked,
)
from store.ledger import Ledger
from store.memory import MemoryVault
from store.registers import REGISTERS, Books, Cell, Page, Scope, Table

NOV, DEC, JAN = date(2026, 11, 10), date(2026, 12, 10), date(2027, 1, 10)
Row = tuple[Cell, ...]


@pytest.fixture
def ledger() -> Ledger:
    """Two meetings: the first with two corrections, the second with all that a group does with its money."""
    clock = Clock(NOV)
    books = begin(MemoryVault(), clock, cash=0)
    books.update_group(replace(books.group, voluntary=True))
    books.post(OpeningBalance(2_000_00, 0, (("m1", 500_00),)), once="o")
    books.post(MeetingOpened("M", 2_000_00), once="m")
    books.post(Missed("M", "m3", "शादी"), once="a3")
    books.post(Attended("M", "m1"), once="a1")
    books.post(Saving("M", "m1", 100_00), once="s1")
    wrong = books.post(Saving("M", "m2", 900_00), once="s2").number
    books.post(Reversal(wrong, "गलत"), once="r")
    books.post(LoanGiven("M", "m2", "L1", terms(rate_bp=150), "बकरी"), once="l1")
    wrong = books.post(LoanGiven("M", "m3", "L2", terms(100_00)), once="l2").number
    books.post(Reversal(wrong, "गलत"), once="r2")
    books.post(NextMeetingSet("M", DEC), once="next")
    books.post(MeetingClosed("M", 1_050_00), once="c")
    clock.to(DEC)
    books.post(MeetingOpened("N"), once="n")
    books.post(Attended("N", "m1"), once="a1n")
    books.post(Attended("N", "m2"), once="a2n")
    books.post(Repayment("N", "m2", "L1", 115_00), once="p")
    books.post(Saving("N", "m1", 40_00, 40_00), once="v")
    books.post(SavingsPaidOut("m1", 15_00, meeting_id="N"), once="out")
    books.post(Fine("N", "m1", 5_00, "देर"), once="f")
    books.post(BankDeposit(1_000_00, "5", "N"), once="b")
    books.post(BankWithdrawal(200_00, "77", "N"), once="w")
    books.post(Borrowed("B7", "स्टेट बैंक", terms(3_000_00, rate_bp=100, first_due=DEC)), once="bo")
    books.post(BorrowingRepaid("B7", 600_00, 30_00, receipt="R1"), once="br")
    books.post(Income("grant", 2_500_00, "bank"), once="g")
    books.post(Expense("travel", 12_00, note="बस", meeting_id="N"), once="e")
    books.post(WorkerAsked("N", "m2", "PIN"), once="asked")
    return books


def register(ledger: Ledger, name: str, scope: Scope | None = None) -> Table:
    return REGISTERS[name](Books(ledger, scope))


def only(ledger: Ledger, name: str, scope: Scope | None = None) -> Page:
    (page,) = register(ledger, name, scope).pages
    return page


def named(table: Table, row: Row) -> dict[str, Cell]:
    return dict(zip((column.key for column in table.columns), row, strict=True))
