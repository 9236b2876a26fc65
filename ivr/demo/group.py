"""A made-up group: its members, what they owe and have saved, and the meeting it held four weeks ago."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from random import Random

from store.entries import (
    Attended,
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
from store.vault import Vault

NAMES = (
    *(
        "सुनीता",
        "गीता",
        "सीता",
        "राधा",
        "मीना",
        "कमला",
        "विमला",
        "शांति",
        "लक्ष्मी",
        "सावित्री",
        "उर्मिला",
        "निर्मला",
    ),
    *("अनीता", "ममता", "सविता", "सरिता", "रेखा", "पुष्पा", "आशा", "फूलमती", "रामकली", "फ़ातिमा", "चमेली", "पार्वती"),
)
NOON = datetime(2026, 1, 12, 11, tzinfo=timezone(timedelta(hours=5, minutes=30)))
"""When the meeting begins."""
LAST_TIME = timedelta(days=28)
USUAL = 100_00
CAP = 50_000_00
GROUP = "उजाला समूह"
"""What it is called."""
ID = "demo-ujala"
"""The group's id, and so the name of its books."""
FEWEST, MOST = 2, 99
BORROWING = 0.4


@dataclass(slots=True)
class Clock:
    """A clock that is set by hand."""

    time: datetime
    """What it shows, timezone-aware."""

    def __call__(self) -> datetime:
        """What it shows."""
        return self.time


def found(vault: Vault, clock: Clock, members: int, rng: Random) -> Ledger:
    """Begin the books in an empty vault and bring them to the morning of the meeting.

    Raises RefusedEntry when there are books in it already, and DiskTrouble.
    """
    clock.time = NOON - LAST_TIME
    rules = Group(ID, GROUP, USUAL, quorum=(members + 1) // 2, cap=CAP, open_balances=True)
    ledger = Ledger.found(vault, rules, clock)
    ledger.add_members(Newcomer(number, name) for number, name in enumerate(_names(members, rng), start=1))
    saved = tuple((member.id, rng.randrange(5, 40) * USUAL) for member in ledger.members())
    cash = rng.randrange(20, 60) * 100_00
    ledger.post(OpeningBalance(cash, rng.randrange(50, 90) * 100_00, saved), once="opening")
    _lend(ledger, rng.sample(ledger.members(), max(2, round(members * BORROWING))))
    _hold_meeting(ledger)
    clock.time = NOON
    return ledger


def _lend(ledger: Ledger, borrowers: Iterable[Member]) -> None:
    """Enter loans from the paper books: the first overdue, the second flat, the others reducing."""
    for place, member in enumerate(borrowers):
        loan = OpeningLoan(member.id, f"loan-{member.id}", _terms(place))
        ledger.post(loan, once=f"loan of {member.id}")


def _terms(place: int) -> LoanTerms:
    today = NOON.date()
    if place == 0:
        return LoanTerms(2_000_00, 200, "reducing", 4, today - timedelta(days=10))
    if place == 1:
        return LoanTerms(3_000_00, 200, "flat", 6, today)
    first_due: date = today + timedelta(days=7 * (place % 3))
    return LoanTerms((place % 4 + 1) * 1_000_00, 200, "reducing", 5, first_due)


def _names(members: int, rng: Random) -> list[str]:
    """Names, in a larger group no longer all different, and one of them twice in every other group."""
    names = [name for _ in range(members // len(NAMES) + 1) for name in rng.sample(NAMES, len(NAMES))][
        :members
    ]
    if members > FEWEST and rng.random() < 0.5:
        names[-1] = names[0]
    return names


def _hold_meeting(ledger: Ledger) -> None:
    meeting = ledger.today.isoformat()
    ledger.post(MeetingOpened(meeting), once="last time: open")
    for member in ledger.members():
        ledger.post(Attended(meeting, member.id), once=f"last time: {member.id} here")
        ledger.post(Saving(meeting, member.id, USUAL), once=f"last time: {member.id} saved")
    ledger.post(NextMeetingSet(meeting, NOON.date()), once="last time: next")
    ledger.post(MeetingClosed(meeting, ledger.cash), once="last time: close")
