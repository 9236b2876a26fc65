"""What a group brings from its paper books. Amounts are paise."""

from dataclasses import dataclass

from store.entries.lending import LoanTerms, OpeningLoan


@dataclass(frozen=True, slots=True)
class OpeningBorrowing:
    """What the group still owes a lender, as part of an opening balance."""

    borrowing_id: str
    """New, unique in these books: the number that the lender gave the loan."""
    lender: str
    """Who lent."""
    terms: LoanTerms
    """What remains: outstanding principal, instalments left, the next (or first missed) due day."""


@dataclass(frozen=True, slots=True)
class OpeningBalance:
    """What the group held when it moved from paper. Posted once.

    With a `surplus` it is a whole cut-off sheet and asserts that it balances: cash, bank and loans are as
    much as savings, borrowings and surplus. Without one, what it holds beyond its savings is put to
    `opening`.
    """

    cash: int
    """Paise in the cash box."""
    bank: int
    """Paise in the bank."""
    savings: tuple[tuple[str, int], ...] = ()
    """(member id, paise of regular savings so far)."""
    voluntary: tuple[tuple[str, int], ...] = ()
    """(member id, paise of voluntary savings so far)."""
    loans: tuple[OpeningLoan, ...] = ()
    """Loans given on paper and still running."""
    borrowings: tuple[OpeningBorrowing, ...] = ()
    """What the group still owes lenders."""
    surplus: int | None = None
    """Paise of interest, fines and grants kept from paper, less expenses; negative for a loss."""
