"""What the books can refuse, drawn as one small tree.

BooksError
├── DamagedBooks       the files cannot be trusted; `store.repair` mends them
│   └── DamagedDatabase    what the database holds of a group cannot be trusted
├── BooksInUse         another process holds the file
├── DiskTrouble        the disk refused a read or a write; nothing was recorded
│   └── DatabaseTrouble    the database refused, or can't be reached
├── BadExport          a file of exported books is not whole
├── NoGroupYet         the file holds no group
└── RefusedEntry       the entry breaks a law of the books; nothing was recorded
    ├── AmountNotAllowed, AboveDue, NotEnoughMoney, OwesMore, FinesOwed
    ├── SheetUnbalanced, SlipUsed, YearIsClosed
    ├── MeetingAlreadyOpen, NoOpenMeeting
    ├── NoSuchMember, NoSuchLoan, NumberTaken
    ├── NotReversible, OnceReused
    └── ClockBehind
"""

from datetime import date, datetime
from pathlib import Path


class BooksError(Exception):
    """Anything the books can refuse; its text says what, where and what to do."""


class DamagedBooks(BooksError):
    """The files of the books at `path` cannot be trusted, for the reason in `why`."""

    def __init__(self, path: Path, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"the books {path} are damaged: {why}; repair them, or restore a backup")


class BooksInUse(BooksError):
    """Another process, `owner` (its process id, None when unknown), holds the books at `path`."""

    def __init__(self, path: Path, owner: int | None) -> None:
        self.path, self.owner = path, owner
        who = f"process {owner}" if owner is not None else "another process"
        super().__init__(f"the books {path} are in use by {who}; close it first")


class DiskTrouble(BooksError):
    """The disk under `path` refused (`os_error`); the entry was not confirmed."""

    def __init__(self, path: Path, os_error: OSError) -> None:
        self.path, self.os_error = path, os_error
        super().__init__(
            f"cannot write the books {path}: {os_error}; free or mend the disk, then say it again"
        )


class BadExport(BooksError):
    """A file of exported books is not whole or not sound; the text says where. Nothing was written."""


class DamagedDatabase(DamagedBooks):
    """What the database `where` holds of the group `group` cannot be trusted, for the reason in `why`."""

    def __init__(self, where: str, group: str, why: str) -> None:
        self.where, self.group, self.why = where, group, why
        BooksError.__init__(
            self, f"the books of {group} in {where} are damaged: {why}; restore the database from a backup"
        )


class DatabaseTrouble(DiskTrouble):
    """The database `where` refused or can't be reached, for the reason in `why`; nothing was confirmed."""

    def __init__(self, where: str, why: str) -> None:
        self.where, self.why = where, why
        BooksError.__init__(self, f"cannot use {where}: {why}; mend that, then say it again")


class NoGroupYet(BooksError):
    """The vault holds no group; found one with `Ledger.found`."""

    def __init__(self) -> None:
        super().__init__("these books have no group yet; add the group first")


class RefusedEntry(BooksError):
    """The entry breaks a law of the books; nothing was recorded."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class AmountNotAllowed(RefusedEntry):
    """`amount` (paise) is not a whole number from 1 to `cap` (paise)."""

    def __init__(self, amount: object, cap: int) -> None:
        self.amount, self.cap = amount, cap
        super().__init__(f"an amount of {amount} paise is not allowed; say 1 to {cap} paise")


class AboveDue(RefusedEntry):
    """A repayment of `amount` (paise) is more than `payoff` (paise), all that is owed today."""

    def __init__(self, amount: int, payoff: int) -> None:
        self.amount, self.payoff = amount, payoff
        super().__init__(f"a repayment of {amount} paise is above the {payoff} paise owed")


class NotEnoughMoney(RefusedEntry):
    """`account` ("cash", "voluntary:<member>", ...) holds `held` paise, not the `amount` to take out."""

    def __init__(self, account: str, amount: int, held: int) -> None:
        self.account, self.amount, self.held = account, amount, held
        super().__init__(f"{account} holds {held} paise, not the {amount} paise to take out")


class OwesMore(RefusedEntry):
    """The member `member_id` owes `short` paise more than her savings and share, and can't be paid out."""

    def __init__(self, member_id: str, short: int) -> None:
        self.member_id, self.short = member_id, short
        super().__init__(
            f"the member {member_id} owes {short} paise more than she has; let her repay that much first"
        )


class FinesOwed(RefusedEntry):
    """The member `member_id` owes `amount` paise of fines by the group's rule, and can't be settled."""

    def __init__(self, member_id: str, amount: int) -> None:
        self.member_id, self.amount = member_id, amount
        super().__init__(
            f"the member {member_id} owes {amount} paise of fines; have them paid or waived first"
        )


class SheetUnbalanced(RefusedEntry):
    """A cut-off sheet holds `beyond` paise more (negative: less) than it owes and has earned."""

    def __init__(self, beyond: int) -> None:
        self.beyond = beyond
        more = "more" if beyond > 0 else "less"
        super().__init__(
            f"the sheet does not balance: cash, bank and loans are {abs(beyond)} paise {more} than savings, "
            "borrowings and surplus"
        )


class SlipUsed(RefusedEntry):
    """The bank's slip `slip` is that of voucher `number` already."""

    def __init__(self, slip: str, number: int) -> None:
        self.slip, self.number = slip, number
        super().__init__(f"the slip {slip} is written already, as voucher {number}")


class YearIsClosed(RefusedEntry):
    """The books are closed up to and with the day `until`; nothing is posted there any more."""

    def __init__(self, until: date) -> None:
        self.until = until
        super().__init__(f"the books are closed up to {until}; nothing can be written there: set the clock")


class MeetingAlreadyOpen(RefusedEntry):
    """The meeting `meeting_id` is open, or was held before; a meeting opens once, one at a time."""

    def __init__(self, meeting_id: str) -> None:
        self.meeting_id = meeting_id
        super().__init__(f"meeting {meeting_id} was opened already")


class NoOpenMeeting(RefusedEntry):
    """The meeting `meeting_id` is not the open one."""

    def __init__(self, meeting_id: str) -> None:
        self.meeting_id = meeting_id
        super().__init__(f"meeting {meeting_id} is not open")


class NoSuchMember(RefusedEntry):
    """No member has the id `member_id`."""

    def __init__(self, member_id: str) -> None:
        self.member_id = member_id
        super().__init__(f"no member has the id {member_id}")


class NoSuchLoan(RefusedEntry):
    """The member has no running loan `loan_id`."""

    def __init__(self, loan_id: str) -> None:
        self.loan_id = loan_id
        super().__init__(f"the member has no running loan {loan_id}")


class NumberTaken(RefusedEntry):
    """Another member has the number `number`."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"the number {number} belongs to another member")


class NotReversible(RefusedEntry):
    """Voucher `number` cannot be reversed, for the reason in `why`."""

    def __init__(self, number: int, because: str) -> None:
        self.number = number
        super().__init__(f"voucher {number} cannot be reversed: {because}")


class OnceReused(RefusedEntry):
    """The key `once` was used for a different entry, voucher `number`."""

    def __init__(self, once: str, number: int) -> None:
        self.once, self.number = once, number
        super().__init__(f"the key {once} belongs to another entry, voucher {number}")


class ClockBehind(RefusedEntry):
    """The clock (`now`) is a day or more behind the last voucher (`last`): no clock battery, perhaps."""

    def __init__(self, now: datetime, last: datetime) -> None:
        self.now, self.last = now, last
        super().__init__(
            f"the clock says {now:%Y-%m-%d}, before the last entry of {last:%Y-%m-%d}; set the clock"
        )
