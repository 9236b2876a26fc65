"""Whatever a group does: its registers agree with its books, with each other, and from period to period."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st
from store_kit import Clock, begin, terms

from store.entries import (
    AheadChosen,
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
    MemberSettled,
    Place,
    Repayment,
    Reversal,
    Saving,
    SavingsPaidOut,
    YearClosed,
)
from store.errors import RefusedEntry
from store.ledger import Ledger
from store.memory import MemoryVault
from store.registers import REGISTERS, Books, Cell, Page, Scope, Table

KINDS = (
    "save",
    "repay",
    "lend",
    "undo",
    "meet",
    "repay",
    "choose",
    "save",
    "withdraw",
    "fine",
    "bank",
    "borrow",
)
OTHERS = ("pay back", "earn", "spend", "settle", "share out", "close the year")


@dataclass(frozen=True)
class Wish:
    """Something to try; what it becomes depends on where the books stand."""

    kind: str
    member: str
    amount: int
    days: int


WISHES = st.lists(
    st.builds(
        Wish,
        kind=st.sampled_from(KINDS + OTHERS),
        member=st.sampled_from(["m1", "m2", "m3"]),
        amount=st.integers(1, 1_500_00),
        days=st.integers(0, 25),
    ),
    max_size=25,
)


def entry_for(wish: Wish, ledger: Ledger, step: int) -> Any:
    meeting, amount = ledger.meeting, wish.amount
    here = meeting.id if meeting else "none"
    loans = ledger.loans(wish.member)
    owed = [borrowing for borrowing in ledger.borrowings() if borrowing.outstanding]
    first_due = ledger.today + timedelta(days=wish.days)
    years = ledger.open_years()
    place: Place = "cash" if wish.days % 2 else "bank"
    match wish.kind:
        case "meet":
            return MeetingClosed(meeting.id, ledger.cash) if meeting else MeetingOpened(f"M{step}")
        case "save":
            return Saving(here, wish.member, amount, amount // 3 if wish.days % 2 else 0)
        case "withdraw":
            return SavingsPaidOut(wish.member, min(amount, ledger.voluntary_of(wish.member)))
        case "lend":
            agreed = terms(amount, ("flat", "reducing")[amount % 2], 3, first_due)
            shaped = replace(agreed, moratorium=wish.days % 3, deferred=wish.days % 3 == 2)
            return LoanGiven(None, wish.member, f"L{step}", replace(shaped, round_to=(1, 5_00)[amount % 2]))
        case "repay" if loans:
            return Repayment(here, wish.member, loans[0].loan_id, min(amount, loans[0].payoff))
        case "choose" if loans:
            chosen: Any = ("shorten", "lower")[wish.days % 2]
            return AheadChosen(None, wish.member, loans[0].loan_id, chosen)
        case "fine":
            return Fine(here, wish.member, amount)
        case "bank" if wish.days % 2:
            return BankDeposit(amount, f"in {step}")
        case "bank":
            return BankWithdrawal(amount, f"out {step}")
        case "borrow":
            return Borrowed(f"B{step}", "बैंक", terms(amount * 10, first_due=first_due))
        case "pay back" if owed:
            principal = min(amount, owed[0].outstanding)
            return BorrowingRepaid(owed[0].borrowing_id, principal, amount // 50, place)
        case "earn":
            return Income("other", amount, place)
        case "spend":
            return Expense("travel", amount, place)
        case "settle":
            return MemberSettled(wish.member, ledger.settlement(wish.member), place)
        case "share out":
            return ledger.share_out("equally", ledger.surplus, "paid back", place)
        case "close the year" if years:
            result = ledger.year(years[0])
            return YearClosed(years[0], sum(result.income.values()), sum(result.expenses.values()))
        case _:
            return Reversal(amount % (len(ledger.vouchers) + 1), "गलत")


def keep_books(wishes: list[Wish]) -> Ledger:
    """Three members with a loan each, from the first of March on: some years end among the wishes."""
    clock = Clock(date(2027, 3, 1))
    ledger = begin(MemoryVault(), clock)
    ledger.update_group(replace(ledger.group, voluntary=True))
    for member in ledger.members():
        agreed = terms(1_000_00, "reducing" if member.number < 3 else "flat", 3, date(2027, 3, 10))
        ledger.post(LoanGiven(None, member.id, f"first {member.id}", agreed), once=f"lent {member.id}")
    ledger.post(MeetingOpened("first"), once="open")
    for step, wish in enumerate(wishes):
        clock.forward(timedelta(days=wish.days))
        try:
            ledger.post(entry_for(wish, ledger, step), once=str(step))
            event(f"{wish.kind} kept")
        except RefusedEntry:
            event(f"{wish.kind} refused")
    return ledger


def table(books: Books, name: str) -> Table:
    return REGISTERS[name](books)


def column(found: Table, key: str) -> Iterator[Cell]:
    """The cells of a column, row by row."""
    at = [column.key for column in found.columns].index(key)
    return (row[at] for page in found.pages for row in page.rows)


def total(found: Table, key: str) -> int:
    """The sum of a column over the totals of all pages."""
    at = [column.key for column in found.columns].index(key)
    totals = [page.total for page in found.pages if page.total is not None]
    return sum(cell for line in totals if isinstance(cell := line[at], int))


def whole_page(found: Table) -> Page:
    (page,) = found.pages
    return page


def check_money(books: Books) -> None:
    for name, account, held in (("cashbook", "cash", books.cash), ("bankbook", "bank", books.bank)):
        assert [0, *column(table(books, name), account)][-1] == held
    receipts = table(books, "receipts")
    assert total(receipts, "received") == total(receipts, "paid")
    closing = {row[2]: row[3] for row in whole_page(receipts).rows}
    assert (closing["closing_cash"], closing["closing_bank"]) == (books.cash, books.bank)


def check_savings(books: Books) -> None:
    savings, attendance, passbook = (table(books, name) for name in ("savings", "attendance", "passbook"))
    assert total(savings, "total") == books.savings
    assert total(savings, "voluntary_total") == books.voluntary
    for register in (attendance, passbook):
        assert total(register, "savings_total") == books.savings + books.voluntary


def check_loans(books: Books) -> None:
    owed = books.loans_outstanding
    assert owed == sum(loan.terms.principal for _, loan in books.lent()) - total(
        table(books, "loanlist"), "repaid"
    )
    for name in ("loan", "loanlist", "passbook"):
        assert total(table(books, name), "outstanding") == owed, name
    borrowings = table(books, "borrowings")
    assert total(borrowings, "still_owed") == books.borrowed


def check_demand(books: Books) -> None:
    """The demand of each month is what came of it and what did not, loan by loan."""
    dcb, loans = table(books, "dcb"), table(books, "loanlist")
    for row in (row for page in dcb.pages for row in page.rows):
        line = {column.key: cell for column, cell in zip(dcb.columns, row, strict=True) if column.paise}
        paise = {key: cell for key, cell in line.items() if isinstance(cell, int) and cell >= 0}
        assert paise == line
        assert paise["demand"] == paise["arrears"] + paise["demand_principal"] + paise["demand_interest"]
        assert paise["demand"] == paise["collected"] + paise["balance"]
        assert paise["collected"] + paise["ahead"] == paise["repaid"] + paise["interest_paid"]
        assert sum(paise[f"aged_{age}"] for age in ("30", "60", "90", "more")) == paise["overdue"]
        assert paise["overdue"] <= paise["balance"]
    latest = replace(dcb, pages=dcb.pages[-1:])
    assert total(latest, "outstanding") == books.loans_outstanding
    assert total(latest, "overdue") == total(loans, "overdue")
    assert total(latest, "balance") == total(loans, "due")


def check_accounts(books: Books) -> None:
    general, trial = table(books, "ledger"), table(books, "trial")
    assert total(general, "debit") == total(general, "credit")
    assert total(general, "running") == 0
    assert total(trial, "debit") == total(trial, "credit")
    balances = {row[0]: (row[1] or 0) - (row[2] or 0) for row in whole_page(trial).rows}  # type: ignore[operator]
    running = {page.about[0]: page.total[-1] for page in general.pages if page.total}
    assert {head: paise for head, paise in running.items() if paise} == balances
    sheet = table(books, "balance")
    assert total(sheet, "owed") == total(sheet, "held") == books.cash + books.bank + books.loans_outstanding


def check(books: Books) -> None:
    check_money(books)
    check_savings(books)
    check_loans(books)
    check_demand(books)
    check_accounts(books)


def opening(books: Books) -> tuple[Cell, Cell]:
    first, second = whole_page(table(books, "receipts")).rows[:2]
    return first[1], second[1]


@given(WISHES, st.integers(0, 400))
@settings(max_examples=100)
def test_the_registers_agree_with_the_books_and_with_each_other(wishes: list[Wish], days: int) -> None:
    ledger = keep_books(wishes)
    first = ledger.vouchers[0].on
    day = first + timedelta(days=days % ((ledger.today - first).days + 1))
    check(Books(ledger))
    until = Books(ledger, Scope(until=day))
    check(until)
    if day < ledger.today:
        since = Books(ledger, Scope(since=day + timedelta(days=1)))
        check(since)
        assert opening(since) == (until.cash, until.bank)
