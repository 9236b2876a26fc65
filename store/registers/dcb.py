"""Demand, collection, balance, overdue: what fell due on each loan in a month, and what came of it.

The register of that name of Rashtriya Mahila Kosh. For each loan, and so for all together:

- demand = what was due and unpaid when the month began + what fell due in it;
- demand = collection + balance; what is paid before it falls due stands apart, as paid ahead;
- overdue is what of the balance fell due before the last day, parted by how long ago that is.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import count, takewhile

from store.entries import LoanGiven, OpeningLoan
from store.loans import Due, Paid, due_day, loan_standing
from store.registers.books import Books, Scope
from store.registers.table import Cell, Page, Row, Table, columns, summed

_COLUMNS = columns(
    "loan number name arrears demand_principal demand_interest demand collected balance ahead "
    "repaid interest_paid outstanding overdue aged_30 aged_60 aged_90 aged_more",
    paise="arrears demand_principal demand_interest demand collected balance ahead repaid interest_paid "
    "outstanding overdue aged_30 aged_60 aged_90 aged_more",
)
_AGES = (31, 61, 91)
"""Days since it fell due at which an overdue amount enters each of the last three columns."""


def dcb(books: Books) -> Table:
    """A page for each month of the period; without a first day, the month of the last one alone."""
    since = books.since if books.scope.since else books.until.replace(day=1)
    pages = (_month(books, first, last) for first, last in _months(since, books.until))
    return Table("dcb", _COLUMNS, tuple(pages), columns("month_from month_until"), fixed=3)


def _months(since: date, until: date) -> Iterator[tuple[date, date]]:
    while since <= until:
        following = due_day(since.replace(day=1), 1)
        yield since, min(until, following - timedelta(days=1))
        since = following


def _month(books: Books, first: date, last: date) -> Page:
    then = Books(books, Scope(first, last, books.scope.member_id))
    rows = tuple(row for _, loan in then.lent_in_scope() if (row := _line(then, loan)))
    total = summed(rows, _COLUMNS, *[column.key for column in _COLUMNS if column.paise])
    return Page(rows, (first, last), total if rows else None)


class _Month:
    """A loan in a month, with the payments that stand on its last day."""

    def __init__(self, books: Books, loan: LoanGiven | OpeningLoan) -> None:
        self._loan, self._paid = loan, books.paid(loan.loan_id)
        self._before, self._last = books.since - timedelta(days=1), books.until
        self.arrears, self.left = self.due(self._before), self.due(self._last)
        self.paid = self._paid_after(self._before)

    def due(self, day: date, but_from: date | None = None) -> Due:
        """What was due and unpaid at the end of a day; payments from `but_from` on left out."""
        counted = [one for one in self._paid if one.on <= day and (but_from is None or one.on < but_from)]
        return self._due_after(counted, day)

    def _due_after(self, paid: Sequence[Paid], day: date) -> Due:
        loan = self._loan
        return loan_standing(loan.loan_id, loan.member_id, loan.terms, paid, day).due

    def fell_due(self) -> Due:
        """What fell due in the month, and the interest that was taken before it did."""
        first = self._loan.terms.first_due
        days = takewhile(lambda day: day <= self._last, (due_day(first, month) for month in count()))
        principal = sum(
            self.due(day, but_from=day).principal - self.due(day - timedelta(days=1)).principal
            for day in days
            if day > self._before
        )
        return Due(self.left.interest + self.paid.interest - self.arrears.interest, principal)

    def ahead(self) -> int:
        """Principal that was paid before it fell due."""
        return sum(
            max(0, one.principal - self._due_after(self._paid[:at], one.on).principal)
            for at, one in enumerate(self._paid)
            if one.on > self._before
        )

    def _paid_after(self, day: date) -> Due:
        later = [one for one in self._paid if one.on > day]
        return Due(sum(one.interest for one in later), sum(one.principal for one in later))

    def unpaid_of(self, days: int) -> int:
        """Paise that fell due so many days ago or earlier and are not paid yet: the oldest are paid first."""
        day = self._last - timedelta(days=days)
        due, paid = self.due(day), self._paid_after(day)
        return max(0, due.interest - paid.interest) + max(0, due.principal - paid.principal)


def _line(books: Books, loan: LoanGiven | OpeningLoan) -> Row | None:
    month, standing = _Month(books, loan), books.loan(loan.loan_id)
    assert standing is not None
    if not (standing.outstanding or month.left.total or month.paid.total or month.arrears.total):
        return None
    fell_due, ahead = month.fell_due(), month.ahead()
    demand, collected = month.arrears.total + fell_due.total, month.paid.total - ahead
    assert demand == collected + month.left.total, (
        f"loan {loan.loan_id}: demand is not collection and balance"
    )
    ages = [standing.overdue, *map(month.unpaid_of, _AGES)]
    aged: list[Cell] = [older - oldest for older, oldest in zip(ages, [*ages[1:], 0], strict=True)]
    return (
        *(loan.loan_id, *books.who(loan.member_id)),
        *(month.arrears.total, fell_due.principal, fell_due.interest, demand, collected),
        *(month.left.total, ahead, month.paid.principal, month.paid.interest, standing.outstanding),
        *(standing.overdue, *aged),
    )
