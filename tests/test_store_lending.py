"""Loans, repayments and money brought from paper, through the ledger, over both vaults."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from ledger_kit import clock, ledger, refused, vault
from store_kit import Clock, begin, terms

from store.chain import record_of
from store.entries import (
    AheadChosen,
    BankDeposit,
    LoanGiven,
    MeetingClosed,
    MeetingOpened,
    NoRepayment,
    OpeningBalance,
    OpeningLoan,
    Repayment,
    Reversal,
    Saving,
)
from store.errors import (
    AboveDue,
    AmountNotAllowed,
    NoSuchLoan,
    NoSuchMember,
    NotEnoughMoney,
    NotReversible,
    RefusedEntry,
)
from store.laws import breaches
from store.ledger import Ledger
from store.loans import Due
from store.questions import MemberEntry
from store.vault import Vault

__all__ = ["clock", "ledger", "vault"]


def test_a_loan_from_sanction_to_the_last_paisa(ledger: Ledger, clock: Clock) -> None:
    ledger.post(LoanGiven("M", "m1", "L", terms(), "बकरी"), once="loan")
    assert ledger.cash == 4_000_00
    assert ledger.loans_outstanding == 1_000_00
    assert ledger.repaid_in("M", "L") is None
    ledger.post(MeetingClosed("M"), once="close")
    clock.to(date(2026, 12, 12))
    ledger.post(MeetingOpened("N"), once="open2")
    (loan,) = ledger.loans("m1")
    assert loan.due == Due(20_00, 200_00)
    assert loan.overdue == 220_00
    ledger.post(Repayment("N", "m1", "L", loan.due.total), once="pay")
    assert ledger.repaid_in("N", "L") == 220_00
    assert ledger.interest_paid("L") == 20_00
    assert ledger.loans_outstanding == 800_00
    assert ledger.cash == 4_220_00
    error = refused(ledger, Repayment("N", "m1", "L", 800_01), AboveDue)
    assert isinstance(error, AboveDue)
    assert (error.amount, error.payoff) == (800_01, 800_00)
    ledger.post(Repayment("N", "m1", "L", 800_00), once="all")
    assert ledger.loans("m1") == ()
    settled = ledger.loan("L")
    assert settled is not None
    assert settled.payoff == 0
    refused(ledger, Repayment("N", "m1", "L", 1), NoSuchLoan)


def test_asked_for_a_repayment_and_paid_none(ledger: Ledger) -> None:
    ledger.post(LoanGiven("M", "m1", "L", terms()), once="loan")
    ledger.post(NoRepayment("M", "m1", "L"), once="none")
    assert ledger.repaid_in("M", "L") == 0


def test_a_loan_is_repaid_by_its_owner_only(ledger: Ledger) -> None:
    ledger.post(LoanGiven("M", "m1", "L", terms()), once="loan")
    refused(ledger, Repayment("M", "m2", "L", 100_00), NoSuchLoan)
    refused(ledger, NoRepayment("M", "m1", "K"), NoSuchLoan)


@pytest.mark.parametrize(
    "wrong",
    [
        terms(method="compound"),
        terms(instalments=0),
        terms(rate_bp=-1),
        terms(first_due=date(2026, 11, 9)),
    ],
)
def test_terms_that_make_no_sense_are_refused(ledger: Ledger, wrong: Any) -> None:
    refused(ledger, LoanGiven("M", "m1", "L", wrong), RefusedEntry)


def test_a_loan_id_serves_once(ledger: Ledger) -> None:
    ledger.post(LoanGiven("M", "m1", "L", terms()), once="loan")
    ledger.post(Reversal(ledger.vouchers[-1].number, "गलत नाम"), once="undo")
    assert ledger.loan("L") is None
    refused(ledger, LoanGiven("M", "m2", "L", terms()), RefusedEntry)


def test_the_box_never_pays_out_more_than_it_holds(ledger: Ledger) -> None:
    error = refused(ledger, LoanGiven("M", "m1", "L", terms(5_000_01)), NotEnoughMoney)
    assert isinstance(error, NotEnoughMoney)
    assert (error.account, error.amount, error.held) == ("cash", 5_000_01, 5_000_00)
    saving = ledger.post(Saving("M", "m1", 100_00), once="s").number
    ledger.post(BankDeposit(5_100_00, "8", "M"), once="bank")
    refused(ledger, Reversal(saving, "गलत"), NotEnoughMoney)


def test_a_group_moves_from_paper(vault: Vault, clock: Clock) -> None:
    ledger = begin(vault, clock, cash=0)
    opening = OpeningBalance(700_00, 4_000_00, (("m1", 2_000_00), ("m2", 1_500_00)))
    ledger.post(opening, once="o")
    ledger.post(OpeningLoan("m3", "old", terms(first_due=date(2026, 10, 10)), "बीज"), once="ol")
    assert (ledger.cash, ledger.bank, ledger.savings) == (700_00, 4_000_00, 3_500_00)
    (loan,) = ledger.loans("m3")
    assert loan.due == Due(40_00, 400_00)
    assert loan.overdue == 220_00
    refused(ledger, opening, RefusedEntry)
    ledger.post(Reversal(1, "गलत गिना"), once="undo")
    assert (ledger.cash, ledger.bank, ledger.savings) == (0, 0, 0)
    refused(ledger, OpeningBalance(1, 0, (("m9", 1),)), NoSuchMember)
    refused(ledger, OpeningBalance(-1, 0), AmountNotAllowed)
    refused(ledger, OpeningBalance(0, 0, (("m1", -1),)), AmountNotAllowed)
    ledger.post(replace(opening, cash=800_00), once="o2")
    assert ledger.cash == 800_00


def test_a_loan_partly_repaid_is_not_reversed(ledger: Ledger) -> None:
    loan = ledger.post(LoanGiven("M", "m1", "L", terms()), once="loan").number
    pay = ledger.post(Repayment("M", "m1", "L", 100_00), once="pay").number
    refused(ledger, Reversal(loan, "गलत"), NotReversible)
    ledger.post(Reversal(pay, "गलत"), once="r1")
    assert ledger.repaid_in("M", "L") is None
    ledger.post(Reversal(loan, "गलत"), once="r2")
    assert ledger.loans_outstanding == 0


def test_a_saving_brought_from_paper_is_in_the_passbook(vault: Vault, clock: Clock) -> None:
    ledger = begin(vault, clock, cash=0)
    number = ledger.post(OpeningBalance(0, 9_00, (("m1", 9_00),)), once="o").number
    assert ledger.passbook("m1") == (MemberEntry(ledger.today, "opening", 9_00, False, number),)
    assert ledger.passbook("m2") == ()


@pytest.mark.parametrize(
    "nonsense",
    [
        {"rate_months": 6},
        {"moratorium": -1},
        {"deferred": True},
        {"round_to": 0},
        {"rate_bp": 2.0},
        {"round_to": 100.0},
    ],
)
def test_wider_terms_that_make_no_sense_are_refused(ledger: Ledger, nonsense: dict[str, Any]) -> None:
    refused(ledger, LoanGiven("M", "m1", "L", replace(terms(), **nonsense)), RefusedEntry)


def test_what_is_paid_ahead_does_what_she_chose_until_that_is_reversed(ledger: Ledger, clock: Clock) -> None:
    ledger.post(LoanGiven("M", "m1", "L", terms()), once="loan")
    clock.to(date(2026, 12, 10))
    refused(ledger, AheadChosen("M", "m1", "L", "lower"), RefusedEntry)
    paid = ledger.post(Repayment("M", "m1", "L", 620_00), once="pay").number
    refused(ledger, AheadChosen("M", "m1", "L", "next"), RefusedEntry)  # type: ignore[arg-type]
    refused(ledger, AheadChosen("M", "m2", "L", "lower"), NoSuchLoan)
    chosen = ledger.post(AheadChosen("M", "m1", "L", "lower"), once="lower").number
    assert next_instalment(ledger) == (400_00, 100_00, 8_00)
    refused(ledger, AheadChosen("M", "m1", "L", "shorten"), RefusedEntry)
    ledger.post(Reversal(chosen, "गलत"), once="undo")
    ledger.post(AheadChosen("M", "m1", "L", "shorten"), once="shorten")
    assert next_instalment(ledger) == (400_00, 200_00, 8_00)
    ledger.post(Reversal(paid, "गलत"), once="undo the payment")
    assert next_instalment(ledger) == (1_000_00, 200_00, 16_00)
    assert breaches(ledger) == ()


def next_instalment(ledger: Ledger) -> tuple[int, int, int]:
    """What is outstanding, and the principal and interest of the instalment that comes."""
    loan = ledger.loan("L")
    assert loan is not None
    assert loan.next_due is not None
    return loan.outstanding, loan.next_due.principal, loan.next_due.interest


def test_wider_terms_are_in_the_file_and_plain_ones_are_written_as_before(
    ledger: Ledger, vault: Vault, clock: Clock
) -> None:
    wider = replace(terms(), rate_bp=10_00, rate_months=12, moratorium=3, deferred=True, round_to=5_00)
    ledger.post(LoanGiven("M", "m1", "L", terms()), once="plain")
    ledger.post(LoanGiven("M", "m2", "K", wider), once="wider")
    plain, _ = (record_of(voucher)["data"]["terms"] for voucher in ledger.vouchers[-2:])
    assert sorted(plain) == ["first_due", "instalments", "method", "principal", "rate_bp"]
    assert Ledger(vault, clock).vouchers == ledger.vouchers
    assert breaches(ledger) == ()
