"""Where the books stand: a fold of the vouchers into balances and a few indexes. No rule is checked here."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from store.chain import Posting, Voucher
from store.countersigning import Countersigning
from store.entries import (
    AbsenceTold,
    AheadChosen,
    Attended,
    Checked,
    Countersigned,
    Entry,
    Fine,
    FinesAgreed,
    FineWaived,
    LoanGiven,
    MeetingClosed,
    MeetingOpened,
    MemberSettled,
    Missed,
    NextMeetingSet,
    OpeningBalance,
    OpeningLoan,
    Repayment,
    Reversal,
    Saving,
    ShareOut,
    SignatoriesNamed,
    payouts_of,
)
from store.fines import Fining
from store.loans import LoanStanding, Paid, loan_standing
from store.treasury import Treasury


@dataclass(frozen=True, slots=True)
class Attendance:
    """What the roll call wrote about a member."""

    present: bool
    """True when she is here."""
    reason: str | None = None
    """Why she is away, None when here or not known."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting, open or closed."""

    id: str
    """Unique in these books."""
    opened_at: datetime
    """When it was opened."""
    cash_told: int | None
    """Paise said to be in the box at the opening, None when not asked."""
    closed_at: datetime | None = None
    """When it was closed, None while open."""
    cash_counted: int | None = None
    """Paise counted at closing, None when not counted."""
    cash_booked: int | None = None
    """Paise the books held in cash at closing, None while open."""
    next_on: date | None = None
    """Day agreed for the next meeting."""


class Standing:
    """Balances and indexes after the vouchers applied so far."""

    def __init__(self, vouchers: Iterable[Voucher] = ()) -> None:
        self.vouchers: list[Voucher] = []
        self.once: dict[str, Voucher] = {}
        self.balances: defaultdict[str, int] = defaultdict(int)
        self.reversed: dict[int, int] = {}
        """Number of a voucher reversed → number of its reversal."""
        self.loans: dict[str, Voucher] = {}
        """Loan id → the voucher that gave it (also when reversed)."""
        self.lent: dict[str, LoanGiven | OpeningLoan] = {}
        """Loan id → what was agreed."""
        self.treasury = Treasury(self.reversed)
        """The group's own money."""
        self.countersigning = Countersigning(self.vouchers, self.reversed)
        """The second signature."""
        self.fining = Fining(self.reversed)
        """Fines by the group's rule."""
        self.open_meeting: str | None = None
        self._opened: dict[str, Voucher] = {}
        self._closed: dict[str, tuple[Voucher, int]] = {}
        self._of_meeting: defaultdict[str | None, list[Voucher]] = defaultdict(list)
        self._of_loan: defaultdict[str, list[Voucher]] = defaultdict(list)
        self._of_member: defaultdict[str, list[Voucher]] = defaultdict(list)
        self._loans_of: defaultdict[str, list[str]] = defaultdict(list)
        self.settlements: dict[str, Voucher] = {}
        """Member → what she was paid out with when she left, the last time (also when reversed)."""
        self.opening_balance: Voucher | None = None
        """The opening balance written last (also when reversed)."""
        self.checked: dict[int, Checked] = {}
        """Number of a voucher → what she whom it concerns said of it last."""
        for voucher in vouchers:
            self.apply(voucher)

    def apply(self, voucher: Voucher) -> None:
        """Take the next voucher in."""
        self.vouchers.append(voucher)
        self.once[voucher.once] = voucher
        for posting in voucher.postings:
            self.balances[posting.account] += posting.amount
        self.treasury.apply(voucher)
        entry = voucher.entry
        self._of_meeting[getattr(entry, "meeting_id", None)].append(voucher)
        member_id = getattr(entry, "member_id", None)
        if member_id is not None:
            self._of_member[member_id].append(voucher)
        match entry:
            case Attended() | Saving():
                pass  # most entries are one of these: no other case is tried for them
            case LoanGiven() | OpeningLoan():
                self._lend(entry, voucher)
            case OpeningBalance():
                self.opening_balance = voucher
                for loan in entry.loans:
                    self._lend(loan, voucher)
                for member in members_of(entry):
                    self._of_member[member].append(voucher)
            case Checked():
                self.checked[entry.of] = entry
            case Reversal():
                self.reversed[entry.of] = voucher.number
            case Repayment() | AheadChosen():
                self._of_loan[entry.loan_id].append(voucher)
            case MeetingOpened():
                self._opened[entry.meeting_id] = voucher
                self.open_meeting = entry.meeting_id
            case MeetingClosed():
                self._closed[entry.meeting_id] = (voucher, self.balances["cash"])
                self.open_meeting = None
            case MemberSettled() | ShareOut():
                self._pay_out(entry, voucher)
            case SignatoriesNamed() | Countersigned():
                self.countersigning.apply(voucher)
            case FinesAgreed() | Fine() | FineWaived():
                self.fining.apply(voucher)
            case _:
                pass

    def _lend(self, loan: LoanGiven | OpeningLoan, voucher: Voucher) -> None:
        self.loans[loan.loan_id], self.lent[loan.loan_id] = voucher, loan
        self._loans_of[loan.member_id].append(loan.loan_id)

    def _pay_out(self, entry: MemberSettled | ShareOut, voucher: Voucher) -> None:
        if isinstance(entry, MemberSettled):
            self.settlements[entry.member_id] = voucher
        for member_id, payout in payouts_of(entry):
            if isinstance(entry, ShareOut):
                self._of_member[member_id].append(voucher)
            for loan_id, _, _ in payout.loans:
                self._of_loan[loan_id].append(voucher)

    def counts(self, voucher: Voucher) -> bool:
        """Whether the voucher stands, that is, was not reversed."""
        return voucher.number not in self.reversed

    def of_meeting(self, meeting_id: str) -> list[Voucher]:
        """The vouchers of a meeting that stand, in order."""
        return [voucher for voucher in self._of_meeting.get(meeting_id, []) if self.counts(voucher)]

    def in_meeting(self, meeting_id: str, member_id: str, *kinds: type[Entry]) -> list[Voucher]:
        """The vouchers of those kinds about a member in a meeting that stand."""
        return [
            voucher
            for voucher in self.of_meeting(meeting_id)
            if isinstance(voucher.entry, kinds) and getattr(voucher.entry, "member_id", None) == member_id
        ]

    def of_member(self, member_id: str) -> list[Voucher]:
        """Every voucher that names a member, in order, also those reversed."""
        return self._of_member.get(member_id, [])

    def loans_of(self, member_id: str) -> tuple[str, ...]:
        """Every loan a member was given, oldest first, also those reversed."""
        return tuple(self._loans_of.get(member_id, ()))

    def running_loans(self, member_id: str) -> list[str]:
        """The loans of a member with principal outstanding, oldest first."""
        return [loan for loan in self._loans_of.get(member_id, []) if self.balances.get(f"loan:{loan}")]

    def repayments(self, loan_id: str) -> list[Voucher]:
        """What was repaid on a loan and stands, in order; also by a payout that it was set off against."""
        on_loan = self._of_loan.get(loan_id, [])
        return [v for v in on_loan if self.counts(v) and not isinstance(v.entry, AheadChosen)]

    def paid(self, loan_id: str, before: int | None = None) -> tuple[Paid, ...]:
        """What was paid on a loan and stands, as it was split, and what was chosen of it.

        With `before`, only what was written before the voucher of that number.
        """
        on_loan = [v for v in self._of_loan.get(loan_id, []) if before is None or v.number < before]
        return tuple(_paid(voucher, loan_id) for voucher in on_loan if self.counts(voucher))

    def loan(self, loan_id: str, today: date) -> LoanStanding | None:
        """Where a loan stands today; None when there is none or it was reversed."""
        given = self.loans.get(loan_id)
        if given is None or not self.counts(given):
            return None
        lent = self.lent[loan_id]
        return loan_standing(loan_id, lent.member_id, lent.terms, self.paid(loan_id), today)

    def meeting(self, meeting_id: str) -> Meeting | None:
        """A meeting as it stands, None when there is none."""
        opened = self._opened.get(meeting_id)
        if opened is None or not isinstance(opened.entry, MeetingOpened):
            return None
        days = [v.entry.on for v in self.of_meeting(meeting_id) if isinstance(v.entry, NextMeetingSet)]
        meeting = Meeting(meeting_id, opened.at, opened.entry.cash_told, next_on=days[-1] if days else None)
        closed, booked = self._closed.get(meeting_id, (None, None))
        if closed is None or not isinstance(closed.entry, MeetingClosed):
            return meeting
        return Meeting(
            meeting_id,
            opened.at,
            meeting.cash_told,
            closed.at,
            closed.entry.cash_counted,
            booked,
            meeting.next_on,
        )

    def sittings(self) -> Iterator[tuple[Voucher, Voucher]]:
        """The vouchers that opened and closed each meeting that is over, in the order of their opening."""
        for meeting_id, opened in self._opened.items():
            if meeting_id in self._closed:
                yield opened, self._closed[meeting_id][0]

    def meetings(self) -> tuple[Meeting, ...]:
        """Every meeting, in the order they were opened."""
        return tuple(meeting for meeting in map(self.meeting, tuple(self._opened)) if meeting)

    def member_ids(self) -> set[str]:
        """Every member ever named, erased or not."""
        return set(self._of_member) | {account.removeprefix("savings:") for account in self.balances}

    def total(self, prefix: str) -> int:
        """Paise in all accounts whose name begins so."""
        return sum(amount for account, amount in tuple(self.balances.items()) if account.startswith(prefix))

    def attendance(self, meeting_id: str) -> dict[str, Attendance]:
        """Member id → what the roll call last wrote, for those called."""
        roll: dict[str, Attendance] = {}
        for voucher in self.of_meeting(meeting_id):
            if isinstance(voucher.entry, Attended):
                roll[voucher.entry.member_id] = Attendance(True)
            elif isinstance(voucher.entry, Missed | AbsenceTold):
                roll[voucher.entry.member_id] = Attendance(False, voucher.entry.reason)
        return roll


def moved(voucher: Voucher, account: str) -> int:
    """Paise a voucher moved into an account (negative: out of it)."""
    return sum(posting.amount for posting in voucher.postings if posting.account == account)


def loans_in(entry: Entry) -> tuple[LoanGiven | OpeningLoan, ...]:
    """The loans that an entry begins; () when it begins none."""
    match entry:
        case LoanGiven() | OpeningLoan():
            return (entry,)
        case OpeningBalance():
            return entry.loans
        case _:
            return ()


def members_of(entry: OpeningBalance) -> tuple[str, ...]:
    """The members whose savings or loans were brought from paper, each once."""
    saved = [member_id for member_id, _ in (*entry.savings, *entry.voluntary)]
    return tuple(dict.fromkeys([*saved, *(loan.member_id for loan in entry.loans)]))


def _paid(voucher: Voucher, loan_id: str) -> Paid:
    for _, payout in payouts_of(voucher.entry):
        for settled, interest, principal in payout.loans:
            if settled == loan_id:
                return Paid(voucher.on, interest, principal)
    if isinstance(voucher.entry, AheadChosen):
        return Paid(voucher.on, 0, 0, voucher.entry.ahead)
    return Paid(voucher.on, -moved(voucher, "interest"), -moved(voucher, f"loan:{loan_id}"))


def negated(postings: Iterable[Posting]) -> tuple[Posting, ...]:
    """The postings that undo these."""
    return tuple(Posting(posting.account, -posting.amount) for posting in postings)
