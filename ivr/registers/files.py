"""The registers as files for a spreadsheet: CSV and XLSX."""

import csv
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell as ExcelCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from ivr.registers.cells import Cell, shown
from ivr.registers.sheet import Sheet

INDIAN = "[>=10000000]##\\,##\\,##\\,##0.00;[>=100000]##\\,##\\,##0.00;#,##0.00"
"""Excel's way to group by three digits and then by two; below nothing it groups by three."""


def write_csv(sheet: Sheet, path: Path) -> None:
    """The register as a CSV file that Excel opens as UTF-8. Raises OSError; `path` is whole or untouched."""
    with (
        whole(path) as unfinished,
        unfinished.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(map(str, (*sheet.heads, *sheet.columns)))
        writer.writerows([_harmless(cell) for cell in line] for line in sheet.flat())


def write_xlsx(sheets: Sequence[Sheet], path: Path) -> None:
    """The registers as a workbook, a sheet each. Raises OSError; `path` is whole or untouched."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _fill(book.create_sheet(sheet.title.lines[0].replace("/", "-")[:31]), sheet)
    with whole(path) as unfinished:
        book.save(unfinished)


def _fill(page: Worksheet, sheet: Sheet) -> None:
    titles, lines = (*sheet.heads, *sheet.columns), list(sheet.flat())
    page.append([str(title) for title in titles])
    for line in lines:
        page.append(list(line))
    for cells in page.iter_rows(min_row=2):
        for cell in cells:
            _format(cell)
    for place, title in enumerate(titles, start=1):
        top = page.cell(1, place)
        top.font, top.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        widths = [max(map(len, title.lines)), *(len(shown(line[place - 1])) for line in lines)]
        page.column_dimensions[get_column_letter(place)].width = max(widths) + 3
    page.freeze_panes = "A2"
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"


def _harmless(cell: Cell) -> str:
    """The cell as CSV text; a name that a spreadsheet would run as a formula is quoted."""
    if isinstance(cell, Decimal):
        return f"{cell:.2f}"
    text = shown(cell)
    dangerous = isinstance(cell, str) and text.lstrip().startswith(("=", "+", "-", "@"))
    return f"'{text}" if dangerous or text[:1] in ("\t", "\r") else text


def _format(cell: ExcelCell) -> None:
    if isinstance(cell.value, Decimal):
        cell.number_format = INDIAN
    elif isinstance(cell.value, date):
        cell.number_format = "DD-MM-YYYY"
    elif isinstance(cell.value, str):
        cell.data_type = "s"  # a name is never a formula


@contextmanager
def whole(path: Path) -> Iterator[Path]:
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
