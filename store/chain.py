"""Vouchers: an entry as it is kept, numbered, balanced and chained by SHA-256, and its plain JSON form.

Each voucher carries the hash of the one before it, so that an edit, a loss or an insertion breaks
every later link.
"""

import gc
import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime
from typing import Any

import msgspec

from store import entries
from store.entries import Entry, Evidence, LoanTerms, OpeningBorrowing, OpeningLoan, Payout

Record = dict[str, Any]
"""A JSON object, as a vault keeps it."""

START = "0" * 64
"""The `prev` of the first voucher."""

KINDS: dict[str, type[Entry]] = {
    "opening_balance": entries.OpeningBalance,
    "opening_loan": entries.OpeningLoan,
    "meeting_opened": entries.MeetingOpened,
    "attended": entries.Attended,
    "missed": entries.Missed,
    "absence_told": entries.AbsenceTold,
    "saving": entries.Saving,
    "no_saving": entries.NoSaving,
    "loan_given": entries.LoanGiven,
    "repayment": entries.Repayment,
    "ahead_chosen": entries.AheadChosen,
    "no_repayment": entries.NoRepayment,
    "fine": entries.Fine,
    "bank_deposit": entries.BankDeposit,
    "reversal": entries.Reversal,
    "worker_asked": entries.WorkerAsked,
    "checked": entries.Checked,
    "signatories_named": entries.SignatoriesNamed,
    "countersigned": entries.Countersigned,
    "message_left": entries.MessageLeft,
    "worker_answered": entries.WorkerAnswered,
    "next_meeting_set": entries.NextMeetingSet,
    "meeting_closed": entries.MeetingClosed,
    "savings_paid_out": entries.SavingsPaidOut,
    "bank_withdrawal": entries.BankWithdrawal,
    "income": entries.Income,
    "expense": entries.Expense,
    "borrowed": entries.Borrowed,
    "borrowing_repaid": entries.BorrowingRepaid,
    "year_closed": entries.YearClosed,
    "member_settled": entries.MemberSettled,
    "share_out": entries.ShareOut,
    "fines_agreed": entries.FinesAgreed,
    "fine_waived": entries.FineWaived,
}
"""The name on disk of every entry: never change one that has been used."""

_NAMES = {make: name for name, make in KINDS.items()}

Fact = Entry | LoanTerms | Evidence | OpeningBorrowing | Payout
"""An entry, or a part of one."""

_ADDED: dict[type[Fact], frozenset[str]] = {
    Evidence: frozenset({"clips"}),
    entries.Saving: frozenset({"voluntary"}),
    entries.OpeningBalance: frozenset({"voluntary", "loans", "borrowings", "surplus"}),
    entries.Fine: frozenset({"owed"}),
    LoanTerms: frozenset({"rate_months", "moratorium", "deferred", "round_to"}),
}
"""Fields that something already in use was given later: left out while they say nothing new, that is, hold
their default. So what was written before is written alike now, and the hashes of older books stay right."""

_FIELDS = {
    kind: tuple(sorted(field.name for field in fields(kind)))
    for kind in (*_NAMES, LoanTerms, Evidence, OpeningBorrowing, Payout)
}
_DEFAULTS = {
    kind: {field.name: field.default for field in fields(kind) if field.name in added}
    for kind, added in _ADDED.items()
}


class BrokenChain(ValueError):
    """The documents are not an unbroken chain of vouchers: which number is the first bad one, and why."""

    def __init__(self, number: int, why: str, newer: bool = False) -> None:
        self.number, self.newer = number, newer
        """The first bad one; and whether it is whole, but of a kind that only newer versions know."""
        super().__init__(f"voucher {number} {why}")


class Posting(msgspec.Struct, frozen=True, order=True, array_like=True, gc=False):
    """One leg of a voucher."""

    account: str
    """The group's "cash" and "bank", and "loan:<loan>"; what it owes, "savings:<member>",
    "voluntary:<member>" and "borrowed:<borrowing>"; of the year "interest", "fines", "grants",
    "income:<head>", "expense:<head>" and "written_off"; "surplus" of the years closed, and "opening"."""
    amount: int
    """Paise: positive into cash, bank, loans and expenses; negative for what the group owes or has earned."""


class Voucher(msgspec.Struct, frozen=True, gc=False):
    """An entry as it stands in the books, for good."""

    number: int
    """1, 2, 3, ... without a gap."""
    at: datetime
    """When it was posted, timezone-aware."""
    once: str
    """The key that makes a repeated posting a no-op."""
    entry: Entry
    """What was posted."""
    postings: tuple[Posting, ...]
    """Where the money moved, sum 0; empty when none did."""
    evidence: Evidence | None
    """How it was said."""
    prev: str
    """Hash of the voucher before."""
    hash: str
    """SHA-256, in hex, of everything above."""

    @property
    def kind(self) -> str:
        """Name of the entry on disk, such as "saving"."""
        return _NAMES[type(self.entry)]

    @property
    def on(self) -> date:
        """Day of posting where the group is."""
        return self.at.date()


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return data_of(value) if isinstance(value, LoanTerms | OpeningLoan | OpeningBorrowing | Payout) else value


def data_of(fact: Fact) -> Record:
    """The fields of an entry as JSON values, in the order of their names."""
    record = {name: _plain(getattr(fact, name)) for name in _FIELDS[type(fact)]}
    for name, default in _DEFAULTS.get(type(fact), {}).items():
        if getattr(fact, name) == default:
            del record[name]
    return record


def _hash(record: Record) -> str:
    plain = {key: value for key, value in record.items() if key != "hash"}
    return hashlib.sha256(json.dumps(plain, sort_keys=True, allow_nan=False).encode()).hexdigest()


def record_of(voucher: Voucher) -> Record:
    """A voucher as a JSON object: the hash, then what it covers, in the very order it is hashed in."""
    return {
        "hash": voucher.hash,
        "at": voucher.at.isoformat(),
        "data": data_of(voucher.entry),
        "evidence": data_of(voucher.evidence) if voucher.evidence else None,
        "kind": voucher.kind,
        "number": voucher.number,
        "once": voucher.once,
        "postings": [[posting.account, posting.amount] for posting in voucher.postings],
        "prev": voucher.prev,
    }


def seal(voucher: Voucher) -> Voucher:
    """The voucher with its hash."""
    return msgspec.structs.replace(voucher, hash=_hash(record_of(voucher)))


class _Kept(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A voucher as `record_of` leaves it."""

    hash: str
    at: datetime
    data: msgspec.Raw
    evidence: Evidence | None
    kind: str
    number: int
    once: str
    postings: tuple[Posting, ...]
    prev: str


_KEPT = msgspec.json.Decoder(_Kept)
_ENTRIES = {kind: msgspec.json.Decoder(entry) for kind, entry in KINDS.items()}
"""A field that only a newer version knows is left out; the hash covers it all the same."""
_HASHED_FROM = len('{"hash": "", ') + 64


def _is_whole(doc: bytes, own: str) -> bool:
    """Whether the JSON of a voucher has the hash `own`."""
    if hashlib.sha256(b"{" + doc[_HASHED_FROM:]).hexdigest() == own:
        return True
    # Kept in another order, as older versions did.
    return _hash(json.loads(doc)) == own


def _voucher_of(kept: _Kept) -> Voucher:
    return Voucher(
        kept.number,
        kept.at,
        kept.once,
        _ENTRIES[kept.kind].decode(kept.data),
        kept.postings,
        kept.evidence,
        kept.prev,
        kept.hash,
    )


def read_voucher(doc: bytes) -> Voucher | None:
    """A voucher by itself, wherever it stood; None when it is not as it was written."""
    try:
        kept = _KEPT.decode(doc)
        return _voucher_of(kept) if _is_whole(doc, kept.hash) else None
    except (KeyError, TypeError, ValueError, msgspec.DecodeError):
        return None


@contextmanager
def no_collection() -> Iterator[None]:
    """Look for no garbage meanwhile: among a hundred thousand vouchers that takes longer than reading."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def read_chain(docs: Iterable[bytes], after: tuple[int, str] = (0, START)) -> tuple[Voucher, ...]:
    """The vouchers of JSON documents, each checked: number, link, hash, balance. Raises BrokenChain.

    They follow the voucher of which `after` tells the number and the hash.
    """
    with no_collection():
        return tuple(_checked(docs, *after))


def _checked(docs: Iterable[bytes], number: int, prev: str) -> Iterator[Voucher]:
    for expected, doc in enumerate(docs, start=number + 1):
        try:
            kept = _KEPT.decode(doc)
            whole = kept.prev == prev and _is_whole(doc, kept.hash)
            voucher = _voucher_of(kept)
        except KeyError as error:
            raise BrokenChain(expected, f"is of an unknown kind ({error})", newer=whole) from error
        except (TypeError, ValueError, msgspec.DecodeError) as error:
            raise BrokenChain(expected, f"cannot be read ({error!r})") from error
        if kept.number != expected:
            raise BrokenChain(expected, "is missing")
        if not whole:
            raise BrokenChain(expected, "was changed after it was written")
        if sum([posting.amount for posting in kept.postings]):
            raise BrokenChain(expected, "does not balance")
        yield voucher
        prev = kept.hash
