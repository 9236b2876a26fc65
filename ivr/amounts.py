"""Money and rates as a worker types them, and money as the terminal shows it."""

import re
from decimal import Decimal, InvalidOperation

from flows.hindi import Rate, UnsureRate, parse_rate, say_rate, say_rupees
from ivr.registers import grouped, rupees

LARGEST = 99_99_999_99
"""Paise: the largest amount that can be said."""


def read_rupees(text: str) -> int:
    """Paise of an amount as it is typed: 250, 1,23,456.50 or ₹ 250.50. Raises ValueError."""
    try:
        paise = Decimal(text.replace(",", "").replace("₹", "").strip()) * 100
        whole = int(paise)
    except (InvalidOperation, ValueError, OverflowError):
        raise ValueError(f"{text!r} is no amount; write rupees, such as 250 or 250.50") from None
    if whole != paise:
        raise ValueError(f"{text!r} has parts of a paisa; write at most two decimals")
    if not 0 <= whole <= LARGEST:
        raise ValueError(f"{text!r} is not from 0 to 99,99,999.99 rupees")
    return whole


def figures(paise: int) -> str:
    """Rupees in figures: 1,500.00."""
    return grouped(rupees(paise))


def money(paise: int) -> str:
    """Rupees in figures and in words: 1,500.00 rupees (एक हज़ार पाँच सौ रुपये)."""
    said = f" ({say_rupees(paise)})" if 0 <= paise <= LARGEST else ""
    return f"{figures(paise)} rupees{said}"


def read_rate(text: str) -> Rate:
    """Interest as groups say it in Hindi, or a number: percent a month. Raises ValueError."""
    if re.fullmatch(r"\d{1,2}(\.\d{1,2})?", text):
        return Rate(int(Decimal(text) * 100), 1)
    rate = parse_rate(text)
    if isinstance(rate, UnsureRate):
        readings = " or ".join(repr(say_rate(reading)) for reading in rate.candidates)
        raise ValueError(f"{text!r} can mean {readings}; say it so")
    if rate is None:
        raise ValueError(
            f"{text!r} is not understood; say 'सैकड़ा दो रुपये', 'साल का चौबीस प्रतिशत', 'रुपये पर दो पैसे', "
            "or a number: percent a month"
        )
    return rate
