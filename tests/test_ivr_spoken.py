"""A conversation by voice over a simulated wire: barge-in, answer windows, keys, silence, noise, hang-ups."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from spoken_kit import GAP, PROMPT, SETTINGS, Notes, SimulatedWire, ToneVoice, hiss, say

from flows.expect import Choice, Digits, Expect, Rupees, YesNo
from flows.turn import Heard, HungUp, Line, Sound, Turn
from ivr.answers import HIDDEN
from ivr.spoken import SpokenChannel
from ivr.voice import Spoken
from ivr.wire import FRAMES_PER_SECOND
from speech.audio import Audio
from speech.echo import EchoRecognizer
from speech.synthesizer import Tone


def question(expect: Expect[Any] | None = None, *, barge_in: bool = True) -> Turn:
    line = Line("toy.question")
    return Turn((line,), expect or YesNo(), line, barge_in=barge_in)


def ask(wire: SimulatedWire, turn: Turn, notes: Notes | None = None) -> Heard:
    return channel(wire, notes).exchange(turn)


def channel(wire: SimulatedWire, notes: Notes | None = None, cue: Audio | None = None) -> SpokenChannel:
    return SpokenChannel(wire, ToneVoice(), EchoRecognizer().session(), SETTINGS, observer=notes, cue=cue)


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
def test_an_answer_after_the_prompt_is_heard_at_any_rate(rate: int) -> None:
    heard = ask(SimulatedWire((PROMPT + 1, say("हाँ")), rate=rate), question())
    assert heard == Heard("हाँ", "", 1.0, Sound.SPEECH)


def test_a_word_of_the_grammar_stops_the_prompt() -> None:
    wire = SimulatedWire((1.0, say("हाँ")))
    assert ask(wire, question()).text == "हाँ"
    assert 1.0 < wire.spoke_until < 2.0


@pytest.mark.parametrize("scrap", ["अच्छा", "है", "अच्छा हाँ"])
def test_words_that_answer_nothing_do_not_stop_the_prompt(scrap: str) -> None:
    wire = SimulatedWire((0.5, say(scrap)), (PROMPT + 0.5, say("नहीं")))
    assert ask(wire, question()).text == "नहीं"
    assert wire.spoke_until == pytest.approx(PROMPT - GAP, abs=0.03)


def test_an_unfinished_amount_stops_the_prompt_and_is_heard_to_its_end() -> None:
    wire = SimulatedWire((0.5, say("दो सौ पचास रुपये")))
    assert ask(wire, question(Rupees(1_000_00))).text == "दो सौ पचास रुपये"
    assert wire.spoke_until < 0.5 + say("दो सौ पचास").seconds


def test_noise_does_not_stop_the_prompt() -> None:
    wire = SimulatedWire((0.5, hiss(0.6)))
    assert ask(wire, question()).text == ""
    assert wire.spoke_until == pytest.approx(PROMPT - GAP, abs=0.03)


def test_a_yes_during_a_prompt_that_cannot_be_talked_over_is_no_answer() -> None:
    wire = SimulatedWire((1.0, say("हाँ")))
    heard = ask(wire, question(barge_in=False))
    assert heard.sound is Sound.SILENCE
    assert wire.spoke_until == pytest.approx(PROMPT - GAP, abs=0.03)


def test_a_yes_that_runs_over_the_end_of_such_a_prompt_is_cut_and_no_answer() -> None:
    early = say("हाँ")
    heard = ask(SimulatedWire((PROMPT - early.seconds / 2, early)), question(barge_in=False))
    assert heard.text != "हाँ"


def test_keys_during_such_a_prompt_are_no_answer_either() -> None:
    wire = SimulatedWire((1.0, "1"), (PROMPT + 0.5, "2"))
    assert ask(wire, question(barge_in=False)).keys == "2"


def test_a_key_stops_the_prompt_and_is_the_answer() -> None:
    wire = SimulatedWire((1.0, "1"))
    assert ask(wire, question()) == Heard("", "1", 1.0, Sound.SPEECH)
    assert wire.spoke_until < 1.1


@pytest.mark.parametrize(
    ("pressed", "keys", "decided"),
    [
        ([(4.0, "2"), (4.5, "5"), (5.0, "0"), (5.5, "#")], "250", 5.5),
        ([(4.0, "250")], "250", 7.0),
        ([(4.0, "1234567"), (4.5, "8")], "1234567", 4.0),
        ([(4.0, "#"), (4.5, "25#")], "25", 4.5),
        ([(4.0, "*"), (4.5, "9")], "*9", 4.5),
        ([(4.0, "*")], "*", 7.0),
        ([(4.0, "25"), (5.0, "*"), (5.5, "7")], "*7", 5.5),
    ],
)
def test_keys_end_with_the_last_digit_a_hash_or_a_pause(
    pressed: Sequence[tuple[float, str]], keys: str, decided: float
) -> None:
    notes = Notes()
    heard = ask(SimulatedWire(*pressed), question(Rupees(1_000_000_00)), notes)
    assert heard.keys == keys
    assert notes.times[0][1] == pytest.approx(decided, abs=0.05)


def test_keys_beat_words() -> None:
    wire = SimulatedWire((3.5, say("पचास")), (3.6, "2"), (4.0, "50#"))
    assert ask(wire, question(Rupees(1_000_00))) == Heard("", "250", 1.0, Sound.SPEECH)


def test_keys_typed_ahead_go_to_their_questions_in_order_and_none_is_lost() -> None:
    wire = SimulatedWire((0.51, "1"), (0.71, "1"), (0.91, "1234#2"), (2.01, "1"))
    talk = channel(wire)
    pin = Digits(4, 8, secret=True)
    assert [talk.exchange(question(each)).keys for each in (YesNo(), Choice("phone"), pin)] == [
        "1",
        "1",
        "1234",
    ]
    assert talk.exchange(question(YesNo())).keys == "2"
    assert wire.spoke_until < 1.0
    assert talk.exchange(question(YesNo())).keys == "1"


def test_what_is_told_before_a_question_is_heard_though_its_answer_was_typed_ahead() -> None:
    wire = SimulatedWire((0.5, "12"))
    talk = channel(wire)
    assert talk.exchange(question()).keys == "1"
    told = replace(question(), say=(Line("toy.told"), Line("toy.question")))
    assert talk.exchange(told).keys == "2"
    assert wire.spoke_until == pytest.approx(0.5 + PROMPT - GAP, abs=0.05)


@pytest.mark.parametrize("turn", [question(barge_in=False), replace(question(), tries=1)])
def test_no_key_typed_ahead_answers_what_has_to_be_heard_first(turn: Turn) -> None:
    wire = SimulatedWire((0.5, "12"))
    talk = channel(wire)
    assert talk.exchange(question()).keys == "1"
    assert talk.exchange(turn).sound is Sound.SILENCE


def test_after_a_wrong_secret_nothing_that_was_typed_ahead_counts() -> None:
    wire = SimulatedWire((0.5, "9999#1"))
    talk = channel(wire)
    pin = question(Digits(4, 8, secret=True))
    assert talk.exchange(pin).keys == "9999"
    assert talk.exchange(pin).sound is Sound.SILENCE


@pytest.mark.parametrize(("said", "meant"), [("हाँ", ""), ("हाँ जी", ""), ("नहीं", "नहीं"), ("दोबारा", "दोबारा")])
def test_a_bare_yes_to_what_is_told_answers_no_question_yet_to_come(said: str, meant: str) -> None:
    wire = SimulatedWire((1.0, say(said)))
    told = replace(question(), say=(Line("toy.told"), Line("toy.question")))
    assert ask(wire, told).text == meant
    assert (wire.spoke_until > PROMPT) is (meant == "")


def test_a_question_answered_by_keys_does_not_listen_into_the_next_prompt() -> None:
    wire = SimulatedWire((PROMPT + 1, "1"), (PROMPT + 1.1, say("हाँ हाँ हाँ हाँ")))
    talk = channel(wire)
    assert talk.exchange(question(barge_in=False)).keys == "1"
    assert talk.exchange(question(barge_in=False)).sound is Sound.SILENCE
    assert wire.spoke_until == pytest.approx(PROMPT + 1 + PROMPT - GAP, abs=0.05)


def test_no_input_counts_from_the_end_of_the_prompt() -> None:
    for barge_in in (True, False):
        notes = Notes()
        heard = ask(SimulatedWire(), question(barge_in=barge_in), notes)
        assert heard == Heard(sound=Sound.SILENCE)
        assert notes.times[0][1] == pytest.approx(PROMPT + 2.0, abs=0.12)


def test_noise_after_the_prompt_is_noise() -> None:
    heard = ask(SimulatedWire((PROMPT + 0.5, hiss(0.5))), question())
    assert heard.sound is Sound.NOISE


def test_a_pause_inside_an_amount_does_not_end_it() -> None:
    first = say("दो सौ")
    wire = SimulatedWire((PROMPT + 0.5, first), (PROMPT + 0.5 + first.seconds + 0.5, say("पचास")))
    assert ask(wire, question(Rupees(1_000_00))).text == "दो सौ पचास"


@pytest.mark.parametrize("at", [1.0, PROMPT + 1.0])
def test_a_hangup_is_raised_in_and_after_a_prompt(at: float) -> None:
    with pytest.raises(HungUp):
        ask(SimulatedWire(ends=at), question())


def test_hanging_up_ends_the_wire() -> None:
    wire = SimulatedWire()
    channel(wire).hangup()
    assert wire.ended


def test_lines_that_expect_nothing_are_spoken_whole() -> None:
    wire = SimulatedWire((1.0, "1"), (1.2, say("हाँ")))
    assert ask(wire, Turn((Line("toy.one"), Line("toy.two")), None)) == Heard()
    assert len(wire.played) == 2 * PROMPT * FRAMES_PER_SECOND


def test_a_wire_that_hears_itself_does_not_answer_itself() -> None:
    class Parrot(ToneVoice):
        """Ends each prompt with the very word it waits for."""

        def speak(self, line: Line) -> Spoken:
            return Spoken(line.key, say("सही है"))

    for barge_in in (True, False):
        wire = SimulatedWire(hears_itself=True, lag=0.2)
        talk = SpokenChannel(wire, Parrot(), EchoRecognizer().session(), SETTINGS)
        assert talk.exchange(question(barge_in=barge_in)).sound is Sound.SILENCE


def test_on_a_wire_that_hears_itself_a_key_still_stops_the_prompt() -> None:
    wire = SimulatedWire((1.0, "1"), hears_itself=True)
    assert ask(wire, question()).keys == "1"
    assert wire.spoke_until < 1.1


def test_the_answer_window_opens_after_the_lag() -> None:
    notes = Notes()
    ask(SimulatedWire(lag=0.5), question(barge_in=False), notes)
    assert notes.times[0][1] == pytest.approx(PROMPT + 0.5 + 2.0, abs=0.05)


def test_the_cue_comes_after_the_question_and_not_after_a_statement() -> None:
    cue = Tone(seconds_per_letter=0.2).speak("x")
    asking, telling = SimulatedWire(), SimulatedWire()
    channel(asking, cue=cue).exchange(question(barge_in=False))
    channel(telling, cue=cue).exchange(Turn((Line("toy.told"),), None))
    assert asking.spoke_until == pytest.approx(PROMPT + 0.2, abs=0.03)
    assert telling.spoke_until == pytest.approx(PROMPT - GAP, abs=0.03)


def test_an_observer_learns_when_the_voice_ended_and_when_that_was_seen() -> None:
    notes = Notes()
    answer = say("हाँ")
    ask(SimulatedWire((PROMPT + 1, answer)), question(), notes)
    ((until, decided, compute),) = notes.times
    assert notes.texts == [("toy.question",)]
    assert until == pytest.approx(PROMPT + 1 + answer.seconds, abs=0.05)
    assert until + SETTINGS.recognition.short_pause <= decided < until + 0.5
    assert compute > 0


def test_the_observers_clock_goes_on_over_the_whole_call() -> None:
    notes = Notes()
    talk = channel(SimulatedWire((PROMPT + 1, say("हाँ")), (8.5, say("नहीं"))), notes)
    talk.exchange(question())
    talk.exchange(question())
    assert notes.times[1][0] == pytest.approx(8.5 + say("नहीं").seconds, abs=0.12)


def test_a_pin_is_hidden_from_the_observer() -> None:
    pin = Digits(4, 4, secret=True)
    spoken, keyed = Notes(), Notes()
    heard = ask(SimulatedWire((PROMPT + 1, say("एक दो तीन चार"))), question(pin), spoken)
    assert heard.text == "एक दो तीन चार"
    assert ask(SimulatedWire((PROMPT + 1, "1234")), question(pin), keyed).keys == "1234"
    assert (spoken.answers[0].text, keyed.answers[0].keys) == (HIDDEN, HIDDEN)
