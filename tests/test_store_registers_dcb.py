"""Demand, collection, balance and overdue, month by month, of a loan worked out by hand.

₹1,000 at 2 % a month on what is outstanding, five instalments from the tenth of December on.
"""

from datetime import date

import pytest
from store_kit import Clock, begin, terms

from store.entries import LoanGiven, MeetingOpened, OpeningLoan, Repayment, Reversal
from store.ledger import Ledger
from store.memory import MemoryVault
from store.registers import REGISTERS, Books, Cell, Scope


@pytest.fixture
def clock() -> Clock:
    return Clock(date(2026, 11, 10))


@pytest.fixture
def ledger(clock: Clock) -> Ledger:
    """She pays ₹115 in December, nothing in January, and ₹500 on the fifth of February."""
    books = begin(MemoryVault(), clock)
    books.post(MeetingOpened("M"), once="m")
    books.post(LoanGiven("M", "m2", "L1", terms()), once="l")
    clock.to(date(2026, 12, 12))
    books.post(Repayment("M", "m2", "L1", 115_00), once="december")
    clock.to(date(2027, 2, 5))
    books.post(Repayment("M", "m2", "L1", 500_00), once="february")
    clock.to(date(2027, 3, 9))
    return books


def months(ledger: Ledger, since: date, until: date) -> list[dict[str, Cell]]:
    """The one loan's line on each page; {} where a page has none."""
    table = REGISTERS["dcb"](Books(ledger, Scope(since, until)))
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, page.rows[0], strict=True)) if page.rows else {} for page in table.pages]


def told(line: dict[str, Cell], *keys: str) -> tuple[Cell, ...]:
    return tuple(line[key] for key in keys)


DEMAND = ("arrears", "demand_principal", "demand_interest", "demand", "collected", "balance", "ahead")
AGED = ("overdue", "aged_30", "aged_60", "aged_90", "aged_more")


def test_each_month_demands_what_fell_due_and_what_was_left(ledger: Ledger) -> None:
    october, november, december, january, february = months(ledger, date(2026, 10, 1), date(2027, 2, 28))
    assert october == {}
    assert told(november, *DEMAND) == (0, 0, 0, 0, 0, 0, 0)
    assert told(december, *DEMAND) == (0, 200_00, 20_00, 220_00, 115_00, 105_00, 0)
    assert told(january, *DEMAND) == (105_00, 200_00, 18_10, 323_10, 0, 323_10, 0)
    # Of the ₹500, ₹323.10 were due, ₹12 are the interest of February, ₹164.90 count for its instalment.
    assert told(february, *DEMAND) == (323_10, 35_10, 12_00, 370_20, 335_10, 35_10, 164_90)
    assert told(february, "repaid", "interest_paid", "outstanding") == (469_90, 30_10, 435_10)


def test_what_is_overdue_is_parted_by_its_age(ledger: Ledger) -> None:
    (december,) = months(ledger, date(2026, 12, 1), date(2026, 12, 31))
    assert told(december, *AGED) == (105_00, 105_00, 0, 0, 0)
    (january,) = months(ledger, date(2027, 1, 1), date(2027, 1, 31))
    assert told(january, *AGED) == (323_10, 218_10, 105_00, 0, 0)


def test_what_falls_due_today_is_not_overdue(ledger: Ledger) -> None:
    (december,) = months(ledger, date(2026, 12, 1), date(2026, 12, 10))
    assert told(december, "balance", "overdue") == (220_00, 0)


def test_the_oldest_arrears_are_over_ninety_days(clock: Clock) -> None:
    books = begin(MemoryVault(), clock)
    agreed = terms(600_00, rate_bp=0, instalments=6, first_due=date(2026, 7, 10))
    books.post(OpeningLoan("m1", "L1", agreed), once="l")
    (november,) = months(books, date(2026, 11, 1), date(2026, 11, 10))
    assert told(november, *AGED) == (400_00, 0, 100_00, 100_00, 200_00)
    assert told(november, "arrears", "demand_principal", "demand") == (400_00, 100_00, 500_00)


def test_without_a_first_day_the_running_month_is_shown(ledger: Ledger) -> None:
    table = REGISTERS["dcb"](Books(ledger))
    assert [page.about for page in table.pages] == [(date(2027, 3, 1), date(2027, 3, 9))]


def test_a_correction_changes_the_month_in_which_it_is_written(ledger: Ledger) -> None:
    (before,) = months(ledger, date(2026, 12, 1), date(2026, 12, 31))
    ledger.post(Reversal(5, "गलत"), once="february was wrong")
    assert months(ledger, date(2026, 12, 1), date(2026, 12, 31)) == [before]
    (march,) = months(ledger, date(2027, 3, 1), date(2027, 3, 9))
    assert told(march, "demand", "collected") == (541_20, 0)


def test_a_settled_loan_is_on_the_page_of_its_last_payment_only(ledger: Ledger, clock: Clock) -> None:
    payoff = ledger.loan("L1").payoff  # type: ignore[union-attr]
    ledger.post(Repayment("M", "m2", "L1", payoff), once="all")
    clock.to(date(2027, 4, 2))
    march, april = months(ledger, date(2027, 3, 1), date(2027, 4, 2))
    assert march["outstanding"] == 0
    assert april == {}
