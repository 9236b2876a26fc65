"""Interest as groups say it, read into a rate or refused, and said in words.

A rate is so much on a hundred rupees ("सैकड़ा दो रुपये", "दो टका"), on a rupee ("रुपये पर दो पैसे") or in percent.
What is said of a hundred or of a rupee is for a month, unless a year is named; a percentage with neither is
unsure, for banks mean a year by it and groups a month.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flows.hindi.parse import UNREADABLE, Meant, parse_rupees
from flows.hindi.say import say_rupees
from flows.hindi.spelling import normalize
from flows.hindi.words import FILLERS

MONTH, YEAR = 1, 12
MOST = 100_00
"""Paise on a hundred rupees: more than the sum itself is no rate."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Simple interest."""

    paise: int
    """Paise on a hundred rupees: 2 % is 200."""
    months: int
    """For how long: 1 or 12."""


@dataclass(frozen=True, slots=True)
class UnsureRate:
    """What was said has more than one plausible reading: ask, never choose."""

    candidates: tuple[Rate, ...]
    """The readings."""


def _words(said: str) -> frozenset[str]:
    return frozenset(normalize(said).split())


_PERIODS = {
    MONTH: _words("महीना महीने महिना महिने माह मासिक माहवार माहवारी"),
    YEAR: _words("साल सालाना सालभर वार्षिक बरस वर्ष"),
}
_PERCENT = _words("परसेंट पर्सेंट परसेन्ट प्रतिशत फ़ीसदी फ़ीसद percent")
_HUNDRED = _words("सैकड़ा सैकड़े सैंकड़ा सैंकड़े टका टके")
_ON = _words("पर पे का की के में पीछे")
_BESIDE = frozenset({*_words("हर प्रति ब्याज सूद दर से हिसाब भर"), *_ON, *FILLERS})
_EACH = _words("हर प्रति")
_RUPEES, _PAISE = "रुपये", "पैसे"


def parse_rate(text: str) -> Rate | UnsureRate | None:
    """The rate said in ``text``; None if any word is not understood, or it is not said what the sum is on."""
    text = text.replace("%", " परसेंट ")
    if UNREADABLE.search(text):
        return None
    tokens = normalize(text).split()
    named = [months for months, words in _PERIODS.items() if words.intersection(tokens)]
    if len(named) > 1:
        return None
    said = _without(tokens, _PERIODS[named[0]]) if named else tokens
    found = _on_what(_bare(said))
    if found is None:
        return None
    amounts, customary = found
    periods = named or customary
    rates = tuple(Rate(paise, months) for paise in amounts for months in periods if 0 < paise <= MOST)
    if len(rates) == 1:
        return rates[0]
    return UnsureRate(rates) if rates else None


def say_rate(rate: Rate) -> str:
    """``rate`` in words: "सौ रुपये पर महीने के दो रुपये"."""
    return f"सौ रुपये पर {'महीने' if rate.months == MONTH else 'साल'} के {say_rupees(rate.paise)}"


def _without(tokens: list[str], words: frozenset[str]) -> list[str]:
    """``tokens`` without ``words`` and the "हर" before and the "का" after them."""
    kept: list[str] = []
    after = False
    for token in tokens:
        if token in words:
            while kept and kept[-1] in _EACH:
                kept.pop()
        elif not (after and token in _ON):
            kept.append(token)
        after = token in words
    return kept


def _on_what(tokens: list[str]) -> tuple[tuple[int, ...], list[int]] | None:
    """Paise on a hundred rupees, and for how long it is customarily meant."""
    for words, customary in ((_PERCENT, [MONTH, YEAR]), (_HUNDRED, [MONTH])):
        if words.intersection(tokens):
            return _amounts(_cut(tokens, words), 1), customary
    for base, times in (("सौ रुपये", 1), ("सौ", 1), ("एक रुपये", 100), ("रुपये", 100)):
        head = base.split()
        if tokens[: len(head)] == head and len(tokens) > len(head) and tokens[len(head)] in _ON:
            return _amounts(tokens[len(head) + 1 :], times), [MONTH]
    if tokens[-1:] == [_RUPEES] and _PAISE in tokens:
        return _amounts(tokens[:-1], 100), [MONTH]
    return None


def _cut(tokens: list[str], words: frozenset[str]) -> list[str]:
    """``tokens`` without the one of ``words``, if it stands at an end; else nothing."""
    left = _bare(tokens)
    if left[:1] and left[0] in words:
        return left[1:]
    return left[:-1] if left and left[-1] in words else []


def _amounts(tokens: list[str], times: int) -> tuple[int, ...]:
    """The readings of a sum; on a rupee only paise are one."""
    bare = _bare(tokens)
    if not bare or (times > 1 and (bare[-1] != _PAISE or _RUPEES in bare)):
        return ()
    unit = [] if {_RUPEES, _PAISE}.intersection(bare) else [_RUPEES]
    meant = parse_rupees(" ".join([*bare, *unit]))
    if meant is None:
        return ()
    return tuple(
        paise * times for paise in ((meant.value,) if isinstance(meant, Meant) else meant.candidates)
    )


def _bare(tokens: Iterable[str]) -> list[str]:
    """``tokens`` without what may stand around a sum and changes nothing about it."""
    left = list(tokens)
    while left and left[-1] in _BESIDE:
        left.pop()
    while left and left[0] in _BESIDE:
        left.pop(0)
    return left
