"""One take of a sentence that somebody records: whether it can be used, and what is made of it."""

from enum import Enum

import numpy as np
import numpy.typing as npt

from speech.audio import FULL_SCALE, Audio, from_float
from speech.damage import Damage
from speech.endpoint import FAINTEST_VOICE
from speech.loudness import levelled

RATE = 24000
"""Samples a second of what is kept, in Hz."""
BEFORE, AFTER = 0.06, 0.12
"""Seconds of silence kept at either end."""
FADE = 0.01
FRAME = 0.01
ACTIVE = 25.0
"""Speaks: what is no more than so many dB below the loudest."""
STEADY, STANDS_OUT, CLEAN = 6.0, 12.0, 20.0
"""In dB: how far noise alone varies, how far above it a voice is, and how far in what is kept."""
QUIETEST = -40.0
"""How loud she speaks at least, in dBFS: below that, the noise of the microphone is lifted with her voice."""
CLIPPED = 0.002
"""The share of samples at full scale, while she speaks, from which on it is heard."""
AT_FULL_SCALE = FULL_SCALE - 300
EDGE = 0.03
SOFT_EDGE = 15.0
"""How far below her voice the first and last `EDGE` seconds are, in dB, when nothing is cut off."""
SHORTEST_WORDS, LONGEST_WORDS, LONGEST_PAUSE = 0.03, 0.2, 1.5
"""Seconds a letter of the text takes, at least and at most, and seconds for pauses beyond that."""

Levels = npt.NDArray[np.float64]


class Fault(Enum):
    """Why a take can't be used, in plain words."""

    SILENT = "nobody speaks in it"
    QUIET = "it is too quiet: come nearer to the microphone, or turn it up"
    CLIPPED = "it is too loud and distorted: go further from the microphone, or turn it down"
    NOISY = "there is too much noise: close the window, turn off the fan"
    HOLES = "there are holes in it: close other programs"
    CUT = "its beginning or its end is cut off: wait for the tone, and for a moment after the last word"
    SHORT = "it is shorter than its text: say all of it"
    WORDS = "other words were heard in it, or they ran together: say just what is written, a little slower"
    LONG = "it is longer than its text: say only that, in one go"


def fault_of(take: Audio, text: str) -> Fault | None:
    """What is wrong with a take of `text`, the first of what there is; None when it can be used."""
    levels = _levels(take)
    if not len(levels):
        return Fault.SILENT
    noise, loudest = float(np.percentile(levels, 10)), float(levels.max())
    voice = levels > max(noise + STANDS_OUT, loudest - ACTIVE, FAINTEST_VOICE)
    if loudest < noise + STEADY:
        return Fault.SILENT
    active = _mean(levels[voice]) if voice.any() else loudest
    if _clipped(take) > CLIPPED * max(1, voice.sum()) * FRAME * take.rate:
        return Fault.CLIPPED
    if active < QUIETEST:
        return Fault.QUIET
    if active < noise + CLEAN:
        return Fault.NOISY
    if _holes(take):
        return Fault.HOLES
    edge = round(EDGE / FRAME)
    if max(_mean(levels[:edge]), _mean(levels[-edge:])) > active - SOFT_EDGE:
        return Fault.CUT
    return _wrong_length(np.flatnonzero(voice), len(text.replace(" ", "")))


def finished(take: Audio) -> Audio:
    """The take as it is kept: without the silence around it, as loud as all others, at `RATE`."""
    levels = _levels(take)
    noise = float(np.percentile(levels, 10))
    loud = np.flatnonzero(levels > max(noise + STANDS_OUT / 2, levels.max() - 2 * ACTIVE))
    size = round(FRAME * take.rate)
    first = max(0, loud[0] * size - round(BEFORE * take.rate))
    cut = Audio(take.samples[first : (loud[-1] + 1) * size + round(AFTER * take.rate)], take.rate)
    sound = levelled(cut.resampled(RATE).samples / FULL_SCALE, RATE)
    fade = np.linspace(0, 1, round(FADE * RATE), dtype=np.float32)
    sound[: len(fade)] *= fade
    sound[-len(fade) :] *= fade[::-1]
    return Audio(from_float(sound), RATE)


def _wrong_length(voice: npt.NDArray[np.intp], letters: int) -> Fault | None:
    seconds = (voice[-1] - voice[0] + 1) * FRAME
    if seconds < SHORTEST_WORDS * letters:
        return Fault.SHORT
    return Fault.LONG if seconds > LONGEST_WORDS * letters + LONGEST_PAUSE else None


def _clipped(take: Audio) -> int:
    return int(np.count_nonzero(np.abs(take.samples.astype(np.int32)) >= AT_FULL_SCALE))


def _holes(take: Audio) -> bool:
    damage = Damage(take.rate)
    damage.feed(take.samples)
    return damage.found


def _levels(take: Audio) -> Levels:
    """The power of each 10 ms, in dBFS."""
    size = round(FRAME * take.rate)
    blocks = take.samples[: len(take.samples) // size * size].reshape(-1, size) / FULL_SCALE
    return np.asarray(10 * np.log10((blocks**2).mean(axis=1) + 1e-9))


def _mean(levels: Levels) -> float:
    """The mean power."""
    return float(10 * np.log10(np.mean(10 ** (levels / 10))))
