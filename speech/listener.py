"""Hears one answer: decides when it is over and what kind of sound it was.

No clock and no thread: time is counted in samples, so that the same sound always gives the same hearing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np
import soxr

from speech.audio import FULL_SCALE, Samples
from speech.endpoint import BLOCKS_PER_SECOND, SILENT, Block, VoiceActivity, loudness
from speech.recognizer import Session, known_words

DECODER_LAG = 0.5
START_CUT_BLOCKS = 20
VOICE_BLOCKS = 5
ABOVE_NOISE_AT_START = 6.0
CLIPPED_SHARE = 0.01
LOUDEST = FULL_SCALE - 8


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
    """Whether a text is a complete answer that could not go on."""
    no_input: float
    """Seconds without a voice until we stop waiting for one."""
    short_pause: float
    """Seconds of silence that end a settled answer."""
    long_pause: float
    """Seconds of silence that end an answer that might go on."""
    longest: float
    """Seconds from the first voice on after which an answer is ended, whatever is heard."""


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


class Listener:
    """The ears of one call: sound at `rate` Hz goes in, one hearing for each question comes out.

    Sound at another rate than the recognizer's is resampled here and nowhere else, because a recognizer that
    gets 8 kHz labelled as 16 kHz hears nothing and says nothing about it.
    """

    def __init__(self, session: Session, rate: int) -> None:
        self._session = session
        self._rate = rate
        self._activity = VoiceActivity(rate)
        self._question: Question | None = None
        self.level = SILENT
        """How loud the last frame was, in dBFS."""

    def open(self, question: Question) -> None:
        """Begin to listen for the answer to a question; one that was open is forgotten."""
        self._session.listen_for(question.phrases)
        self._resampler = soxr.ResampleStream(self._rate, self._session.rate, 1, dtype="int16")
        self._activity.restart()
        self._question = question
        self._blocks: list[Block] = []
        self._text = ""
        self._text_since = 0
        self._clipped = 0
        self._voiced_samples = 0

    def feed(self, samples: Samples) -> Hearing | None:
        """Hear the next samples; the hearing when they end the answer, else None.

        Between two questions the sound only teaches the noise and the level.
        """
        self.level = loudness(samples)
        blocks = list(self._activity.feed(samples))
        question = self._question
        if question is None:
            return None
        self._blocks += blocks
        self._count_clipped(samples)
        text = self._session.feed(self._at_session_rate(samples))
        if text != self._text:
            self._text, self._text_since = text, len(self._blocks)
        if not self._over(question):
            return None
        self._question = None
        return self._decide(question)

    def _at_session_rate(self, samples: Samples, last: bool = False) -> Samples:
        if self._rate == self._session.rate:
            return samples
        return np.asarray(self._resampler.resample_chunk(samples, last), dtype=np.int16)

    def _count_clipped(self, samples: Samples) -> None:
        if self._blocks and self._blocks[-1].voiced:
            self._voiced_samples += len(samples)
            self._clipped += int(np.count_nonzero(np.abs(samples.astype(np.int32)) >= LOUDEST))

    def _over(self, question: Question) -> bool:
        now = len(self._blocks)
        if self._beyond_longest(question):
            return True
        if not self._text:
            return now >= _blocks(question.no_input) and not self._blocks[-1].voiced
        pause = question.short_pause if question.settled(self._spoken()) else question.long_pause
        silent = now - self._voice_end() >= _blocks(pause)
        unchanged = now - self._text_since >= _blocks(pause + DECODER_LAG)
        return silent or unchanged

    def _beyond_longest(self, question: Question) -> bool:
        first = next((i for i, block in enumerate(self._blocks) if block.voiced), len(self._blocks))
        return len(self._blocks) - first >= _blocks(question.longest)

    def _spoken(self) -> str:
        return " ".join(known_words(self._text))

    def _voice_end(self) -> int:
        """The number of blocks up to the end of the last voiced one; 0 without a voice."""
        last = next((i for i, block in enumerate(reversed(self._blocks)) if block.voiced), len(self._blocks))
        return len(self._blocks) - last

    def _decide(self, question: Question) -> Hearing:
        self._session.feed(self._at_session_rate(np.zeros(0, np.int16), last=True))
        heard = self._session.finish()
        return Hearing(
            heard.text,
            heard.confidence,
            self._outcome(question, heard.text),
            self._voice_end() / BLOCKS_PER_SECOND,
            len(self._blocks) / BLOCKS_PER_SECOND,
        )

    def _outcome(self, question: Question, text: str) -> Outcome:
        if not text:
            return Outcome.NOISE if self._loud() else Outcome.SILENCE
        if self._beyond_longest(question) or self._start_is_missing():
            return Outcome.CUT
        if not known_words(text) and self._is_clipped():
            return Outcome.CUT
        return Outcome.SPEECH

    def _loud(self) -> bool:
        return sum(block.voiced for block in self._blocks) >= VOICE_BLOCKS

    def _start_is_missing(self) -> bool:
        """Whether a voice was already there in the first block and went on for a while.

        Judged at the end, against the noise known by then: at the start of a call none is known.
        """
        loud = [block.level > self._activity.noise + ABOVE_NOISE_AT_START for block in self._blocks]
        return all(loud[:START_CUT_BLOCKS])

    def _is_clipped(self) -> bool:
        return self._clipped > self._voiced_samples * CLIPPED_SHARE


def _blocks(seconds: float) -> int:
    return round(seconds * BLOCKS_PER_SECOND)
