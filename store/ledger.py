"""The ledger: one group's books, their laws kept, asked by name. Works over any vault."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from store.chain import START, Voucher, seal
from store.entries import (
    BankDeposit,
    Entry,
    Evidence,
    Fine,
    LoanGiven,
    NoRepayment,
    NoSaving,
    OpeningBalance,
    OpeningLoan,
    Repayment,
    Saving,
)
from store.errors import (
    ClockBehind,
    DiskTrouble,
    NoGroupYet,
    NoSuchMember,
    NumberTaken,
    OnceReused,
    RefusedEntry,
)
from store.loans import LoanStanding
from store.memory import copy_of
from store.people import Group, Member, Person, Pin, PinCheck, person_of, person_record, same_phone
from store.rules import Rules
from store.standing import Attendance, Meeting, Standing, moved
from store.vault import Vault

_UNDOABLE = Saving | NoSaving | Repayment | NoRepayment


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that an entry is in the books."""

    number: int
    """Number of its voucher."""
    once: str
    """The key it was posted under."""
    at: datetime
    """When it was posted first."""
    repeated: bool
    """True when it was in the books already and nothing was written now."""


MemberKind = Literal["opening", "saving", "loan", "repayment", "fine"]


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """A line of a member's passbook."""

    on: date
    """Day of posting."""
    kind: MemberKind
    """What it was; "opening" is the saving brought from paper."""
    amount: int
    """Paise."""
    reversed: bool
    """True when it was undone later."""


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


class Ledger:
    """One group's books. Threads may share it. What it answers, the vault has confirmed."""

    def __init__(self, vault: Vault, now: Callable[[], datetime]) -> None:
        """Open the books in `vault`; `now` tells the time, timezone-aware.

        Raises NoGroupYet for an empty vault, DamagedBooks, DiskTrouble.
        """
        self._vault = vault
        self.now = now
        self._lock = threading.RLock()
        self._unsure = False
        self._load()

    @classmethod
    def found(cls, vault: Vault, group: Group, now: Callable[[], datetime]) -> "Ledger":
        """Begin the books of a group in an empty vault. Raises RefusedEntry when it holds a group."""
        if vault.load().group is not None:
            raise RefusedEntry("these books have a group already; take another file")
        vault.put_group(asdict(group))
        return cls(vault, now)

    def _load(self) -> None:
        contents = self._vault.load()
        if contents.group is None:
            raise NoGroupYet
        self._group = Group(**contents.group)
        self._people = {person.member.id: person for person in map(person_of, contents.members)}
        self._standing = Standing(contents.vouchers)
        self._unsure = False

    def _write(self, write: Callable[[Any], None], record: object) -> None:
        try:
            write(record)
        except DiskTrouble:
            # The write may have reached the disk after all: look before the next one.
            self._unsure = True
            raise

    def _settle(self) -> None:
        if self._unsure:
            self._load()

    # People

    @property
    def group(self) -> Group:
        """The group and its rules."""
        return self._group

    def update_group(self, group: Group) -> None:
        """Keep new rules of the group. Raises DiskTrouble."""
        with self._lock:
            self._settle()
            self._write(self._vault.put_group, asdict(group))
            self._group = group

    def members(self) -> tuple[Member, ...]:
        """The members, by number."""
        return tuple(sorted((person.member for person in self._people.values()), key=lambda m: m.number))

    def member(self, member_id: str) -> Member:
        """One member. Raises NoSuchMember."""
        return self._person(member_id).member

    def members_by_phone(self, phone: str) -> tuple[Member, ...]:
        """Every member with this phone, however it is spelled."""
        return tuple(m for m in self.members() if any(same_phone(phone, own) for own in m.phones))

    def add_member(
        self, number: int, name: str, spoken: str = "", phones: Iterable[str] = (), consent: bool = False
    ) -> Member:
        """Take a member in; `spoken` is `name` when empty. Raises NumberTaken, RefusedEntry, DiskTrouble."""
        with self._lock:
            self._settle()
            used = set(self._people) | self._standing.member_ids()
            member_id, again = f"m{number}", 1
            while member_id in used:
                again += 1
                member_id = f"m{number}-{again}"
            return self._keep(
                Person.of(Member(member_id, number, name, spoken or name, tuple(phones), consent), None)
            )

    def update_member(self, member: Member) -> Member:
        """Keep a member's new particulars, by id. Raises NoSuchMember, NumberTaken, DiskTrouble."""
        with self._lock:
            self._settle()
            return self._keep(Person.of(member, self._person(member.id).pin))

    def set_pin(self, member_id: str, pin: str) -> None:
        """Set a PIN of 4 to 8 digits; wrong tries are forgotten.

        Raises NoSuchMember, RefusedEntry, DiskTrouble.
        """
        if not (pin.isascii() and pin.isdigit() and 4 <= len(pin) <= 8):
            raise RefusedEntry("a PIN has 4 to 8 digits")
        with self._lock:
            self._settle()
            self._keep(replace(self._person(member_id), pin=Pin.of(pin)))

    def check_pin(self, member_id: str, pin: str) -> PinCheck:
        """Try a PIN. The third wrong one in a row locks it, longer every time; tries survive a restart.

        Raises NoSuchMember, DiskTrouble.
        """
        with self._lock:
            self._settle()
            person = self._person(member_id)
            if person.pin is None:
                return PinCheck.NONE_SET
            answer, kept = person.pin.tried(pin, self.now())
            if kept != person.pin:
                self._keep(replace(person, pin=kept))
            return answer

    def _person(self, member_id: str) -> Person:
        if member_id not in self._people:
            raise NoSuchMember(member_id)
        return self._people[member_id]

    def _keep(self, person: Person) -> Member:
        person = Person.of(person.member, person.pin)
        member = person.member
        if member.number < 1 or not member.name.strip():
            raise RefusedEntry("a member has a name and a number from 1 up")
        if any(other.number == member.number and other.id != member.id for other in self.members()):
            raise NumberTaken(member.number)
        self._write(self._vault.put_member, person_record(person))
        self._people[member.id] = person
        return member

    # Posting

    def post(self, entry: Entry, *, once: str, evidence: Evidence | None = None) -> Receipt:
        """Write an entry; it is durable when this returns. The same `once` again writes nothing.

        Raises a RefusedEntry when the entry breaks a law, DiskTrouble, DamagedBooks: then nothing is confirmed.
        """
        with self._lock:
            self._settle()
            first = self._standing.once.get(once)
            if first is not None:
                if first.entry != entry:
                    raise OnceReused(once, first.number)
                return Receipt(first.number, once, first.at, repeated=True)
            voucher = self._voucher(entry, once, evidence)
            self._write(self._vault.append, voucher)
            self._standing.apply(voucher)
            return Receipt(voucher.number, once, voucher.at, repeated=False)

    def _voucher(self, entry: Entry, once: str, evidence: Evidence | None) -> Voucher:
        now, last = self.now(), self._standing.vouchers[-1] if self._standing.vouchers else None
        if last is not None and (last.at - now).days >= 1:
            raise ClockBehind(now, last.at)
        rules = Rules(self._group, frozenset(self._people), self._standing, now.date())
        return seal(
            Voucher(
                number=last.number + 1 if last else 1,
                at=now,
                once=once,
                entry=entry,
                postings=rules.postings(entry),
                evidence=evidence,
                prev=last.hash if last else START,
                hash="",
            )
        )

    def pretend(self) -> "Ledger":
        """The same books in memory, for practice: nothing posted there reaches the disk."""
        with self._lock:
            vault = copy_of(asdict(self._group), tuple(self._people.values()), self.vouchers)
            return Ledger(vault, self.now)

    # Questions

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
        """Paise saved by all members together."""
        return -self._standing.total("savings:")

    @property
    def loans_outstanding(self) -> int:
        """Paise of principal all members owe."""
        return self._standing.total("loan:")

    @property
    def meeting(self) -> Meeting | None:
        """The open meeting."""
        return self._standing.meeting(self._standing.open_meeting) if self._standing.open_meeting else None

    @property
    def last_meeting(self) -> Meeting | None:
        """The meeting closed last."""
        closed = [meeting for meeting in self.meetings() if meeting.closed_at]
        return closed[-1] if closed else None

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
        """Paise a member has saved in all."""
        return -self._standing.balances.get(f"savings:{member_id}", 0)

    def saved_in(self, meeting_id: str, member_id: str) -> int | None:
        """Paise a member saved in a meeting; 0: she was asked and saves none; None: not asked yet."""
        asked = self._standing.in_meeting(meeting_id, member_id, Saving, NoSaving)
        return sum(moved(voucher, "cash") for voucher in asked) if asked else None

    def loan(self, loan_id: str) -> LoanStanding | None:
        """Where a loan stands today, settled or not; None when there is none or it was reversed."""
        return self._standing.loan(loan_id, self.today)

    def loans(self, member_id: str) -> tuple[LoanStanding, ...]:
        """The loans of a member with principal outstanding, oldest first."""
        standings = (self.loan(loan_id) for loan_id in self._standing.loans)
        return tuple(loan for loan in standings if loan and loan.member_id == member_id and loan.outstanding)

    def repaid_in(self, meeting_id: str, loan_id: str) -> int | None:
        """Paise paid on a loan in a meeting; 0: asked and paid none; None: not asked yet."""
        asked = [
            voucher
            for voucher in self._standing.of_meeting(meeting_id)
            if isinstance(voucher.entry, Repayment | NoRepayment) and voucher.entry.loan_id == loan_id
        ]
        return sum(moved(voucher, "cash") for voucher in asked) if asked else None

    def last_undoable(self) -> Voucher | None:
        """The last saving or repayment (or "none today") of the open meeting that stands."""
        for voucher in reversed(self._standing.of_meeting(self._standing.open_meeting or "")):
            if isinstance(voucher.entry, _UNDOABLE):
                return voucher
        return None

    def last_entries(self, member_id: str, n: int) -> tuple[MemberEntry, ...]:
        """The last `n` lines of a member's passbook, the latest first."""
        return self.passbook(member_id)[::-1][:n]

    def passbook(self, member_id: str) -> tuple[MemberEntry, ...]:
        """Every movement of a member's money, the earliest first."""
        lines = (_passbook_line(voucher.entry, member_id) for voucher in self._standing.vouchers)
        return tuple(
            MemberEntry(voucher.on, line[0], line[1], not self.counts(voucher))
            for voucher, line in zip(self._standing.vouchers, lines, strict=True)
            if line is not None
        )

    def totals(self, meeting_id: str) -> MeetingTotals:
        """What a meeting brought so far."""
        vouchers = self._standing.of_meeting(meeting_id)

        def amount(kind: type[Entry], account: str) -> int:
            return sum(moved(voucher, account) for voucher in vouchers if isinstance(voucher.entry, kind))

        interest = -amount(Repayment, "interest")
        return MeetingTotals(
            present=sum(roll.present for roll in self.attendance(meeting_id).values()),
            members=len(self._people),
            savings=amount(Saving, "cash"),
            principal=amount(Repayment, "cash") - interest,
            interest=interest,
            fines=amount(Fine, "cash"),
            lent=-amount(LoanGiven, "cash"),
            deposited=amount(BankDeposit, "bank"),
        )


def _passbook_line(entry: Entry, member_id: str) -> tuple[MemberKind, int] | None:
    if isinstance(entry, OpeningBalance):
        saved = dict(entry.savings).get(member_id)
        return ("opening", saved) if saved else None
    if getattr(entry, "member_id", None) != member_id:
        return None
    match entry:
        case Saving():
            return "saving", entry.amount
        case Repayment():
            return "repayment", entry.amount
        case Fine():
            return "fine", entry.amount
        case LoanGiven() | OpeningLoan():
            return "loan", entry.terms.principal
        case _:
            return None
