"""A member's passbook: what each voucher did to her money, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from store.chain import Voucher
from store.entries import (
    Entry,
    Fine,
    LoanGiven,
    OpeningBalance,
    OpeningLoan,
    Repayment,
    Saving,
    SavingsPaidOut,
    payouts_of,
)

MemberKind = Literal[
    "opening",
    "opening_voluntary",
    "opening_loan",
    "saving",
    "paid_out",
    "loan",
    "repayment",
    "fine",
    "settled",
    "share",
]


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """A line of a member's passbook."""

    on: date
    """Day of posting."""
    kind: MemberKind
    """What it was. "opening" and what begins so was brought from paper in the opening balance; "paid_out" are
    voluntary savings; "settled" and "share" tell what she was given when she left, and in a share-out."""
    amount: int
    """Paise."""
    reversed: bool
    """True when it was undone later."""
    number: int
    """Number of its voucher."""


def lines_of(voucher: Voucher, member_id: str, stands: bool) -> Iterator[MemberEntry]:
    """The lines of her passbook that a voucher makes."""
    for kind, amount in _lines(voucher.entry, member_id):
        yield MemberEntry(voucher.on, kind, amount, not stands, voucher.number)


def _lines(entry: Entry, member_id: str) -> Iterator[tuple[MemberKind, int]]:
    if isinstance(entry, OpeningBalance):
        yield from _opening(entry, member_id)
    for paid_to, payout in payouts_of(entry):
        if paid_to == member_id:
            yield ("settled" if _concerns(entry, member_id) else "share"), payout.paid
    if _concerns(entry, member_id):
        yield from _own(entry)


def _opening(entry: OpeningBalance, member_id: str) -> Iterator[tuple[MemberKind, int]]:
    saved, voluntary = dict(entry.savings).get(member_id), dict(entry.voluntary).get(member_id)
    if saved:
        yield "opening", saved
    if voluntary:
        yield "opening_voluntary", voluntary
    for loan in entry.loans:
        if loan.member_id == member_id:
            yield "opening_loan", loan.terms.principal


def _own(entry: Entry) -> Iterator[tuple[MemberKind, int]]:
    match entry:
        case Saving():
            yield "saving", entry.amount
        case SavingsPaidOut():
            yield "paid_out", entry.amount
        case Repayment():
            yield "repayment", entry.amount
        case Fine():
            yield "fine", entry.amount
        case LoanGiven() | OpeningLoan():
            yield "loan", entry.terms.principal
        case _:
            pass


def _concerns(entry: Entry, member_id: str) -> bool:
    """Whether the entry names her and nobody else."""
    return getattr(entry, "member_id", None) == member_id
