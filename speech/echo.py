"""The recognizer's twin for tests: the text is hidden in the sound itself, as tones.

Each letter is four tones, each word a burst, and a gap separates two words. Unlike a number hidden in a
sample, a tone survives resampling and the telephone's band, so that the twin goes wherever a voice goes.
"""

import unicodedata
from collections.abc import Iterable, Sequence

import numpy as np

from speech.audio import Audio, Samples, from_float
from speech.recognizer import UNKNOWN, Hypothesis

RATE = 16000
TONE = RATE * 16 // 1000
GAP = RATE * 80 // 1000
PIECE = RATE * 4 // 1000
LOUD = 1500.0
FREQUENCIES = 500 + 160 * np.arange(16)
SIGNATURE = "5a"
DIGITS_PER_LETTER = 4


class EchoRecognizer:
    """Hears what `audio_of` wrote; any other sound is nothing, any word outside the phrases is `UNKNOWN`."""

    def session(self) -> "EchoSession":
        """New ears for one call."""
        return EchoSession()

    def unknown_words(self, phrases: Iterable[str]) -> set[str]:
        """Words with a character outside Devanagari, digits and Latin letters, to have something unknown."""
        words = {word for phrase in phrases for word in unicodedata.normalize("NFC", phrase).split()}
        return {word for word in words if any(ord(letter) > 0x97F for letter in word)}

    @staticmethod
    def audio_of(text: str, rate: int = RATE) -> Audio:
        """A sound in which the session hears `text`, as long as a person might take to say it."""
        bursts = [_burst(word) for word in unicodedata.normalize("NFC", text).split()]
        quiet = np.zeros(GAP)
        pieces = [piece for burst in bursts for piece in (burst, quiet)][:-1] or [quiet]
        return Audio(from_float(np.concatenate(pieces)), RATE).resampled(rate)


class EchoSession:
    """The ears of one call."""

    rate = RATE

    def __init__(self) -> None:
        self.listen_for(())

    def listen_for(self, phrases: Sequence[str], unknown: float = 0.0) -> None:
        """Begin a new question; all heard before is forgotten."""
        self._words = {word for phrase in phrases for word in unicodedata.normalize("NFC", phrase).split()}
        self._heard: list[str] = []
        self._sound = np.zeros(0, np.int16)

    def feed(self, samples: Samples) -> str:
        """Hear more sound and return the words that have ended."""
        self._sound = np.concatenate([self._sound, samples])
        self._take(_ended_bursts(self._sound))
        return " ".join(self._heard)

    def finish(self) -> Hypothesis:
        """End the question; a word that still sounds ends here."""
        self.feed(np.zeros(GAP, np.int16))
        heard = Hypothesis(" ".join(self._heard), 1.0 if self._heard else 0.0)
        self.listen_for(())
        return heard

    def _take(self, bursts: Sequence[tuple[int, int]]) -> None:
        for start, end in bursts:
            word = _word(self._sound[start:end])
            if word is not None:
                self._heard.append(word if word in self._words else UNKNOWN)
        if bursts:
            self._sound = self._sound[bursts[-1][1] :]


def _burst(word: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    digits = SIGNATURE + "".join(f"{ord(letter):04x}" for letter in word)
    time = np.arange(TONE) / RATE
    tones = [np.sin(2 * np.pi * FREQUENCIES[int(digit, 16)] * time) for digit in digits]
    return 0.3 * np.concatenate(tones)


def _ended_bursts(sound: Samples) -> list[tuple[int, int]]:
    """Start and end of each loud stretch that a gap follows."""
    whole = len(sound) // PIECE * PIECE
    loud = np.abs(sound[:whole].astype(np.int32)).reshape(-1, PIECE).max(axis=1, initial=0) > LOUD
    edges = np.flatnonzero(np.diff(np.concatenate([[0], loud.astype(np.int8), [0]])))
    stretches = [(int(a) * PIECE, int(b) * PIECE) for a, b in edges.reshape(-1, 2)]
    return [(start, end) for start, end in stretches if len(sound) - end >= GAP // 2]


def _word(sound: Samples) -> str | None:
    """The word in a burst, None if it is no burst of ours."""
    count = round(len(sound) / TONE)
    digits = "".join(_digit(sound[i * TONE : (i + 1) * TONE]) for i in range(count))
    letters = digits.removeprefix(SIGNATURE)
    if letters == digits or not letters or len(letters) % DIGITS_PER_LETTER:
        return None
    starts = range(0, len(letters), DIGITS_PER_LETTER)
    return "".join(chr(int(letters[i : i + DIGITS_PER_LETTER], 16)) for i in starts)


def _digit(tone: Samples) -> str:
    middle = tone[len(tone) // 5 : -len(tone) // 5]
    time = np.arange(len(middle)) / RATE
    strengths = np.abs(np.exp(-2j * np.pi * FREQUENCIES[:, None] * time) @ middle)
    return f"{int(np.argmax(strengths)):x}"
