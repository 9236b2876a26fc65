"""The laws of the group's own money: bank, borrowings, income and expenses, and the close of a year."""

from datetime import date
from typing import get_args

from store.amounts import check_amount, check_count
from store.chain import Posting
from store.entries import (
    BankDeposit,
    BankWithdrawal,
    Borrowed,
    BorrowingRepaid,
    Expense,
    ExpenseHead,
    Income,
    IncomeHead,
    Place,
    YearClosed,
)
from store.errors import RefusedEntry, SlipUsed
from store.treasury import Treasury
from store.years import last_day, year_name

Postings = tuple[Posting, ...]


def check_place(place: Place) -> None:
    """Raises RefusedEntry unless money can lie there."""
    if place not in get_args(Place):
        raise RefusedEntry(f'{place!r} is neither "cash" nor "bank"')


def banked(entry: BankDeposit | BankWithdrawal, treasury: Treasury, cap: int) -> Postings:
    """Between the box and the bank. Raises AmountNotAllowed, SlipUsed."""
    check_amount(entry.amount, cap)
    written = treasury.with_slip(type(entry), entry.slip)
    if written is not None:
        raise SlipUsed(entry.slip, written.number)
    into_bank = entry.amount if isinstance(entry, BankDeposit) else -entry.amount
    return (Posting("bank", into_bank), Posting("cash", -into_bank))


def earned(entry: Income, cap: int) -> Postings:
    """Income into the box or the bank; only a grant may be above the cap. Raises RefusedEntry."""
    if entry.head not in get_args(IncomeHead):
        raise RefusedEntry(f"there is no income {entry.head!r}; take {', '.join(get_args(IncomeHead))}")
    check_place(entry.into)
    if entry.head == "grant":
        check_amount(entry.amount)
        return (Posting(entry.into, entry.amount), Posting("grants", -entry.amount))
    check_amount(entry.amount, cap)
    return (Posting(entry.into, entry.amount), Posting(f"income:{entry.head}", -entry.amount))


def spent(entry: Expense, cap: int) -> Postings:
    """An expense out of the box or the bank. Raises RefusedEntry."""
    if entry.head not in get_args(ExpenseHead):
        raise RefusedEntry(f"there is no expense {entry.head!r}; take {', '.join(get_args(ExpenseHead))}")
    check_place(entry.source)
    check_amount(entry.amount, cap)
    return (Posting(f"expense:{entry.head}", entry.amount), Posting(entry.source, -entry.amount))


def borrowed(entry: Borrowed, treasury: Treasury) -> Postings:
    """A borrowing, its terms checked before. Raises RefusedEntry when its id was used."""
    check_place(entry.into)
    check_new_borrowing(entry.borrowing_id, treasury)
    principal = entry.terms.principal
    return (Posting(entry.into, principal), Posting(f"borrowed:{entry.borrowing_id}", -principal))


def check_new_borrowing(borrowing_id: str, treasury: Treasury) -> None:
    """Raises RefusedEntry when a borrowing has that id, or had it and was reversed."""
    if borrowing_id in treasury.borrowings:
        raise RefusedEntry(f"there is a borrowing {borrowing_id} already; give the new one its own number")


def repaid(entry: BorrowingRepaid, treasury: Treasury, today: date) -> Postings:
    """What was paid to a lender, parted as the receipt says. Raises RefusedEntry."""
    check_place(entry.source)
    check_count(entry.principal)
    check_count(entry.interest)
    check_amount(entry.principal + entry.interest)
    owed = treasury.borrowing(entry.borrowing_id, today)
    if owed is None:
        raise RefusedEntry(f"the group has no borrowing {entry.borrowing_id}")
    if entry.principal > owed.outstanding:
        raise RefusedEntry(
            f"a principal of {entry.principal} paise is above the {owed.outstanding} paise still owed on "
            f"{entry.borrowing_id}"
        )
    return (
        Posting(f"borrowed:{entry.borrowing_id}", entry.principal),
        Posting("expense:interest_on_borrowing", entry.interest),
        Posting(entry.source, -entry.principal - entry.interest),
    )


def closed(entry: YearClosed, treasury: Treasury, today: date) -> Postings:
    """The result of a year into the surplus. Raises RefusedEntry."""
    _check_closable(entry.year, treasury, today)
    result = treasury.result(entry.year)
    income, expenses = sum(result.income.values()), sum(result.expenses.values())
    if (entry.income, entry.expenses) != (income, expenses):
        raise RefusedEntry(
            f"the books have {income} paise of income and {expenses} paise of expenses in that year, not "
            f"{entry.income} and {entry.expenses}"
        )
    moved = treasury.moved_in(entry.year)
    return (
        *(Posting(account, -paise) for account, paise in moved.items()),
        Posting("surplus", sum(moved.values())),
    )


def _check_closable(year: int, treasury: Treasury, today: date) -> None:
    name = year_name(year)
    if year in treasury.closed:
        raise RefusedEntry(f"the year {name} was closed by voucher {treasury.closed[year].number}, for good")
    if year not in treasury.years():
        raise RefusedEntry(f"nothing was earned or spent in the year {name}; there is nothing to close")
    if today <= last_day(year):
        raise RefusedEntry(f"the year {name} ends on {last_day(year)}; close it after that day")
    earlier = [each for each in treasury.years() if each < year and each not in treasury.closed]
    if earlier:
        raise RefusedEntry(f"the year {year_name(earlier[0])} is not closed yet; close it first")
