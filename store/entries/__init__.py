"""What can be written in the books: one frozen dataclass a fact. Money is whole paise."""

from store.entries.checking import WORKER, Checked, Countersigned, Reversal, SignatoriesNamed
from store.entries.evidence import Evidence
from store.entries.fines import Fine, FinesAgreed, FineWaived
from store.entries.lending import (
    Ahead,
    AheadChosen,
    LoanGiven,
    LoanTerms,
    NoRepayment,
    OpeningLoan,
    Repayment,
)
from store.entries.meeting import AbsenceTold, Attended, MeetingClosed, MeetingOpened, Missed, NextMeetingSet
from store.entries.money import NoSaving, Place, Saving, SavingsPaidOut
from store.entries.opening import OpeningBalance, OpeningBorrowing
from store.entries.payout import MemberSettled, Payout, ShareOut, payouts_of
from store.entries.treasury import (
    BankDeposit,
    BankWithdrawal,
    Borrowed,
    BorrowingRepaid,
    Expense,
    ExpenseHead,
    Income,
    IncomeHead,
    YearClosed,
)
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
    | AheadChosen
    | NoRepayment
    | Fine
    | FinesAgreed
    | FineWaived
    | BankDeposit
    | Reversal
    | WorkerAsked
    | Checked
    | SignatoriesNamed
    | Countersigned
    | MessageLeft
    | WorkerAnswered
    | NextMeetingSet
    | MeetingClosed
    | SavingsPaidOut
    | BankWithdrawal
    | Income
    | Expense
    | Borrowed
    | BorrowingRepaid
    | YearClosed
    | MemberSettled
    | ShareOut
)
"""Everything that can be posted."""

__all__ = [
    "WORKER",
    "AbsenceTold",
    "Ahead",
    "AheadChosen",
    "Attended",
    "BankDeposit",
    "BankWithdrawal",
    "Borrowed",
    "BorrowingRepaid",
    "Checked",
    "Countersigned",
    "Entry",
    "Evidence",
    "Expense",
    "ExpenseHead",
    "Fine",
    "FineWaived",
    "FinesAgreed",
    "Income",
    "IncomeHead",
    "LoanGiven",
    "LoanTerms",
    "MeetingClosed",
    "MeetingOpened",
    "MemberSettled",
    "MessageLeft",
    "Missed",
    "NextMeetingSet",
    "NoRepayment",
    "NoSaving",
    "OpeningBalance",
    "OpeningBorrowing",
    "OpeningLoan",
    "Payout",
    "Place",
    "Repayment",
    "Reversal",
    "Saving",
    "SavingsPaidOut",
    "ShareOut",
    "SignatoriesNamed",
    "WorkerAnswered",
    "WorkerAsked",
    "YearClosed",
    "payouts_of",
]
