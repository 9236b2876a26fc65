"""What can be asked of the books: read-only, by name, answered from memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice, takewhile

from store.chain import Voucher
from store.entries import (
    BankDeposit,
    BankWithdrawal,
    Checked,
    Entry,
    Expense,
    Fine,
    FinesAgreed,
    Income,
    LoanGiven,
    NoRepayment,
    NoSaving,
    Repayment,
    Saving,
)
from store.errors import NoSuchMember
from store.fines_owed import FineOwed, fines_owed
from store.loans import LoanStanding
from store.money_questions import MoneyQuestions
from store.passbook import MemberEntry, lines_of
from store.people import Group, Member, Person, same_phone
from store.standing import Attendance, Meeting, moved

_HERS = frozenset({"saving", "paid_out", "loan", "repayment", "fine", "settled"})
"""Lines of vouchers that concern nobody else: of these she can say whether they are right."""
_UNDOABLE = Saving | NoSaving | Repayment | NoRepayment | Income | Expense | BankDeposit | BankWithdrawal


@dataclass(frozen=True, slots=True)
class MeetingTotals:
    """What a meeting brought, without what was reversed."""

    present: int
    """Members who came."""
    members: int
    """Members of the group now."""
    savings: int
    """Paise saved."""
    principal: int
    """Paise of loans repaid, principal."""
    interest: int
    """Paise of interest received."""
    fines: int
    """Paise of fines received."""
    lent: int
    """Paise lent."""
    deposited: int
    """Paise taken to the bank."""
    voluntary: int = 0
    """Paise of the savings that are voluntary."""
    income: int = 0
    """Paise of other income."""
    expenses: int = 0
    """Paise spent."""


class Questions(MoneyQuestions):
    """The read-only half of a ledger. Amounts are paise; nothing reversed counts."""

    @property
    def group(self) -> Group:
        """The group and its rules."""
        return self._group

    def members(self) -> tuple[Member, ...]:
        """All that the books know, by number; who left the group stays among them until she is erased."""
        return tuple(sorted((person.member for person in self._people.values()), key=lambda m: m.number))

    def belonging(self, when: datetime | None = None) -> tuple[Member, ...]:
        """The members of the group now or at `when`, by number: not those who were settled before."""
        settled = self._standing.settlements.items()
        left = {m for m, v in settled if self.counts(v) and (when is None or v.at < when)}
        return tuple(member for member in self.members() if member.id not in left)

    def member(self, member_id: str) -> Member:
        """One member. Raises NoSuchMember."""
        return self._person(member_id).member

    def members_by_phone(self, phone: str) -> tuple[Member, ...]:
        """Every member with this phone, however it is spelled."""
        return tuple(m for m in self.members() if any(same_phone(phone, own) for own in m.phones))

    def locked_until(self, member_id: str) -> datetime | None:
        """Until when no PIN of hers is taken; None when one is. Raises NoSuchMember."""
        pin = self._person(member_id).pin
        return pin.tries.locked_until if pin and pin.tries.locked(self.now()) else None

    @property
    def meeting(self) -> Meeting | None:
        """The open meeting."""
        return self._standing.meeting(self._standing.open_meeting) if self._standing.open_meeting else None

    @property
    def last_meeting(self) -> Meeting | None:
        """The meeting closed last."""
        closed = [meeting for meeting in self.meetings() if meeting.closed_at]
        return closed[-1] if closed else None

    @property
    def next_meeting_on(self) -> date | None:
        """Day agreed for the next meeting; None when none is, or it is over."""
        meeting = self.meeting or self.last_meeting
        return meeting.next_on if meeting and meeting.next_on and meeting.next_on >= self.today else None

    def meetings(self) -> tuple[Meeting, ...]:
        """Every meeting, in the order they were opened."""
        return self._standing.meetings()

    def attendance(self, meeting_id: str) -> dict[str, Attendance]:
        """Member id → what the roll call wrote; who was not called yet is absent from it."""
        return self._standing.attendance(meeting_id)

    def present(self) -> tuple[Member, ...]:
        """Who is in the open meeting, by number."""
        roll = self.attendance(self._standing.open_meeting or "")
        return tuple(m for m in self.members() if m.id in roll and roll[m.id].present)

    def saved_by(self, member_id: str) -> int:
        """Paise of regular savings of a member in all."""
        return -self._standing.balances.get(f"savings:{member_id}", 0)

    def voluntary_of(self, member_id: str) -> int:
        """Paise of voluntary savings of a member in all; she may withdraw them."""
        return -self._standing.balances.get(f"voluntary:{member_id}", 0)

    def saved_in(self, meeting_id: str, member_id: str) -> int | None:
        """Paise a member saved in a meeting; 0: she was asked and saves none; None: not asked yet."""
        asked = self._standing.in_meeting(meeting_id, member_id, Saving, NoSaving)
        return sum(moved(voucher, "cash") for voucher in asked) if asked else None

    def saving_streak(self, member_id: str) -> int:
        """In how many meetings a member saved one after the other, up to the one closed last."""
        closed = [meeting for meeting in self.meetings() if meeting.closed_at]
        saved = takewhile(lambda meeting: self.saved_in(meeting.id, member_id), reversed(closed))
        return sum(1 for _ in saved)

    def loan(self, loan_id: str) -> LoanStanding | None:
        """Where a loan stands today, settled or not; None when there is none or it was reversed."""
        return self._standing.loan(loan_id, self.today)

    def loans(self, member_id: str) -> tuple[LoanStanding, ...]:
        """The loans of a member with principal outstanding, oldest first."""
        standings = map(self.loan, self._standing.running_loans(member_id))
        return tuple(loan for loan in standings if loan and loan.outstanding)

    def interest_paid(self, loan_id: str) -> int:
        """Paise of interest paid on a loan."""
        return sum(paid.interest for paid in self._standing.paid(loan_id))

    def repaid_in(self, meeting_id: str, loan_id: str) -> int | None:
        """Paise paid on a loan in a meeting; 0: asked and paid none; None: not asked yet."""
        asked = [
            voucher
            for voucher in self._standing.of_meeting(meeting_id)
            if isinstance(voucher.entry, Repayment | NoRepayment) and voucher.entry.loan_id == loan_id
        ]
        return sum(moved(voucher, "cash") for voucher in asked) if asked else None

    def last_undoable(self) -> Voucher | None:
        """The last amount (or "none today") of the open meeting that stands."""
        for voucher in reversed(self._standing.of_meeting(self._standing.open_meeting or "")):
            if isinstance(voucher.entry, _UNDOABLE):
                return voucher
        return None

    def last_entries(self, member_id: str, n: int) -> tuple[MemberEntry, ...]:
        """The last `n` lines of a member's passbook, the latest first."""
        return tuple(islice(self._lines(member_id, reversed(self._standing.of_member(member_id))), n))

    def passbook(self, member_id: str) -> tuple[MemberEntry, ...]:
        """Every movement of a member's money, the earliest first."""
        return tuple(self._lines(member_id, self._standing.of_member(member_id)))

    def _lines(self, member_id: str, vouchers: Iterable[Voucher]) -> Iterator[MemberEntry]:
        for voucher in vouchers:
            yield from lines_of(voucher, member_id, self.counts(voucher))

    def unchecked(self, member_id: str) -> tuple[MemberEntry, ...]:
        """The lines of her passbook that stand and that she was not asked about, the earliest first."""
        checked, lines = self._standing.checked, self.passbook(member_id)
        return tuple(
            one for one in lines if one.kind in _HERS and not one.reversed and one.number not in checked
        )

    def disputed(self) -> tuple[Checked, ...]:
        """What members said is wrong and that stands all the same, the last answer of each."""
        return tuple(
            answer
            for answer in self._standing.checked.values()
            if not answer.right and answer.of not in self._standing.reversed
        )

    def fines_owed(self, member_id: str) -> tuple[FineOwed, ...]:
        """What a member owes by the group's rule for fines, the earliest first."""
        return fines_owed(self._standing, member_id)

    @property
    def fines_agreed(self) -> FinesAgreed | None:
        """The group's rule for fines; None while it has none."""
        agreed = self._standing.fining.agreed_before(len(self._standing.vouchers) + 1)
        return agreed.entry if agreed and isinstance(agreed.entry, FinesAgreed) else None

    @property
    def signatories(self) -> tuple[str, ...]:
        """Who checks what others write: member ids, or "worker"."""
        return self._standing.countersigning.signatories

    def unsigned(self, by: str) -> tuple[Voucher, ...]:
        """What a signatory is still to confirm or dispute, the earliest first."""
        return self._standing.countersigning.unsigned(by)

    def disputed_by_signatories(self) -> tuple[tuple[Voucher, Voucher], ...]:
        """(voucher, dispute) of what stands and a signatory called wrong, her last answer of each."""
        return tuple(self._standing.countersigning.disputed())

    def totals(self, meeting_id: str) -> MeetingTotals:
        """What a meeting brought so far."""
        vouchers = self._standing.of_meeting(meeting_id)

        def amount(kind: type[Entry], account: str) -> int:
            return sum(moved(voucher, account) for voucher in vouchers if isinstance(voucher.entry, kind))

        interest = -amount(Repayment, "interest")
        return MeetingTotals(
            present=sum(roll.present for roll in self.attendance(meeting_id).values()),
            members=len(self.belonging()),
            savings=amount(Saving, "cash"),
            principal=amount(Repayment, "cash") - interest,
            interest=interest,
            fines=amount(Fine, "cash"),
            lent=-amount(LoanGiven, "cash"),
            deposited=amount(BankDeposit, "bank"),
            voluntary=sum(v.entry.voluntary for v in vouchers if isinstance(v.entry, Saving)),
            income=sum(v.entry.amount for v in vouchers if isinstance(v.entry, Income)),
            expenses=sum(v.entry.amount for v in vouchers if isinstance(v.entry, Expense)),
        )

    def _person(self, member_id: str) -> Person:
        if member_id not in self._people:
            raise NoSuchMember(member_id)
        return self._people[member_id]
