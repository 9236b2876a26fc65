"""Members as a worker lists them: a CSV file read whole, with every bad cell named.

Columns, in any order: number, name, spoken, phones, pin, consent.
"""

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flows.hindi import normalize
from store.people import Newcomer

COLUMNS = ("number", "name", "spoken", "phones", "pin", "consent")
HIGHEST_NUMBER = 99
"""Members' numbers are said and keyed in at most two digits."""
YES_NO = {
    **dict.fromkeys(("yes", "y", "true", "1", "हाँ", "हां", "हा"), True),
    **dict.fromkeys(("no", "n", "false", "0", "नहीं", "नही", "ना"), False),
}


class BadMembers(Exception):
    """The file cannot be imported; `problems` has a line for everything wrong in it."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def read_members(path: Path) -> tuple[Newcomer, ...]:
    """All members of the CSV file at `path`. Raises `BadMembers` and OSError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadMembers([f"{path}: is not UTF-8 text; in Excel save it as 'CSV UTF-8'"]) from error
    heading = text.partition("\n")[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        _check_heading(reader.fieldnames or ())
        rows = [(reader.line_num, row) for row in reader if any(_cells(row))]
    except csv.Error as error:
        raise BadMembers(
            [f"line {reader.reader.line_num}: {error}; mend the quotes there or above"]
        ) from error
    if not rows:
        raise BadMembers([f"{path}: lists nobody; write a line for each member under the headings"])
    return _read_rows(rows)


def same_names(members: Iterable[tuple[int, str]]) -> list[str]:
    """A notice for each name that several of the (number, spoken name) share, however it is spelled."""
    by_name: dict[str, list[tuple[int, str]]] = {}
    for number, spoken in members:
        by_name.setdefault(normalize(spoken), []).append((number, spoken))
    return [
        f"members {_listed(number for number, _ in called)} are all called {called[0][1]}: "
        "Sakhi calls each by her number as well, and they answer by number"
        for called in by_name.values()
        if len(called) > 1
    ]


def shared_phones(members: Iterable[tuple[int, tuple[str, ...]]]) -> list[str]:
    """A notice for each phone that several of the (number, phones) share."""
    by_phone: dict[str, list[int]] = {}
    for number, phones in members:
        for phone in phones:
            by_phone.setdefault(phone, []).append(number)
    return [
        f"the phone {phone} is used by members {_listed(numbers)}: a call from it will ask who is speaking"
        for phone, numbers in by_phone.items()
        if len(numbers) > 1
    ]


def _listed(numbers: Iterable[int]) -> str:
    *before, last = map(str, sorted(numbers))
    return f"{', '.join(before)} and {last}"


def _cells(row: dict[Any, Any]) -> list[str]:
    extra: list[str] = row.get(None, [])
    return [*(cell.strip() for cell in row.values() if isinstance(cell, str)), *extra]


def _check_heading(names: Iterable[str]) -> None:
    counts = Counter(names)
    problems = [f"line 1: the column {name!r} is missing; add it" for name in COLUMNS if name not in counts]
    problems += [
        f"line 1: there is no column {name!r}; the columns are {', '.join(COLUMNS)}"
        for name in counts - Counter(COLUMNS)
    ]
    if problems:
        raise BadMembers(problems)


def _read_rows(rows: list[tuple[int, dict[Any, Any]]]) -> tuple[Newcomer, ...]:
    members: list[Newcomer] = []
    problems: list[str] = []
    line_of: dict[int, int] = {}
    for line, row in rows:
        read, wrong = _read_row(row)
        problems += [f"line {line}, {problem}" for problem in wrong]
        number = read.get("number")
        if number in line_of:
            problems.append(
                f"line {line}, column number: {number} is also on line {line_of[number]}; change one"
            )
        elif number is not None:
            line_of[number] = line
        if not wrong:
            members.append(Newcomer(**read))
    if problems:
        raise BadMembers(problems)
    return tuple(members)


def _read_row(row: dict[Any, Any]) -> tuple[dict[str, Any], list[str]]:
    """The cells that could be read, and what is wrong with the others."""
    if None in row:
        return {}, ["has more cells than headings; put quotes round a cell that holds a comma"]
    cells = {name: unicodedata.normalize("NFC", (row[name] or "").strip()) for name in COLUMNS}
    cells["spoken"] = cells["spoken"] or cells["name"]
    read: dict[str, Any] = {}
    wrong = []
    for name in COLUMNS:
        try:
            read[name] = _READERS[name](cells[name])
        except ValueError as error:
            wrong.append(f"column {name}: {error}")
    return read, wrong


def _number(cell: str) -> int:
    if not cell.isdecimal() or not 1 <= int(cell) <= HIGHEST_NUMBER:
        raise ValueError(f"{cell!r} is not a member's number; write 1 to {HIGHEST_NUMBER}")
    return int(cell)


def _name(cell: str) -> str:
    if not cell:
        raise ValueError("is empty; write her name")
    return " ".join(cell.split())


def _spoken(cell: str) -> str:
    if not re.fullmatch(r"[\u0900-\u0963\u0970-\u097f\u200c\u200d ]+", cell):
        raise ValueError(f"{cell!r} is not in Hindi letters; write her name as it is said, such as सुनीता")
    return " ".join(cell.split())


def _phones(cell: str) -> tuple[str, ...]:
    phones = []
    for written in filter(None, re.split(r"[;,/|]", cell)):
        digits = re.sub(r"[\s().-]", "", written)
        short = re.sub(r"^(\+?91|0)(?=\d{10}$)", "", digits)
        if not re.fullmatch(r"[6-9]\d{9}", short, re.ASCII):
            raise ValueError(
                f"{written.strip()!r} is not a mobile number; write its ten digits, and ; between two"
            )
        phones.append(short)
    return tuple(dict.fromkeys(phones))


def _pin(cell: str) -> str | None:
    if not cell:
        return None
    if not cell.isdecimal() or len(cell) != 4:
        raise ValueError("is not four digits; in Excel format the column as text, so that a leading 0 stays")
    return "".join(str(int(digit)) for digit in cell)


def _consent(cell: str) -> bool | None:
    if not cell:
        return None
    if cell.casefold() not in YES_NO:
        raise ValueError(f"{cell!r} is neither yes nor no; write yes or no")
    return YES_NO[cell.casefold()]


_READERS: dict[str, Callable[[str], object]] = {
    "number": _number,
    "name": _name,
    "spoken": _spoken,
    "phones": _phones,
    "pin": _pin,
    "consent": _consent,
}
