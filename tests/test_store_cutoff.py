"""A group moves in from paper by a cut-off sheet: it balances or is refused, and is one voucher."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from ledger_kit import clock, refused, vault
from store_kit import Clock, begin, terms
from treasury_kit import sound

from store.entries import (
    BorrowingRepaid,
    LoanGiven,
    MeetingOpened,
    OpeningBalance,
    OpeningBorrowing,
    OpeningLoan,
    Repayment,
    Reversal,
)
from store.errors import AmountNotAllowed, NoSuchMember, NotReversible, RefusedEntry, SheetUnbalanced
from store.ledger import Ledger
from store.loans import Due
from store.registers import REGISTERS, Books
from store.vault import Vault

__all__ = ["clock", "vault"]

FIRST_DUE = date(2026, 10, 10)
SHEET = OpeningBalance(
    cash=700_00,
    bank=4_000_00,
    savings=(("m1", 2_000_00), ("m2", 1_500_00)),
    voluntary=(("m2", 300_00),),
    loans=(
        OpeningLoan("m3", "old-3", terms(1_000_00, first_due=FIRST_DUE), "बीज"),
        OpeningLoan("m1", "old-1", terms(800_00, first_due=FIRST_DUE)),
    ),
    borrowings=(OpeningBorrowing("SB-7", "संघ", terms(2_500_00, first_due=FIRST_DUE)),),
    surplus=200_00,
)


@pytest.fixture
def books(vault: Vault, clock: Clock) -> Ledger:
    return begin(vault, clock, cash=0)


def test_a_sheet_that_balances_is_one_voucher(books: Ledger, vault: Vault) -> None:
    books.post(SHEET, once="sheet")
    assert len(books.vouchers) == 1
    assert (books.cash, books.bank, books.savings, books.voluntary) == (700_00, 4_000_00, 3_500_00, 300_00)
    assert (books.loans_outstanding, books.borrowed, books.surplus) == (1_800_00, 2_500_00, 200_00)
    assert "opening" not in books.balances
    assert books.loans("m3")[0].due == Due(40_00, 400_00)
    assert [(line.kind, line.amount) for line in books.passbook("m1")] == [
        ("opening", 2_000_00),
        ("opening_loan", 800_00),
    ]
    assert [line.kind for line in books.passbook("m2")] == ["opening", "opening_voluntary"]
    assert books.unchecked("m1") == ()
    assert [row[0] for row in REGISTERS["loanlist"](Books(books)).pages[0].rows] == ["old-3", "old-1"]
    sound(vault, books)


@pytest.mark.parametrize(
    ("change", "beyond"),
    [
        ({"cash": 700_01}, 1),
        ({"surplus": 250_00}, -50_00),
        ({"borrowings": ()}, 2_500_00),
        ({"loans": ()}, -1_800_00),
    ],
)
def test_a_sheet_that_does_not_balance_is_refused_and_the_difference_told(
    books: Ledger, change: dict[str, object], beyond: int
) -> None:
    error = refused(books, replace(SHEET, **change), SheetUnbalanced)  # type: ignore[arg-type]
    assert isinstance(error, SheetUnbalanced)
    assert error.beyond == beyond
    assert f"{abs(beyond)} paise {'more' if beyond > 0 else 'less'}" in str(error)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"voluntary": (("m9", 300_00),)}, NoSuchMember),
        ({"loans": (replace(SHEET.loans[0], member_id="m9"),)}, NoSuchMember),
        ({"loans": (SHEET.loans[0], replace(SHEET.loans[1], loan_id="old-3"))}, RefusedEntry),
        ({"borrowings": SHEET.borrowings * 2}, RefusedEntry),
        ({"loans": (replace(SHEET.loans[0], terms=terms(0)),)}, AmountNotAllowed),
        ({"borrowings": (replace(SHEET.borrowings[0], terms=terms(instalments=0)),)}, RefusedEntry),
        ({"voluntary": (("m2", -1),)}, AmountNotAllowed),
        ({"bank": 4_000_00.0}, AmountNotAllowed),
    ],
)
def test_one_bad_line_refuses_the_whole_sheet(
    books: Ledger, change: dict[str, object], error: type[RefusedEntry]
) -> None:
    refused(books, replace(SHEET, **change), error)  # type: ignore[arg-type]


def test_a_loss_on_paper_is_a_surplus_below_nothing(books: Ledger, vault: Vault) -> None:
    books.post(replace(SHEET, cash=400_00, surplus=-100_00), once="sheet")
    assert (books.surplus, books.worth) == (-100_00, -100_00)
    sound(vault, books)


def test_life_goes_on_from_the_sheet(books: Ledger, vault: Vault, clock: Clock) -> None:
    books.post(SHEET, once="sheet")
    books.post(MeetingOpened("M"), once="m")
    books.post(Repayment("M", "m3", "old-3", 440_00), once="r")
    books.post(BorrowingRepaid("SB-7", 500_00, 50_00), once="b")
    assert (books.loan("old-3").outstanding, books.borrowed) == (600_00, 2_000_00)  # type: ignore[union-attr]
    refused(books, LoanGiven("M", "m2", "old-1", terms(100_00)))
    refused(books, Reversal(1, "गलत"), NotReversible)
    sound(vault, books)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda books: books.post(Repayment("M", "m3", "old-3", 440_00), once="r"),
        lambda books: books.post(BorrowingRepaid("SB-7", 500_00, 50_00), once="b"),
    ],
)
def test_a_sheet_is_taken_back_only_while_nothing_hangs_on_it(
    books: Ledger, vault: Vault, spoil: Callable[[Ledger], object]
) -> None:
    books.post(SHEET, once="sheet")
    books.post(MeetingOpened("M"), once="m")
    spoil(books)
    refused(books, Reversal(1, "गलत"), NotReversible)
    books.post(Reversal(3, "गलत"), once="undone")
    books.post(Reversal(1, "गलत"), once="all undone")
    assert books.balances == {}
    again = replace(
        SHEET, loans=(replace(SHEET.loans[0], loan_id="new-3"), replace(SHEET.loans[1], loan_id="n"))
    )
    refused(books, again)
    books.post(replace(again, borrowings=(replace(SHEET.borrowings[0], borrowing_id="SB-8"),)), once="o2")
    sound(vault, books)
