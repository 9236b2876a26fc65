"""A list that a worker made in a spreadsheet: CSV or XLSX, read whole, every trouble named by its line."""

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

Row = tuple[int, dict[str, str]]
"""The number of a line, and its cells by their headings."""


class BadListing(Exception):
    """The file cannot be taken; `problems` has a line for everything wrong in it."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def read_listing(path: Path, columns: Sequence[str]) -> tuple[Row, ...]:
    """The lines under the headings that are not empty; the columns may stand in any order.

    Of an .xlsx file the first sheet is read; every other is CSV, with commas or semicolons. Cells come
    stripped and in NFC, days as DD-MM-YYYY. Raises `BadListing` and OSError.
    """
    lines = _sheet_lines(path) if path.suffix.casefold() == ".xlsx" else _csv_lines(path)
    headings = next(lines, (0, []))[1]
    _check_headings(headings, columns)
    rows, problems = [], []
    for line, cells in lines:
        if not any(cells):
            continue
        if any(cells[len(headings) :]):
            problems.append(
                f"line {line}, has more cells than headings; put quotes round a cell that holds a comma"
            )
        padded = [*cells, *[""] * len(headings)]
        rows.append((line, dict(zip(headings, padded, strict=False))))
    if problems:
        raise BadListing(problems)
    if not rows:
        raise BadListing([f"{path}: has no line under its headings; write one for each"])
    return tuple(rows)


def _csv_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadListing([f"{path}: is not UTF-8 text; in Excel save it as 'CSV UTF-8'"]) from error
    heading = text.partition("\n")[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [_tidy(cell) for cell in cells]
    except csv.Error as error:
        raise BadListing([f"line {reader.line_num}: {error}; mend the quotes there or above"]) from error


def _sheet_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise BadListing([f"{path}: is no workbook that can be read; save it anew as XLSX or CSV"]) from error
    try:
        for line, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            yield line, [_tidy(_text(cell)) for cell in cells]
    finally:
        book.close()


def _text(cell: object) -> str:
    """A workbook's cell as it would be typed."""
    if cell is None:
        return ""
    if isinstance(cell, date):
        return f"{cell:%d-%m-%Y}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _tidy(cell: str) -> str:
    return unicodedata.normalize("NFC", cell.strip())


def _check_headings(headings: Sequence[str], columns: Sequence[str]) -> None:
    counts = Counter(headings)
    problems = [f"line 1: the column {name!r} is missing; add it" for name in columns if name not in counts]
    problems += [
        f"line 1: there is no column {name!r}; the columns are {', '.join(columns)}"
        for name in counts - Counter(columns)
    ]
    if problems:
        raise BadListing(problems)
