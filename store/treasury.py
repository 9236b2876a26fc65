"""Where the group's own money stands: bank slips, borrowings, years. No rule is checked here."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from store.chain import Voucher
from store.entries import (
    BankDeposit,
    BankWithdrawal,
    Borrowed,
    BorrowingRepaid,
    Entry,
    OpeningBalance,
    OpeningBorrowing,
    YearClosed,
)
from store.loans import Due, Instalment, Paid, loan_standing
from store.years import YearResult, is_of_a_year, last_day, result_of, year_of


@dataclass(frozen=True, slots=True)
class BorrowingStanding:
    """Where something that the group borrowed stands on a day, by the terms agreed."""

    borrowing_id: str
    """Which borrowing."""
    lender: str
    """Who lent."""
    principal: int
    """Paise borrowed."""
    outstanding: int
    """Paise of principal still owed."""
    due: Due
    """What has fallen due by today, today included, and is not paid."""
    overdue: int
    """Paise of `due` that fell due before today."""
    next_due: Instalment | None
    """What falls due next, after today, if all that is due is paid; None after the last instalment."""
    payoff: int
    """Paise that would settle it today; the lender may reckon otherwise."""
    interest_paid: int
    """Paise of interest paid on it."""


def borrowings_in(entry: Entry) -> tuple[Borrowed | OpeningBorrowing, ...]:
    """The borrowings that an entry begins; () when it begins none."""
    match entry:
        case Borrowed():
            return (entry,)
        case OpeningBalance():
            return entry.borrowings
        case _:
            return ()


_INDEXED = (BankDeposit, BankWithdrawal, BorrowingRepaid, Borrowed, OpeningBalance)


class Treasury:
    """Indexes of the group's own money after the vouchers applied so far."""

    def __init__(self, reversed_: Mapping[int, int]) -> None:
        """`reversed_`: number of a voucher reversed → number of its reversal, kept up by the owner."""
        self._reversed = reversed_
        self.borrowings: dict[str, tuple[Voucher, Borrowed | OpeningBorrowing]] = {}
        """Borrowing → the voucher that wrote it (also when reversed), and what it said."""
        self.closed: dict[int, Voucher] = {}
        """Year → the voucher that closed it."""
        self._slips: dict[tuple[type, str], Voucher] = {}
        self._repaid: defaultdict[str, list[Voucher]] = defaultdict(list)
        self._moved: defaultdict[int, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))

    def apply(self, voucher: Voucher) -> None:
        """Take the next voucher in."""
        if isinstance(voucher.entry, YearClosed):
            self.closed[voucher.entry.year] = voucher
            return
        if isinstance(voucher.entry, _INDEXED):
            self._index(voucher)
        for posting in voucher.postings:
            if is_of_a_year(posting.account):
                self._moved[year_of(voucher.on)][posting.account] += posting.amount

    def _index(self, voucher: Voucher) -> None:
        entry = voucher.entry
        match entry:
            case BankDeposit() | BankWithdrawal():
                self._slips[type(entry), entry.slip] = voucher
            case BorrowingRepaid():
                self._repaid[entry.borrowing_id].append(voucher)
            case _:
                for borrowing in borrowings_in(entry):
                    self.borrowings[borrowing.borrowing_id] = (voucher, borrowing)

    def with_slip(self, kind: type[BankDeposit | BankWithdrawal], slip: str) -> Voucher | None:
        """The deposit, or the withdrawal, that stands and has that slip."""
        voucher = self._slips.get((kind, slip))
        return voucher if voucher is not None and self._counts(voucher) else None

    def repayments(self, borrowing_id: str) -> list[Voucher]:
        """What was paid on a borrowing and stands, in order."""
        return [voucher for voucher in self._repaid.get(borrowing_id, []) if self._counts(voucher)]

    def borrowing(self, borrowing_id: str, today: date) -> BorrowingStanding | None:
        """Where a borrowing stands today; None when there is none or it was reversed."""
        voucher, borrowed = self.borrowings.get(borrowing_id, (None, None))
        if voucher is None or borrowed is None or not self._counts(voucher):
            return None
        paid = tuple(self._paid(borrowing_id))
        standing = loan_standing(borrowing_id, "", borrowed.terms, paid, today)
        return BorrowingStanding(
            borrowing_id,
            borrowed.lender,
            standing.principal,
            standing.outstanding,
            standing.due,
            standing.overdue,
            standing.next_due,
            standing.payoff,
            sum(each.interest for each in paid),
        )

    def _paid(self, borrowing_id: str) -> Iterator[Paid]:
        for voucher in self.repayments(borrowing_id):
            assert isinstance(voucher.entry, BorrowingRepaid)
            yield Paid(voucher.on, voucher.entry.interest, voucher.entry.principal)

    @property
    def closed_until(self) -> date | None:
        """The last day of the last year closed; None when none was."""
        return last_day(max(self.closed)) if self.closed else None

    def moved_in(self, year: int) -> dict[str, int]:
        """Account of a year → paise moved into it that year (debit positive)."""
        return dict(self._moved.get(year, {}))

    def result(self, year: int) -> YearResult:
        """What a year brought and cost so far."""
        return result_of(year, self.moved_in(year), year in self.closed)

    def years(self) -> tuple[int, ...]:
        """The years in which anything was earned, spent or brought from paper, the earliest first."""
        return tuple(sorted(self._moved))

    def _counts(self, voucher: Voucher) -> bool:
        return voucher.number not in self._reversed
