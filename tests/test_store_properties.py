"""Whatever is posted in whatever order: money neither appears nor vanishes."""

import tempfile
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from store_kit import Clock, begin, open_vault, terms

from store.entries import (
    AheadChosen,
    BankDeposit,
    Fine,
    LoanGiven,
    MeetingClosed,
    MeetingOpened,
    NoSaving,
    Repayment,
    Reversal,
    Saving,
)
from store.errors import RefusedEntry
from store.laws import breaches
from store.ledger import Ledger
from store.questions import MemberEntry

MEMBERS = st.sampled_from(["m1", "m2", "m3"])
AMOUNTS = st.integers(1, 2_000_00) | st.just(0)
METHODS = st.sampled_from(["flat", "reducing"])


@dataclass(frozen=True)
class Wish:
    """Something to try; what it becomes depends on where the books stand."""

    kind: str
    member: str
    amount: int
    days: int
    method: str


WISHES = st.lists(
    st.builds(
        Wish,
        kind=st.sampled_from(
            ["repay", "save", "undo", "lend", "repay", "fine", "bank", "none", "meet", "ahead"]
        ),
        member=MEMBERS,
        amount=AMOUNTS,
        days=st.integers(0, 20),
        method=METHODS,
    ),
    max_size=30,
)


def entry_for(wish: Wish, ledger: Ledger, step: int) -> Any:
    open_now = ledger.meeting
    if wish.kind == "meet":
        return MeetingClosed(open_now.id, ledger.cash) if open_now else MeetingOpened(f"M{step}", ledger.cash)
    meeting = open_now.id if open_now else "none"
    loans = ledger.loans(wish.member)
    match wish.kind:
        case "save":
            return Saving(meeting, wish.member, wish.amount)
        case "none":
            return NoSaving(meeting, wish.member)
        case "lend":
            first_due = ledger.today + timedelta(days=wish.days)
            months = wish.days % 3
            agreed = replace(
                terms(wish.amount, wish.method, 3, first_due),
                moratorium=months,
                deferred=months == 2,
                round_to=(1, 1_00, 10_00)[wish.days % 4 % 3],
            )
            return LoanGiven(None, wish.member, f"L{step}", agreed)
        case "repay":
            if not loans:
                return Repayment(meeting, wish.member, "none", wish.amount)
            # Now and then a little above what is owed.
            return Repayment(meeting, wish.member, loans[0].loan_id, wish.amount % (loans[0].payoff + 9_00))
        case "ahead":
            loan_id = loans[0].loan_id if loans else "none"
            return AheadChosen(None, wish.member, loan_id, "lower" if wish.days % 2 else "shorten")
        case "fine":
            return Fine(meeting, wish.member, wish.amount)
        case "bank":
            return BankDeposit(wish.amount, f"slip {wish.days}")
        case _:
            return Reversal(wish.amount % (len(ledger.vouchers) + 1), "गलत")


def check(ledger: Ledger) -> None:
    moved: dict[str, int] = {}
    for voucher in ledger.vouchers:
        assert sum(posting.amount for posting in voucher.postings) == 0
        for posting in voucher.postings:
            moved[posting.account] = moved.get(posting.account, 0) + posting.amount
    members = [member.id for member in ledger.members()]
    assert ledger.cash == moved.get("cash", 0) >= 0
    assert ledger.bank == moved.get("bank", 0) >= 0
    assert sum(ledger.saved_by(member) for member in members) == ledger.savings
    assert (
        sum(loan.outstanding for member in members for loan in ledger.loans(member))
        == ledger.loans_outstanding
    )
    entries: list[MemberEntry] = [
        line for member in members for line in ledger.passbook(member) if not line.reversed
    ]
    came_in = sum(line.amount for line in entries if line.kind in ("saving", "repayment", "fine"))
    lent = sum(line.amount for line in entries if line.kind == "loan")
    opening = 5_000_00 if ledger.counts(ledger.vouchers[0]) else 0
    assert ledger.cash == opening + came_in - lent - ledger.bank


def keep_books(kind: str, wishes: list[Wish]) -> None:
    with tempfile.TemporaryDirectory() as folder, open_vault(kind, Path(folder)) as vault:
        clock = Clock()
        ledger = begin(vault, clock)
        for member in ledger.members():
            agreed = terms(1_000_00, "reducing" if member.number < 3 else "flat", 3)
            ledger.post(LoanGiven(None, member.id, f"first {member.id}", agreed), once=f"lent {member.id}")
        ledger.post(MeetingOpened("first"), once="open")
        for step, wish in enumerate(wishes):
            clock.forward(timedelta(days=wish.days))
            entry = entry_for(wish, ledger, step)
            before = ledger.vouchers
            try:
                ledger.post(entry, once=str(step))
                event(f"{wish.kind} kept")
            except RefusedEntry:
                event(f"{wish.kind} refused")
                assert ledger.vouchers == before
            check(ledger)
        again = Ledger(vault, clock)
        assert again.vouchers == ledger.vouchers
        check(again)
        assert breaches(again) == ()


@given(WISHES)
@settings(max_examples=60, deadline=None)
def test_money_neither_appears_nor_vanishes_in_memory(wishes: list[Wish]) -> None:
    keep_books("memory", wishes)


@given(WISHES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_money_neither_appears_nor_vanishes_on_disk(wishes: list[Wish]) -> None:
    keep_books("tinydb", wishes)


@pytest.mark.parametrize("kind", ["memory", "tinydb"])
def test_both_vaults_give_the_same_chain(kind: str, tmp_path: Path) -> None:
    hashes = []
    for twin in ("memory", kind):
        with open_vault(twin, tmp_path) as vault:
            hashes.append([voucher.hash for voucher in begin(vault, Clock()).vouchers])
    assert hashes[0] == hashes[1]
