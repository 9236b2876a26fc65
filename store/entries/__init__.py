"""What can be written in the books: one frozen dataclass a fact. Money is whole paise."""

from store.entries.checking import Checked, Reversal
from store.entries.evidence import Evidence
from store.entries.lending import Ahead, LoanGiven, LoanTerms, NoRepayment, OpeningLoan, Repayment
from store.entries.meeting import AbsenceTold, Attended, MeetingClosed, MeetingOpened, Missed, NextMeetingSet
from store.entries.money import BankDeposit, Fine, NoSaving, OpeningBalance, Saving
from store.entries.worker import MessageLeft, WorkerAnswered, WorkerAsked

Entry = (
    OpeningBalance
    | OpeningLoan
    | MeetingOpened
    | Attended
    | Missed
    | AbsenceTold
    | Saving
    | NoSaving
    | LoanGiven
    | Repayment
    | NoRepayment
    | Fine
    | BankDeposit
    | Reversal
    | WorkerAsked
    | Checked
    | MessageLeft
    | WorkerAnswered
    | NextMeetingSet
    | MeetingClosed
)
"""Everything that can be posted."""

__all__ = [
    "AbsenceTold",
    "Ahead",
    "Attended",
    "BankDeposit",
    "Checked",
    "Entry",
    "Evidence",
    "Fine",
    "LoanGiven",
    "LoanTerms",
    "MeetingClosed",
    "MeetingOpened",
    "MessageLeft",
    "Missed",
    "NextMeetingSet",
    "NoRepayment",
    "NoSaving",
    "OpeningBalance",
    "OpeningLoan",
    "Repayment",
    "Reversal",
    "Saving",
    "WorkerAnswered",
    "WorkerAsked",
]
