"""Days said for the next meeting, all of them after today."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.hindi import UnsureDate, number_vocabulary, parse_date, say_date

MONDAY = date(2026, 11, 23)
DAYS = st.dates(date(2024, 1, 1), date(2090, 12, 31))
WORDS = (
    *number_vocabulary(),
    *("आज", "कल", "परसों", "अगले", "इस", "महीने", "सोमवार", "इतवार", "तारीख", "बाद", "दिन", "हफ़्ते", "से", "को"),
    *("अगस्त", "फरवरी", "पहली", "31", "29", "2/2", "[unk]"),
)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("आज", MONDAY),
        ("कल", date(2026, 11, 24)),
        ("परसों", date(2026, 11, 25)),
        ("मंगल को", date(2026, 11, 24)),
        ("सोमवार", date(2026, 11, 30)),
        ("अगले सोमवार", date(2026, 11, 30)),
        ("इस शनिवार को", date(2026, 11, 28)),
        ("इतवार के दिन", date(2026, 11, 29)),
        ("बृहस्पतिवार", date(2026, 11, 26)),
        ("पंद्रह तारीख", date(2026, 12, 15)),
        ("तेईस तारीख", date(2026, 12, 23)),
        ("२५ तारीख को", date(2026, 11, 25)),
        ("31 तारीख", date(2026, 12, 31)),
        ("पहली तारीख", date(2026, 12, 1)),
        ("अगले महीने की पाँच तारीख", date(2026, 12, 5)),
        ("इस महीने की तीस तारीख को", date(2026, 11, 30)),
        ("इस महीने की पाँच तारीख", None),
        ("इस महीने 31 तारीख", None),
        ("पंद्रह अगस्त", date(2027, 8, 15)),
        ("दस दिसम्बर को", date(2026, 12, 10)),
        ("दिसंबर की पाँच तारीख", date(2026, 12, 5)),
        ("तीस फ़रवरी", None),
        ("उनतीस फरवरी", None),
        ("15/12", date(2026, 12, 15)),
        ("१५-०१-२०२७", date(2027, 1, 15)),
        ("15/13", None),
        ("15.12.0000", None),
        ("15.12.2026", date(2026, 12, 15)),
        ("दस दिन बाद", date(2026, 12, 3)),
        ("दो हफ़्ते बाद", date(2026, 12, 7)),
        ("हफ्ते बाद", date(2026, 11, 30)),
        ("आज से पंद्रह दिन बाद", date(2026, 12, 8)),
        ("दो साल बाद", None),
        ("चार सौ दिन बाद", None),
        ("दो चार दिन बाद", None),
        ("अगले महीने", None),
        ("पिछले सोमवार", None),
        ("अगस्त", None),
        ("चालीस अगस्त", None),
        ("पाँच अगस्त जून", None),
        ("पता नहीं", None),
        ("[unk] तारीख", None),
        ("", None),
    ],
)
def test_day_said_on_a_monday(said: str, day: date | None) -> None:
    assert parse_date(said, MONDAY) == day


def test_next_wednesday_may_be_this_week_or_the_one_after() -> None:
    assert parse_date("अगले बुधवार", MONDAY) == UnsureDate((date(2026, 11, 25), date(2026, 12, 2)))


def test_a_day_the_coming_month_lacks_is_looked_for_further_on() -> None:
    assert parse_date("31 तारीख", date(2026, 1, 31)) == date(2026, 3, 31)
    assert parse_date("अगले महीने की 31 तारीख", date(2026, 1, 31)) is None


def test_a_day_of_next_month_crosses_the_year() -> None:
    assert parse_date("पाँच तारीख", date(2026, 12, 20)) == date(2027, 1, 5)
    assert parse_date("उनतीस फरवरी", date(2027, 12, 20)) == date(2028, 2, 29)


def test_day_is_said_as_day_and_month() -> None:
    assert say_date(date(2026, 8, 15)) == "पंद्रह अगस्त"


@given(DAYS, st.integers(1, 365))
def test_day_said_is_day_understood(today: date, ahead: int) -> None:
    day = today + timedelta(ahead)
    assert parse_date(say_date(day), today) == day


@given(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join) | st.text(), DAYS)
def test_nothing_said_crashes_or_names_a_day_past(text: str, today: date) -> None:
    meant = parse_date(text, today)
    days = meant.candidates if isinstance(meant, UnsureDate) else (meant,) if meant else ()
    assert all(today <= day <= today + timedelta(366) for day in days)
