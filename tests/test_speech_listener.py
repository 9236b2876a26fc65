"""The ears of a call: when an answer is over, and what kind of sound it was. Time is counted in samples."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speech.audio import Audio, Samples
from speech.echo import EchoRecognizer
from speech.endpoint import loudness
from speech.listener import Hearing, Listener, Outcome, Question

RATE = 8000
PHRASES = ("हाँ", "नहीं", "दो सौ", "पचास", "रुपये")
WAIT, SHORT, LONG, LONGEST = 3.0, 0.25, 0.7, 6.0
LATE = 0.15
"""Seconds by which frames, the suppressor and the smoothing delay a decision at most."""


def question() -> Question:
    def settled(text: str) -> bool:
        return text.endswith(("हाँ", "नहीं", "रुपये"))

    return Question(PHRASES, settled, WAIT, SHORT, LONG, LONGEST)


def say(text: str) -> Audio:
    return EchoRecognizer.audio_of(text, RATE)


def hiss(seconds: float, level: float, seed: int = 0) -> Audio:
    noise = np.random.default_rng(seed).normal(0, level, round(seconds * RATE))
    return Audio(np.clip(noise, -32768, 32767).astype(np.int16), RATE)


def quiet(seconds: float) -> Audio:
    return Audio.silence(seconds, RATE)


def ears(frame: float = 0.02, sound: Audio | None = None) -> Hearing | None:
    listener = Listener(EchoRecognizer().session(), RATE)
    listener.open(question())
    return hear(listener, sound or quiet(0), frame)


def hear(listener: Listener, sound: Audio, frame: float = 0.02) -> Hearing | None:
    size = round(frame * RATE)
    for at in range(0, len(sound.samples), size):
        hearing = listener.feed(sound.samples[at : at + size])
        if hearing:
            return hearing
    return None


def answered(*pieces: Audio) -> Hearing:
    hearing = ears(sound=Audio.joined([*pieces, quiet(WAIT + 2)]))
    assert hearing is not None
    return hearing


def test_a_settled_answer_ends_after_the_short_pause() -> None:
    hearing = answered(quiet(1), say("हाँ"))
    assert (hearing.text, hearing.outcome) == ("हाँ", Outcome.SPEECH)
    end = 1 + say("हाँ").seconds
    assert hearing.voiced_until == pytest.approx(end, abs=LATE)
    assert SHORT <= hearing.seconds - end <= SHORT + LATE


def test_an_answer_that_may_go_on_gets_the_long_pause() -> None:
    hearing = answered(quiet(1), say("दो सौ"))
    assert hearing.text == "दो सौ"
    assert LONG <= hearing.seconds - (1 + say("दो सौ").seconds) <= LONG + LATE


def test_a_pause_inside_an_amount_does_not_cut_it() -> None:
    hearing = answered(quiet(1), say("दो सौ"), quiet(0.5), say("पचास"), quiet(0.5), say("रुपये"))
    assert (hearing.text, hearing.outcome) == ("दो सौ पचास रुपये", Outcome.SPEECH)


def test_silence_is_silence_after_the_waiting_time() -> None:
    hearing = answered()
    assert (hearing.text, hearing.outcome, hearing.voiced_until) == ("", Outcome.SILENCE, 0)
    assert hearing.seconds == pytest.approx(WAIT, abs=LATE)


def test_a_steady_noise_is_silence_once_it_is_known() -> None:
    listener = Listener(EchoRecognizer().session(), RATE)
    hear(listener, hiss(3, 300))
    listener.open(question())
    hearing = hear(listener, hiss(WAIT + 1, 300, seed=1))
    assert hearing is not None
    assert hearing.outcome is Outcome.SILENCE


def test_loud_sound_without_a_word_is_noise() -> None:
    clatter = [piece for seed in range(4) for piece in (quiet(0.2), hiss(0.3, 4000, seed))]
    hearing = answered(quiet(0.5), *clatter)
    assert (hearing.text, hearing.outcome) == ("", Outcome.NOISE)


def test_a_voice_that_was_already_there_is_cut() -> None:
    listener = Listener(EchoRecognizer().session(), RATE)
    sound = Audio.joined([quiet(2), say("रुपये दो सौ"), quiet(3)])
    begun = round(2.14 * RATE)
    hear(listener, Audio(sound.samples[:begun], RATE))
    listener.open(question())
    hearing = hear(listener, Audio(sound.samples[begun:], RATE))
    assert hearing is not None
    assert hearing.outcome is Outcome.CUT


def test_an_answer_without_end_is_cut_at_the_longest() -> None:
    hearing = answered(quiet(0.5), *[say("दो सौ पचास") for _ in range(12)])
    assert hearing.outcome is Outcome.CUT
    assert hearing.seconds == pytest.approx(0.5 + LONGEST, abs=LATE)


def test_words_outside_the_phrases_come_back_as_unknown() -> None:
    assert answered(quiet(1), say("बारिश")).text == "[unk]"


@given(st.floats(0.005, 0.06), st.sampled_from(["हाँ", "दो सौ", "नहीं", "दो सौ पचास रुपये"]))
@settings(max_examples=25)
def test_the_size_of_the_frames_changes_nothing(frame: float, text: str) -> None:
    hearing = ears(frame, Audio.joined([quiet(0.7), say(text), quiet(2)]))
    assert hearing is not None
    assert (hearing.text, hearing.outcome) == (text, Outcome.SPEECH)
    assert hearing.voiced_until == pytest.approx(0.7 + say(text).seconds, abs=LATE)


def test_nothing_is_heard_between_two_questions() -> None:
    listener = Listener(EchoRecognizer().session(), RATE)
    assert hear(listener, Audio.joined([quiet(1), say("हाँ"), quiet(2)])) is None
    listener.open(question())
    hearing = hear(listener, Audio.joined([quiet(1), say("नहीं"), quiet(2)]))
    assert hearing is not None
    assert hearing.text == "नहीं"
    assert hear(listener, Audio.joined([say("हाँ"), quiet(2)])) is None


def test_the_level_meter_follows_the_loudness() -> None:
    levels = [loudness(hiss(0.02, level).samples) for level in (0, 30, 300, 3000)]
    assert levels[0] == -120
    assert all(later - earlier > 15 for earlier, later in pairwise(levels))


def test_a_recognizer_for_another_rate_is_refused() -> None:
    class Slow(type(EchoRecognizer().session())):  # type: ignore[misc]
        rate = 8000

        def feed(self, samples: Samples) -> str:
            raise AssertionError("it must not be fed")

    with pytest.raises(ValueError, match="8000 Hz"):
        Listener(Slow(), RATE)


@pytest.mark.parametrize("far", [5, 12, 20])
def test_how_far_the_voice_is_above_the_place_is_measured(far: int) -> None:
    listener = Listener(EchoRecognizer().session(), RATE)
    voice = say("दो सौ पचास रुपये")
    loud = np.sqrt(np.mean(voice.samples.astype(float) ** 2))
    sound = Audio.joined([quiet(3), voice, quiet(3)])
    noise = hiss(sound.seconds, float(loud) * 10 ** (-far / 20), seed=3).samples[: len(sound.samples)]
    mixed = Audio((sound.samples.astype(np.int32) + noise).clip(-32768, 32767).astype(np.int16), RATE)
    hear(listener, Audio(mixed.samples[: 2 * RATE], RATE))
    listener.open(question())
    hearing = hear(listener, Audio(mixed.samples[2 * RATE :], RATE))
    assert hearing is not None
    assert hearing.above_noise == pytest.approx(far, abs=3)


def test_the_quiet_between_gusts_does_not_hide_them() -> None:
    listener = Listener(EchoRecognizer().session(), RATE)
    gusts = Audio.joined([piece for seed in range(4) for piece in (quiet(0.5), hiss(0.5, 3000, seed))])
    hear(listener, gusts)
    listener.open(question())
    hearing = hear(listener, Audio.joined([quiet(0.5), say("हाँ"), quiet(2)]))
    assert hearing is not None
    assert hearing.above_noise < 15
