"""Days as they are said for the next meeting: "परसों", "अगले सोमवार", "पंद्रह तारीख", "पंद्रह अगस्त"."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from flows.hindi.parse import Meant, parse_number
from flows.hindi.say import say_number
from flows.hindi.spelling import normalize

_MONTHS = (
    *("जनवरी", "फ़रवरी", "मार्च", "अप्रैल", "मई", "जून"),
    *("जुलाई", "अगस्त", "सितंबर", "अक्टूबर", "नवंबर", "दिसंबर"),
)
_MONTH_VARIANTS = {"अक्तूबर": 10, "फरबरी": 2, "अगस्ट": 8}
_WEEKDAYS = (
    ("सोमवार", "सोम"),
    ("मंगलवार", "मंगल"),
    ("बुधवार", "बुध"),
    ("गुरुवार", "गुरूवार", "बृहस्पतिवार", "बृहस्पति", "वीरवार"),
    ("शुक्रवार", "शुक्र", "जुम्मा"),
    ("शनिवार", "शनि", "शनिचर", "शनिश्चर"),
    ("रविवार", "इतवार", "संडे"),
)
_NEAR = {"आज": 0, "कल": 1, "परसों": 2}
_ORDINALS = {"पहली": 1, "दूसरी": 2, "तीसरी": 3, "चौथी": 4, "पाँचवीं": 5}
_LATER_BY = {"दिन": 1, "दिनों": 1, "हफ़्ते": 7, "हफ़्ता": 7, "सप्ताह": 7}
_TYPED = re.compile(r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?")

_MONTH_OF = {normalize(name): at for at, name in enumerate(_MONTHS, 1)} | {
    normalize(name): month for name, month in _MONTH_VARIANTS.items()
}
_WEEKDAY_OF = {normalize(name): day for day, names in enumerate(_WEEKDAYS) for name in names}
_ORDINAL_OF = {normalize(name): day for name, day in _ORDINALS.items()}
_DAYS_OF = {normalize(name): days for name, days in _LATER_BY.items()}
_NEAR_OF = {normalize(name): days for name, days in _NEAR.items()}
_IGNORED = {normalize(word) for word in ("को", "की", "के", "का", "दिन", "जी", "दीदी")}
_LONGEST_WAIT = 366


@dataclass(frozen=True, slots=True)
class UnsureDate:
    """The words fit more than one day: ask which."""

    candidates: tuple[date, ...]
    """The plausible days, earliest first."""


def say_date(day: date) -> str:
    """``day`` as day and month, "पंद्रह अगस्त", in words the parser reads back."""
    return f"{say_number(day.day)} {_MONTHS[day.month - 1]}"


def parse_date(text: str, today: date) -> date | UnsureDate | None:
    """The coming day meant by ``text``, seen from ``today``; None if not understood or over a year away.

    Only the future is meant, since it is the next meeting that is asked for: कल is tomorrow, परसों the day
    after, a weekday or a day of the month the next one after today. "अगले सोमवार" can skip a week:
    :class:`UnsureDate`.
    """
    typed = _TYPED.fullmatch(text.strip())
    if typed:
        day, month = int(typed[1]), int(typed[2])
        return _in_year(day, month, int(typed[3]), today) if typed[3] else _day_of_year(day, month, today)
    words = normalize(text).split()
    if words[-1:] == ["बाद"]:
        return _later(words[:-1], today)
    return _named([word for word in words if word not in _IGNORED], today)


def _later(words: list[str], today: date) -> date | None:
    """ "<n> दिन", "<n> हफ़्ते" after today, "आज से" before it or not."""
    if words[:2] == ["आज", "से"]:
        words = words[2:]
    if not words or words[-1] not in _DAYS_OF:
        return None
    count = parse_number(" ".join(words[:-1])) if words[:-1] else Meant(1)
    days = count.value * _DAYS_OF[words[-1]] if isinstance(count, Meant) else 0
    return today + timedelta(days) if 0 < days <= _LONGEST_WAIT else None


def _named(words: list[str], today: date) -> date | UnsureDate | None:
    if len(words) == 1 and words[0] in _NEAR_OF:
        return today + timedelta(_NEAR_OF[words[0]])
    if words and words[-1] in _WEEKDAY_OF:
        return _weekday(words[:-1], _WEEKDAY_OF[words[-1]], today)
    months = [word for word in words if word in _MONTH_OF]
    if not months:
        return _day_of_month(words[:-1], today) if words[-1:] == ["तारीख"] else None
    if len(months) > 1 or months[0] not in (words[0], words[-1]):
        return None
    day = _day([word for word in words if word not in (months[0], "तारीख")])
    return None if day is None else _day_of_year(day, _MONTH_OF[months[0]], today)


def _weekday(before: list[str], weekday: int, today: date) -> date | UnsureDate | None:
    coming = today + timedelta((weekday - today.weekday() - 1) % 7 + 1)
    if before in ([], ["इस"], ["इसी"], ["आने", "वाले"]):
        return coming
    if before in (["अगले"], ["अगला"]):
        a_week_on = coming == today + timedelta(7)
        return coming if a_week_on else UnsureDate((coming, coming + timedelta(7)))
    return None


def _day_of_month(words: list[str], today: date) -> date | None:
    month_on = words[:2] in (["अगले", "महीने"], ["अगले", "माह"])
    this_month = words[:2] in (["इस", "महीने"], ["इसी", "महीने"])
    day = _day(words[2:] if month_on or this_month else words)
    if day is None:
        return None
    year, month = today.year, today.month
    if month_on or (not this_month and day <= today.day):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    # A month too short for the 31st is passed over, unless it was asked for by name.
    while day > monthrange(year, month)[1] and not (month_on or this_month):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return _in_year(day, month, year, today)


def _day(words: list[str]) -> int | None:
    if len(words) == 1 and words[0] in _ORDINAL_OF:
        return _ORDINAL_OF[words[0]]
    number = parse_number(" ".join(words))
    return number.value if isinstance(number, Meant) and 1 <= number.value <= 31 else None


def _day_of_year(day: int, month: int, today: date) -> date | None:
    this_year = _in_year(day, month, today.year, today)
    return this_year or _in_year(day, month, today.year + 1, today)


def _in_year(day: int, month: int, year: int, today: date) -> date | None:
    """That day, if the calendar has it and it is after ``today`` and at most a year away."""
    if not (today.year <= year <= today.year + 1 and 1 <= month <= 12):
        return None
    if not 1 <= day <= monthrange(year, month)[1]:
        return None
    found = date(year, month, day)
    return found if 0 < (found - today).days <= _LONGEST_WAIT else None
