"""What a register is made of: columns, and pages of rows under them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

Cell = str | int | date | None
"""Text, a count, paise, True or False, a day, or nothing."""

Row = tuple[Cell, ...]
"""A cell for each column."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column, or a line of what stands above a page."""

    key: str
    """Which heading it has, and which words its cells."""
    paise: bool = False
    """True when its numbers are paise."""
    over: date | str | None = None
    """What it shares with its neighbours: the day of a meeting, or the key of a heading."""


@dataclass(frozen=True, slots=True)
class Page:
    """One account, one member, one meeting: whatever the register keeps apart."""

    rows: tuple[Row, ...]
    """As many cells a row as there are columns."""
    about: Row = ()
    """What stands above the rows: a cell for each of the table's `heads`."""
    total: Row | None = None
    """The last line, with a cell left free for its name; None where a sum says nothing."""
    signers: tuple[tuple[int | None, str], ...] = ()
    """Number and name of those who sign or put their thumb to it."""


@dataclass(frozen=True, slots=True)
class Table:
    """A register."""

    title_key: str
    """Its name in `REGISTERS`."""
    columns: tuple[Column, ...]
    """The same on each page."""
    pages: tuple[Page, ...]
    """At least one where the register is a single list, none where nothing is to be kept apart."""
    heads: tuple[Column, ...] = ()
    """What each page says it is about."""
    fixed: int = 0
    """The first columns that stand again on every part when the table is too wide for a sheet."""


def columns(keys: str, paise: str = "") -> tuple[Column, ...]:
    """A column for each key; `paise` has the keys of those that hold money. Spaces stand between keys."""
    money = set(paise.split())
    return tuple(Column(key, key in money) for key in keys.split())


def summed(rows: Sequence[Row], cols: Sequence[Column], *places: str) -> Row:
    """The total under rows: the sum of the columns named, nothing under the others."""

    def total(place: int) -> int:
        return sum(cell for row in rows if isinstance(cell := row[place], int))

    return tuple(total(at) if column.key in places else None for at, column in enumerate(cols))
