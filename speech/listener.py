"""Hears one answer: decides when it is over and what kind of sound it was.

No clock and no thread: time is counted in samples, so that the same sound always gives the same hearing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from speech.audio import Audio, Samples
from speech.belief import believed
from speech.damage import Damage
from speech.endpoint import (
    ABOVE_NOISE_TO_START,
    BLOCKS_PER_SECOND,
    FAINTEST_VOICE,
    SILENT,
    Block,
    VoiceActivity,
)
from speech.own_voice import OwnVoice
from speech.recognizer import Hypothesis, Session, known_words
from speech.suppressor import RATE, NoiseSuppressor
from speech.surroundings import Surroundings

BEFORE_VOICE = 0.3
AFTER_VOICE = 0.25
DECODER_LAG = 0.5
SILENCE_AT_END = 0.3
"""Seconds of silence given to the recognizer once an answer is over, which costs no waiting. Without it a
model hears one more word in the rest of the noise, and नहीं becomes नहीं है."""
UNSURE = 0.6
"""What is heard with less confidence is heard once more, where there is a second look."""
START_BLOCKS = 20
LOUD_BLOCKS = 5


class Outcome(Enum):
    """What kind of sound a question brought."""

    SPEECH = "speech"
    SILENCE = "silence"
    NOISE = "noise"
    """Loud, but nothing in it was like a word."""
    CUT = "cut"
    """Speech whose start or end is missing or damaged: ask for it again."""


@dataclass(frozen=True, slots=True)
class Question:
    """What may be answered, and how long to wait for it."""

    phrases: tuple[str, ...]
    """The answers to listen for."""
    settled: Callable[[str], bool]
    """Whether a text (with its "[unk]" tokens) is a complete answer that could not go on."""
    no_input: float
    """Seconds without a voice until we stop waiting for one."""
    short_pause: float
    """Seconds of silence that end a settled answer."""
    long_pause: float
    """Seconds of silence that end an answer that might go on."""
    longest: float
    """Seconds from the first voice on after which an answer is ended, whatever is heard."""
    unknown: float = 0.0
    """How likely it is, 0 to 1, that something else than the phrases is said."""
    meaning: Callable[[str], object] = lambda text: text or None
    """What a text means here, None for nothing: texts of one meaning are believed together."""
    narrower: tuple[str, ...] = ()
    """The likeliest of the phrases: a voice that meant nothing, or hardly anything, is heard once more among
    these alone, with its noise."""
    by_voice: bool = False
    """Whether silence alone ends the answer: she speaks in her own words, and what is heard of them tells
    nothing about whether more comes."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What was heard after a question."""

    text: str
    """The words; "[unk]" for each word outside the phrases; empty for none."""
    confidence: float
    """0 to 1, only a hint."""
    outcome: Outcome
    """What kind of sound it was."""
    voiced_until: float
    """Where the voice ended, in seconds since the question was opened; 0 without a voice."""
    seconds: float
    """When this was decided, in seconds of sound since the question was opened."""
    above_noise: float
    """How far the voice was above the noise of the place, both as they came in, in dB; 0 without a voice."""
    voiced_for: float = 0.0
    """How long there was a voice, in seconds, pauses not counted."""


class Listener:
    """The ears of one call: sound at `rate` Hz goes in, one hearing for each question comes out.

    Noise is taken out first, and for that sound is brought to the recognizer's rate, here and nowhere else: a
    recognizer that gets 8 kHz labelled as 16 kHz hears nothing and says nothing about it. The recognizer gets
    only the sound around a voice, because small models hear words in long noise.
    """

    def __init__(self, session: Session, rate: int) -> None:
        if session.rate != RATE:
            raise ValueError(f"the recognizer wants {session.rate} Hz; models for {RATE} Hz can be used")
        self._session = session
        self._rate = rate
        self._suppressor = NoiseSuppressor(rate)
        self._activity = VoiceActivity(RATE)
        self._surroundings = Surroundings(rate)
        self._own_voice = OwnVoice()
        self._question: Question | None = None

    def open(self, question: Question) -> None:
        """Begin to listen for the answer to a question; one that was open is forgotten."""
        self._session.listen_for(question.phrases, question.unknown)
        self._activity.restart()
        self._surroundings.restart()
        self._question = question
        self._damage = Damage(self._rate)
        self._levels: list[float] = []
        self._voice_start = 0
        self._voice_end = 0
        self._voiced = 0
        self._before = np.zeros(0, np.int16)
        self._raw = np.zeros(0, np.int16)
        self._heard: list[Samples] = []
        self._text = ""
        self._text_since = 0

    def feed(self, samples: Samples, played: float = SILENT) -> Hearing | None:
        """Hear the next samples; the hearing when they end the answer, else None.

        `played`: how loud we spoke meanwhile, in dBFS, where that may come back as an echo. Between two
        questions the sound only teaches the noise.
        """
        bar = self._own_voice.play(played, round(len(samples) / self._rate * BLOCKS_PER_SECOND))
        self._surroundings.feed(samples, self._own_voice.speaking)
        quiet = self._suppressor.feed(samples)
        blocks = tuple(self._activity.feed(quiet, bar))
        self._own_voice.learn(blocks)
        question = self._question
        if question is None:
            return None
        self._follow(blocks)
        self._recognize(quiet, samples, question)
        if not self._over(question):
            return None
        return self.end()

    def end(self) -> Hearing | None:
        """The hearing so far, when something else than silence ends the answer; None without a question."""
        question, self._question = self._question, None
        return self._decide(question) if question else None

    @property
    def _now(self) -> int:
        return len(self._levels)

    def _follow(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            self._levels.append(block.level)
            if block.voiced:
                self._voice_start = self._voice_start if self._voiced else self._now - 1
                self._voice_end = self._now
                self._voiced += 1

    def _recognize(self, quiet: Samples, raw: Samples, question: Question) -> None:
        """Give the recognizer what is voiced, a little before it and a little after it.

        More after it as long as there is no text, because a recognizer lags behind a short word. Damage is
        looked for in the raw sound: taking out noise covers it up.
        """
        self._before = np.concatenate([self._before, quiet])
        self._raw = np.concatenate([self._raw, raw])
        after = AFTER_VOICE if self._text else max(AFTER_VOICE, question.long_pause)
        if not self._voiced or self._now - self._voice_end > _blocks(after):
            self._before = self._before[-round(BEFORE_VOICE * RATE) :]
            self._raw = self._raw[-round(BEFORE_VOICE * self._rate) :]
            return
        self._damage.feed(self._raw)
        if question.narrower:
            self._heard.append(self._raw)
        text = self._session.feed(self._before)
        self._before = self._raw = np.zeros(0, np.int16)
        if text != self._text:
            self._text, self._text_since = text, self._now

    def _over(self, question: Question) -> bool:
        silence = self._now - self._voice_end
        if self._beyond_longest(question):
            return True
        if question.by_voice:
            return silence >= _blocks(question.long_pause if self._voiced else question.no_input)
        if not self._text:
            return self._now >= _blocks(question.no_input) and silence >= _blocks(question.long_pause)
        pause = question.short_pause if question.settled(self._text) else question.long_pause
        unchanged = self._now - self._text_since
        return silence >= _blocks(pause) or unchanged >= _blocks(pause + DECODER_LAG)

    def _beyond_longest(self, question: Question) -> bool:
        return self._voiced > 0 and self._now - self._voice_start >= _blocks(question.longest)

    def _decide(self, question: Question) -> Hearing:
        heard = self._finished(question)
        if self._voiced and question.narrower and _unsure(question, heard):
            heard = self._second_look(question, heard)
        return Hearing(
            heard.text,
            heard.confidence,
            self._outcome(question, heard.text),
            self._voice_end / BLOCKS_PER_SECOND,
            self._now / BLOCKS_PER_SECOND,
            self._surroundings.below_voice(self._voice_start, self._voice_end) if self._voiced else 0.0,
            self._voiced / BLOCKS_PER_SECOND,
        )

    def _finished(self, question: Question) -> Hypothesis:
        if self._voiced:
            self._session.feed(np.zeros(round(SILENCE_AT_END * RATE), np.int16))
        return believed(self._session.finish(), question.meaning)

    def _second_look(self, question: Question, first: Hypothesis) -> Hypothesis:
        """What is heard among the narrower phrases, if that is more: a छह that was taken for the से of फिर से.

        The sound is as it came in. Taking out the noise takes some of a short word along, and people's words
        are heard better with both; what is heard well at once is heard better without the noise.
        """
        self._session.listen_for(question.narrower, question.unknown)
        came = Audio(np.concatenate([np.zeros(0, np.int16), *self._heard]), self._rate)
        self._session.feed(came.resampled(RATE).samples)
        second = self._finished(question)
        if question.meaning(second.text) is None:
            return first
        more = second.confidence > first.confidence or question.meaning(first.text) is None
        return second if more else first

    def _outcome(self, question: Question, text: str) -> Outcome:
        if not text:
            return Outcome.NOISE if self._voiced >= LOUD_BLOCKS else Outcome.SILENCE
        if self._beyond_longest(question) or self._start_is_missing():
            return Outcome.CUT
        if not known_words(text) and self._damage.found:
            return Outcome.CUT
        return Outcome.SPEECH

    def _start_is_missing(self) -> bool:
        """Whether a voice was already there in the first block and went on for a while.

        Judged at the end, against the noise known by then: at the start of a call none is known.
        """
        loud = self._activity.noise + ABOVE_NOISE_TO_START
        return all(level > max(loud, FAINTEST_VOICE) for level in self._levels[:START_BLOCKS])


def _unsure(question: Question, heard: Hypothesis) -> bool:
    return heard.confidence < UNSURE or question.meaning(heard.text) is None


def _blocks(seconds: float) -> int:
    return round(seconds * BLOCKS_PER_SECOND)
