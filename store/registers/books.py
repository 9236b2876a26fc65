"""The books as they stood at the end of a day, and what was written in a period before it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from store.chain import Voucher
from store.entries import (
    Borrowed,
    Entry,
    LoanGiven,
    OpeningBalance,
    OpeningBorrowing,
    OpeningLoan,
    Reversal,
    payouts_of,
)
from store.errors import NoSuchMember
from store.held import Held
from store.loans import Paid
from store.people import Person
from store.questions import Questions
from store.standing import Standing


@dataclass(frozen=True, slots=True)
class Scope:
    """How much of the books a register is to show."""

    since: date | None = None
    """First day, None for the first of the books."""
    until: date | None = None
    """Last day, None for `latest`."""
    member_id: str | None = None
    """Only this member, where the register tells of members one by one."""
    meeting_on: date | None = None
    """Only the meetings of this day, where the register tells of meetings one by one."""


class Books(Questions):
    """A group's books for one scope. What was undone after its last day still counts: a month shown once
    is shown the same for good, and its correction stands in the month in which it was written."""

    def __init__(self, ledger: Questions, scope: Scope | None = None) -> None:
        """Take the books of `ledger` up to the last day of the scope."""
        self.scope = scope or Scope()
        vouchers = ledger.vouchers
        self.until = self.scope.until or latest(ledger)
        self.since = self.scope.since or min([self.until, *(voucher.on for voucher in vouchers[:1])])
        end = _reached(vouchers, self.until + timedelta(days=1))
        start = min(_reached(vouchers, self.since), end)
        self.before, self.within = vouchers[:start], vouchers[start:end]
        """What was written before the period, and in it."""
        end_of_day = datetime.combine(self.until, time.max, ledger.now().tzinfo)
        moment = ledger.now() if ledger.today == self.until else end_of_day
        self.now = lambda: moment
        people = {member.id: Person.of(member, None) for member in ledger.members()}
        self._held = Held(ledger.group, people, Standing(vouchers[:end]))

    def _fresh(self) -> Held:
        return self._held

    @cached_property
    def brought(self) -> dict[str, int]:
        """Paise in each account when the period began."""
        return moved_by(self.before)

    @cached_property
    def from_paper(self) -> dict[str, int]:
        """Paise brought from paper into each account in the period."""
        return moved_by(filter(self.is_from_paper, self.within))

    def is_from_paper(self, voucher: Voucher) -> bool:
        """Whether a voucher tells only what was there before these books, or corrects such a one.

        In a period that does not begin with the books it is a movement like any other: what the period
        before closed with is what this one opens with.
        """
        return not self.before and isinstance(self.about(voucher), OpeningBalance | OpeningLoan)

    def who(self, member_id: str | None) -> tuple[int | None, str | None]:
        """Number and name; an erased member keeps only her id, nobody has neither."""
        if member_id is None:
            return None, None
        try:
            member = self.member(member_id)
        except NoSuchMember:
            return None, member_id
        return member.number, member.name

    def all_by_number(self, member_ids: Iterable[str]) -> list[str]:
        """Members by their numbers, erased ones last."""

        def place(member_id: str) -> tuple[bool, int, str]:
            number, _ = self.who(member_id)
            return number is None, number or 0, member_id

        return sorted(set(member_ids), key=place)

    def by_number(self, member_ids: Iterable[str]) -> list[str]:
        """Those of the scope, by their numbers, erased ones last."""
        asked = self.scope.member_id
        return [one for one in self.all_by_number(member_ids) if asked in (None, one)]

    def of_meeting(self, meeting_id: str) -> list[Voucher]:
        """The vouchers of a meeting that stand, in order."""
        return self._standing.of_meeting(meeting_id)

    def repayments(self, loan_id: str) -> list[Voucher]:
        """The repayments of a loan that stand, in order."""
        return self._standing.repayments(loan_id)

    def paid(self, loan_id: str) -> tuple[Paid, ...]:
        """The same, as they were split, and what was chosen of what was paid ahead."""
        return self._standing.paid(loan_id)

    def signed(self, voucher: Voucher) -> tuple[Voucher, ...]:
        """The last answer of each second signatory about it."""
        return self._standing.countersigning.said_of(voucher.number)

    def about(self, voucher: Voucher) -> Entry:
        """What a voucher tells of: its entry, or the one that it reverses."""
        entry = voucher.entry
        return self._standing.vouchers[entry.of - 1].entry if isinstance(entry, Reversal) else entry

    def lent_in_scope(self) -> list[tuple[Voucher, LoanGiven | OpeningLoan]]:
        """The loans that stand, as far as they belong to the scope."""
        asked = self.scope.member_id
        return [(given, loan) for given, loan in self.lent() if asked in (None, loan.member_id)]

    def loan_accounts(self, member_id: str) -> set[str]:
        """The accounts of all loans a member ever had, also of those given by mistake and taken back."""
        lent = self._standing.lent.items()
        return {f"loan:{loan_id}" for loan_id, loan in lent if loan.member_id == member_id}

    def lender(self, borrowing_id: str) -> tuple[Voucher, Borrowed | OpeningBorrowing] | None:
        """The voucher of a borrowing, also when it was reversed, and what was agreed."""
        return self._standing.treasury.borrowings.get(borrowing_id)

    def concerned(self, voucher: Voucher) -> set[str]:
        """The members whom a voucher names or whose money it moves."""
        about = self.about(voucher)
        named = getattr(about, "member_id", None)
        found = {member_id for member_id, _ in payouts_of(about)} | ({named} if named else set())
        for posting in voucher.postings:
            kind, _, whose = posting.account.partition(":")
            if kind in ("savings", "voluntary"):
                found.add(whose)
            elif kind == "loan" and whose in self._standing.lent:
                found.add(self._standing.lent[whose].member_id)
        return found


def latest(ledger: Questions) -> date:
    """The last day there is anything to show of: today, or the last entry's when the clock is behind it."""
    return max([ledger.today, *(voucher.on for voucher in ledger.vouchers[-1:])])


def sides(amount: int, voucher: Voucher) -> tuple[int | None, int | None]:
    """Paise a voucher put in and took out; a correction is a minus on the side of what it corrects."""
    into = (amount > 0) != isinstance(voucher.entry, Reversal)
    return (amount or None, None) if into else (None, -amount or None)


def debit_credit(amount: int) -> tuple[int | None, int | None]:
    """Paise on the side on which they stand, nothing on the other."""
    return (amount, None) if amount > 0 else (None, -amount or None)


def moved_by(vouchers: Iterable[Voucher]) -> dict[str, int]:
    """Paise moved into each account by these vouchers."""
    held: defaultdict[str, int] = defaultdict(int)
    for voucher in vouchers:
        for posting in voucher.postings:
            held[posting.account] += posting.amount
    return held


def _reached(vouchers: Sequence[Voucher], day: date) -> int:
    """How many were written before the first one of that day or later.

    A clock may have been set back by less than a day: then the order in which they were written decides.
    """
    return next((at for at, voucher in enumerate(vouchers) if voucher.on >= day), len(vouchers))
