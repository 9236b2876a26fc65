"""The cut-off sheet with which a group moves in from paper: CSV or XLSX, read whole, every bad cell named.

A line for each sum; the columns may stand in any order:

- `what`: cash, bank, saving, voluntary, loan, borrowing; and what was earned and spent on paper: interest,
  fines, grants, income, expenses.
- `amount`: rupees; of a loan or borrowing, the principal still owed.
- `member`, `name`: whose saving, voluntary saving or loan it is; the name, if written, must be hers.
- `rate` (as it is said, or percent a month), `method` (flat or reducing), `instalments` still to come and
  `next_due` (DD-MM-YYYY) of a loan or borrowing.
- `number` and `note`: the lender's number of a borrowing, and the lender; of a loan, what it is for.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal, TypeVar, get_args

from flows.hindi import Rate
from ivr.amounts import read_rate, read_rupees
from ivr.listing import BadListing, read_listing
from store.entries import LoanTerms, OpeningBalance, OpeningBorrowing, OpeningLoan
from store.people import Member

COLUMNS = (
    "what",
    "member",
    "name",
    "amount",
    "rate",
    "method",
    "instalments",
    "next_due",
    "number",
    "note",
)
EARNED = ("interest", "fines", "grants", "income")
KINDS = ("cash", "bank", "saving", "voluntary", "loan", "borrowing", *EARNED, "expenses")
ONCE = frozenset(KINDS) - {"saving", "voluntary", "loan", "borrowing"}
OF_A_MEMBER = ("saving", "voluntary", "loan")
OWED = ("loan", "borrowing")
LONGEST = 120
"""Months."""

Method = Literal["flat", "reducing"]
Value = TypeVar("Value")


@dataclass
class _Sheet:
    """What was read so far."""

    sums: dict[str, int] = field(default_factory=dict)
    savings: dict[str, int] = field(default_factory=dict)
    voluntary: dict[str, int] = field(default_factory=dict)
    loans: list[OpeningLoan] = field(default_factory=list)
    borrowings: list[OpeningBorrowing] = field(default_factory=list)

    @property
    def surplus(self) -> int:
        return sum(self.sums.get(kind, 0) for kind in EARNED) - self.sums.get("expenses", 0)


def read_cutoff(path: Path, members: Iterable[Member], used: Iterable[str] = ()) -> OpeningBalance:
    """The opening balance of the sheet at `path`; its loans get ids that are none of `used`.

    Raises `BadListing` with everything wrong in it, and OSError.
    """
    by_number = {str(member.number): member for member in members}
    sheet, problems, taken = _Sheet(), [], set(used)
    for line, cells in read_listing(path, COLUMNS):
        reader = _Line(cells, by_number)
        reader.into(sheet, taken)
        problems += [f"line {line}, {problem}" for problem in reader.problems]
    if problems:
        raise BadListing(problems)
    return OpeningBalance(
        sheet.sums.get("cash", 0),
        sheet.sums.get("bank", 0),
        tuple(sheet.savings.items()),
        tuple(sheet.voluntary.items()),
        tuple(sheet.loans),
        tuple(sheet.borrowings),
        sheet.surplus,
    )


class _Line:
    """One line of the sheet, and what is wrong in it."""

    def __init__(self, cells: Mapping[str, str], by_number: Mapping[str, Member]) -> None:
        self._cells = cells
        self._by_number = by_number
        self.problems: list[str] = []

    def into(self, sheet: _Sheet, taken: set[str]) -> None:
        """Put it into the sheet, unless something is wrong in it."""
        kind = self._cells["what"].casefold()
        if kind not in KINDS:
            self._wrong("what", f"{self._cells['what']!r} is none of {', '.join(KINDS)}")
            return
        amount = self._read("amount", read_rupees)
        member = self._member() if kind in OF_A_MEMBER else None
        terms = self._terms(amount or 0) if kind in OWED else None
        if kind == "borrowing" and not (self._cells["number"] and self._cells["note"]):
            self._wrong("number", "and note: a borrowing has the lender's number and name; write both")
        if self.problems or amount is None:
            return
        if kind == "borrowing" and terms:
            self._borrowing(sheet, terms)
        elif member is None:
            self._once(sheet.sums, kind, amount, f"{kind} is there already; write its sum on one line")
        elif terms:
            sheet.loans.append(OpeningLoan(member.id, _new_id(member, taken), terms, self._cells["note"]))
        else:
            sums = sheet.savings if kind == "saving" else sheet.voluntary
            self._once(sums, member.id, amount, f"her {kind} is there already; write its sum on one line")

    def _once(self, sums: dict[str, int], key: str, amount: int, there: str) -> None:
        if key in sums:
            self._wrong("what", there)
        sums[key] = amount

    def _borrowing(self, sheet: _Sheet, terms: LoanTerms) -> None:
        number = self._cells["number"]
        if number in {each.borrowing_id for each in sheet.borrowings}:
            self._wrong("number", f"{number} is there already; each borrowing has its own")
        sheet.borrowings.append(OpeningBorrowing(number, self._cells["note"], terms))

    def _member(self) -> Member | None:
        number = self._cells["member"]
        member = self._by_number.get(str(int(number)) if number.isdecimal() else number)
        if member is None:
            self._wrong("member", f"no member has the number {number!r}; import the members first")
            return None
        name = self._cells["name"]
        if name and name.casefold() not in (member.name.casefold(), member.spoken.casefold()):
            self._wrong("name", f"member {member.number} is {member.name}, not {name}; which is right?")
        return member

    def _terms(self, principal: int) -> LoanTerms | None:
        if not principal and not self.problems:
            self._wrong("amount", "nothing is owed; leave the line out")
        rate = self._read("rate", read_rate)
        method = self._read("method", _method)
        instalments = self._read("instalments", _instalments)
        first = self._read("next_due", _day)
        if rate is None or method is None or instalments is None or first is None:
            return None
        return _agreed(principal, rate, method, instalments, first)

    def _read(self, column: str, reader: Callable[[str], Value]) -> Value | None:
        try:
            return reader(self._cells[column])
        except ValueError as error:
            self._wrong(column, str(error))
            return None

    def _wrong(self, column: str, why: str) -> None:
        self.problems.append(f"column {column}: {why}")


def _method(cell: str) -> Method:
    for method in get_args(Method):
        if cell.casefold() == method:
            return method  # type: ignore[no-any-return]
    raise ValueError(f"{cell!r} is neither flat nor reducing")


def _instalments(cell: str) -> int:
    if not cell.isdecimal() or not 1 <= int(cell) <= LONGEST:
        raise ValueError(f"{cell!r} is no number of instalments; write how many are still to come")
    return int(cell)


def _day(cell: str) -> date:
    try:
        return datetime.strptime(cell, "%d-%m-%Y").date()  # noqa: DTZ007
    except ValueError:
        raise ValueError(f"{cell!r} is no day; write it as 05-12-2026") from None


def _agreed(principal: int, rate: Rate, method: Method, instalments: int, first: date) -> LoanTerms:
    return LoanTerms(principal, rate.paise, method, instalments, first, 12 if rate.months == 12 else 1)


def _new_id(member: Member, taken: set[str]) -> str:
    """An id that no loan had: hers, and the how manieth of hers it is."""
    count = 1
    while f"{member.id}-{count}" in taken:
        count += 1
    taken.add(f"{member.id}-{count}")
    return f"{member.id}-{count}"
