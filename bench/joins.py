"""Where the pieces of a line meet: how long it is silent there, and how far the level jumps."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from speech.audio import FULL_SCALE, Audio

BLOCK = 0.005
SILENT, ACTIVE = 40.0, 25.0
"""How far below the loudest it is silent, and how far at most somebody speaks, in dB."""


def levels(audio: Audio) -> np.ndarray:
    """The power of each 5 ms, in dB."""
    size = round(BLOCK * audio.rate)
    blocks = (audio.samples[: len(audio.samples) // size * size] / FULL_SCALE).reshape(-1, size)
    return np.asarray(10 * np.log10((blocks**2).mean(axis=1) + 1e-10))


def spoken_level(audio: Audio) -> float:
    """How loud it is where somebody speaks, in dB."""
    found = levels(audio)
    return float(10 * np.log10(np.mean(10 ** (found[found > found.max() - ACTIVE] / 10))))


def silence_in(audio: Audio) -> float:
    """The longest silence that is not at an end, in seconds."""
    loud = np.flatnonzero(levels(audio) > levels(audio).max() - SILENT)
    return float(np.diff(loud).max() - 1) * BLOCK if len(loud) > 1 else 0.0


def jumps(pieces: Sequence[Audio]) -> Iterator[float]:
    """At each join, how far the levels of the two are apart, in dB."""
    heard = [piece for piece in pieces if piece.samples.any()]
    for one, other in pairwise(map(spoken_level, heard)):
        yield abs(one - other)
