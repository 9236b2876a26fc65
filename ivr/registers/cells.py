"""Cells as they are read: rupees grouped as in India, days as dd-mm-yyyy."""

from datetime import date
from decimal import Decimal

Cell = str | int | Decimal | date | None
"""What a sheet holds: text, a count, rupees (always a Decimal), a day, nothing."""


def rupees(paise: int) -> Decimal:
    """Paise as rupees with two decimals, exactly."""
    return Decimal(paise).scaleb(-2)


def grouped(amount: Decimal) -> str:
    """Rupees grouped as in India, by three digits and then by two: 1,23,456.50."""
    whole, _, paise = f"{abs(amount):.2f}".partition(".")
    head, tail = whole[:-3], whole[-3:]
    pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)][::-1]
    return ("-" if amount < 0 else "") + ",".join([*pairs, tail]) + f".{paise}"


def shown(cell: Cell) -> str:
    """The cell as text."""
    if isinstance(cell, Decimal):
        return grouped(cell)
    if isinstance(cell, date):
        return f"{cell:%d-%m-%Y}"
    return "" if cell is None else str(cell)


def is_number(cell: Cell) -> bool:
    """Whether the cell is written to the right."""
    return isinstance(cell, int | Decimal)
