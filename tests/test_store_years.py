"""A financial year is closed, April to March: into the surplus, for good; nothing is posted there again."""

from datetime import date, datetime, timedelta

import pytest
from clock_kit import IST, Clock
from ledger_kit import clock, refused, vault
from treasury_kit import ledger, lend, save

from store.entries import Attended, Expense, Fine, Income, Repayment, Reversal, YearClosed
from store.errors import NotReversible, YearIsClosed
from store.ledger import Ledger
from store.years import last_day, year_name, year_of

__all__ = ["clock", "ledger", "vault"]


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 3, 31), 2025),
        (date(2026, 4, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
    ],
)
def test_a_year_runs_from_april_to_march(day: date, year: int) -> None:
    assert year_of(day) == year
    assert last_day(year) == date(year + 1, 3, 31)


@pytest.mark.parametrize(("year", "name"), [(2025, "2025-26"), (1999, "1999-00")])
def test_a_year_has_the_name_it_is_written_by(year: int, name: str) -> None:
    assert year_name(year) == name


@pytest.fixture
def lived(ledger: Ledger, clock: Clock) -> Ledger:
    """In 2026-27 interest of ₹20, a fine of ₹5 and ₹30 for travel; it is the 2nd of April 2027."""
    save(ledger, m1=500_00)
    lend(ledger, "m2", "L", 1_000_00)
    ledger.post(Fine("M", "m3", 5_00), once="f")
    ledger.post(Expense("travel", 30_00), once="t")
    clock.to(date(2026, 12, 10))
    ledger.post(Repayment("M", "m2", "L", 220_00), once="r")
    clock.to(date(2027, 4, 2))
    return ledger


def test_income_and_expenses_become_surplus_with_what_came_from_paper(lived: Ledger) -> None:
    result = lived.year(2026)
    assert (result.income, result.expenses) == ({"fines": 5_00, "interest": 20_00}, {"expense:travel": 30_00})
    assert (result.surplus, result.closed, lived.open_years()) == (-5_00, False, (2026,))
    before = lived.worth
    lived.post(YearClosed(2026, 25_00, 30_00), once="close")
    assert (lived.surplus, lived.worth) == (5_000_00 - 5_00, before)
    assert lived.open_years() == ()
    assert (lived.year(2026).income, lived.year(2026).closed) == (result.income, True)
    assert not {"interest", "fines", "expense:travel", "opening"} & set(lived.balances)


def test_what_is_posted_after_march_is_of_the_next_year(lived: Ledger) -> None:
    lived.post(Fine("M", "m3", 7_00), once="april")
    lived.post(YearClosed(2026, 25_00, 30_00), once="close")
    lived.post(Fine("M", "m3", 1_00), once="later")
    assert lived.year(2027).income == {"fines": 8_00}
    assert lived.open_years() == (2027,)


def test_a_close_says_what_the_books_say(lived: Ledger) -> None:
    assert "25" in str(refused(lived, YearClosed(2026, 25_01, 30_00)))
    refused(lived, YearClosed(2026, 25_00, 29_99))


def test_a_year_is_closed_once_over_once_and_never_opened_again(lived: Ledger, clock: Clock) -> None:
    assert "ends on 2028-03-31" in str(refused(lived_on(lived), YearClosed(2027, 7_00, 0)))
    refused(lived, YearClosed(2025, 0, 0))
    number = lived.post(YearClosed(2026, 25_00, 30_00), once="close").number
    assert "for good" in str(refused(lived, YearClosed(2026, 25_00, 30_00)))
    refused(lived, Reversal(number, "फिर से"), NotReversible)


def lived_on(ledger: Ledger) -> Ledger:
    ledger.post(Fine("M", "m3", 7_00), once="april")
    return ledger


def test_years_are_closed_in_their_order(lived: Ledger, clock: Clock) -> None:
    lived_on(lived)
    clock.to(date(2028, 4, 1))
    assert "2026-27 is not closed yet" in str(refused(lived, YearClosed(2027, 7_00, 0)))
    lived.post(YearClosed(2026, 25_00, 30_00), once="one")
    lived.post(YearClosed(2027, 7_00, 0), once="two")
    assert lived.surplus == 5_000_00 - 5_00 + 7_00


def test_nothing_is_posted_into_a_closed_year_even_by_a_clock_gone_back(lived: Ledger, clock: Clock) -> None:
    clock.moment = datetime(2027, 4, 1, 0, 30, tzinfo=IST)
    lived.post(YearClosed(2026, 25_00, 30_00), once="close")
    clock.forward(timedelta(hours=-1))
    error = refused(lived, Income("other", 1_00), YearIsClosed)
    assert isinstance(error, YearIsClosed)
    assert error.until == date(2027, 3, 31)
    refused(lived, Attended("M", "m1"), YearIsClosed)


def test_a_mistake_of_a_closed_year_is_undone_in_the_running_one(lived: Ledger) -> None:
    travel = next(voucher.number for voucher in lived.vouchers if voucher.once == "t")
    lived.post(YearClosed(2026, 25_00, 30_00), once="close")
    lived.post(Reversal(travel, "दो बार लिखा"), once="undone")
    assert lived.year(2026).expenses == {"expense:travel": 30_00}
    assert lived.year(2027).expenses == {"expense:travel": -30_00}
