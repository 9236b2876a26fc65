"""The registers of the group as plain tables: keys for headings, paise for money. Others render them."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from store.chain import Voucher
from store.entries import LoanGiven, OpeningLoan, Reversal
from store.errors import NoSuchMember
from store.ledger import Ledger
from store.loans import monthly_percent
from store.matters import matters
from store.standing import moved

Cell = str | int | date | None
"""Text, a count, paise, True or False, a day, or nothing."""


@dataclass(frozen=True, slots=True)
class Table:
    """A register."""

    title_key: str
    """"attendance", "savings", "loan", "cashbook" or "worker"."""
    columns: tuple[str, ...]
    """A key for each column."""
    rows: tuple[tuple[Cell, ...], ...]
    """As many cells a row as there are columns."""
    paise: frozenset[str]
    """The columns whose numbers are paise."""


def attendance(ledger: Ledger) -> Table:
    """Who was called at each meeting, here or not, and why not."""
    rows = [
        (meeting.opened_at.date(), *_who(ledger, member_id), roll.present, roll.reason)
        for meeting in ledger.meetings()
        for member_id, roll in sorted(
            ledger.attendance(meeting.id).items(), key=lambda line: _sort_key(ledger, line[0])
        )
    ]
    return Table("attendance", ("on", "number", "name", "present", "reason"), tuple(rows), frozenset())


def savings(ledger: Ledger) -> Table:
    """Every regular saving that stands, and what was paid back of them, with the member's total after it."""
    totals: defaultdict[str, int] = defaultdict(int)
    rows: list[tuple[Cell, ...]] = []
    for voucher in filter(ledger.counts, ledger.vouchers):
        if isinstance(voucher.entry, Reversal):
            continue
        for posting in voucher.postings:
            if posting.account.startswith("savings:"):
                member_id = posting.account.removeprefix("savings:")
                totals[member_id] -= posting.amount
                rows.append((voucher.on, *_who(ledger, member_id), -posting.amount, totals[member_id]))
    return Table(
        "savings", ("on", "number", "name", "saved", "total"), tuple(rows), frozenset({"saved", "total"})
    )


_LOAN_COLUMNS = (
    "loan",
    "number",
    "name",
    "purpose",
    "given_on",
    "principal",
    "rate_percent",
    "method",
    "instalments",
    "repaid",
    "interest_paid",
    "outstanding",
    "due",
    "overdue",
    "next_on",
    "next_amount",
)
_LOAN_PAISE = {"principal", "repaid", "interest_paid", "outstanding", "due", "overdue", "next_amount"}


def loans(ledger: Ledger) -> Table:
    """Every loan that stands: what was lent, recovered, is outstanding, due and overdue today."""
    rows = tuple(_loan_row(ledger, given, lent) for given, lent in ledger.lent())
    return Table("loan", _LOAN_COLUMNS, rows, frozenset(_LOAN_PAISE))


def _loan_row(ledger: Ledger, given: Voucher, entry: LoanGiven | OpeningLoan) -> tuple[Cell, ...]:
    standing = ledger.loan(entry.loan_id)
    assert standing is not None
    coming = standing.next_due
    return (
        entry.loan_id,
        *_who(ledger, entry.member_id),
        entry.purpose,
        given.on,
        standing.principal,
        monthly_percent(entry.terms),
        entry.terms.method,
        entry.terms.instalments,
        standing.principal - standing.outstanding,
        ledger.interest_paid(entry.loan_id),
        standing.outstanding,
        standing.due.total,
        standing.overdue,
        coming.on if coming else None,
        coming.total if coming else None,
    )


_CASH_COLUMNS = (
    "on",
    "voucher",
    "kind",
    "number",
    "name",
    "reverses",
    "cash_in",
    "cash_out",
    "cash",
    "bank_in",
    "bank_out",
    "bank",
)
_CASH_PAISE = {"cash_in", "cash_out", "cash", "bank_in", "bank_out", "bank"}


def cash_book(ledger: Ledger) -> Table:
    """Every voucher that moved cash or bank money, corrections too, with what was left after it."""
    vouchers, cash, bank = ledger.vouchers, 0, 0
    rows: list[tuple[Cell, ...]] = []
    for voucher in vouchers:
        into_cash, into_bank = moved(voucher, "cash"), moved(voucher, "bank")
        if not into_cash and not into_bank:
            continue
        cash, bank = cash + into_cash, bank + into_bank
        entry = voucher.entry
        reverses = entry.of if isinstance(entry, Reversal) else None
        about = vouchers[reverses - 1].entry if reverses else entry
        rows.append(
            (
                voucher.on,
                voucher.number,
                voucher.kind,
                *_who(ledger, getattr(about, "member_id", None)),
                reverses,
                *(max(0, into_cash), max(0, -into_cash), cash),
                *(max(0, into_bank), max(0, -into_bank), bank),
            )
        )
    return Table("cashbook", _CASH_COLUMNS, tuple(rows), frozenset(_CASH_PAISE))


def worker(ledger: Ledger) -> Table:
    """What was left to the worker: messages, promises and disputed entries, and how far she is with each."""
    rows = tuple(
        (matter.on, *_who(ledger, matter.member_id), matter.about, matter.voucher, matter.state)
        for matter in matters(ledger)
    )
    return Table("worker", ("on", "number", "name", "about", "voucher", "state"), rows, frozenset())


REGISTERS: dict[str, Callable[[Ledger], Table]] = {
    "attendance": attendance,
    "savings": savings,
    "loan": loans,
    "cashbook": cash_book,
    "worker": worker,
}
"""Every register by its title key."""


def _who(ledger: Ledger, member_id: str | None) -> tuple[int | None, str | None]:
    """Number and name; an erased member keeps only her id."""
    if member_id is None:
        return None, None
    try:
        member = ledger.member(member_id)
    except NoSuchMember:
        return None, member_id
    return member.number, member.name


def _sort_key(ledger: Ledger, member_id: str) -> tuple[bool, int]:
    number, _ = _who(ledger, member_id)
    return number is None, number or 0
