"""`sakhi account`: read back in words and figures, written on a typed yes alone, and never twice."""

from datetime import date
from pathlib import Path

import pytest
from account_kit import Run, commands, group_of_three, look, refused, written
from store_kit import Clock

from ivr.books import opened, vault_of
from ivr.sections import Settings
from store.entries import (
    BankDeposit,
    BankWithdrawal,
    Borrowed,
    BorrowingRepaid,
    Expense,
    Income,
    LoanGiven,
    LoanTerms,
    MeetingOpened,
    OpeningBalance,
    Saving,
)
from store.ledger import Ledger
from store.loans import due_day


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = group_of_three(tmp_path)
    savings = (("m1", 600_00), ("m2", 400_00))
    with opened(made, "ujala") as ledger:
        ledger.post(OpeningBalance(5_000_00, 0, savings, surplus=4_000_00), once="opening")
    return made


@pytest.fixture
def run(tmp_path: Path, settings: Settings) -> Run:
    return commands(tmp_path, "account")


def last(settings: Settings) -> object:
    return look(settings, lambda ledger: ledger.vouchers[-1].entry)


def count(settings: Settings) -> object:
    return look(settings, lambda ledger: len(ledger.vouchers))


COMMANDS = [
    ("income", "ujala", "grant", "15000", "--into", "bank"),
    ("expense", "ujala", "travel", "80"),
    ("deposit", "ujala", "500", "0417"),
    ("borrow", "ujala", "संघ", "F-1", "9000", "--rate", "1", "--months", "9"),
    ("settle", "ujala", "2"),
    ("share-out", "ujala", "--by", "savings"),
    ("undo", "ujala", "1", "--why", "गलत"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("typed", ["\n", "no\n", "y\n", ""])
def test_without_a_typed_yes_nothing_is_written(
    run: Run, settings: Settings, command: tuple[str, ...], typed: str
) -> None:
    result = run(*command, typed=typed)
    assert result.exit_code != 0
    assert count(settings) == 1


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_typed_yes_writes_it_and_the_books_stay_sound(
    run: Run, settings: Settings, command: tuple[str, ...]
) -> None:
    written(run(*command), "Written as voucher 2")
    assert count(settings) == 2


def test_amounts_are_read_back_in_words_and_figures(run: Run, settings: Settings) -> None:
    result = run("income", "ujala", "bank_interest", "1,241.37", "--into", "bank", "--receipt", "88")
    written(result, "bank interest", "1,241.37 rupees (एक हज़ार दो सौ इकतालीस रुपये सैंतीस पैसे)", "receipt: 88")
    assert last(settings) == Income("bank_interest", 1_241_37, "bank", "88")
    with opened(settings, "ujala") as ledger:
        evidence = ledger.vouchers[-1].evidence
    assert evidence is not None
    assert (evidence.channel, evidence.heard) == ("terminal", "yes")


@pytest.mark.parametrize("amount", ["0", "-5", "12.345", "viel", "1e99", "99999999999", "nan", "Infinity"])
def test_what_is_no_amount_is_refused(run: Run, settings: Settings, amount: str) -> None:
    assert run("expense", "ujala", "travel", "--", amount).exit_code == 2
    assert count(settings) == 1


def test_a_slip_is_written_once_and_again_when_it_was_undone(run: Run, settings: Settings) -> None:
    written(run("deposit", "ujala", "500", " 0417 "))
    assert last(settings) == BankDeposit(500_00, "0417")
    written(run("deposit", "ujala", "500", "0417"), "was written on", "already, as voucher 2")
    refused(run("deposit", "ujala", "501", "0417"), "written already, and otherwise, as voucher 2")
    refused(run("deposit", "ujala", "500", " "), "a slip has a number")
    written(run("undo", "ujala", "2", "--why", "गलत रकम"), "cash: -500.00", "because: गलत रकम")
    written(run("undo", "ujala", "2", "--why", "गलत रकम"), "already, as voucher 3")
    written(run("deposit", "ujala", "501", "0417"), "Written as voucher 4")
    written(run("withdraw", "ujala", "200", "0417"))
    assert last(settings) == BankWithdrawal(200_00, "0417")
    refused(run("undo", "ujala", "99", "--why", "x"), "there is no voucher 99; the last is 5")


def test_a_bill_is_written_once_and_what_has_none_is_asked_after(run: Run, settings: Settings) -> None:
    written(run("expense", "ujala", "travel", "80", "--note", "बैंक जाना"), "travel, बैंक जाना")
    refused(run("expense", "ujala", "travel", "80", "--note", "बैंक जाना"), "say --again")
    written(run("expense", "ujala", "travel", "80", "--note", "बैंक जाना", "--again"))
    for _ in range(2):
        written(run("expense", "ujala", "stationery", "25.50", "--bill", "7"))
    assert last(settings) == Expense("stationery", 25_50, "cash", "7")
    assert count(settings) == 4


def test_an_entry_in_a_meeting_is_the_meetings(run: Run, settings: Settings) -> None:
    written(run("deposit", "ujala", "500", "1"))
    with opened(settings, "ujala") as ledger:
        ledger.post(MeetingOpened("M"), once="m")
    written(run("deposit", "ujala", "500", "1"), "already, as voucher 2")
    written(run("deposit", "ujala", "300", "2"))
    assert look(settings, lambda ledger: ledger.totals("M").deposited) == 300_00


def test_what_is_not_there_is_not_paid_out(run: Run, settings: Settings) -> None:
    refused(
        run("expense", "ujala", "travel", "5000.01"), "the cash box: 5,000.00 rupees are there, not 5,000.01"
    )
    refused(run("withdraw", "ujala", "1", "3"), "the bank account: 0.00 rupees are there")
    refused(
        run("expense", "ujala", "travel", "50001"),
        "above the cap of 50,000.00",
        "sakhi group rules ujala --cap",
    )
    refused(run("savings-out", "ujala", "1", "1"), "voluntary savings of राधा: 0.00 rupees are")


def test_a_borrowing_is_paid_back_as_the_receipt_says(run: Run, settings: Settings) -> None:
    borrow = ("borrow", "ujala", "ग्रामीण बैंक", "SB-9", "1,00,000", "--rate", "साल का बारह प्रतिशत")
    result = run(*borrow, "--months", "10", "--first-due", "05-04-2030")
    written(result, "ग्रामीण बैंक, number SB-9, into the bank account: 1,00,000.00 rupees (एक लाख रुपये)")
    written(result, "सौ रुपये पर साल के बारह रुपये", "the first of 11,000.00 rupees on 05-04-2030")
    entry = last(settings)
    assert isinstance(entry, Borrowed)
    assert (entry.terms.rate_bp, entry.terms.rate_months, entry.into) == (1200, 12, "bank")
    written(run(*borrow, "--months", "10", "--first-due", "05-04-2030"), "already, as voucher 2")
    repay = ("repay-lender", "ujala", "SB-9", "11000", "--receipt", "R1", "--interest", "1000")
    written(run(*repay), "of it principal 10,000.00, interest 1,000.00", "still owed after it: 90,000.00")
    assert last(settings) == BorrowingRepaid("SB-9", 10_000_00, 1_000_00, "bank", "R1")
    written(run(*repay), "already, as voucher 3")
    written(run("repay-lender", "ujala", "SB-9", "500", "--receipt", "R2"), "principal 500.00, interest 0.00")
    refused(
        run("repay-lender", "ujala", "SB-9", "5", "--receipt", "R3", "--interest", "6"), "more than what was"
    )
    refused(run("repay-lender", "ujala", "X", "5", "--receipt", "R3"), "no borrowing X; there are: SB-9")
    written(run("show", "ujala"), "SB-9 of ग्रामीण बैंक: 89,500.00 left", "interest on borrowing", "-1,000.00")


def test_voluntary_savings_are_paid_out(run: Run, settings: Settings) -> None:
    with opened(settings, "ujala") as ledger:
        ledger.post(MeetingOpened("M"), once="m")
        ledger.post(Saving("M", "m1", 300_00, 300_00), once="v")
    written(run("savings-out", "ujala", "1", "120"), "राधा, number 1", "एक सौ बीस", "after it: 180.00 rupees")
    assert look(settings, lambda ledger: ledger.voluntary_of("m1")) == 180_00
    refused(run("savings-out", "ujala", "9", "1"), "no member has the number 9")


def test_a_leaver_is_settled_and_then_erased(run: Run, settings: Settings, tmp_path: Path) -> None:
    erase = commands(tmp_path, "member")
    refused(erase("erase", "ujala", "1", "--yes"), "settle them first")
    lend(settings, "m1", 250_00)
    told = ("राधा, number 1, leaves", "her regular savings: 600.00", "her share of the surplus: 2,400.00")
    written(
        run("settle", "ujala", "1", "--share", "savings"), *told, "less her loan L: 250.00", "2,750.00 rupees"
    )
    written(erase("erase", "ujala", "1", "--yes"), "Deleted")
    assert look(settings, lambda ledger: (ledger.cash, ledger.surplus)) == (2_000_00, 1_600_00)
    refused(run("undo", "ujala", "3", "--why", "x"), "was erased since")


def test_who_owes_more_than_she_has_is_told_how_much(run: Run, settings: Settings) -> None:
    lend(settings, "m3", 250_00)
    refused(run("settle", "ujala", "3"), "मीना owes 250.00 rupees more than she has")
    refused(run("share-out", "ujala", "--by", "savings", "--settle-loans"), "मीना owes 250.00 rupees more")


def test_a_share_out_names_what_does_not_divide(run: Run, settings: Settings) -> None:
    lend(settings, "m1", 100_00)
    share = ("share-out", "ujala", "--by", "equally", "--amount", "333.33")
    refused(run(*share), "loans are running (राधा)", "--settle-loans")
    result = run(*share, "--settle-loans")
    written(
        result, "left in the surplus, for it does not divide: 0.01 rupees (एक पैसा)", "166.66", "66.66", "सीता"
    )
    assert look(settings, lambda ledger: (ledger.surplus, ledger.savings)) == (3_666_68, 1_000_00)
    refused(run(*share), "the share-out of today is written already")


def test_at_the_end_savings_are_paid_back(run: Run, settings: Settings) -> None:
    result = run("share-out", "ujala", "--by", "savings", "--savings", "paid-back")
    written(result, "savings are paid back; paid in all out of the cash box: 5,000.00 rupees (पाँच हज़ार रुपये)")
    assert look(settings, lambda ledger: dict(ledger.balances)) == {}


@pytest.mark.parametrize(
    ("year", "said"),
    [
        ("2024", "write it as 2025-26"),
        ("2024-26", "write it as 2025-26"),
        ("1999-00", "there is nothing to close"),
    ],
)
def test_what_is_no_year_to_close_is_refused(run: Run, year: str, said: str) -> None:
    refused(run("close-year", "ujala", year), said)


def test_a_running_year_is_not_closed(run: Run, settings: Settings) -> None:
    with opened(settings, "ujala") as ledger:
        ledger.post(Expense("travel", 1_00), once="e")
        (year,) = ledger.open_years()
    refused(run("close-year", "ujala", f"{year}-{(year + 1) % 100:02}"), "close it after that day")


def test_what_is_held_owed_and_own_is_shown(run: Run, settings: Settings) -> None:
    written(run("expense", "ujala", "travel", "80"))
    shown = run("show", "ujala")
    written(shown, "cash box", "4,920.00", "savings of members", "1,000.00", "4,000.00", "travel", "-80.00")


def lend(settings: Settings, member_id: str, amount: int) -> None:
    with opened(settings, "ujala") as ledger:
        agreed = LoanTerms(amount, 200, "reducing", 3, due_day(ledger.today, 2))
        ledger.post(LoanGiven(None, member_id, "L", agreed), once="lent")


def test_a_year_that_is_over_is_closed_for_good(tmp_path: Path) -> None:
    settings, run = group_of_three(tmp_path), commands(tmp_path, "account")
    with vault_of(settings, "ujala") as vault:
        ledger = Ledger(vault, Clock(date(2023, 2, 1)))
        ledger.post(Income("sale", 250_00), once="i")
        ledger.post(Expense("travel", 80_00), once="e")
    refused(run("close-year", "ujala", "2023-24"), "there is nothing to close")
    close = ("close-year", "ujala", "2022-23")
    written(run(*close), "for good", "income: 250.00", "surplus of the year: 170.00 rupees (एक सौ सत्तर रुपये)")
    written(run(*close), "was written on")
    assert look(settings, lambda ledger: ledger.surplus) == 170_00
    refused(run("undo", "ujala", "3", "--why", "x"), "a year closed stands")
