"""Hindi numbers: words and values are inverse on the whole range, and nothing said can crash the parser."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.hindi import (
    Meant,
    Unsure,
    amount_phrases,
    normalize,
    number_vocabulary,
    parse_digits,
    parse_number,
    parse_rupees,
    say_digits,
    say_figures,
    say_notes,
    say_number,
    say_rupees,
)
from flows.hindi.words import FILLERS, OTHER, SMALL
from flows.prompts import text_of
from flows.turn import Line

LIMIT = 9_999_999
NUMBERS = st.integers(0, LIMIT)
VARIANTS = {row[0]: row for row in (*SMALL, *OTHER)}
SALAD_WORDS = (*number_vocabulary(), *FILLERS, "[unk]", "नहीं", "250", "२,५००", "1.5", "0", "-", "/", ",")
SALAD = st.lists(st.sampled_from(SALAD_WORDS), max_size=9).map(" ".join)


@st.composite
def spoken_in_any_variant(draw: st.DrawFn) -> tuple[int, str]:
    number = draw(NUMBERS)
    words = [draw(st.sampled_from(VARIANTS.get(word, (word,)))) for word in say_number(number).split()]
    return number, " ".join(words)


def test_words_and_values_are_inverse_up_to_9999() -> None:
    assert [parse_number(say_number(n)) for n in range(10_000)] == [Meant(n) for n in range(10_000)]


@given(NUMBERS)
def test_words_and_values_are_inverse_on_the_whole_range(number: int) -> None:
    assert parse_number(say_number(number)) == Meant(number)


@given(spoken_in_any_variant())
def test_every_variant_of_a_word_has_its_value(spoken: tuple[int, str]) -> None:
    number, said = spoken
    assert parse_number(said) == Meant(number)
    assert normalize(said) == say_number(number)


@pytest.mark.parametrize("value", range(100))
def test_each_variant_of_each_small_number(value: int) -> None:
    assert {parse_number(word) for word in SMALL[value]} == {Meant(value)}


def test_no_word_is_listed_for_two_values() -> None:
    words = [normalize(row[0]) for row in (*SMALL, *OTHER)]
    assert len(set(words)) == len(words)
    assert all(normalize(word) == row[0] for row in (*SMALL, *OTHER) for word in row)


@given(st.integers(0, LIMIT * 100 + 99))
def test_money_said_is_money_understood(paise: int) -> None:
    assert parse_rupees(say_rupees(paise)) == Meant(paise)


@pytest.mark.parametrize(
    ("paise", "said"),
    [
        (0, "शून्य रुपये"),
        (1, "एक पैसा"),
        (100, "एक रुपया"),
        (150, "एक रुपया पचास पैसे"),
        (25_000, "दो सौ पचास रुपये"),
        (150_000, "एक हज़ार पाँच सौ रुपये"),
    ],
)
def test_money_is_said_as_people_say_it(paise: int, said: str) -> None:
    assert say_rupees(paise) == said


@example("शुन्य#रुपे#शुन्य")
@given(st.integers(-LIMIT, LIMIT).map(str) | st.decimals(0, LIMIT, places=2).map(str) | SALAD | st.text())
def test_nothing_said_or_typed_crashes_and_every_answer_is_in_range(text: str) -> None:
    for answer, most in ((parse_rupees(text), LIMIT * 100), (parse_number(text), LIMIT)):
        values = answer.candidates if isinstance(answer, Unsure) else (answer.value,) if answer else ()
        assert all(0 <= value <= most for value in values)
        assert not isinstance(answer, Unsure) or 1 <= len(values) == len(set(values)) <= 4
    parse_digits(text)


@given(SALAD, st.integers(0, 9), st.sampled_from(("[unk]", "नहीं", "करोड़", "तेरा")))
def test_one_word_not_understood_spoils_the_amount(salad: str, place: int, word: str) -> None:
    words = salad.split()
    words.insert(place, word)
    assert parse_rupees(" ".join(words)) is None


@given(st.text())
def test_normalizing_twice_changes_nothing(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@pytest.mark.parametrize(
    ("written", "canon"),
    [
        ("हां", "हाँ"),
        ("पांच", "पाँच"),
        ("हजार", "हज़ार"),
        ("छः", "छह"),
        ("₹२,५००", "रुपये 2500"),
        ("[unk]", "[unk]"),
        ("ज़रूर!", "जरूर"),
        ("सौ-पचास", "सौ पचास"),
        ("15, 20", "15 20"),
        ("1,50", "1 50"),
        ("", ""),
    ],
)
def test_spelling_is_folded_to_the_canon(written: str, canon: str) -> None:
    assert normalize(written) == canon


@given(st.text("0123456789", min_size=1, max_size=12))
def test_digits_said_are_digits_understood(digits: str) -> None:
    assert parse_digits(say_digits(digits)) == digits


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("एक दो तीन चार", "1234"),
        ("बारह चौंतीस", "1234"),
        ("शून्य ज़ीरो छे", "006"),
        ("१२ ३४", "1234"),
        ("बीस", "20"),
        ("बीस शून्य", "200"),
        ("बीस पाँच", None),
        ("एक [unk]", None),
        ("एक सौ", None),
        ("", None),
    ],
)
def test_pin_is_heard_by_digits_or_pairs_only(said: str, digits: str | None) -> None:
    assert parse_digits(said) == digits


def _count_out(said: str) -> int:
    """Rupees in the notes and coins of ``said``, added up by its own grammar."""
    total = 0
    for kind in re.split(", | और ", said):
        kind = re.sub(" (नोट|सिक्का|सिक्के)$", "", kind)
        leading_one = re.fullmatch("एक (.+) का", kind)
        worth, count = (leading_one[1], "एक") if leading_one else re.split(" का | के ", kind)
        total += _value(worth) * _value(count)
    return total


def _value(words: str) -> int:
    number = parse_number(words)
    assert isinstance(number, Meant)
    return number.value


def test_notes_said_add_up_to_the_amount_or_are_not_said() -> None:
    said = {rupees: say_notes(rupees * 100) for rupees in range(10_001)}
    assert all(_count_out(text) == rupees for rupees, text in said.items() if text)
    assert all(said[rupees] for rupees in range(50, 10_001, 50))


@pytest.mark.parametrize(
    ("rupees", "said"),
    [
        (250, "सौ के दो नोट और एक पचास का"),
        (100, "सौ का एक नोट"),
        (400, "सौ के चार नोट"),
        (500, "पाँच सौ का एक नोट"),
        (600, "पाँच सौ का एक नोट और एक सौ का"),
        (750, "पाँच सौ का एक नोट, सौ के दो और एक पचास का"),
        (25, "बीस का एक नोट और पाँच का एक सिक्का"),
        (3, "दो का एक सिक्का और एक का एक"),
        (1_786, ""),
        (10_050, ""),
        (0, ""),
        (2.5, ""),
    ],
)
def test_notes_are_counted_as_in_the_village(rupees: float, said: str) -> None:
    assert say_notes(int(rupees * 100)) == said


@pytest.mark.parametrize("number", [-1, LIMIT + 1])
def test_a_number_we_have_no_words_for_is_an_error(number: int) -> None:
    with pytest.raises(ValueError, match="outside 0 to"):
        say_number(number)
    with pytest.raises(ValueError, match="outside 0 to"):
        say_rupees(number * 100)


@pytest.mark.parametrize("said", ["नंबर पाँच", "पाँच नंबर", "पाँच", "5"])
def test_member_number_may_be_called_a_number(said: str) -> None:
    assert parse_number(said) == Meant(5)


def test_whole_numbers_have_no_halves_and_no_money() -> None:
    assert parse_number("साढ़े तीन") == Unsure((350, 3500))
    assert parse_number("2.5") is None
    assert parse_number("दो रुपये") is None


def _pairs(phrases: Iterable[str]) -> set[tuple[str, str]]:
    return {pair for phrase in phrases for pair in zip(phrase.split(), phrase.split()[1:], strict=False)}


@pytest.mark.parametrize("rupees", [50, 500, 5_000, 100_000, LIMIT])
def test_amount_phrases_are_few_and_all_understood(rupees: int) -> None:
    phrases = amount_phrases(rupees * 100)
    assert len(set(phrases)) == len(phrases) < 1600
    assert [phrase for phrase in phrases if parse_rupees(phrase) is None] == []
    assert {word for phrase in phrases for word in phrase.split()} <= set(number_vocabulary())


@given(st.integers(1, LIMIT))
def test_amount_phrases_hold_every_word_pair_of_an_amount(rupees: int) -> None:
    assert _pairs([say_rupees(rupees * 100)]) <= ALL_PAIRS


@given(st.integers(100, 999))
def test_amount_phrases_hold_the_word_pairs_of_round_digits(rupees: int) -> None:
    digits = str(rupees)[:2] + "0"
    assert "00" in digits or _pairs([say_digits(digits)]) <= ALL_PAIRS


ALL_PAIRS = _pairs(amount_phrases(LIMIT * 100))


@pytest.mark.parametrize(
    ("rupees", "figures"),
    [(233, "दो तीन तीन"), (32, "तीन दो"), (1089, "एक शून्य आठ नौ"), (250, ""), (100, ""), (44, "")],
)
def test_amounts_that_are_easily_mistaken_are_said_in_figures_too(rupees: int, figures: str) -> None:
    assert say_figures(rupees * 100) == figures
    assert say_figures(rupees * 100 + 50) == ""


def test_the_read_back_has_either_the_figures_or_the_notes() -> None:
    alike = text_of(Line("savings.check", {"name": "गीता", "amount": 233_00}))
    plain = text_of(Line("savings.check", {"name": "गीता", "amount": 250_00}))
    assert "दो सौ तैंतीस रुपये, यानी दो तीन तीन" in alike
    assert "सौ के दो नोट" in plain
