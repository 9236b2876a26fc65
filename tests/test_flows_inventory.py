"""What is spoken beforehand is enough to say every amount, count, day and prompt."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import prompts
from flows.hindi import say_date, say_digits, say_number, say_rupees
from flows.inventory import END, IN, Piece, name, pieces_of, sentences, split
from flows.turn import Line, Slot

PIECES = frozenset(cut.piece for sentence in sentences() for cut in sentence.cuts)
MOST = 99_99_999
VALUES: dict[str, Slot] = {
    "rupees": 3_21_550_25,
    "cash": 2_733_00,
    "number": 47,
    "name": "सीता",
    "digits": "9876543210",
    "day": date(2027, 2, 28),
}


def known(piece: Piece) -> bool:
    return piece in PIECES or piece == Piece("सीता", IN)


def said(text: str, place: str = END) -> list[str]:
    pieces = split(text, place, known)
    assert pieces is not None, text
    return [piece.text for piece in pieces]


@pytest.mark.parametrize("place", [IN, END])
def test_every_amount_can_be_said(place: str) -> None:
    """Each part of an amount stands for itself: all that can follow another is tried with one before it."""
    for rupees in range(1000):
        assert split(say_rupees(rupees * 100), place, known), rupees
    for count in range(1, 100):
        for unit in (1000, 100_000):
            for rest in (0, 1, 20, 99, 100, 150, 999):
                assert split(say_rupees((count * unit + rest) * 100), place, known), (count, unit, rest)
    for paise in range(1, 100):
        assert split(say_rupees(paise), place, known), paise
        assert split(say_rupees(100_00 + paise), place, known), paise


@given(st.integers(1, MOST * 100))
def test_an_amount_is_said_with_all_its_words(paise: int) -> None:
    assert " ".join(said(say_rupees(paise))) == say_rupees(paise)


@pytest.mark.parametrize("place", [IN, END])
def test_every_day_count_and_digit_can_be_said(place: str) -> None:
    for at in range(366):
        assert split(say_date(date(2028, 1, 1) + timedelta(at)), place, known)
    for number in (*range(1000), 9_999, MOST):
        assert split(say_number(number), place, known), number
    assert said(say_digits("0123456789")) == say_digits("0123456789").split()


def test_money_can_be_told_in_notes_too() -> None:
    for rupees in (*range(1, 1000), *range(1000, 10_001, 10)):
        line = Line("savings.check", {"name": "सीता", "amount": rupees * 100})
        assert pieces_of(line, known), rupees


@pytest.mark.parametrize("key", sorted(prompts.keys()))
def test_every_prompt_can_be_said(key: str) -> None:
    slots = {slot: VALUES[kind] for slot, kind in prompts.kinds_of(key).items()}
    if not slots:
        assert key in {sentence.name for sentence in sentences()}
        return
    line = Line(key, slots)
    pieces = pieces_of(line, known)
    assert pieces is not None
    heard = "".join(piece.text for piece in pieces)
    assert {*heard} - {*" ।?!,"} == {*prompts.text_of(line)} - {*" ।?!,"}
    assert len(heard.translate({ord(mark): None for mark in " ।?!,"})) == len(
        prompts.text_of(line).translate({ord(mark): None for mark in " ।?!,"})
    )


def test_what_is_common_is_said_in_one_breath() -> None:
    assert said("दो हज़ार सात सौ पचास रुपये") == ["दो हज़ार", "सात सौ", "पचास रुपये"]
    assert said("पाँच सौ के दो नोट, सौ के दो और एक पचास का")[0] == "पाँच सौ के दो नोट"


def test_the_voice_falls_only_at_the_end_of_a_sentence() -> None:
    line = Line("savings.how_much", {"name": "सीता"})
    assert all(piece.place != END for piece in pieces_of(line, known) or ())
    pieces = pieces_of(Line("balance.loan", {"outstanding": 350_00}), known)
    assert pieces is not None
    assert [piece.place for piece in pieces] == ["balance.loan/0", IN, END]


def test_a_line_with_a_name_that_is_not_known_cannot_be_said() -> None:
    assert pieces_of(Line("savings.how_much", {"name": "मुनिया"}), known) is None


def test_a_name_of_several_words_is_one_piece() -> None:
    (cut,) = name(" फूलमती  बाई ").cuts
    assert (cut.piece, cut.first, cut.last) == (Piece("फूलमती बाई", IN), 0, 1)


def test_no_two_sentences_have_one_name() -> None:
    assert len({sentence.name for sentence in sentences()}) == len(sentences())
