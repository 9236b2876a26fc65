"""Loans: the schedule agreed, what is due on a day, and how a payment is split. Pure functions, whole paise.

The arithmetic groups do by hand, by calendar month (cf. NABARD, interest "diminishing every month"):

- Principal is repaid in equal monthly parts; what does not divide goes into the last one.
- A month's interest is charged once, on its due day: on what is outstanding that morning ("reducing", for as
  long as anything is), or on the sum lent ("flat", for the months agreed). Half a paisa rounds up.
- In a moratorium no principal falls due; its interest does month by month, or, deferred, with the first
  instalment. A loan repaid in one piece has a moratorium and one instalment.
- An instalment may be rounded up to whole rupees, or to five or ten: the principal in it is what the interest
  leaves of the round sum, and the last instalment is what is left.
- A payment covers the interest that has fallen due, then the principal that has; what is over covers deferred
  interest, the interest of the running calendar month, if its due day is still to come, and then principal
  ahead of time. What that does, `Ahead` says.
- Interest is never charged on interest.
"""

import calendar
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from store.entries import Ahead, LoanTerms


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
    """A repayment that counts, or, without money, a choice."""

    on: date
    """Day it was paid."""
    interest: int
    """Paise of it that were interest."""
    principal: int
    """Paise of it that were principal."""
    ahead: Ahead = "next"
    """What the principal does that was paid ahead of time by then."""


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
    ahead: int
    """Paise of principal paid before they fall due, and not yet counted as chosen (`AheadChosen`)."""


def due_day(first_due: date, months: int) -> date:
    """The same day `months` later, or the last day of a month too short for it."""
    year, month = divmod(first_due.year * 12 + first_due.month - 1 + months, 12)
    day = min(first_due.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day)


def month_interest(base: int, rate_bp: int, rate_months: int = 1) -> int:
    """One month's interest in paise on `base` paise, half a paisa rounded up."""
    whole = 10_000 * rate_months
    return (2 * base * rate_bp + whole) // (2 * whole)


def monthly_percent(terms: LoanTerms) -> str:
    """The rate as it is written, percent a month, to four places: "2", or "0.8333" for 10 % a year."""
    whole, rest = divmod(month_interest(10**8, terms.rate_bp, terms.rate_months), 10**6)
    return f"{whole}.{rest // 100:04}".rstrip("0").rstrip(".")


def schedule(terms: LoanTerms) -> tuple[Instalment, ...]:
    """The instalments, each paid on its day. A month in which nothing falls due has none."""
    running, lines = _Running(terms), []
    for line in running.months():
        running.unpaid, running.outstanding = 0, running.outstanding - line.principal
        if line.total:
            lines.append(line)
    return tuple(lines)


class _Running:
    """A loan brought up to a day: charges and payments in the order they came."""

    def __init__(self, terms: LoanTerms) -> None:
        self.terms = terms
        self.outstanding = terms.principal
        self.unpaid = 0  # interest that has fallen due and is not paid
        self.deferred = 0  # interest of the moratorium, to fall due after it
        self._planned = terms.principal  # principal that falls due later, if nothing is paid ahead
        self._part = terms.principal // terms.instalments
        self._month = 0  # due days already passed
        self._last = Instalment(date.min, 0, 0)  # what fell due last
        self._charged_ahead: set[tuple[int, int]] = set()  # calendar months charged before their due day

    @property
    def due_principal(self) -> int:
        return max(0, self.outstanding - self._planned)

    @property
    def paid_ahead(self) -> int:
        return max(0, self._planned - self.outstanding)

    def reach(self, day: date) -> None:
        while due_day(self.terms.first_due, self._month) <= day:
            self._fall_due()

    def take(self, paid: Paid) -> None:
        early = paid.interest - self.unpaid
        if early > 0:
            of_moratorium = min(early, self.deferred)
            self.deferred -= of_moratorium
            self.unpaid += of_moratorium
            if early > of_moratorium:
                # A reversal since then may have changed the base: what was taken as interest stays interest.
                self.unpaid += max(self._of_running_month(paid.on), early - of_moratorium)
                self._charged_ahead.add((paid.on.year, paid.on.month))
        self.unpaid -= paid.interest
        self.outstanding -= paid.principal
        if paid.ahead != "next" and self.paid_ahead:
            self._planned = self.outstanding
            if paid.ahead == "lower":
                self._part = self._planned // self._instalments_left()

    def overdue(self, today: date) -> int:
        last = self._last if self._last.on == today else Instalment(today, 0, 0)
        return max(0, self.unpaid - last.interest) + max(0, self.due_principal - last.principal)

    def ahead(self, day: date) -> int:
        """Interest that can be paid before it falls due."""
        return self.deferred + self._of_running_month(day)

    def months(self) -> Iterator[Instalment]:
        """Let the months agreed that are still to come fall due, one after the other."""
        while self._month < self.terms.moratorium + self.terms.instalments:
            self._fall_due()
            yield self._last

    def coming(self) -> Instalment | None:
        later = copy.copy(self)
        later.unpaid, later.outstanding = 0, self.outstanding - self.due_principal
        return next((line for line in later.months() if line.total), None)

    def _fall_due(self) -> None:
        on, before = due_day(self.terms.first_due, self._month), self.due_principal
        self.deferred += self._interest(self._month, self.outstanding)
        interest = 0
        if not (self.terms.deferred and self._month < self.terms.moratorium):
            interest, self.deferred = self.deferred, 0
        self.unpaid += interest
        self._planned -= self._principal(interest)
        self._last = Instalment(on, self.due_principal - before, interest)
        self._month += 1

    def _principal(self, interest: int) -> int:
        """Principal that falls due by plan this month, beside the interest."""
        if self._month < self.terms.moratorium:
            return 0
        if self._instalments_left() == 1:
            return self._planned
        rounded = -(-(self._part + interest) // self.terms.round_to) * self.terms.round_to
        return min(rounded - interest, self._planned)

    def _instalments_left(self) -> int:
        passed = max(0, self._month - self.terms.moratorium)
        return max(1, self.terms.instalments - passed)

    def _of_running_month(self, day: date) -> int:
        """Interest of the running calendar month whose due day is still to come."""
        coming = due_day(self.terms.first_due, self._month)
        if (coming.year, coming.month) != (day.year, day.month):
            return 0
        return self._interest(self._month, self.outstanding - self.due_principal)

    def _interest(self, month: int, base: int) -> int:
        terms, on = self.terms, due_day(self.terms.first_due, month)
        if base <= 0 or (on.year, on.month) in self._charged_ahead:
            return 0
        if terms.method == "flat":
            base = terms.principal if month < terms.moratorium + terms.instalments else 0
        return month_interest(base, terms.rate_bp, terms.rate_months)


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
    principal = min(amount - interest, running.due_principal)
    ahead = min(amount - interest - principal, running.ahead(today))
    return Due(interest + ahead, amount - interest - ahead)


def loan_standing(
    loan_id: str, member_id: str, terms: LoanTerms, paid: Sequence[Paid], today: date
) -> LoanStanding:
    """Where the loan stands today after the repayments `paid`, in the order they were made."""
    running = _brought_to(terms, paid, today)
    return LoanStanding(
        loan_id=loan_id,
        member_id=member_id,
        principal=terms.principal,
        outstanding=running.outstanding,
        due=Due(running.unpaid, running.due_principal),
        overdue=running.overdue(today),
        next_due=running.coming(),
        payoff=running.unpaid + running.outstanding + running.ahead(today),
        ahead=running.paid_ahead,
    )
