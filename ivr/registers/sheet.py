"""A register under its headings, in the language asked for, its paise as rupees."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ivr.registers.cells import Cell, is_number, rupees, shown
from ivr.registers.words import Language, value, words
from store.registers import Books, Column, Page, Table
from store.registers import Cell as PlainCell


@dataclass(frozen=True, slots=True)
class Title:
    """What stands over a column."""

    lines: tuple[str, ...]
    """One a language."""
    over: str = ""
    """What it shares with its neighbours, such as the day of a meeting."""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.over, " / ".join(self.lines))))


@dataclass(frozen=True, slots=True)
class Leaf:
    """One account, member or meeting of a register."""

    rows: tuple[tuple[Cell, ...], ...]
    """As many cells a row as the sheet has columns."""
    about: tuple[Cell, ...] = ()
    """As many as the sheet has heads."""
    total: tuple[Cell, ...] | None = None
    """The last line, with its word in it."""
    signers: tuple[tuple[int | None, str], ...] = ()
    """Number and name of those who sign."""

    @property
    def lines(self) -> tuple[tuple[Cell, ...], ...]:
        """All lines, the total last."""
        return self.rows if self.total is None else (*self.rows, self.total)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A register ready to be shown."""

    kind: str
    """Which register, such as "savings"."""
    title: Title
    """What it is called."""
    columns: tuple[Title, ...]
    """The headings."""
    leaves: tuple[Leaf, ...]
    """What it tells, in parts."""
    heads: tuple[Title, ...] = ()
    """What is told of each leaf before its rows."""
    fixed: int = 0
    """The first columns that stand again on every part of a sheet too wide for its paper."""

    @property
    def empty(self) -> bool:
        """True when there is nothing to show."""
        return not any(leaf.lines or leaf.about for leaf in self.leaves)

    def flat(self) -> Iterator[tuple[Cell, ...]]:
        """The lines for a file without pages: each with what its leaf is about before it."""
        for leaf in self.leaves:
            blank = (None,) * len(self.columns)
            for line in leaf.lines or ((blank,) if leaf.about else ()):
                yield (*leaf.about, *line)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands on every printed page."""

    group_id: str
    """Names the files."""
    group: str
    """As it is written."""
    since: date
    """First day of the period."""
    until: date
    """Last day of the period."""
    printed_on: date
    """Today."""
    language: Language
    """Of the words."""


def letterhead(books: Books, printed_on: date, language: Language) -> Letterhead:
    """The letterhead of the group's books."""
    group = books.group
    return Letterhead(group.id, group.name, books.since, books.until, printed_on, language)


def sheet_of(table: Table, language: Language = "both") -> Sheet:
    """A register of the books under its headings."""
    return Sheet(
        kind=table.title_key,
        title=Title(words("titles", table.title_key).lines(language)),
        columns=tuple(_title(column, language) for column in table.columns),
        leaves=tuple(_leaf(page, table, language) for page in table.pages),
        heads=tuple(_title(column, language) for column in table.heads),
        fixed=table.fixed,
    )


def _title(column: Column, language: Language) -> Title:
    over = column.over
    shared = words("columns", over).told(language) if isinstance(over, str) else shown(over)
    return Title(words("columns", column.key).lines(language), shared)


def _leaf(page: Page, table: Table, language: Language) -> Leaf:
    def cells(row: tuple[PlainCell, ...], columns: tuple[Column, ...]) -> tuple[Cell, ...]:
        return tuple(_cell(cell, column, language) for cell, column in zip(row, columns, strict=True))

    total = None if page.total is None else cells(page.total, table.columns)
    rows = tuple(cells(row, table.columns) for row in page.rows)
    if total is not None:
        numeric = [any(is_number(row[at]) for row in rows) for at in range(len(total))]
        free = [at for at, cell in enumerate(total) if cell is None]
        named = min(free, key=lambda at: (numeric[at], at))
        total = (*total[:named], words("paper", "total").told(language), *total[named + 1 :])
    return Leaf(rows, cells(page.about, table.heads), total, page.signers)


def _cell(cell: PlainCell, column: Column, language: Language) -> Cell:
    if isinstance(cell, bool):
        named = value(column.key, str(cell))
        return (named[0] if named else words("yes_no", str(cell))).told(language)
    if isinstance(cell, int):
        return rupees(cell) if column.paise else cell
    if not isinstance(cell, str):
        return cell
    named = value(column.key, cell)
    return cell if named is None else ": ".join(filter(None, (named[0].told(language), named[1])))
