"""Loans of the group to its members. Amounts are paise."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class LoanTerms:
    """What was agreed for a loan; `store.loans` says what follows from it."""

    principal: int
    """Paise lent (for a loan moved from paper: paise still outstanding)."""
    rate_bp: int
    """Interest a month in hundredths of a percent: 2 % a month is 200."""
    method: Literal["flat", "reducing"]
    """"flat": interest on the sum lent; "reducing": on what is outstanding."""
    instalments: int
    """Monthly instalments, at least 1."""
    first_due: date
    """Day of the first instalment; the others follow monthly."""


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
class NoRepayment:
    """A member was asked and pays nothing on this loan in this meeting."""

    meeting_id: str
    """The open meeting."""
    member_id: str
    """Who owes the loan."""
    loan_id: str
    """Which loan."""
