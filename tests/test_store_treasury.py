"""The group's own money: slips of the bank, voluntary savings, income, expenses, and what it borrowed."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from ledger_kit import clock, refused, vault
from store_kit import Clock, terms
from treasury_kit import ledger

from store.entries import (
    BankDeposit,
    BankWithdrawal,
    Borrowed,
    BorrowingRepaid,
    Expense,
    Income,
    OpeningBalance,
    Reversal,
    Saving,
    SavingsPaidOut,
)
from store.errors import AmountNotAllowed, NotEnoughMoney, NotReversible, RefusedEntry, SlipUsed
from store.ledger import Ledger
from store.loans import Due

__all__ = ["clock", "ledger", "vault"]


def test_money_goes_to_the_bank_and_back_by_slips(ledger: Ledger) -> None:
    ledger.post(BankDeposit(2_000_00, "0417", "M"), once="in")
    ledger.post(BankWithdrawal(500_00, "0417"), once="out")
    assert (ledger.cash, ledger.bank) == (3_500_00, 1_500_00)
    error = refused(ledger, BankWithdrawal(1_500_01, "2"), NotEnoughMoney)
    assert isinstance(error, NotEnoughMoney)
    assert (error.account, error.held) == ("bank", 1_500_00)


@pytest.mark.parametrize("kind", [BankDeposit, BankWithdrawal])
def test_a_slip_is_written_once_unless_it_was_undone(ledger: Ledger, kind: Any) -> None:
    ledger.post(BankDeposit(1_000_00, "first"), once="first")
    number = ledger.post(kind(100_00, "7"), once="seven").number
    error = refused(ledger, kind(200_00, "7"), SlipUsed)
    assert isinstance(error, SlipUsed)
    assert (error.slip, error.number) == ("7", number)
    ledger.post(Reversal(number, "गलत"), once="undone")
    ledger.post(kind(200_00, "7"), once="again")
    refused(ledger, kind(200_00, "7"), SlipUsed)


def test_voluntary_savings_come_and_go_and_never_fall_below_nothing(ledger: Ledger) -> None:
    saved = ledger.post(Saving("M", "m1", 300_00, 300_00), once="in").number
    ledger.post(SavingsPaidOut("m1", 120_00), once="out")
    assert (ledger.voluntary_of("m1"), ledger.voluntary, ledger.saved_by("m1")) == (180_00, 180_00, 0)
    assert ledger.cash == 5_180_00
    refused(ledger, SavingsPaidOut("m1", 180_01), NotEnoughMoney)
    refused(ledger, SavingsPaidOut("m2", 1), NotEnoughMoney)
    refused(ledger, SavingsPaidOut("m1", 180_00, "bank"), NotEnoughMoney)
    refused(ledger, Reversal(saved, "गलत"), NotEnoughMoney)
    assert [(line.kind, line.amount) for line in ledger.passbook("m1")] == [
        ("saving", 300_00),
        ("paid_out", 120_00),
    ]
    assert [line.kind for line in ledger.unchecked("m1")] == ["saving", "paid_out"]
    assert ledger.totals("M").voluntary == 300_00


def test_only_a_group_whose_rules_allow_it_takes_voluntary_savings(ledger: Ledger) -> None:
    ledger.post(Saving("M", "m1", 300_00, 300_00), once="in")
    ledger.update_group(replace(ledger.group, voluntary=False))
    refused(ledger, Saving("M", "m1", 1_00, 1_00))
    ledger.post(SavingsPaidOut("m1", 300_00), once="out")


def test_income_and_expenses_go_under_their_heads(ledger: Ledger) -> None:
    ledger.post(Income("grant", 15_000_00, "bank", note="चक्रीय निधि"), once="g")
    ledger.post(Income("bank_interest", 41_37, "bank"), once="i")
    ledger.post(Income("sale", 250_00, note="रद्दी", meeting_id="M"), once="s")
    ledger.post(Expense("travel", 80_00, note="बैंक जाना", meeting_id="M"), once="t")
    ledger.post(Expense("bank_charge", 17_70, "bank"), once="c")
    result = ledger.year(2026)
    assert result.income == {"grants": 15_000_00, "income:bank_interest": 41_37, "income:sale": 250_00}
    assert result.expenses == {"expense:bank_charge": 17_70, "expense:travel": 80_00}
    assert (ledger.cash, ledger.bank) == (5_170_00, 15_023_67)
    assert ledger.worth == 5_000_00 + result.surplus
    assert (ledger.totals("M").income, ledger.totals("M").expenses) == (250_00, 80_00)


@pytest.mark.parametrize(
    "wrong",
    [
        Income("luck", 1_00),  # type: ignore[arg-type]
        Income("sale", 0),
        Income("sale", 50_000_01_00),
        Income("sale", 1_00, "mattress"),  # type: ignore[arg-type]
        Expense("bribe", 1_00),  # type: ignore[arg-type]
        Expense("travel", -1),
        Expense("travel", 5_000_01),
        Expense("travel", 1_00, "bank"),
        Expense("travel", 1_00, "mattress"),  # type: ignore[arg-type]
        SavingsPaidOut("m1", 1_00, "mattress"),  # type: ignore[arg-type]
        Borrowed("B", "बैंक", terms(0)),
        Borrowed("B", "बैंक", terms(method="compound")),
        BorrowingRepaid("B", 1, 0),
    ],
)
def test_what_makes_no_sense_is_refused(ledger: Ledger, wrong: Any) -> None:
    refused(ledger, wrong)


def test_a_borrowing_from_the_bank_to_the_last_paisa(ledger: Ledger, clock: Clock) -> None:
    agreed = terms(1_00_000_00, first_due=date(2026, 12, 10), rate_bp=100)
    ledger.post(Borrowed("SB-77", "ग्रामीण बैंक", agreed), once="b")
    assert (ledger.bank, ledger.borrowed) == (1_00_000_00, 1_00_000_00)
    assert ledger.worth == 5_000_00
    clock.to(date(2026, 12, 11))
    (owed,) = ledger.borrowings()
    assert (owed.lender, owed.due, owed.overdue) == ("ग्रामीण बैंक", Due(1_000_00, 20_000_00), 21_000_00)
    ledger.post(BorrowingRepaid("SB-77", 20_000_00, 1_000_00, receipt="9"), once="r")
    owed = ledger.borrowings()[0]
    assert (owed.outstanding, owed.interest_paid, owed.due.total) == (80_000_00, 1_000_00, 0)
    refused(ledger, BorrowingRepaid("SB-77", 80_000_01, 0))
    refused(ledger, BorrowingRepaid("SB-77", 0, 0), AmountNotAllowed)
    refused(ledger, BorrowingRepaid("SB-77", 80_000_00, 0), NotEnoughMoney)
    refused(ledger, Reversal(3, "गलत"), NotReversible)
    ledger.post(BorrowingRepaid("SB-77", 79_000_00, 0), once="most")
    ledger.post(BorrowingRepaid("SB-77", 1_000_00, 0, "cash"), once="rest")
    assert (ledger.borrowed, ledger.borrowings()[0].payoff) == (0, 0)
    assert ledger.year(2026).expenses == {"expense:interest_on_borrowing": 1_000_00}


def test_a_number_of_a_borrowing_serves_once(ledger: Ledger) -> None:
    number = ledger.post(Borrowed("B", "संघ", terms(), "cash"), once="b").number
    ledger.post(Reversal(number, "गलत"), once="undone")
    assert (ledger.borrowings(), ledger.borrowed) == ((), 0)
    refused(ledger, Borrowed("B", "संघ", terms()))
    refused(ledger, BorrowingRepaid("B", 1, 0))


def test_money_that_was_spent_keeps_its_source(ledger: Ledger) -> None:
    number = ledger.post(Borrowed("B", "संघ", terms(1_000_00), "bank"), once="b").number
    ledger.post(Expense("other", 1_00, "bank"), once="e")
    refused(ledger, Reversal(number, "गलत"), NotEnoughMoney)


def test_all_that_is_held_is_owed_to_somebody_or_the_groups_own(ledger: Ledger) -> None:
    ledger.post(Borrowed("B", "संघ", terms(3_000_00), "cash"), once="b")
    ledger.post(Saving("M", "m2", 70_00, 70_00), once="v")
    ledger.post(Income("other", 30_00), once="i")
    held = ledger.cash + ledger.bank + ledger.loans_outstanding
    assert held == ledger.savings + ledger.voluntary + ledger.borrowed + ledger.worth
    assert sum(ledger.balances.values()) == 0


def test_a_withdrawal_may_not_follow_a_reversed_opening(ledger: Ledger) -> None:
    ledger.post(Reversal(1, "गलत गिना"), once="undone")
    ledger.post(OpeningBalance(100_00, 0, voluntary=(("m3", 100_00),)), once="o2")
    ledger.post(SavingsPaidOut("m3", 60_00), once="out")
    error = refused(ledger, Reversal(ledger.vouchers[-2].number, "गलत"), NotEnoughMoney)
    assert isinstance(error, RefusedEntry)
