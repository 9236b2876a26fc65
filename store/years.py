"""Financial years, April to March, and which accounts tell what a year brought and cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

APRIL = 4

_INCOME = frozenset({"interest", "fines", "grants"})
_EXPENSES = frozenset({"written_off"})
_OF_A_YEAR = _INCOME | _EXPENSES | {"opening"}


def year_of(day: date) -> int:
    """The financial year of a day, by the year in which it began: 2025 for April 2025 to March 2026."""
    return day.year if day.month >= APRIL else day.year - 1


def year_name(year: int) -> str:
    """As it is written: 2025 is "2025-26"."""
    return f"{year}-{(year + 1) % 100:02}"


def last_day(year: int) -> date:
    """The 31st of March in which the year ends."""
    return date(year + 1, 3, 31)


def is_income(account: str) -> bool:
    """Whether the account tells what the group earned."""
    return account in _INCOME or account.startswith("income:")


def is_expense(account: str) -> bool:
    """Whether the account tells what the group spent or lost."""
    return account in _EXPENSES or account.startswith("expense:")


@lru_cache(maxsize=1024)
def is_of_a_year(account: str) -> bool:
    """Whether closing the year brings the account to nothing.

    What was brought from paper into `opening` is none of its income, but becomes surplus with it.
    """
    return account in _OF_A_YEAR or account.startswith(("income:", "expense:"))


def is_own(account: str) -> bool:
    """Whether the account tells of money that is owed to nobody."""
    return account == "surplus" or is_of_a_year(account)


@dataclass(frozen=True, slots=True)
class YearResult:
    """What a financial year brought and cost so far, head by head."""

    year: int
    """The year in which it began."""
    income: Mapping[str, int]
    """Account → paise earned."""
    expenses: Mapping[str, int]
    """Account → paise spent."""
    closed: bool
    """Whether it was closed."""

    @property
    def surplus(self) -> int:
        """Paise earned beyond what was spent; negative for a loss."""
        return sum(self.income.values()) - sum(self.expenses.values())


def result_of(year: int, moved: Mapping[str, int], closed: bool) -> YearResult:
    """The result of a year in which that many paise were moved into each account (debit positive)."""
    income = {name: -paise for name, paise in sorted(moved.items()) if is_income(name) and paise}
    expenses = {name: paise for name, paise in sorted(moved.items()) if is_expense(name) and paise}
    return YearResult(year, income, expenses, closed)
