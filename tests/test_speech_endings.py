"""When an answer is over, whatever the pauses, the waiting time and the noise of the place."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from speech.audio import Audio, Samples
from speech.echo import EchoRecognizer, EchoSession
from speech.listener import Hearing, Listener, Outcome, Question
from speech.recognizer import Hypothesis

RATE = 8000
AMOUNT = ("दो सौ", "पचास", "रुपये")
LATE = 0.15
"""Seconds by which frames, the suppressor and the smoothing delay a decision at most."""
LATE_IN_NOISE = 0.5
"""As much more, because a noise is not silence at once when a voice ends."""


def question(no_input: float = 4.0, short: float = 0.25, long: float = 0.7, longest: float = 8.0) -> Question:
    return Question(AMOUNT, lambda text: text.endswith("रुपये"), no_input, short, long, longest)


def say(text: str) -> Audio:
    return EchoRecognizer.audio_of(text, RATE)


def quiet(seconds: float) -> Audio:
    return Audio.silence(seconds, RATE)


def fan(seconds: float, level: float, seed: int = 0) -> Audio:
    noise = np.random.default_rng(seed).normal(0, level, round(seconds * RATE))
    return Audio(noise.clip(-32768, 32767).astype(np.int16), RATE)


class Hasty(EchoSession):
    """Hears one more word if it must decide while there is still some sound."""

    def listen_for(self, phrases: Sequence[str], unknown: float = 0.0) -> None:
        super().listen_for(phrases, unknown)
        self.last = np.ones(0, np.int16)

    def feed(self, samples: Samples) -> str:
        self.last = np.concatenate([self.last, samples])[-EchoSession.rate // 5 :]
        return super().feed(samples)

    def finish(self) -> Hypothesis:
        cut_off = bool(np.any(self.last))
        heard = super().finish()
        return Hypothesis(f"{heard.text} है", 1.0) if cut_off else heard


def over(sound: Audio, noise: Audio) -> Audio:
    mixed = sound.samples.astype(np.int32) + noise.samples[: len(sound.samples)]
    return Audio(mixed.clip(-32768, 32767).astype(np.int16), RATE)


def ears(session: EchoSession | None = None) -> Listener:
    return Listener(session or EchoRecognizer().session(), RATE)


def feed(listener: Listener, sound: Audio) -> Hearing | None:
    for at in range(0, len(sound.samples), RATE // 50):
        hearing = listener.feed(sound.samples[at : at + RATE // 50])
        if hearing:
            return hearing
    return None


def heard(asked: Question, *pieces: Audio) -> Hearing:
    listener = ears()
    listener.open(asked)
    hearing = feed(listener, Audio.joined([*pieces, quiet(asked.no_input + asked.longest)]))
    assert hearing is not None
    return hearing


@given(lead=st.floats(0.3, 3.0), long=st.floats(0.3, 1.5), share=st.floats(0.1, 2.0))
@example(lead=0.5, long=0.7, share=0.75)
@settings(max_examples=40)
def test_a_pause_splits_an_amount_only_when_it_is_longer_than_the_long_one(
    lead: float, long: float, share: float
) -> None:
    pause = long * share
    assume(not long - LATE <= pause <= long + LATE)
    hearing = heard(question(long=long), quiet(lead), say("दो सौ"), quiet(pause), say("पचास रुपये"))
    assert hearing.outcome is Outcome.SPEECH
    assert hearing.text == ("दो सौ पचास रुपये" if pause < long else "दो सौ")


@given(lead=st.floats(0.3, 3.0), short=st.floats(0.1, 0.5))
@settings(max_examples=25)
def test_a_settled_answer_ends_after_the_short_pause_wherever_it_is(lead: float, short: float) -> None:
    hearing = heard(question(short=short, long=2.0), quiet(lead), say("पचास रुपये"))
    end = lead + say("पचास रुपये").seconds
    assert hearing.text == "पचास रुपये"
    assert end + short <= hearing.seconds <= end + max(short, 0.2) + LATE


@given(no_input=st.floats(0.7, 6.0))
@settings(max_examples=15)
def test_nobody_speaks_for_as_long_as_is_waited(no_input: float) -> None:
    hearing = heard(question(no_input=no_input))
    assert (hearing.text, hearing.outcome) == ("", Outcome.SILENCE)
    assert no_input - 0.02 <= hearing.seconds <= no_input + LATE


@given(longest=st.floats(1.0, 4.0), lead=st.floats(0.3, 1.0))
@settings(max_examples=10)
def test_no_answer_lasts_longer_than_the_longest(longest: float, lead: float) -> None:
    hearing = heard(question(longest=longest), quiet(lead), *[say("दो सौ पचास") for _ in range(8)])
    assert hearing.outcome is Outcome.CUT
    assert hearing.seconds == pytest.approx(lead + longest, abs=LATE)


@given(level=st.floats(50, 3000), starts=st.floats(0.5, 2.0))
@example(level=3000, starts=1.0)  # so loud that a part of it is left when noise is taken out
@settings(max_examples=12)
def test_a_fan_that_starts_while_nobody_speaks_is_no_answer_and_is_got_used_to(
    level: float, starts: float
) -> None:
    listener = ears()
    listener.open(question())
    hearing = feed(listener, Audio.joined([quiet(starts), fan(12, level)]))
    assert hearing is not None
    assert hearing.text == ""
    assert hearing.seconds < 8
    listener.open(question())
    again = feed(listener, fan(6, level, seed=1))
    assert again is not None
    assert (again.text, again.outcome) == ("", Outcome.SILENCE)


@given(level=st.floats(50, 400))
@settings(max_examples=15)
def test_an_answer_over_a_fan_is_heard_and_ends_in_time(level: float) -> None:
    listener = ears()
    feed(listener, fan(4, level))
    listener.open(question())
    voice = Audio.joined([quiet(1), say("दो सौ पचास रुपये"), quiet(4)])
    hearing = feed(listener, over(voice, fan(voice.seconds, level, seed=2)))
    assert hearing is not None
    assert (hearing.text, hearing.outcome) == ("दो सौ पचास रुपये", Outcome.SPEECH)
    assert hearing.seconds <= voice.seconds - 4 + 0.25 + LATE_IN_NOISE


@pytest.mark.parametrize("word", ["बारिश", "बारिश में"])
def test_words_outside_the_phrases_that_were_clipped_are_cut(word: str) -> None:
    loud = (say(word).samples.astype(np.int32) * 20).clip(-32768, 32767).astype(np.int16)
    assert heard(question(), quiet(1), say(word)).outcome is Outcome.SPEECH
    assert heard(question(), quiet(1), Audio(loud, RATE)).outcome is Outcome.CUT


def test_no_word_is_heard_in_the_noise_at_the_end_because_it_is_cut_off() -> None:
    listener = ears(Hasty())
    feed(listener, fan(4, 300))
    listener.open(question())
    voice = Audio.joined([quiet(1), say("पचास रुपये"), quiet(4)])
    hearing = feed(listener, over(voice, fan(voice.seconds, 300, seed=2)))
    assert hearing is not None
    assert hearing.text == "पचास रुपये"


class Scraps(EchoSession):
    """Hears a scrap of a command as long as commands are listened for."""

    def listen_for(self, phrases: Sequence[str], unknown: float = 0.0) -> None:
        super().listen_for(phrases, unknown)
        self.commands = "फिर से" in phrases

    def feed(self, samples: Samples) -> str:
        text = super().feed(samples)
        return "से" if text and self.commands else text

    def finish(self) -> Hypothesis:
        commands = self.commands
        heard = super().finish()
        return Hypothesis("से", 1.0) if heard.text and commands else heard


@pytest.mark.parametrize(("narrower", "text"), [((), "से"), (("छह", "सात"), "छह"), (("सात",), "से")])
def test_a_scrap_that_means_nothing_is_heard_again_among_the_answers(
    narrower: tuple[str, ...], text: str
) -> None:
    listener = ears(Scraps())
    phrases = ("छह", "सात", "फिर से")
    listener.open(
        Question(
            phrases,
            bool,
            3.0,
            0.3,
            0.6,
            8.0,
            meaning=lambda said: said if said in phrases else None,
            narrower=narrower,
        )
    )
    hearing = feed(listener, Audio.joined([quiet(0.5), say("छह"), quiet(4.0)]))
    assert hearing is not None
    assert hearing.text == text


class Doubting(EchoSession):
    """Is as sure as told the first and the second time it hears something, and keeps what it was given."""

    def __init__(self, first: float, second: float) -> None:
        self.sure = [first, second]
        self.given: list[list[Samples]] = []
        super().__init__()

    def listen_for(self, phrases: Sequence[str], unknown: float = 0.0) -> None:
        super().listen_for(phrases, unknown)
        self.few = len(phrases) == 1
        self.given.append([])

    def feed(self, samples: Samples) -> str:
        self.given[-1].append(samples)
        return super().feed(samples)

    def finish(self) -> Hypothesis:
        few = self.few
        heard = super().finish()
        return Hypothesis("छह" if few else heard.text, self.sure[few]) if heard.text else heard


@pytest.mark.parametrize(
    ("first", "second", "text", "looks"),
    [(0.4, 0.8, "छह", 2), (0.4, 0.3, "सात", 2), (0.6, 0.9, "सात", 1)],
)
def test_what_is_hardly_sure_is_heard_again_with_its_noise(
    first: float, second: float, text: str, looks: int
) -> None:
    session = Doubting(first, second)
    listener = ears(session)
    feed(listener, fan(4, 300))
    session.given.clear()
    listener.open(Question(("छह", "सात"), bool, 3.0, 0.3, 0.6, 8.0, narrower=("छह",)))
    voice = Audio.joined([quiet(0.5), say("सात"), quiet(4)])
    hearing = feed(listener, over(voice, fan(voice.seconds, 300, seed=2)))
    assert hearing is not None
    assert hearing.text == text
    taken = [np.concatenate(pieces) for pieces in session.given if pieces]
    assert len(taken) == looks
    before_the_voice = [float(np.abs(sound[:1000].astype(float)).mean()) for sound in taken]
    assert looks == 1 or before_the_voice[1] > 2 * before_the_voice[0]
