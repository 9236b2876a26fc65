"""The group's own money: its bank account, what it borrows, earns and spends, its years. All in paise."""

from dataclasses import dataclass
from typing import Literal

from store.entries.lending import LoanTerms
from store.entries.money import Place

IncomeHead = Literal["grant", "bank_interest", "sale", "membership_fee", "other"]
"""What the group received money for, besides interest and fines of its members."""
ExpenseHead = Literal["travel", "stationery", "bank_charge", "training", "meeting", "other"]
"""What the group spent money on, besides interest on what it borrowed."""


@dataclass(frozen=True, slots=True)
class BankDeposit:
    """Cash of the box was paid into the group's bank account."""

    amount: int
    """Paise."""
    slip: str
    """Number on the bank's slip; no two deposits share one."""
    meeting_id: str | None = None
    """The open meeting, None outside a meeting."""


@dataclass(frozen=True, slots=True)
class BankWithdrawal:
    """Money of the group's bank account was brought into the box."""

    amount: int
    """Paise."""
    slip: str
    """Number on the slip or cheque; no two withdrawals share one."""
    meeting_id: str | None = None
    """The open meeting, None outside a meeting."""


@dataclass(frozen=True, slots=True)
class Income:
    """The group received money that is its own."""

    head: IncomeHead
    """What for."""
    amount: int
    """Paise."""
    into: Place = "cash"
    """Where it was put."""
    receipt: str = ""
    """Number of the receipt, empty when there is none."""
    note: str = ""
    """From whom, and what for."""
    meeting_id: str | None = None
    """The open meeting, None outside a meeting."""


@dataclass(frozen=True, slots=True)
class Expense:
    """The group spent money."""

    head: ExpenseHead
    """On what."""
    amount: int
    """Paise."""
    source: Place = "cash"
    """Out of what it was paid."""
    receipt: str = ""
    """Number of the bill, empty when there is none."""
    note: str = ""
    """To whom, and what for."""
    meeting_id: str | None = None
    """The open meeting, None outside a meeting."""


@dataclass(frozen=True, slots=True)
class Borrowed:
    """The group borrowed from a bank, a federation or another lender."""

    borrowing_id: str
    """New, unique in these books: the number that the lender gave the loan."""
    lender: str
    """Who lent."""
    terms: LoanTerms
    """What was agreed."""
    into: Place = "bank"
    """Where it was put."""
    meeting_id: str | None = None
    """The open meeting, None outside a meeting."""


@dataclass(frozen=True, slots=True)
class BorrowingRepaid:
    """The group paid on what it borrowed; the lender's receipt tells the parts."""

    borrowing_id: str
    """Which borrowing."""
    principal: int
    """Paise of it that pay back what was borrowed."""
    interest: int
    """Paise of it that are interest."""
    source: Place = "bank"
    """Out of what it was paid."""
    receipt: str = ""
    """Number of the lender's receipt."""
    meeting_id: str | None = None
    """The open meeting, None outside a meeting."""


@dataclass(frozen=True, slots=True)
class YearClosed:
    """A financial year, April to March, is over and read out: its result went into the surplus, for good."""

    year: int
    """The year in which it began: 2025 for April 2025 to March 2026."""
    income: int
    """Paise of all income of the year."""
    expenses: int
    """Paise of all expenses of the year."""
