"""Loans: the schedule agreed, what is due on a day, and how a payment is split. Pure functions, whole paise.

The arithmetic groups do by hand, by calendar month (cf. NABARD, interest "diminishing every month"):

- Principal is repaid in equal monthly parts; what does not divide goes into the last one.
- A month's interest is charged once, on its due day: on what is outstanding that morning ("reducing", for as
  long as anything is), or on the sum lent ("flat", for the months agreed). Half a paisa rounds up.
- A payment covers the interest that has fallen due, then the principal that has; what is over covers the
  interest of the running calendar month, if its due day is still to come, and then principal ahead of time.
- Interest is never charged on interest.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from store.entries import LoanTerms


@dataclass(frozen=True, slots=True)
class Instalment:
    """One line of a schedule."""

    on: date
    """Day it falls due."""
    principal: int
    """Paise."""
    interest: int
    """Paise."""

    @property
    def total(self) -> int:
        """Paise to pay."""
        return self.principal + self.interest


@dataclass(frozen=True, slots=True)
class Due:
    """An amount owed or paid, in its two parts."""

    interest: int
    """Paise."""
    principal: int
    """Paise."""

    @property
    def total(self) -> int:
        """Paise of both parts."""
        return self.interest + self.principal


@dataclass(frozen=True, slots=True)
class Paid:
    """A repayment that counts."""

    on: date
    """Day it was paid."""
    interest: int
    """Paise of it that were interest."""
    principal: int
    """Paise of it that were principal."""


@dataclass(frozen=True, slots=True)
class LoanStanding:
    """Where a loan stands on a day."""

    loan_id: str
    """Which loan."""
    member_id: str
    """Who owes it."""
    principal: int
    """Paise lent."""
    outstanding: int
    """Paise of principal still owed."""
    due: Due
    """What has fallen due by today, today included, and is not paid."""
    overdue: int
    """Paise of `due` that fell due before today."""
    next_due: Instalment | None
    """What falls due next, after today, if all that is due is paid; None after the last instalment."""
    payoff: int
    """Paise that would settle the loan today."""


def due_day(first_due: date, months: int) -> date:
    """The same day `months` later, or the last day of a month too short for it."""
    year, month = divmod(first_due.year * 12 + first_due.month - 1 + months, 12)
    day = min(first_due.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day)


def month_interest(base: int, rate_bp: int) -> int:
    """One month's interest in paise on `base` paise, half a paisa rounded up."""
    return (base * rate_bp + 5_000) // 10_000


def schedule(terms: LoanTerms) -> tuple[Instalment, ...]:
    """The instalments, each paid on its day."""
    part = terms.principal // terms.instalments
    left, lines = terms.principal, []
    for month in range(terms.instalments):
        principal = part if month < terms.instalments - 1 else left
        base = terms.principal if terms.method == "flat" else left
        lines.append(
            Instalment(due_day(terms.first_due, month), principal, month_interest(base, terms.rate_bp))
        )
        left -= principal
    return tuple(lines)


class _Running:
    """A loan brought up to a day: charges and payments in the order they came."""

    def __init__(self, terms: LoanTerms) -> None:
        self.terms = terms
        self.outstanding = terms.principal
        self.unpaid = 0  # interest charged and not yet paid
        self._last_charge = (date.min, 0)  # day and paise
        self._month = 0  # due days already passed
        self._charged_ahead: set[tuple[int, int]] = set()  # calendar months charged before their due day

    def reach(self, day: date) -> None:
        while (due := due_day(self.terms.first_due, self._month)) <= day:
            interest = self._interest(self._month, self.outstanding)
            self.unpaid += interest
            self._last_charge = (due, interest)
            self._month += 1

    def take(self, paid: Paid) -> None:
        if paid.interest > self.unpaid:
            # A reversal since then may have changed the base: what was taken as interest stays interest.
            self.unpaid += max(self.ahead(paid.on), paid.interest - self.unpaid)
            self._charged_ahead.add((paid.on.year, paid.on.month))
        self.unpaid -= paid.interest
        self.outstanding -= paid.principal

    def overdue_interest(self, today: date) -> int:
        day, charged = self._last_charge
        return max(0, self.unpaid - charged) if day == today else self.unpaid

    def due_principal(self, day: date) -> int:
        return max(0, self._scheduled(day) - (self.terms.principal - self.outstanding))

    def ahead(self, day: date) -> int:
        """Interest of the running calendar month whose due day is still to come."""
        coming = due_day(self.terms.first_due, self._month)
        if (coming.year, coming.month) != (day.year, day.month):
            return 0
        return self._interest(self._month, self.outstanding - self.due_principal(day))

    def coming(self, day: date) -> Instalment | None:
        due = self.due_principal(day)
        settled = max(self._scheduled(day), self.terms.principal - self.outstanding)
        for month in range(self._month, self.terms.instalments):
            on = due_day(self.terms.first_due, month)
            line = Instalment(
                on, max(0, self._scheduled(on) - settled), self._interest(month, self.outstanding - due)
            )
            if line.total:
                return line
        return None

    def _interest(self, month: int, base: int) -> int:
        on = due_day(self.terms.first_due, month)
        if base <= 0 or (on.year, on.month) in self._charged_ahead:
            return 0
        if self.terms.method == "flat":
            return (
                month_interest(self.terms.principal, self.terms.rate_bp)
                if month < self.terms.instalments
                else 0
            )
        return month_interest(base, self.terms.rate_bp)

    def _scheduled(self, day: date) -> int:
        return sum(line.principal for line in schedule(self.terms) if line.on <= day)


def _brought_to(terms: LoanTerms, paid: Sequence[Paid], today: date) -> _Running:
    running = _Running(terms)
    for payment in paid:
        running.reach(payment.on)
        running.take(payment)
    running.reach(today)
    return running


def split(terms: LoanTerms, paid: Sequence[Paid], amount: int, today: date) -> Due:
    """How `amount` paise paid today (no more than the payoff) divide into interest and principal."""
    running = _brought_to(terms, paid, today)
    interest = min(amount, running.unpaid)
    principal = min(amount - interest, running.due_principal(today))
    ahead = min(amount - interest - principal, running.ahead(today))
    return Due(interest + ahead, amount - interest - ahead)


def loan_standing(
    loan_id: str, member_id: str, terms: LoanTerms, paid: Sequence[Paid], today: date
) -> LoanStanding:
    """Where the loan stands today after the repayments `paid`, in the order they were made."""
    running = _brought_to(terms, paid, today)
    due = Due(running.unpaid, running.due_principal(today))
    due_before = sum(line.principal for line in schedule(terms) if line.on < today)
    overdue_principal = max(0, due_before - (terms.principal - running.outstanding))
    return LoanStanding(
        loan_id=loan_id,
        member_id=member_id,
        principal=terms.principal,
        outstanding=running.outstanding,
        due=due,
        overdue=running.overdue_interest(today) + overdue_principal,
        next_due=running.coming(today),
        payoff=running.unpaid + running.outstanding + running.ahead(today),
    )
