"""Days to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

from flows import words
from flows.expect.base import Doubt, Expect, Got, Meaning, NotAllowed
from flows.expect.pick import Pick
from flows.hindi import UnsureDate, parse_date, say_date, say_number
from flows.turn import Line, Slot

LISTENED_FOR = 70
"""Days ahead; a group meets every week to every month, and fewer phrases are heard better."""


class Day(Expect[date]):
    """A day to come, said as a day or keyed as day and month: 1412."""

    kind = "date"
    digits = 4

    def __init__(self, today: date) -> None:
        self._today = today

    def phrases(self) -> tuple[str, ...]:
        """Weekdays, days of the coming year, and how many days from now."""
        return (*words.phrases("day"), *_days(self._today))

    def words(self, text: str) -> Meaning[date]:
        """The coming day; today is no day for the next meeting."""
        return self._coming(parse_date(text, self._today))

    def keyed(self, keys: str) -> Meaning[date]:
        """Two digits of the day and two of the month, or the day alone."""
        typed = f"{keys[:2]}/{keys[2:]}" if len(keys) == 4 else f"{say_number(int(keys))} तारीख"
        return self._coming(parse_date(typed, self._today))

    def settled(self, text: str) -> bool:
        """A weekday or a month ends a day, also one that may be either of two; "पाँच" may go on."""
        return self.words(text) is not None

    def slot(self, value: date) -> Slot:
        """The day."""
        return value

    def among(self, candidates: Sequence[date]) -> Expect[date]:
        """By its place, or the whole again."""
        return Pick(self, candidates)

    def _coming(self, day: date | UnsureDate | None) -> Meaning[date]:
        if isinstance(day, UnsureDate):
            return Doubt(day.candidates)
        if day is None:
            return None
        return Got(day) if day > self._today else NotAllowed(Line("expect.date.past"))


@cache
def _days(today: date) -> tuple[str, ...]:
    """The days of the coming weeks by their month, and any day of a month by its number."""
    coming = (today + timedelta(days) for days in range(1, LISTENED_FOR + 1))
    return (*map(say_date, coming), *(f"{say_number(day)} तारीख" for day in range(1, 32)))
