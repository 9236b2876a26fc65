"""How a table is fitted on paper: nothing is lost, nothing is wider than its column, no letter is torn."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.registers.layout import Widths, clusters, column_widths, parts, shared, wrapped

LETTERS = ("क", "क्ष", "त्रि", "श्री", "ज़", "हिं", "हाँ", "रू", "a", "1", "-", " ", " ")
NAMES = st.lists(st.sampled_from(LETTERS), max_size=40).map("".join)


def measure(text: str) -> float:
    """A letter is as wide as any other; what hangs on it takes no room."""
    return float(len(clusters(text)))


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("क्षत्रिय", ["क्ष", "त्रि", "य"]),
        ("श्रीमती", ["श्री", "म", "ती"]),
        ("ज़रीना", ["ज़", "री", "ना"]),
        ("हिंदी हाँ", ["हिं", "दी", " ", "हाँ"]),
        ("स्त्री-1", ["स्त्री", "-", "1"]),
        ("श\u094d\u200dर", ["श\u094d\u200dर"]),
        ("", []),
    ],
)
def test_a_conjunct_and_its_signs_are_one_letter(text: str, letters: list[str]) -> None:
    assert clusters(text) == letters


@given(NAMES, st.integers(1, 12))
def test_no_line_is_too_wide_and_no_letter_lost_or_torn(text: str, width: int) -> None:
    lines = wrapped(text, width, measure)
    assert all(measure(line) <= width for line in lines), lines
    whole = [letter for letter in clusters(text) if letter.strip()]
    assert [letter for line in lines for letter in clusters(line) if letter.strip()] == whole


def test_text_breaks_between_words_where_it_can() -> None:
    assert wrapped("राधा देवी चौधरी", 6, measure) == ["राधा देवी", "चौधरी"]
    assert wrapped("विन्ध्यवासिनी", 4, measure) == ["विन्ध्यवासि", "नी"]
    assert wrapped("क\nख", 9, measure) == ["क", "ख"]


def test_a_word_too_long_breaks_between_letters_however_wide_their_signs() -> None:
    assert wrapped("क्षत्रिय", 4, len) == ["क्ष", "त्रि", "य"]


def test_a_column_needs_its_longest_word_but_no_more_than_is_sensible() -> None:
    assert column_widths(["राधा देवी", "सीता"], measure, 2, 40) == Widths(4, 7)
    assert column_widths(["क" * 100], measure, 2, 40) == Widths(42, 102)
    assert column_widths([], measure, 2, 40) == Widths(2, 2)


@given(st.lists(st.tuples(st.floats(1, 50), st.floats(0, 80)), min_size=1, max_size=12), st.floats(600, 900))
def test_the_room_is_used_up_and_every_column_has_its_least(
    wishes: list[tuple[float, float]], room: float
) -> None:
    columns = [Widths(least, least + more) for least, more in wishes]
    widths = shared(columns, room)
    assert sum(widths) == pytest.approx(room)
    assert all(width >= column.least - 1e-6 for width, column in zip(widths, columns, strict=True))


@given(
    st.lists(st.sampled_from(["", "", "day 1", "day 2", "day 3"]), min_size=1, max_size=20),
    st.integers(0, 3),
    st.floats(20, 60),
)
def test_a_table_too_wide_is_parted_with_its_first_columns_on_every_part(
    names: list[str], fixed: int, room: float
) -> None:
    names = ["", "", "", *names]
    found = parts([8.0] * len(names), fixed, names, room)
    assert all(part[:fixed] == list(range(fixed)) for part in found)
    assert [at for part in found for at in part[fixed:]] == list(range(fixed, len(names)))
    for part in found:
        groups = re.findall(r"(?:day (\d) )(?:day \1 )*", "".join(f"{names[at]} " for at in part[fixed:]))
        alone = len(part) - fixed == 1 or len(groups) == 1
        assert alone or 8.0 * len(part) <= max(room, 8.0 * (fixed + 1))
    for before, after in pairwise(found):
        assert not names[after[fixed]] or names[before[-1]] != names[after[fixed]]
