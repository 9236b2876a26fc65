"""Loans of the group to its members. Amounts are paise."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Ahead = Literal["next", "shorten", "lower"]
"""What principal paid ahead of time does: "next": it counts as the instalments that come next; "shorten":
the instalments stay and the last ones fall away; "lower": the last day stays and they become smaller."""


@dataclass(frozen=True, slots=True)
class LoanTerms:
    """What was agreed for a loan; `store.loans` says what follows from it."""

    principal: int
    """Paise lent (for a loan moved from paper: paise still outstanding)."""
    rate_bp: int
    """Interest in hundredths of a percent, which is paise per hundred rupees, for `rate_months`."""
    method: Literal["flat", "reducing"]
    """"flat": interest on the sum lent; "reducing": on what is outstanding."""
    instalments: int
    """Monthly instalments of principal, at least 1."""
    first_due: date
    """Day on which the first month's interest is charged; the other months follow from it. Without a
    moratorium it is the day of the first instalment."""
    rate_months: Literal[1, 12] = 1
    """Months that the rate is for: 2 % a month is (200, 1), 10 % a year is (1000, 12), exactly."""
    moratorium: int = 0
    """Months at the beginning in which no principal falls due; the instalments come after them."""
    deferred: bool = False
    """Whether nothing at all falls due in the moratorium: its interest then falls due with the first
    instalment."""
    round_to: int = 1
    """Paise: each instalment (principal and interest together) is rounded up to a multiple of it, and the
    last one is what is left."""


@dataclass(frozen=True, slots=True)
class OpeningLoan:
    """A loan given on paper earlier and still running; the terms are those of what remains."""

    member_id: str
    """Who owes it."""
    loan_id: str
    """New, unique in these books."""
    terms: LoanTerms
    """What remains: outstanding principal, instalments left, the next (or first missed) due day."""
    purpose: str = ""
    """What it was taken for."""


@dataclass(frozen=True, slots=True)
class LoanGiven:
    """The group lent from the cash box."""

    meeting_id: str | None
    """The open meeting, None outside a meeting."""
    member_id: str
    """Who borrows."""
    loan_id: str
    """New, unique in these books."""
    terms: LoanTerms
    """What was agreed."""
    purpose: str = ""
    """What it is for."""


@dataclass(frozen=True, slots=True)
class Repayment:
    """A member paid on a loan; the ledger splits it into interest and principal."""

    meeting_id: str
    """The open meeting."""
    member_id: str
    """Who owes the loan."""
    loan_id: str
    """Which loan."""
    amount: int
    """Paise."""


@dataclass(frozen=True, slots=True)
class AheadChosen:
    """A member chose what the principal does that she has paid ahead of time; without it, it is "next"."""

    meeting_id: str | None
    """The open meeting, None outside a meeting."""
    member_id: str
    """Who owes the loan."""
    loan_id: str
    """Which loan."""
    ahead: Literal["shorten", "lower"]
    """What she chose."""


@dataclass(frozen=True, slots=True)
class NoRepayment:
    """A member was asked and pays nothing on this loan in this meeting."""

    meeting_id: str
    """The open meeting."""
    member_id: str
    """Who owes the loan."""
    loan_id: str
    """Which loan."""
