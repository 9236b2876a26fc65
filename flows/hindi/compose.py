"""The grammar of spoken Hindi numbers: from normalized words to exact values.

A number is a run of terms of falling unit, ``[n लाख] [n हज़ार] [n सौ] [n]``, where a coefficient may carry a
fraction (साढ़े तीन सौ). Whatever is made of number words but not of this shape is read as alternatives.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from flows.hindi.words import SHIFTS, SMALL, UNITS, WHOLE_FRACTIONS

LIMIT = 9_999_999
"""The largest number understood: 99,99,999."""

_VALUES = {row[0]: value for value, row in enumerate(SMALL)}
_LONGEST = 16

Tokens = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a run of number words can be."""

    values: tuple[Fraction, ...]
    """The readings, likeliest first; only one when ``sure``."""
    sure: bool
    """Whether there is just one way to understand it."""
    dangling: bool = False
    """A fraction with no unit to apply to ("साढ़े तीन"), clear only if रुपये follows."""

    def scaled(self, *factors: int) -> tuple[Fraction, ...]:
        """Every value times every factor, up to the limit."""
        return tuple(value * by for by in factors for value in self.values)


@dataclass(frozen=True, slots=True)
class _Term:
    coefficient: Fraction | None
    """How many of the unit; None for a bare unit word (सौ)."""
    unit: int
    """1, 100, 1,000 or 1,00,000."""
    fraction: bool
    """Whether a fraction word or decimal made the coefficient."""
    size: int
    """Words taken."""
    typed: bool = False
    """Whether the coefficient was typed in digits."""

    @property
    def value(self) -> Fraction:
        return (Fraction(1) if self.coefficient is None else self.coefficient) * self.unit


def read_words(tokens: Tokens) -> Reading | None:
    """The reading of ``tokens``, normalized number words and numerals; None if they make no sense."""
    if not tokens or len(tokens) > _LONGEST:
        return None
    clear = _clear(tokens)
    if clear is not None:
        return clear if clear.values[0] <= LIMIT else None
    values = _alternatives(tuple(token for token in tokens if token != "और")) if _and_inside(tokens) else []
    values = [value for value in dict.fromkeys(values) if 0 < value <= LIMIT]
    return Reading(tuple(values), sure=False) if values else None


def _and_inside(tokens: Tokens) -> bool:
    return tokens[0] != "और" and tokens[-1] != "और"


def _clear(tokens: Tokens) -> Reading | None:
    digits = _digit_by_digit(tokens)
    if digits is not None:
        return Reading((Fraction(digits),), sure=True)
    terms: list[_Term] = []
    at, joined = 0, False
    while at < len(tokens):
        term = _term(tokens, at)
        if term is None or not _follows(terms, term, joined):
            return None
        terms.append(term)
        at += term.size
        joined = at < len(tokens) - 1 and tokens[at] == "और"
        at += joined
    dangling = terms[-1].unit == 1 and terms[-1].fraction and not terms[-1].typed
    if dangling and len(terms) > 1:
        return None
    return Reading((sum((term.value for term in terms), Fraction(0)),), sure=True, dangling=dangling)


def _term(tokens: Tokens, at: int) -> _Term | None:
    """The term that starts at ``at``, if one does."""
    word, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
    if word in UNITS:
        return _Term(None, UNITS[word], fraction=False, size=1)
    if word in SHIFTS:
        count = _VALUES.get(after)
        if count == 0 or (count is None and (word == "साढ़े" or after not in ("", *UNITS))):
            return None
        coefficient, size = SHIFTS[word] + (1 if count is None else count), 1 if count is None else 2
        return _with_unit(tokens, at, _Term(coefficient, 1, fraction=True, size=size))
    if word in WHOLE_FRACTIONS:
        return _with_unit(tokens, at, _Term(WHOLE_FRACTIONS[word], 1, fraction=True, size=1))
    if word in _VALUES:
        return _with_unit(tokens, at, _Term(Fraction(_VALUES[word]), 1, fraction=False, size=1))
    if word[0].isdecimal():
        typed = _typed(word)
        return None if typed is None else _with_unit(tokens, at, typed)
    return None


def _typed(word: str) -> _Term | None:
    whole, _, decimals = word.partition(".")
    if len(decimals) > 2 or len(whole) > len(str(LIMIT)):
        return None
    return _Term(Fraction(word), 1, fraction=bool(decimals), size=1, typed=True)


def _with_unit(tokens: Tokens, at: int, count: _Term) -> _Term:
    end = at + count.size
    if end == len(tokens) or tokens[end] not in UNITS:
        return count
    return _Term(count.coefficient, UNITS[tokens[end]], count.fraction, count.size + 1, count.typed)


def _follows(before: list[_Term], term: _Term, joined: bool) -> bool:
    """Whether ``term`` may stand after ``before`` with only one meaning; ``joined``: "और" came between."""
    if not _counts(term, first=not before):
        return False
    if not before:
        return True
    last = before[-1]
    if term.coefficient is None or last.fraction or (last.coefficient is None and not joined):
        return False
    return 0 < term.value < last.unit and term.unit < last.unit


def _counts(term: _Term, first: bool) -> bool:
    """Whether the coefficient is one that is said with its unit: पंद्रह सौ, but not बीस सौ or शून्य सौ."""
    if term.coefficient is None or term.unit == 1:
        return True
    if not 0 < term.coefficient < 100:
        return False
    if term.unit != 100 or term.coefficient < 10:
        return True
    # "पचास सौ" is fifty-to-a-hundred before it is five thousand; "पंद्रह सौ" is only 1,500.
    return first and (term.fraction or term.coefficient % 10 != 0)


def _digit(token: str) -> int | None:
    if token.isdecimal() and len(token) == 1:
        return int(token)
    value = _VALUES.get(token)
    return value if value is not None and value < 10 else None


def _digits(tokens: Tokens) -> list[int] | None:
    digits = [digit for digit in map(_digit, tokens) if digit is not None]
    return digits if len(digits) == len(tokens) > 1 and digits[0] else None


def _digit_by_digit(tokens: Tokens) -> int | None:
    """The number spelt out in digits, if that is clear: two with a final शून्य, or three to seven.

    Not counting up or down (एक दो तीन), nor with a digit said twice in a row, as one who hesitates does.
    """
    digits = _digits(tokens)
    if digits is None or len(digits) > len(str(LIMIT)):
        return None
    if len(digits) == 2:
        return digits[0] * 10 if digits[1] == 0 else None
    stammered = any(before == after != 0 for before, after in pairwise(digits))
    steps = {after - before for before, after in pairwise(digits)}
    return None if stammered or steps in ({1}, {-1}) else _joined(digits)


def _joined(digits: list[int]) -> int:
    return int("".join(map(str, digits)))


def _alternatives(tokens: Tokens) -> list[Fraction]:
    """Plausible values of number words that make no single number; empty when they make no sense at all."""
    pieces = _pieces(tokens)
    if pieces is None:
        return []
    terms = [_term(piece, 0) for piece in pieces]
    clear = [_clear(piece) for piece in pieces]
    last = terms[-1]
    values: list[Fraction] = []
    for piece, term, reading in zip(pieces, terms, clear, strict=True):
        if term is None or reading is None or last is None or not reading.values[0]:
            return []
        # In "दो-चार सौ" the unit belongs to both counts.
        lends = piece is not pieces[-1] and term.unit == 1 and last.coefficient is not None
        values.append(reading.values[0] * (last.unit if lends and reading.values[0] < 100 else 1))
    if len(pieces) == 2:
        values += _sum_or_product(tokens, pieces, values)
    digits = _digits(tokens)
    return ([] if digits is None else [Fraction(_joined(digits))]) + values


def _sum_or_product(tokens: Tokens, pieces: list[Tokens], values: list[Fraction]) -> list[Fraction]:
    if pieces[1][0] in UNITS and len(pieces[0]) == len(pieces[1]) == 1:
        return [values[0] * values[1]] if pieces[0][0] not in UNITS else []
    return [values[0] + values[1]] if values[0] > values[1] and values[0] >= 10 else []


def _pieces(tokens: Tokens) -> list[Tokens] | None:
    """``tokens`` cut into clear numbers from the end, each as long as it can be."""
    pieces: list[Tokens] = []
    while tokens:
        start = next((at for at in range(len(tokens)) if _clear(tokens[at:])), None)
        if start is None:
            return None
        pieces.insert(0, tokens[start:])
        tokens = tokens[:start]
    return pieces
