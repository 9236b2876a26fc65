"""Members as a worker lists them: a CSV or XLSX file read whole, with every bad cell named.

Columns, in any order: number, name, spoken, phones, pin, consent.
"""

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flows.hindi import normalize
from ivr.listing import BadListing, Row, read_listing
from store.people import Newcomer

COLUMNS = ("number", "name", "spoken", "phones", "pin", "consent")
HIGHEST_NUMBER = 99
"""Members' numbers are said and keyed in at most two digits."""
YES_NO = {
    **dict.fromkeys(("yes", "y", "true", "1", "हाँ", "हां", "हा"), True),
    **dict.fromkeys(("no", "n", "false", "0", "नहीं", "नही", "ना"), False),
}


def read_members(path: Path) -> tuple[Newcomer, ...]:
    """All members of the file at `path`. Raises `BadListing` and OSError."""
    return _read_rows(read_listing(path, COLUMNS))


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


def _read_rows(rows: Iterable[Row]) -> tuple[Newcomer, ...]:
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
        raise BadListing(problems)
    return tuple(members)


def _read_row(row: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The cells that could be read, and what is wrong with the others."""
    cells = row | {"spoken": row["spoken"] or row["name"]}
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
