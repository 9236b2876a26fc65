"""What can be asked of the group's money as a whole: read-only, by name, answered from memory, in paise."""

from collections.abc import Callable
from datetime import date, datetime

from store.chain import Voucher
from store.entries import BankDeposit, BankWithdrawal, LoanGiven, OpeningLoan, Payout, ShareOut
from store.entries.money import Place
from store.held import Holder
from store.payouts import By, Savings, settlement, share_of, share_out
from store.standing import loans_in
from store.treasury import BorrowingStanding
from store.years import YearResult, is_own


class MoneyQuestions(Holder):
    """Cash, bank, savings, loans, borrowings and surplus. Nothing reversed counts."""

    now: Callable[[], datetime]
    """The time, timezone-aware."""

    @property
    def today(self) -> date:
        """Today where the group is."""
        return self.now().date()

    @property
    def vouchers(self) -> tuple[Voucher, ...]:
        """Everything ever posted, in order."""
        return tuple(self._standing.vouchers)

    def counts(self, voucher: Voucher) -> bool:
        """Whether a voucher stands, that is, was not reversed."""
        return self._standing.counts(voucher)

    def posted(self, once: str) -> Voucher | None:
        """What was posted under that key, also when it was reversed; None when nothing was."""
        return self._standing.once.get(once)

    @property
    def balances(self) -> dict[str, int]:
        """Account → paise in it (debit positive), of those that are not empty."""
        return {account: held for account, held in self._standing.balances.items() if held}

    @property
    def cash(self) -> int:
        """Paise in the cash box by the books."""
        return self._standing.balances["cash"]

    @property
    def bank(self) -> int:
        """Paise in the bank by the books."""
        return self._standing.balances["bank"]

    @property
    def savings(self) -> int:
        """Paise of regular savings of all members together."""
        return -self._standing.total("savings:")

    @property
    def voluntary(self) -> int:
        """Paise of voluntary savings of all members together."""
        return -self._standing.total("voluntary:")

    @property
    def loans_outstanding(self) -> int:
        """Paise of principal all members owe."""
        return self._standing.total("loan:")

    def lent(self) -> tuple[tuple[Voucher, LoanGiven | OpeningLoan], ...]:
        """Every loan that stands, with its voucher, in the order they were written."""
        standing = filter(self.counts, self._standing.vouchers)
        return tuple((voucher, loan) for voucher in standing for loan in loans_in(voucher.entry))

    @property
    def borrowed(self) -> int:
        """Paise of principal that the group owes lenders."""
        return -self._standing.total("borrowed:")

    def borrowing(self, borrowing_id: str) -> BorrowingStanding | None:
        """Where a borrowing stands today, paid back or not; None when there is none or it was reversed."""
        return self._standing.treasury.borrowing(borrowing_id, self.today)

    def borrowings(self) -> tuple[BorrowingStanding, ...]:
        """All that the group ever borrowed and stands, the oldest first."""
        return tuple(each for each in map(self.borrowing, self._standing.treasury.borrowings) if each)

    @property
    def surplus(self) -> int:
        """Paise of the years closed that are not shared out: what can be."""
        return -self._standing.balances["surplus"]

    @property
    def worth(self) -> int:
        """Paise that are the group's own: all that it holds, less what it owes members and lenders."""
        balances = self._standing.balances
        return -sum(held for account, held in tuple(balances.items()) if is_own(account))

    def slip_written(self, kind: type[BankDeposit | BankWithdrawal], slip: str) -> bool:
        """Whether a deposit, or a withdrawal, with that slip stands."""
        return self._standing.treasury.with_slip(kind, slip) is not None

    def year(self, year: int) -> YearResult:
        """What a financial year brought and cost so far; by the year in which it began."""
        return self._standing.treasury.result(year)

    def open_years(self) -> tuple[int, ...]:
        """The years with anything to close, the earliest first; the running one is the last."""
        treasury = self._standing.treasury
        return tuple(year for year in treasury.years() if year not in treasury.closed)

    def settlement(self, member_id: str, share: int = 0) -> Payout:
        """What a leaver gets today, `share` paise of the surplus among it. Raises OwesMore."""
        return settlement(self._standing, member_id, share, self.today)

    def share_of(self, member_id: str, by: By) -> int:
        """Paise that would be hers if the whole surplus were shared out."""
        return share_of(self._standing, member_id, by, max(0, self.surplus))

    def share_out(self, by: By, divided: int, savings: Savings, source: Place) -> ShareOut:
        """The share-out of `divided` paise today, all running loans set off. Raises OwesMore."""
        return share_out(self._standing, by, divided, savings, source, self.today)
