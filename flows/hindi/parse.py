"""Numbers and money as villagers say them, read into values, or refused.

Three outcomes, because money must never be guessed: :class:`Meant`, one clear reading; :class:`Unsure`, an
idiom with several ("सौ-पचास" is "fifty or a hundred" as well as 150), to be asked back; None, not understood.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from flows.hindi.compose import LIMIT, Reading, read_words
from flows.hindi.spelling import normalize
from flows.hindi.words import FILLERS, SMALL

UNREADABLE = re.compile(r"[%+*=×÷<>~^$€£]|/\s*\d|(?:^|\s)[-−–]\s?\d")
"""Signs that change what a sum means; no sum with one of them is read."""
_DIGITS = {row[0]: f"{value}" for value, row in enumerate(SMALL)}
_MOST_CANDIDATES = 4
_NUMBER_LABELS = ("नंबर",)

Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meant:
    """The one clear reading of what was said."""

    value: int
    """The number, or the amount in paise: the unit of the function that returned it."""


@dataclass(frozen=True, slots=True)
class Unsure:
    """What was said has more than one plausible reading: ask, never choose."""

    candidates: tuple[int, ...]
    """One to four plausible readings, likeliest first, in the unit of the function that returned it."""


def parse_number(text: str) -> Meant | Unsure | None:
    """The whole number 0 to 99,99,999 said in ``text``, in words or typed digits; None if not understood."""
    tokens = _tokens(text, (*FILLERS, *_NUMBER_LABELS))
    return None if tokens is None else _alternatives(tokens, _read_count)


def parse_rupees(text: str) -> Meant | Unsure | None:
    """The amount said in ``text``, in paise, up to 99,99,999 rupees; None if any word is not understood."""
    tokens = _tokens(text, FILLERS)
    return None if tokens is None else _alternatives(tokens, _read_money)


def parse_digits(text: str) -> str | None:
    """The digits of a PIN or phone number: "एक दो तीन चार" and "बारह चौंतीस" are both ``"1234"``.

    A round ten before a single digit ("बीस पाँच": 205 or 25) has two readings and gives None.
    """
    digits = ""
    ten_before = False
    for token in normalize(text).split():
        said = token if token.isdecimal() else _DIGITS.get(token)
        if said is None or (ten_before and len(said) == 1 and said != "0"):
            return None
        ten_before = not token.isdecimal() and len(said) == 2 and said.endswith("0")
        digits += said
    return digits or None


def _tokens(text: str, fillers: Iterable[str]) -> Tokens | None:
    if UNREADABLE.search(text):
        return None
    tokens = normalize(text).split()
    while tokens and tokens[0] in fillers:
        tokens.pop(0)
    while tokens and tokens[-1] in fillers:
        tokens.pop()
    return tuple(tokens) or None


def _split(tokens: Tokens, separator: str) -> list[Tokens]:
    parts: list[list[str]] = [[]]
    for token in tokens:
        if token == separator:
            parts.append([])
        else:
            parts[-1].append(token)
    return [tuple(part) for part in parts]


def _alternatives(tokens: Tokens, read: Callable[[Tokens], Reading | None]) -> Meant | Unsure | None:
    readings = [read(part) for part in _split(tokens, "या")]
    every: list[int] = []
    for reading in readings:
        if reading is None:
            return None
        every += [int(v) for v in reading.values if v.denominator == 1]
    values = list(dict.fromkeys(every))
    if len(readings) == 1 and readings[0] is not None and readings[0].sure:
        return Meant(values[0]) if values else None
    return Unsure(tuple(values[:_MOST_CANDIDATES])) if values else None


def _read_count(tokens: Tokens) -> Reading | None:
    reading = read_words(tokens)
    if reading is None or not reading.dangling:
        return reading
    return Reading(reading.scaled(100, 1_000), sure=False)


def _read_money(tokens: Tokens) -> Reading | None:
    """Paise: ``<number>``, ``<number> रुपये``, ``रुपये <number>``, ``… रुपये … पैसे`` or ``<number> पैसे``."""
    if tokens[-1:] == ("पैसे",):
        return _read_with_paise(tokens[:-1])
    parts = _split(tokens, "रुपये")
    if len(parts) == 1:
        return _bare_amount(tokens)
    if len(parts) == 2 and not parts[0]:
        return _rupees(parts[1])
    if len(parts) == 2 and not parts[1]:
        return _rupees(parts[0])
    return _several(parts)


def _rupees(tokens: Tokens) -> Reading | None:
    reading = read_words(tokens)
    return None if reading is None else Reading(reading.scaled(100), sure=reading.sure)


def _bare_amount(tokens: Tokens) -> Reading | None:
    reading = read_words(tokens)
    if reading is not None and reading.dangling:
        # "साढ़े तीन" alone: three and a half hundred, thousand, or rupees.
        return Reading(reading.scaled(100 * 100, 1_000 * 100, 100), sure=False)
    return _rupees(tokens)


def _read_with_paise(tokens: Tokens) -> Reading | None:
    parts = _split(tokens, "रुपये")
    if len(parts) == 1:
        return read_words(tokens)
    if len(parts) != 2:
        return None
    rupees, paise = read_words(parts[0]), read_words(_without_and(parts[1]))
    if rupees is None or paise is None or not (rupees.sure and paise.sure):
        return None
    if not 0 < paise.values[0] < 100 or rupees.values[0].denominator != 1:
        return None
    return Reading((rupees.values[0] * 100 + paise.values[0],), sure=True)


def _several(parts: list[Tokens]) -> Reading | None:
    """Rupees said, then more: "सौ रुपये पचास" (150, or 100.50?), "सौ रुपये दो सौ रुपये" (corrected? added?)."""
    said = [part for part in parts if part]
    readings = [read_words(_without_and(part)) for part in said]
    if len(said) != 2 or readings[0] is None or readings[1] is None:
        return None
    first, more = readings[0].values[0], readings[1].values[0]
    if parts[-1]:
        values: tuple[Fraction, ...] = ((first + more) * 100,)
        values += (first * 100 + more,) if more < 100 else (first * 100, more * 100)
    else:
        values = (first * 100, more * 100, (first + more) * 100)
    within = tuple(value for value in values if value <= LIMIT * 100)
    return Reading(within, sure=False)


def _without_and(tokens: Tokens) -> Tokens:
    return tokens[1:] if tokens[:1] == ("और",) else tokens
