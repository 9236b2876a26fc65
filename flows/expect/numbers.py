"""Amounts, counts and digits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from flows import words
from flows.expect.base import SURE_OF_MONEY, Doubt, Expect, Got, Meaning, NotAllowed
from flows.expect.pick import Pick
from flows.hindi import (
    Unsure,
    amount_phrases,
    normalize,
    parse_digits,
    parse_number,
    parse_rupees,
    say_number,
)
from flows.turn import SURE, Line, Slot

# Much more than is due is said too, and must be heard as what it is.
_HEARD_UP_TO = 10_000_00


class Rupees(Expect[int]):
    """An amount in paise, said in any way or keyed in whole rupees."""

    kind = "rupees"
    digits = 7

    def __init__(
        self,
        most: int,
        *,
        instead: Mapping[str, int] | None = None,
        denied: frozenset[int] = frozenset(),
        least: int = 100,
        too_much: str = "expect.rupees.too_much",
    ) -> None:
        """``most`` and ``least`` in paise; ``instead``: meanings of "amount" in paise.

        What was ``denied`` in words is not taken from words again; the prompt ``too_much`` says the most.
        """
        self._most, self._least, self._denied = most, least, denied
        self._instead = dict(instead or {})
        self._too_much = too_much

    def phrases(self) -> tuple[str, ...]:
        """Amounts up to a little above the most, so that too much is heard as what it is."""
        instead = words.phrases("amount", tuple(self._instead)) if self._instead else ()
        return (*_amounts(self._most), *instead)

    def words(self, text: str) -> Meaning[int]:
        """Paise; words that were denied are not understood a second time."""
        meaning = words.meaning("amount", text)
        if meaning in self._instead:
            return Got(self._instead[meaning])
        meant = parse_rupees(text)
        if isinstance(meant, Unsure):
            return self._doubted(meant.candidates)
        if meant is None or meant.value in self._denied:
            return None
        return self._bounded(meant.value)

    def keyed(self, keys: str) -> Meaning[int]:
        """Whole rupees; 0 is "nothing today" where that may be."""
        return self._bounded(int(keys) * 100)

    def least_confidence(self, text: str) -> float:
        """More for an amount than for what is said instead of one."""
        return SURE if words.meaning("amount", text) in self._instead else SURE_OF_MONEY

    def settled(self, text: str) -> bool:
        """Only after the word for money or in place of an amount: "दो सौ" may go on with "पचास"."""
        said = normalize(text)
        whole = said.endswith(("रुपये", "पैसे")) and self.words(said) is not None
        return whole or words.meaning("amount", said) in self._instead

    def slot(self, value: int) -> Slot:
        """Paise."""
        return value

    def among(self, candidates: Sequence[int]) -> Expect[int]:
        """By its place, or the whole again."""
        return Pick(self, candidates)

    def _doubted(self, candidates: Sequence[int]) -> Meaning[int]:
        left = tuple(c for c in candidates if self._least <= c <= self._most and c not in self._denied)
        return Doubt(left) if left else None

    def _bounded(self, paise: int) -> Meaning[int]:
        if paise == 0 and "none" in self._instead:
            return Got(self._instead["none"])
        if paise < self._least:
            return NotAllowed(Line("expect.rupees.too_little"))
        if paise > self._most:
            return NotAllowed(Line(self._too_much, {"most": self._most}))
        return Got(paise)


class Count(Expect[int]):
    """How many, from ``least`` to ``most``."""

    kind = "count"
    digits = 2
    second_look = True

    def __init__(self, least: int, most: int) -> None:
        self._least, self._most = least, most

    def phrases(self) -> tuple[str, ...]:
        """Each number there may be."""
        return tuple(say_number(n) for n in range(self._least, self._most + 1))

    def least_confidence(self, text: str) -> float:
        """Less than for other words: people's short digits come with less."""
        return 0.5

    def words(self, text: str) -> Meaning[int]:
        """The number, when it is one of those."""
        meant = parse_number(text)
        if isinstance(meant, Unsure):
            left = tuple(c for c in meant.candidates if self._least <= c <= self._most)
            return Doubt(left) if left else None
        return self._bounded(meant.value) if meant else None

    def keyed(self, keys: str) -> Meaning[int]:
        """The number, when it is one of those."""
        return self._bounded(int(keys))

    def slot(self, value: int) -> Slot:
        """The number."""
        return value

    def among(self, candidates: Sequence[int]) -> Expect[int]:
        """By its place, or the whole again."""
        return Pick(self, candidates)

    def _bounded(self, number: int) -> Meaning[int]:
        if self._least <= number <= self._most:
            return Got(number)
        return NotAllowed(Line("expect.count.outside", {"least": self._least, "most": self._most}))


class Digits(Expect[str]):
    """Digits one by one: a PIN."""

    kind = "digits"

    def __init__(self, least: int, most: int, *, secret: bool = False, spoken: bool = True) -> None:
        self._least, self._spoken = least, spoken
        self.digits = most
        self.secret = secret

    def phrases(self) -> tuple[str, ...]:
        """Every pair of digits, or nothing when they may only be keyed."""
        return _digit_pairs() if self._spoken else ()

    def words(self, text: str) -> Meaning[str]:
        """The digits, when they are as many as asked."""
        return self.keyed(parse_digits(text) or "") if self._spoken else None

    def keyed(self, keys: str) -> Meaning[str]:
        """The digits, when they are as many as asked."""
        return Got(keys) if self._least <= len(keys) <= self.digits else None

    def settled(self, text: str) -> bool:
        """With the last digit there can be."""
        return len(parse_digits(text) or "") == self.digits


@cache
def _amounts(most: int) -> tuple[str, ...]:
    return amount_phrases(max(most, _HEARD_UP_TO))


@cache
def _digit_pairs() -> tuple[str, ...]:
    names = [say_number(n) for n in range(10)]
    return tuple(f"{first} {second}" for first in names for second in names)
