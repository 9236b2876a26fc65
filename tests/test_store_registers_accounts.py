"""The registers of the group's accounts: cash, bank, every head, and what a period came to."""

from datetime import date

from registers_kit import DEC, NOV, ledger, named, only, register
from store_kit import Clock, begin

from store.entries import BankWithdrawal, Expense, OpeningBalance, Reversal
from store.ledger import Ledger
from store.memory import MemoryVault
from store.registers import Books, Scope

__all__ = ["ledger"]


def test_the_cash_book_opens_and_closes_each_day(ledger: Ledger) -> None:
    page = only(ledger, "cashbook")
    assert page.rows[:9] == (
        (NOV, None, "opening", None, None, None, None, None, 0),
        (NOV, 1, "opening_balance", None, None, None, 2_000_00, None, 2_000_00),
        (NOV, 5, "saving", 1, "राधा", None, 100_00, None, 2_100_00),
        (NOV, 6, "saving", 2, "सीता", None, 900_00, None, 3_000_00),
        (NOV, 7, "reversal", 2, "सीता", 6, None, 900_00, 2_100_00),
        (NOV, 8, "loan_given", 2, "सीता", None, None, 1_000_00, 1_100_00),
        (NOV, 9, "loan_given", 3, "राधा", None, None, 100_00, 1_000_00),
        (NOV, 10, "reversal", 3, "राधा", 9, 100_00, None, 1_100_00),
        (NOV, None, "closing", None, None, None, 3_100_00, 2_000_00, 1_100_00),
    )
    assert page.rows[9] == (DEC, None, "opening", None, None, None, None, None, 1_100_00)
    assert page.rows[-1][-1] == page.total[-1] == ledger.cash  # type: ignore[index]


def test_the_bank_book_has_the_slips(ledger: Ledger) -> None:
    table = register(ledger, "bankbook")
    lines = [named(table, row) for row in table.pages[0].rows]
    assert [(line["kind"], line["slip"], line["bank"]) for line in lines] == [
        ("opening", None, 0),
        ("bank_deposit", "5", 1_000_00),
        ("bank_withdrawal", "77", 800_00),
        ("borrowed", None, 3_800_00),
        ("borrowing_repaid", None, 3_170_00),
        ("income", None, 5_670_00),
        ("closing", None, 5_670_00),
    ]


def test_a_period_without_money_carries_the_balance_over(ledger: Ledger) -> None:
    quiet = Scope(date(2026, 11, 20), date(2026, 11, 30))
    assert [row[2:] for row in only(ledger, "cashbook", quiet).rows] == [("closing", *[None] * 5, 1_100_00)]
    assert only(ledger, "bankbook", quiet).rows == ()


def test_the_general_ledger_has_every_head(ledger: Ledger) -> None:
    assert [page.about for page in register(ledger, "ledger").pages] == [
        (head,)
        for head in (
            *("cash", "bank", "loan", "savings", "voluntary", "borrowed:B7", "opening"),
            *("interest", "fines", "grants", "expense:interest_on_borrowing", "expense:travel"),
        )
    ]


def test_borrowings_are_told_lender_by_lender(ledger: Ledger) -> None:
    table = register(ledger, "borrowings")
    (page,) = table.pages
    assert page.about[:4] == ("B7", "स्टेट बैंक", DEC, 3_000_00)
    assert [row[3:] for row in page.rows] == [
        (3_000_00, None, None, 3_000_00),
        (None, 600_00, 30_00, 2_400_00),
    ]
    assert page.total == (None, None, None, 3_000_00, 600_00, 30_00, 2_400_00)


def test_receipts_and_payments_of_a_month_are_one_sum(ledger: Ledger) -> None:
    december = Scope(date(2026, 12, 1), date(2026, 12, 10))
    assert only(ledger, "receipts", december).rows == (
        ("opening_cash", 1_100_00, "voluntary", 15_00),
        ("opening_bank", 0, "borrowed:B7", 600_00),
        ("loan", 100_00, "expense:interest_on_borrowing", 30_00),
        ("voluntary", 40_00, "expense:travel", 12_00),
        ("borrowed:B7", 3_000_00, "closing_cash", 433_00),
        ("interest", 15_00, "closing_bank", 5_670_00),
        ("fines", 5_00, None, None),
        ("grants", 2_500_00, None, None),
    )


def test_what_was_taken_back_in_a_later_month_is_a_payment_of_that_month(ledger: Ledger) -> None:
    ledger.post(Reversal(5, "गलत"), once="corrected later")
    rows = only(ledger, "receipts", Scope(since=date(2026, 12, 1))).rows
    assert ("savings", 100_00) in [row[2:] for row in rows]


def test_what_came_from_paper_is_no_receipt(ledger: Ledger) -> None:
    rows = only(ledger, "receipts").rows
    assert rows[0][:2] == ("opening_cash", 2_000_00)
    assert "opening" not in {row[0] for row in rows}


def test_an_opening_balance_written_anew_later_changes_no_period_before(ledger: Ledger) -> None:
    november, december = Scope(until=date(2026, 11, 30)), Scope(since=date(2026, 12, 1))
    closing = only(ledger, "receipts", november).rows[-2:]
    ledger.post(BankWithdrawal(3_000_00, "88"), once="so that there is enough to take back")
    ledger.post(Reversal(1, "गलत"), once="wrong")
    ledger.post(OpeningBalance(1_900_00, 0, (("m1", 500_00),)), once="right")
    assert only(ledger, "receipts", november).rows[-2:] == closing
    rows = only(ledger, "receipts", december).rows
    assert rows[0][:2] == ("opening_cash", closing[0][3]) == ("opening_cash", 1_100_00)
    assert ("opening", 100_00) in [row[2:] for row in rows]


def test_the_statements_of_the_year(ledger: Ledger) -> None:
    assert only(ledger, "income").rows == (
        ("expense:interest_on_borrowing", 30_00, "interest", 15_00),
        ("expense:travel", 12_00, "fines", 5_00),
        ("surplus_of_period", 2_478_00, "grants", 2_500_00),
    )
    assert only(ledger, "balance").rows == (
        ("savings", 600_00, "cash", 433_00),
        ("voluntary", 25_00, "bank", 5_670_00),
        ("borrowed:B7", 2_400_00, "loan", 900_00),
        ("opening", 1_500_00, None, None),
        ("surplus_not_closed", 2_478_00, None, None),
    )
    total = only(ledger, "trial").total
    assert total is not None
    assert total[1] == total[2]


def test_a_loss_stands_on_the_other_side() -> None:
    books = begin(MemoryVault(), Clock(NOV))
    books.post(Expense("meeting", 50_00), once="e")
    assert only(books, "income").rows == (("expense:meeting", 50_00, "deficit_of_period", 50_00),)
    assert ("deficit_not_closed", -50_00) in [row[:2] for row in only(books, "balance").rows]


def test_a_clock_behind_the_books_hides_nothing(ledger: Ledger) -> None:
    ledger.now = Clock(NOV)
    assert Books(ledger).within == ledger.vouchers
    assert only(ledger, "cashbook").rows[-1][-1] == ledger.cash


def test_a_clock_set_back_within_a_day_loses_no_entry_between_two_periods() -> None:
    clock = Clock(DEC)
    books = begin(MemoryVault(), clock)
    clock.moment = clock.moment.replace(day=9, hour=23)
    books.post(Expense("meeting", 50_00), once="dated a day earlier")
    until, since = Scope(until=date(2026, 12, 9)), Scope(since=DEC)
    clock.to(DEC)
    assert Books(books, until).within + Books(books, since).within == books.vouchers
