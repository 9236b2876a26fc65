"""The registers, built from books that were kept through the ledger."""

from datetime import date

import pytest
from store_kit import Clock, begin, terms

from store.entries import (
    Attended,
    BankDeposit,
    Checked,
    LoanGiven,
    MeetingClosed,
    MeetingOpened,
    Missed,
    OpeningBalance,
    Repayment,
    Reversal,
    Saving,
    WorkerAsked,
)
from store.ledger import Ledger
from store.memory import MemoryVault, copy_of
from store.registers import REGISTERS, attendance, cash_book, loans, savings, worker

NOV, DEC = date(2026, 11, 10), date(2026, 12, 10)


@pytest.fixture
def ledger() -> Ledger:
    clock = Clock(NOV)
    books = begin(MemoryVault(), clock, cash=0)
    books.post(OpeningBalance(2_000_00, 0, (("m1", 500_00),)), once="o")
    books.post(MeetingOpened("M"), once="m")
    books.post(Missed("M", "m3", "शादी"), once="a3")
    books.post(Attended("M", "m1"), once="a1")
    books.post(Saving("M", "m1", 100_00), once="s1")
    wrong = books.post(Saving("M", "m2", 900_00), once="s2").number
    books.post(Reversal(wrong, "गलत"), once="r")
    books.post(LoanGiven("M", "m2", "L1", terms(rate_bp=150), "बकरी"), once="l1")
    wrong = books.post(LoanGiven("M", "m3", "L2", terms(100_00)), once="l2").number
    books.post(Reversal(wrong, "गलत"), once="r2")
    books.post(MeetingClosed("M"), once="c")
    clock.to(DEC)
    books.post(MeetingOpened("N"), once="n")
    books.post(Repayment("N", "m2", "L1", 115_00), once="p")
    books.post(BankDeposit(1_000_00, "5", "N"), once="b")
    return books


def test_attendance_by_meeting_and_number(ledger: Ledger) -> None:
    assert attendance(ledger).rows == ((NOV, 1, "राधा", True, None), (NOV, 3, "राधा", False, "शादी"))


def test_savings_with_the_running_total(ledger: Ledger) -> None:
    assert savings(ledger).rows == ((NOV, 1, "राधा", 500_00, 500_00), (NOV, 1, "राधा", 100_00, 600_00))


def test_the_worker_sees_promises_and_what_is_disputed_to_this_day(ledger: Ledger) -> None:
    first, *_, repaid = (entry.number for entry in (*ledger.unchecked("m1"), *ledger.unchecked("m2")))
    ledger.post(WorkerAsked(None, "m2", "PIN"), once="w")
    ledger.post(Checked(first, "m1", False), once="c1")
    ledger.post(Checked(repaid, "m2", False), once="c2")
    ledger.post(Checked(repaid, "m2", True), once="c3")
    assert worker(ledger).rows == (
        (DEC, 2, "सीता", "PIN", None, "open"),
        (DEC, 1, "राधा", "entry", first, "open"),
    )
    ledger.post(Reversal(first, "गलत"), once="undone")
    assert worker(ledger).rows == ((DEC, 2, "सीता", "PIN", None, "open"),)


def test_loans_with_what_is_due(ledger: Ledger) -> None:
    table = loans(ledger)
    (row,) = table.rows
    assert dict(zip(table.columns, row, strict=True)) == {
        "loan": "L1",
        "number": 2,
        "name": "सीता",
        "purpose": "बकरी",
        "given_on": NOV,
        "principal": 1_000_00,
        "rate_percent": "1.5",
        "method": "reducing",
        "instalments": 5,
        "repaid": 100_00,
        "interest_paid": 15_00,
        "outstanding": 900_00,
        "due": 100_00,
        "overdue": 0,
        "next_on": date(2027, 1, 10),
        "next_amount": 212_00,
    }


def test_a_settled_loan_has_nothing_next(ledger: Ledger) -> None:
    ledger.post(Repayment("N", "m2", "L1", 900_00), once="all")
    assert loans(ledger).rows[0][-2:] == (None, None)


def test_cash_book_shows_corrections_and_ends_with_the_balance(ledger: Ledger) -> None:
    assert cash_book(ledger).rows == (
        (NOV, 1, "opening_balance", None, None, None, 2_000_00, 0, 2_000_00, 0, 0, 0),
        (NOV, 5, "saving", 1, "राधा", None, 100_00, 0, 2_100_00, 0, 0, 0),
        (NOV, 6, "saving", 2, "सीता", None, 900_00, 0, 3_000_00, 0, 0, 0),
        (NOV, 7, "reversal", 2, "सीता", 6, 0, 900_00, 2_100_00, 0, 0, 0),
        (NOV, 8, "loan_given", 2, "सीता", None, 0, 1_000_00, 1_100_00, 0, 0, 0),
        (NOV, 9, "loan_given", 3, "राधा", None, 0, 100_00, 1_000_00, 0, 0, 0),
        (NOV, 10, "reversal", 3, "राधा", 9, 100_00, 0, 1_100_00, 0, 0, 0),
        (DEC, 13, "repayment", 2, "सीता", None, 115_00, 0, 1_215_00, 0, 0, 0),
        (DEC, 14, "bank_deposit", None, None, None, 0, 1_000_00, 215_00, 1_000_00, 0, 1_000_00),
    )
    assert (ledger.cash, ledger.bank) == (215_00, 1_000_00)


def test_an_erased_member_leaves_her_id_only(ledger: Ledger) -> None:
    group = {"id": "g", "name": "g", "saving": 1, "quorum": 1, "cap": 1}
    erased = Ledger(copy_of(group, (), ledger.vouchers), ledger.now)
    assert attendance(erased).rows[0] == (NOV, None, "m3", False, "शादी")


@pytest.mark.parametrize("key", REGISTERS)
def test_every_register_is_whole(ledger: Ledger, key: str) -> None:
    table = REGISTERS[key](ledger)
    assert table.title_key == key
    assert table.paise <= set(table.columns)
    assert all(len(row) == len(table.columns) for row in table.rows)
