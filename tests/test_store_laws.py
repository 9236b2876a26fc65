"""The laws tried on everything: what a fault of ours, or a forger who knows the checksums, wrote is found."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from msgspec import structs
from store_kit import GROUP, Clock, begin, terms

from store.chain import START, Posting, Voucher, seal
from store.entries import (
    BankDeposit,
    Entry,
    Fine,
    LoanGiven,
    MeetingClosed,
    MeetingOpened,
    Repayment,
    Reversal,
    Saving,
)
from store.laws import breaches
from store.ledger import Ledger
from store.memory import MemoryVault, copy_of
from store.people import person_of


def kept_well() -> tuple[Ledger, MemoryVault]:
    """Two meetings with savings, a loan repaid in parts, a fine, a deposit and corrections."""
    clock, vault = Clock(), MemoryVault()
    ledger = begin(vault, clock)
    ledger.post(MeetingOpened("A"), once="a")
    ledger.post(Saving("A", "m1", 100_00), once="a1")
    ledger.post(LoanGiven("A", "m2", "L", terms(1_000_00)), once="lent")
    ledger.post(Saving("A", "m3", 50_00), once="wrong")
    ledger.post(Reversal(5, "गलत"), once="undone")
    ledger.post(MeetingClosed("A", ledger.cash), once="a end")
    clock.forward(timedelta(days=35))
    ledger.post(MeetingOpened("B"), once="b")
    ledger.post(Repayment("B", "m2", "L", 125_50), once="b1")
    ledger.post(Repayment("B", "m2", "L", 200_00), once="b2")
    ledger.post(Reversal(10, "गलत"), once="b2 undone")
    ledger.post(Repayment("B", "m2", "L", 100_00), once="b3")
    ledger.post(Fine("B", "m3", 5_00), once="fine")
    ledger.post(BankDeposit(500_00, "17", "B"), once="bank")
    return ledger, vault


def chained(vouchers: list[Voucher]) -> tuple[Voucher, ...]:
    """The vouchers under right numbers, links and hashes."""
    made: list[Voucher] = []
    for number, voucher in enumerate(vouchers, start=1):
        prev = made[-1].hash if made else START
        made.append(seal(structs.replace(voucher, number=number, prev=prev)))
    return tuple(made)


def test_what_was_posted_breaks_no_law() -> None:
    ledger, _ = kept_well()
    assert breaches(ledger) == ()


def test_another_cap_and_a_member_erased_since_are_no_breach() -> None:
    ledger, _ = kept_well()
    ledger.update_group(replace(GROUP, cap=1))
    ledger.erase_member("m3")
    assert breaches(ledger) == ()


def with_legs(number: int, *legs: Posting) -> Callable[[list[Voucher]], None]:
    def change(vouchers: list[Voucher]) -> None:
        vouchers[number - 1] = structs.replace(vouchers[number - 1], postings=legs)

    return change


def with_entry(number: int, entry: Entry) -> Callable[[list[Voucher]], None]:
    def change(vouchers: list[Voucher]) -> None:
        vouchers[number - 1] = structs.replace(vouchers[number - 1], entry=entry)

    return change


def said_again(vouchers: list[Voucher]) -> None:
    vouchers.append(structs.replace(vouchers[-1], once="a1"))


def years_ago(vouchers: list[Voucher]) -> None:
    vouchers[-1] = structs.replace(vouchers[-1], at=vouchers[-1].at - timedelta(days=400))


FORGERIES: dict[str, tuple[Callable[[list[Voucher]], None], str]] = {
    "more saved than was paid in": (
        with_legs(3, Posting("cash", 100_00), Posting("savings:m1", -90_00), Posting("fines", -10_00)),
        "entry 3: it moves 10000 paise to cash, -9000 paise to savings:m1",
    ),
    "interest taken for principal": (
        with_legs(9, Posting("cash", 125_50), Posting("loan:L", -125_50)),
        "entry 9: it moves 12550 paise to cash, -12550 paise to loan:L",
    ),
    "undone twice": (with_entry(11, Reversal(5, "फिर")), "entry 11: voucher 5 cannot be reversed"),
    "undone before it was": (with_entry(6, Reversal(12, "गलत")), "entry 6: voucher 12 cannot be reversed"),
    "more than is in the box": (with_entry(14, BankDeposit(90_000_00, "1", "B")), "entry 14: cash holds"),
    "outside its meeting": (with_entry(13, Fine("A", "m3", 5_00)), "entry 13: meeting A is not open"),
    "under a key that was used": (said_again, "entry 15: its key was used by entry 3"),
    "from before the one before": (years_ago, "entry 14: it is older than the one before"),
}


@pytest.mark.parametrize("kind", FORGERIES)
def test_what_a_forger_who_knows_the_checksums_writes_is_found(kind: str) -> None:
    change, told = FORGERIES[kind]
    ledger, vault = kept_well()
    kept = vault.load()
    vouchers = list(kept.vouchers)
    change(vouchers)
    forged = copy_of(asdict(GROUP), tuple(map(person_of, kept.members)), chained(vouchers))
    found = breaches(Ledger(forged, ledger.now))
    assert any(breach.startswith(told) for breach in found), found


def test_a_voucher_that_was_changed_is_found() -> None:
    ledger, vault = kept_well()
    kept = vault.load()
    vouchers = list(kept.vouchers)
    vouchers[2] = structs.replace(vouchers[2], entry=Saving("A", "m1", 100_01))
    changed = copy_of(asdict(GROUP), tuple(map(person_of, kept.members)), tuple(vouchers))
    assert "entry 3: it was changed after it was written" in breaches(Ledger(changed, ledger.now))


class Forgetful(Ledger):
    """A ledger with a fault: what it answers is not what was written."""

    @property
    def cash(self) -> int:
        return super().cash + 1

    @property
    def loans_outstanding(self) -> int:
        return super().loans_outstanding + 1

    def saved_by(self, member_id: str) -> int:
        return super().saved_by(member_id) + 1

    def interest_paid(self, loan_id: str) -> int:
        return super().interest_paid(loan_id) + 1

    def loan(self, loan_id: str) -> None:
        return None


def test_answers_that_are_not_the_sum_of_the_entries_are_found() -> None:
    ledger, vault = kept_well()
    found = "\n".join(breaches(Forgetful(vault, ledger.now)))
    for said in (
        "cash: the books say",
        "savings:m1: the books say -10001 paise",
        "all of loan: the books say",
        "loan L: 0 paise are owed",
        "loan L: the interest paid is not",
    ):
        assert said in found
