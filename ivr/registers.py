"""The registers as a worker reads them: in the terminal, as CSV for Excel, or as an XLSX workbook.

Money comes in paise and is shown in rupees; every heading stands in Hindi and English.
"""

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path

import yaml
from openpyxl import Workbook
from openpyxl.cell import Cell as ExcelCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from rich.table import Table as RichTable
from rich.text import Text

from store.registers import Cell as PlainCell
from store.registers import Table

Cell = str | int | Decimal | date | bool | None
"""What a register holds: text, a count, rupees (always a Decimal), a day, yes or no, nothing."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading in both languages."""

    hindi: str
    """As the members know it."""
    english: str
    """As the bank and the federation know it."""

    def __str__(self) -> str:
        return f"{self.hindi} / {self.english}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A register ready to be shown."""

    kind: str
    """Which register: "attendance", "savings", "loan" or "cashbook"."""
    title: Heading
    """What the register is called."""
    headings: tuple[Heading, ...]
    """One a column."""
    rows: tuple[tuple[Cell, ...], ...]
    """As many cells a row as there are headings."""


def sheet_of(table: Table) -> Sheet:
    """A register of the books under its headings, its paise as rupees."""
    words = _headings()
    return Sheet(
        kind=table.title_key,
        title=words["titles"][table.title_key],
        headings=tuple(words["columns"][column] for column in table.columns),
        rows=tuple(
            tuple(_cell(cell, column, table) for cell, column in zip(row, table.columns, strict=True))
            for row in table.rows
        ),
    )


def _cell(cell: PlainCell, column: str, table: Table) -> Cell:
    if column in table.paise and isinstance(cell, int):
        return rupees(cell)
    named = _headings().get(column, {}).get(str(cell))
    return cell if named is None else str(named)


@cache
def _headings() -> dict[str, dict[str, Heading]]:
    """The titles, the columns and, by column, the values that have a name: `headings.yaml`."""
    written = yaml.safe_load((resources.files("ivr") / "headings.yaml").read_text(encoding="utf-8"))
    return {
        part: {key: Heading(hindi, english) for key, (hindi, english) in named.items()}
        for part, named in written.items()
    }


def rupees(paise: int) -> Decimal:
    """Paise as rupees with two decimals, exactly."""
    return Decimal(paise).scaleb(-2)


def grouped(amount: Decimal) -> str:
    """Rupees grouped as in India, by three digits and then by two: 1,23,456.50."""
    whole, _, paise = f"{abs(amount):.2f}".partition(".")
    head, tail = whole[:-3], whole[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)][::-1]
    return ("-" if amount < 0 else "") + ",".join([*pairs, tail]) + f".{paise}"


def on_terminal(sheet: Sheet) -> RichTable:
    """The register as a table for rich to print, a line a row."""
    table = RichTable(title=str(sheet.title), title_justify="left")
    for place, heading in enumerate(sheet.headings):
        numeric = any(_is_number(row[place]) for row in sheet.rows)
        table.add_column(Text(f"{heading.hindi}\n{heading.english}"), justify="right" if numeric else "left")
    for row in sheet.rows:
        table.add_row(*(Text(_shown(cell)) for cell in row))
    return table


def turned(sheet: Sheet) -> RichTable:
    """The register for a terminal too narrow for its lines: a line a cell, its heading before it."""
    table = RichTable(title=str(sheet.title), title_justify="left", show_header=False)
    table.add_column()
    table.add_column()
    for row in sheet.rows:
        for heading, cell in zip(sheet.headings, row, strict=True):
            table.add_row(Text(str(heading)), Text(_shown(cell)))
        table.add_section()
    return table


def write_csv(sheet: Sheet, path: Path) -> None:
    """The register as a CSV file that Excel opens as UTF-8. Raises OSError; `path` is whole or untouched."""
    with (
        _whole(path) as unfinished,
        unfinished.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(map(str, sheet.headings))
        writer.writerows([_harmless(cell) for cell in row] for row in sheet.rows)


def write_xlsx(sheets: Sequence[Sheet], path: Path) -> None:
    """The registers as a workbook, a sheet each. Raises OSError; `path` is whole or untouched."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet(sheet.title.hindi)
        page.append([str(heading) for heading in sheet.headings])
        for row in sheet.rows:
            page.append([_yes_no(cell) for cell in row])
        for cells in page.iter_rows(min_row=2):
            for cell in cells:
                _format(cell)
        for place, heading in enumerate(sheet.headings, start=1):
            top = page.cell(1, place)
            top.font, top.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
            shown = [len(heading.english), *(len(_shown(row[place - 1])) for row in sheet.rows)]
            page.column_dimensions[get_column_letter(place)].width = max(shown) + 3
        page.freeze_panes = "A2"
    with _whole(path) as unfinished:
        book.save(unfinished)


def write_all(sheets: Sequence[Sheet], form: str, folder: Path, group_id: str) -> Iterable[Path]:
    """Write a group's registers into `folder` as "csv", a file each, or "xlsx", one file; the files made."""
    if form == "xlsx":
        kinds = "registers" if len(sheets) > 1 else sheets[0].kind
        path = folder / f"{group_id}-{kinds}.xlsx"
        write_xlsx(sheets, path)
        return [path]
    paths = [folder / f"{group_id}-{sheet.kind}.csv" for sheet in sheets]
    for sheet, path in zip(sheets, paths, strict=True):
        write_csv(sheet, path)
    return paths


def _is_number(cell: Cell) -> bool:
    return isinstance(cell, int | Decimal) and not isinstance(cell, bool)


def _yes_no(cell: Cell) -> Cell:
    return {True: "हाँ", False: "नहीं"}[cell] if isinstance(cell, bool) else cell


def _shown(cell: Cell) -> str:
    cell = _yes_no(cell)
    if isinstance(cell, Decimal):
        return grouped(cell)
    if isinstance(cell, date):
        return f"{cell:%d-%m-%Y}"
    return "" if cell is None else str(cell)


def _harmless(cell: Cell) -> str:
    """The cell as CSV text; a name that a spreadsheet would run as a formula is quoted."""
    if isinstance(cell, Decimal):
        return f"{cell:.2f}"
    shown = _shown(cell)
    return (
        f"'{shown}" if isinstance(cell, str) and shown.startswith(("=", "+", "-", "@", "\t", "\r")) else shown
    )


def _format(cell: ExcelCell) -> None:
    if isinstance(cell.value, Decimal):
        cell.number_format = "#,##0.00"
    elif isinstance(cell.value, date):
        cell.number_format = "DD-MM-YYYY"
    elif isinstance(cell.value, str):
        cell.data_type = "s"  # a name is never a formula


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A file to write that takes the place of `path` when it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix)
    os.close(handle)
    try:
        yield Path(name)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
