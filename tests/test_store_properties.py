"""Whatever is posted in whatever order: money neither appears nor vanishes."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from store_kit import Clock, begin, open_vault, terms

from store.entries import (
    AheadChosen,
    BankDeposit,
    BankWithdrawal,
    Borrowed,
    BorrowingRepaid,
    Expense,
    Fine,
    Income,
    LoanGiven,
    MeetingClosed,
    MeetingOpened,
    MemberSettled,
    NoSaving,
    OpeningBalance,
    Place,
    Repayment,
    Reversal,
    Saving,
    SavingsPaidOut,
    YearClosed,
)
from store.errors import RefusedEntry
from store.laws import breaches
from store.ledger import Ledger
from store.questions import MemberEntry

MEMBERS = st.sampled_from(["m1", "m2", "m3"])
AMOUNTS = st.integers(1, 2_000_00) | st.just(0)
MEMBERS_MONEY = (
    "repay",
    "save",
    "undo",
    "lend",
    "repay",
    "ahead",
    "fine",
    "none",
    "meet",
    "save more",
    "withdraw",
    "leave",
)
GROUPS_MONEY = ("bank", "from bank", "earn", "spend", "borrow", "pay back", "close year", "share out")
METHODS = st.sampled_from(["flat", "reducing"])


@dataclass(frozen=True)
class Wish:
    """Something to try; what it becomes depends on where the books stand."""

    kind: str
    member: str
    amount: int
    days: int
    method: str


def wishes_for(*kinds: str) -> st.SearchStrategy[list[Wish]]:
    """Up to thirty wishes of those kinds."""
    return st.lists(
        st.builds(
            Wish,
            kind=st.sampled_from(kinds),
            member=MEMBERS,
            amount=AMOUNTS,
            days=st.integers(0, 20) | st.just(100),
            method=METHODS,
        ),
        max_size=30,
    )


WISHES = wishes_for(*MEMBERS_MONEY, *GROUPS_MONEY)
SHARES = wishes_for("save", "save more", "lend", "repay", "earn", "leave", "share out", "close year", "undo")


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
        case "save more":
            return Saving(meeting, wish.member, wish.amount, wish.amount - wish.days)
        case "withdraw":
            return SavingsPaidOut(wish.member, wish.amount % (ledger.voluntary_of(wish.member) + 9_00))
        case "leave":
            return MemberSettled(wish.member, ledger.settlement(wish.member, max(0, ledger.surplus) // 3))
        case "undo":
            return Reversal(wish.amount % (len(ledger.vouchers) + 1), "गलत")
        case _:
            return group_entry_for(wish, ledger, step)


def group_entry_for(wish: Wish, ledger: Ledger, step: int) -> Any:
    place: Place = "bank" if wish.days % 2 else "cash"
    match wish.kind:
        case "bank":
            return BankDeposit(wish.amount, f"slip {wish.days}")
        case "from bank":
            return BankWithdrawal(wish.amount, f"slip {wish.days}")
        case "earn":
            return Income("grant" if wish.days % 3 else "sale", wish.amount, place)
        case "spend":
            return Expense("travel", wish.amount, place)
        case "borrow":
            return Borrowed(f"B{step}", "संघ", terms(wish.amount, wish.method, 3, ledger.today), place)
        case "pay back":
            owed = [each for each in ledger.borrowings() if each.outstanding]
            if not owed:
                return BorrowingRepaid("none", wish.amount, 0, place)
            parts = owed[0].due
            principal = parts.principal or wish.amount % (owed[0].outstanding + 9_00)
            return BorrowingRepaid(owed[0].borrowing_id, principal, parts.interest, place)
        case "close year":
            year = min(ledger.open_years(), default=2026)
            result = ledger.year(year)
            return YearClosed(year, sum(result.income.values()), sum(result.expenses.values()))
        case _:
            by: Literal["savings", "equally"] = "savings" if wish.method == "flat" else "equally"
            kept: Literal["kept", "paid back"] = "kept" if wish.days % 3 else "paid back"
            return ledger.share_out(by, max(0, ledger.surplus) // 2, kept, place)


INTO_THE_BOX = ("saving", "repayment", "fine")
OUT_OF_IT = ("loan", "paid_out", "settled", "share")


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
    from_members = sum(line.amount for line in entries if line.kind in INTO_THE_BOX)
    to_members = sum(line.amount for line in entries if line.kind in OUT_OF_IT)
    standing = [voucher.entry for voucher in ledger.vouchers if ledger.counts(voucher)]
    earned = sum(entry.amount for entry in standing if isinstance(entry, Income))
    spent = sum(entry.amount for entry in standing if isinstance(entry, Expense))
    borrowed = sum(entry.terms.principal for entry in standing if isinstance(entry, Borrowed))
    paid_back = sum(e.principal + e.interest for e in standing if isinstance(e, BorrowingRepaid))
    opening = 5_000_00 if ledger.counts(ledger.vouchers[0]) else 0
    assert ledger.cash + ledger.bank == (
        opening + from_members - to_members + earned - spent + borrowed - paid_back
    )
    held = ledger.cash + ledger.bank + ledger.loans_outstanding
    assert held == ledger.savings + ledger.voluntary + ledger.borrowed + ledger.worth


def with_loans(ledger: Ledger) -> None:
    """₹5,000 in the box, of which ₹1,000 are lent to each member."""
    ledger.post(OpeningBalance(5_000_00, 0), once="opening")
    for member in ledger.members():
        agreed = terms(1_000_00, "reducing" if member.number < 3 else "flat", 3)
        ledger.post(LoanGiven(None, member.id, f"first {member.id}", agreed), once=f"lent {member.id}")


def with_surplus(ledger: Ledger) -> None:
    """₹5,000 in the box, of which two members saved some and the rest is a surplus."""
    saved = (("m1", 900_00), ("m2", 399_99))
    ledger.post(OpeningBalance(5_000_00, 0, saved, surplus=3_700_01), once="opening")


def keep_books(kind: str, wishes: list[Wish], begun: Callable[[Ledger], None]) -> None:
    with tempfile.TemporaryDirectory() as folder, open_vault(kind, Path(folder)) as vault:
        clock = Clock()
        ledger = begin(vault, clock, cash=0)
        ledger.update_group(replace(ledger.group, voluntary=True))
        begun(ledger)
        ledger.post(MeetingOpened("first"), once="open")
        for step, wish in enumerate(wishes):
            clock.forward(timedelta(days=wish.days))
            before = ledger.vouchers
            try:
                entry = entry_for(wish, ledger, step)
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


@given(SHARES)
@settings(max_examples=60, deadline=None)
def test_money_is_shared_out_and_years_are_closed_to_the_paisa(wishes: list[Wish]) -> None:
    keep_books("memory", wishes, with_surplus)


@given(WISHES)
@settings(max_examples=60, deadline=None)
def test_money_neither_appears_nor_vanishes_in_memory(wishes: list[Wish]) -> None:
    keep_books("memory", wishes, with_loans)


@given(WISHES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_money_neither_appears_nor_vanishes_on_disk(wishes: list[Wish]) -> None:
    keep_books("tinydb", wishes, with_loans)


@pytest.mark.parametrize("kind", ["memory", "tinydb"])
def test_both_vaults_give_the_same_chain(kind: str, tmp_path: Path) -> None:
    hashes = []
    for twin in ("memory", kind):
        with open_vault(twin, tmp_path) as vault:
            hashes.append([voucher.hash for voucher in begin(vault, Clock()).vouchers])
    assert hashes[0] == hashes[1]
