"""What can be written in the books: one frozen dataclass a fact. Money is whole paise."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Evidence:
    """How an entry came to be: kept with the voucher, so that a doubt can be traced."""

    channel: str
    """Where it was said: "kiosk", "phone", "console", ..."""
    heard: str
    """The words or keys understood."""
    confidence: float
    """The recognizer's own hint, 0 to 1; never used as a proof."""
    said_by: str | None = None
    """Member id of who said it, None when unknown."""
    clips: tuple[str, ...] = ()
    """Names of the recordings of what was `heard`, one an answer, empty for one without; () for none."""


@dataclass(frozen=True, slots=True)
class LoanTerms:
    """What was agreed for a loan; `store.loans` says what follows from it."""

    principal: int
    """Paise lent (for a loan moved from paper: paise still outstanding)."""
    rate_bp: int
    """Interest a month in hundredths of a percent: 2 % a month is 200."""
    method: Literal["flat", "reducing"]
    """"flat": interest on the sum lent; "reducing": on what is outstanding."""
    instalments: int
    """Monthly instalments, at least 1."""
    first_due: date
    """Day of the first instalment; the others follow monthly."""


@dataclass(frozen=True, slots=True)
class OpeningBalance:
    """What the group held when it moved from paper. Posted once."""

    cash: int
    """Paise in the cash box."""
    bank: int
    """Paise in the bank."""
    savings: tuple[tuple[str, int], ...] = ()
    """(member id, paise saved so far)."""


@dataclass(frozen=True, slots=True)
class OpeningLoan:
    """A loan given on paper earlier and still running; the terms are those of what remains."""

    member_id: str
    """Who owes it."""
    loan_id: str
    """New, unique in these books."""
    terms: LoanTerms
    """What remains: outstanding principal, instalments left, the next (or first missed) due day."""
    purpose: str = ""
    """What it was taken for."""


@dataclass(frozen=True, slots=True)
class MeetingOpened:
    """A meeting began."""

    meeting_id: str
    """New, unique in these books."""
    cash_told: int | None = None
    """Paise the members said are in the box, None when not asked."""


@dataclass(frozen=True, slots=True)
class Attended:
    """A member is here. A later Attended or Missed of the same meeting takes its place."""

    meeting_id: str
    """The open meeting."""
    member_id: str
    """Who is here."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A member is not here."""

    meeting_id: str
    """The open meeting."""
    member_id: str
    """Who is away."""
    reason: str | None = None
    """Why, None when not known."""


@dataclass(frozen=True, slots=True)
class AbsenceTold:
    """Why a member missed a meeting, learnt after it. It stands in place of an earlier reason."""

    meeting_id: str
    """The meeting, which need not be open."""
    member_id: str
    """Who was away."""
    reason: str
    """Why."""


@dataclass(frozen=True, slots=True)
class Saving:
    """A member put a saving into the cash box."""

    meeting_id: str
    """The open meeting."""
    member_id: str
    """Whose saving."""
    amount: int
    """Paise."""


@dataclass(frozen=True, slots=True)
class NoSaving:
    """A member was asked and saves nothing in this meeting."""

    meeting_id: str
    """The open meeting."""
    member_id: str
    """Who was asked."""


@dataclass(frozen=True, slots=True)
class LoanGiven:
    """The group lent from the cash box."""

    meeting_id: str | None
    """The open meeting, None outside a meeting."""
    member_id: str
    """Who borrows."""
    loan_id: str
    """New, unique in these books."""
    terms: LoanTerms
    """What was agreed."""
    purpose: str = ""
    """What it is for."""


@dataclass(frozen=True, slots=True)
class Repayment:
    """A member paid on a loan; the ledger splits it into interest and principal."""

    meeting_id: str
    """The open meeting."""
    member_id: str
    """Who owes the loan."""
    loan_id: str
    """Which loan."""
    amount: int
    """Paise."""


@dataclass(frozen=True, slots=True)
class NoRepayment:
    """A member was asked and pays nothing on this loan in this meeting."""

    meeting_id: str
    """The open meeting."""
    member_id: str
    """Who owes the loan."""
    loan_id: str
    """Which loan."""


@dataclass(frozen=True, slots=True)
class Fine:
    """A member paid a fine into the cash box."""

    meeting_id: str
    """The open meeting."""
    member_id: str
    """Who paid."""
    amount: int
    """Paise."""
    reason: str = ""
    """What for."""


@dataclass(frozen=True, slots=True)
class BankDeposit:
    """Cash of the box was paid into the group's bank account."""

    amount: int
    """Paise."""
    slip: str
    """Number on the bank's slip."""
    meeting_id: str | None = None
    """The open meeting, None outside a meeting."""


@dataclass(frozen=True, slots=True)
class Reversal:
    """An earlier voucher was wrong: its postings are undone, both stay readable."""

    of: int
    """Number of the voucher reversed."""
    reason: str
    """Why."""


@dataclass(frozen=True, slots=True)
class WorkerAsked:
    """A person was promised: the worker is to look at something."""

    meeting_id: str | None
    """The open meeting, None outside a meeting."""
    member_id: str | None
    """Whom it concerns, None for the group."""
    about: str
    """What it is about."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A member was asked whether what was written in her name is right. A later answer takes its place."""

    of: int
    """Number of the voucher she was told of."""
    member_id: str
    """Whom it concerns, and who answered."""
    right: bool
    """False: she disputes it, and the worker is to look at it."""


@dataclass(frozen=True, slots=True)
class MessageLeft:
    """Somebody left a spoken message to the worker."""

    member_id: str | None
    """Who said it, None for a caller who is no member or did not prove who she is."""
    clip: str
    """Name of the recording, which is there for as long as it is needed."""


@dataclass(frozen=True, slots=True)
class WorkerAnswered:
    """The worker has seen to something that was left to her. A later answer takes its place."""

    of: int
    """Number of the voucher: a message, a promise, or a dispute."""
    done: bool
    """False: she knows of it; True: nothing is left to be done."""
    clip: str | None = None
    """Name of the recording of what she says to it, None when she says nothing."""


@dataclass(frozen=True, slots=True)
class NextMeetingSet:
    """The day of the next meeting was agreed; a later one takes its place."""

    meeting_id: str
    """The open meeting."""
    on: date
    """Day of the next meeting."""


@dataclass(frozen=True, slots=True)
class MeetingClosed:
    """The meeting ended. A count that differs from the books is kept as it is; no posting hides it."""

    meeting_id: str
    """The open meeting."""
    cash_counted: int | None = None
    """Paise counted in the box, None when not counted."""


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
