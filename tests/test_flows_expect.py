"""What an answer may be, kind by kind."""

from datetime import date

import pytest
from flows_kit import fresh
from hypothesis import given
from hypothesis import strategies as st

from flows.expect import Choice, Count, Day, Digits, Doubt, Expect, Got, NotAllowed, OneMember, Rupees, YesNo
from flows.hindi import say_digits, say_number, say_rupees
from flows.turn import Heard, Line, Sound, Turn

TODAY = date(2026, 11, 10)
MEMBERS = fresh(names=("राधा", "सीता देवी", "राधा")).members()


def spoken(text: str, confidence: float = 1.0) -> Heard:
    return Heard(text, confidence=confidence, sound=Sound.SPEECH)


@given(st.integers(1, 50_000))
def test_every_amount_said_or_keyed_is_understood(rupees: int) -> None:
    expect = Rupees(50_000_00)
    assert expect.parse(spoken(say_rupees(rupees * 100))) == Got(rupees * 100)
    assert expect.parse(Heard(keys=str(rupees))) == Got(rupees * 100)


@given(st.text(alphabet="0123456789", min_size=4, max_size=8))
def test_every_pin_said_or_keyed_is_understood(pin: str) -> None:
    expect = Digits(4, 8, secret=True)
    assert expect.parse(spoken(say_digits(pin))) == Got(pin)
    assert expect.parse(Heard(keys=pin)) == Got(pin)


def test_a_pin_that_may_only_be_keyed_is_not_listened_for() -> None:
    expect = Digits(4, 8, secret=True, spoken=False)
    assert expect.phrases() == ()
    assert expect.parse(spoken("एक दो तीन चार")) is None


@pytest.mark.parametrize("text", ["दो सौ [unk]", "[unk] पचास", "[unk]", "दो सौ हाँ"])
def test_an_amount_with_an_unknown_word_is_not_guessed(text: str) -> None:
    assert Rupees(50_000_00).parse(spoken(text)) is None


def test_an_amount_takes_more_confidence_than_what_is_said_instead_of_one() -> None:
    expect = Rupees(50_000_00, instead={"none": 0})
    assert expect.parse(spoken("दो सौ", 0.76)) == Got(200_00)
    assert expect.parse(spoken("दो सौ", 0.74)) is None
    assert expect.parse(spoken("कुछ नहीं", 0.7)) == Got(0)
    assert expect.parse(spoken("कुछ नहीं", 0.6)) is None


def test_an_amount_in_doubt_offers_only_what_may_be() -> None:
    assert Rupees(50_000_00).parse(spoken("सौ-पचास")) == Doubt((100_00, 50_00, 150_00))
    assert Rupees(120_00, denied=frozenset({50_00})).parse(spoken("सौ-पचास")) == Doubt((100_00,))
    assert Rupees(40_00).parse(spoken("सौ-पचास")) is None


def test_what_was_denied_is_taken_from_keys_but_not_from_words() -> None:
    expect = Rupees(50_000_00, denied=frozenset({200_00}))
    assert expect.parse(spoken("दो सौ")) is None
    assert expect.parse(Heard(keys="200")) == Got(200_00)


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("दो सौ", False),
        ("दो सौ पचास", False),
        ("दो सौ रुपये", True),
        ("रुपये", False),
        ("आज नहीं", True),
        ("रुको", True),
    ],
)
def test_an_amount_is_settled_when_nothing_can_follow(text: str, settled: bool) -> None:
    turn = Turn((), Rupees(50_000_00, instead={"none": 0}), Line("savings.how_much"))
    assert turn.settled(text) is settled


@pytest.mark.parametrize("text", ["कल", "सोमवार", "अगले सोमवार", "पाँच दिसंबर", "सात दिन बाद"])
def test_a_day_is_settled_with_its_last_word(text: str) -> None:
    expect, words = Day(TODAY), text.split()
    until = [" ".join(words[:count]) for count in range(1, len(words) + 1)]
    assert [expect.settled(part) for part in until] == [part == text for part in until]


def test_bounds_are_told() -> None:
    expect = Rupees(100_00)
    assert expect.parse(spoken("दो सौ")) == NotAllowed(Line("expect.rupees.too_much", {"most": 100_00}))
    assert expect.parse(Heard(keys="0")) == NotAllowed(Line("expect.rupees.too_little"))
    assert Rupees(100_00, instead={"none": 0}).parse(Heard(keys="0")) == Got(0)


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        (spoken("[unk] हाँ"), None),
        (spoken("हाँ [unk]"), None),
        (spoken("[unk] नहीं [unk]"), Got(False)),
        (spoken("गलत हो गया"), Got(False)),
        (Heard(keys="*7"), Got(False)),
        (Heard(keys="1"), Got(True)),
        (Heard(keys="11"), None),
        (Heard(), None),
        (Heard("हाँ", confidence=1.0, sound=Sound.CUT), None),
        (Heard("हाँ", confidence=0.7, sound=Sound.SPEECH), None),
        (Heard("नहीं", confidence=0.8, sound=Sound.SPEECH), Got(False)),
        (Heard("नहीं", confidence=0.5, sound=Sound.SPEECH), None),
    ],
)
def test_a_yes_is_whole_and_a_no_may_be_broken(answer: Heard, meant: object) -> None:
    assert YesNo().parse(answer) == meant


def test_members_are_told_by_name_or_number() -> None:
    expect = OneMember(MEMBERS)
    assert expect.parse(spoken("सीता देवी जी")) == Got(MEMBERS[1])
    assert expect.parse(spoken("तीन नंबर")) == Got(MEMBERS[2])
    assert expect.parse(spoken("राधा")) == Doubt((MEMBERS[0], MEMBERS[2]))
    among = expect.among((MEMBERS[0], MEMBERS[2]))
    assert "राधा" not in among.phrases()
    assert among.parse(spoken("राधा")) is None
    assert among.parse(spoken("तीन")) == Got(MEMBERS[2])


@pytest.mark.parametrize(
    ("answer", "meant"),
    [
        (spoken("सोमवार"), Got(date(2026, 11, 16))),
        (spoken("अगले सोमवार"), Doubt((date(2026, 11, 16), date(2026, 11, 23)))),
        (spoken("आज"), NotAllowed(Line("expect.date.past"))),
        (Heard(keys="0512"), Got(date(2026, 12, 5))),
        (Heard(keys="5"), Got(date(2026, 12, 5))),
        (Heard(keys="4545"), None),
        (Heard(keys="*2"), None),
    ],
)
def test_days_are_said_or_keyed(answer: Heard, meant: object) -> None:
    assert Day(TODAY).parse(answer) == meant


def test_which_of_several_is_told_by_place_or_by_the_whole() -> None:
    pick = Rupees(50_000_00).among((100_00, 50_00, 150_00))
    assert pick.parse(spoken("दो")) == Got(50_00)
    assert pick.parse(Heard(keys="3")) == Got(150_00)
    assert pick.parse(spoken("डेढ़ सौ")) == Got(150_00)
    assert pick.parse(spoken("दो सौ")) is None
    assert pick.parse(Heard(keys="4")) is None


@pytest.mark.parametrize("expect", [YesNo(), Choice("menu"), Digits(4, 4)], ids=lambda expect: expect.kind)
def test_what_is_never_in_doubt_says_so(expect: Expect[object]) -> None:
    with pytest.raises(TypeError, match="never in doubt"):
        expect.slot("")
    with pytest.raises(TypeError, match="never in doubt"):
        expect.among([])


@given(st.integers(1, 20), st.integers(0, 30))
def test_a_count_is_within_its_bounds(most: int, said: int) -> None:
    within = 1 <= said <= most
    assert (Count(1, most).parse(spoken(say_number(said))) == Got(said)) is within
    assert isinstance(Count(1, most).parse(Heard(keys=str(said))), Got if within else NotAllowed)


def test_in_noise_yes_and_no_take_a_key() -> None:
    noisy = Heard("हाँ", confidence=1.0, sound=Sound.SPEECH, above_noise=8.0)
    assert YesNo().parse(noisy) is None
    assert YesNo().parse(Heard("नहीं", confidence=1.0, sound=Sound.SPEECH, above_noise=8.0)) is None
    assert YesNo().parse(Heard("हाँ", confidence=1.0, sound=Sound.SPEECH, above_noise=18.0)) == Got(True)
    assert YesNo().parse(Heard(keys="1", above_noise=0.0)) == Got(True)
