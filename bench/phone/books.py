"""The group of the measurements: who calls, from which number, and what is written in her name."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.names import called
from flows.turn import Line
from ivr.books import begin
from ivr.demo.group import NAMES
from ivr.sections import Settings
from store.entries import (
    Attended,
    Fine,
    LoanTerms,
    MeetingClosed,
    MeetingOpened,
    NextMeetingSet,
    OpeningBalance,
    OpeningLoan,
    Saving,
)
from store.ledger import Ledger
from store.people import Group, Member, Newcomer
from store.tinydb import TinyVault

GROUP = "उजाला समूह"
GROUP_ID = "ujala"
PIN = "4071"
SHARED = "9000000000"
"""The telephone that two members share."""
SAVED, SMALLEST, STEP = 1_000_00, 11_00, 3_00
"""Paise: savings from the paper books, and fines, each another amount: its sound tells which it is."""


@dataclass(frozen=True, slots=True)
class Known:
    """A member, as the caller knows herself."""

    member: Member
    """Her particulars."""
    phone: str
    """The number she calls from."""
    lines: dict[int, Line]
    """Number of each voucher in her name → the question that asks about it, the earliest first."""


def found(settings: Settings, members: int, entries: int) -> list[Known]:
    """Begin the books: `members`, of whom the first two share a telephone, each with `entries` to check."""
    begin(settings, Group(GROUP_ID, GROUP, 100_00, members // 2, 50_000_00))
    with TinyVault(settings.books / f"{GROUP_ID}.json") as vault:
        ledger = Ledger(vault, lambda: datetime.now().astimezone())
        newcomers = [
            Newcomer(number, NAMES[(number - 1) % len(NAMES)], "", _phones(number), PIN, True)
            for number in range(1, members + 1)
        ]
        everyone = ledger.add_members(newcomers)
        savings = tuple((member.id, SAVED + member.number * 10_00) for member in everyone)
        ledger.post(OpeningBalance(50_000_00, 0, savings), once="opening")
        for member in everyone[::3]:
            first = ledger.today + timedelta(days=member.number % 20 + 1)
            terms = LoanTerms(1_000_00 + member.number * 50_00, 200, "reducing", 5, first)
            ledger.post(OpeningLoan(member.id, f"loan-{member.id}", terms), once=f"loan {member.id}")
        _meet(ledger, entries)
        return [_known(ledger, member) for member in everyone]


def _meet(ledger: Ledger, entries: int) -> None:
    meeting = ledger.today.isoformat()
    ledger.post(MeetingOpened(meeting), once="open")
    for member in ledger.members():
        ledger.post(Attended(meeting, member.id), once=f"{member.id} here")
        for number in range(entries):
            fine = Fine(meeting, member.id, SMALLEST + number * STEP, "late")
            ledger.post(fine if number else Saving(meeting, member.id, 100_00), once=f"{member.id} {number}")
    ledger.post(NextMeetingSet(meeting, ledger.today + timedelta(days=7)), once="next")
    ledger.post(MeetingClosed(meeting), once="close")


def _phones(number: int) -> tuple[str, ...]:
    return (SHARED,) if number <= 2 else (f"9{number:09}",)


def _known(ledger: Ledger, member: Member) -> Known:
    name = called(ledger, member)
    lines = {
        entry.number: Line(
            f"confirmation.{entry.kind}", {"name": name, "amount": entry.amount, "day": entry.on}
        )
        for entry in ledger.unchecked(member.id)
    }
    return Known(member, member.phones[0], lines)
