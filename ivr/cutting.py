"""Finds the pieces of a sentence in its sound: where our own ears hear each word, at the quietest place."""

import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from flows.hindi import ENDINGS
from flows.inventory import PAUSE, Cut, Piece, Sentence, words_of
from speech.audio import Audio, Samples
from speech.vosk import VoskRecognizer

ABOUT = 0.04
"""Seconds around the border of two words in which the quietest place is looked for."""
BLOCK = 0.01
BREATH = 0.2
"""Seconds of silence that are added between two sentences: who speaks slowly takes her time there."""
FADE = 0.005
_TOKEN = re.compile(rf"[{ENDINGS}]|[^\s{ENDINGS},]+")

Sound = npt.NDArray[np.float64]
Words = Sequence[tuple[int, int]]
"""Of each word of a sentence, its first sample and the one after its last."""


def heard(
    sentence: Sentence, sound: Audio, ears: VoskRecognizer, surely: bool = False
) -> Mapping[Piece, tuple[int, int]] | None:
    """Where each piece lies; the silence of its own punctuation belongs to it. None when it was not heard.

    `surely`: it was we who said it.
    """
    words = _words(sentence, sound, ears, surely)
    if words is None:
        return None
    wave = sound.samples.astype(np.float64)
    return {cut.piece: _span(cut, wave, words, sound.rate) for cut in sentence.cuts}


def with_breaths(sentence: Sentence, sound: Audio, ears: VoskRecognizer) -> Audio:
    """What we said with `BREATH` more silence between its sentences; as it is when that can't be heard."""
    words = _words(sentence, sound, ears, surely=True) or ()
    wave, edge = sound.samples.astype(np.float64), round(ABOUT * sound.rate)
    places, at = [], -1
    for token in _TOKEN.findall(sentence.text):
        if token not in ENDINGS:
            at += 1
        elif 0 <= at < len(words) - 1:
            places.append(_quietest(wave, words[at][1], words[at + 1][0] + edge, sound.rate))
    parts = [Audio(faded(part, sound.rate), sound.rate) for part in np.split(sound.samples, places)]
    breath = Audio.silence(BREATH, sound.rate)
    return Audio.joined([piece for part in parts for piece in (breath, part)][1:])


def faded(samples: Samples, rate: int) -> Samples:
    """The samples rising from silence and falling to it, within 5 ms, so that neither end clicks."""
    size = min(round(FADE * rate), len(samples) // 2)
    shape = np.ones(len(samples))
    shape[:size] = np.linspace(0, 1, size)
    shape[len(samples) - size :] = np.linspace(1, 0, size)
    return (samples * shape).astype(np.int16)


def _words(sentence: Sentence, sound: Audio, ears: VoskRecognizer, surely: bool) -> Words | None:
    times = ears.word_times(words_of(sentence.text), sound, surely)
    if times is None:
        return None
    return [(round(begin * sound.rate), round(end * sound.rate)) for begin, end in times]


def _span(cut: Cut, sound: Sound, words: Words, rate: int) -> tuple[int, int]:
    text, edge = cut.piece.text, round(ABOUT * rate)
    first, end = 0, len(sound)
    if cut.first:
        before, after = words[cut.first - 1][1], words[cut.first][0]
        pause = text[0] in ENDINGS + PAUSE
        first = min(before + edge, after) if pause else _quietest(sound, before - edge, after + edge, rate)
    if cut.last + 1 < len(words):
        before, after = words[cut.last][1], words[cut.last + 1][0]
        pause = text[-1] in ENDINGS + PAUSE
        end = max(after - edge, before) if pause else _quietest(sound, before - edge, after + edge, rate)
    return first, end


def _quietest(sound: Sound, low: int, high: int, rate: int) -> int:
    """The quietest place between two words."""
    block = round(BLOCK * rate)
    near = sound[max(0, low - block) : high + block]
    power = np.convolve(near**2, np.ones(block), "same")[block:-block]
    return low + int(power.argmin()) if len(power) else low
