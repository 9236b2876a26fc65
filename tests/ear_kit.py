"""Tells what is heard in a recording of a telephone, also where a busy machine left holes in it."""

import wave
from pathlib import Path
from statistics import median

import numpy as np
import numpy.typing as npt

from speech.audio import Samples
from speech.endpoint import loudness

RATE = 8000
"""Of all that is compared, in Hz."""
SAID = 0.93
"""What `mostly_alike` says of a second that was said, at least; of one that was not it says 0.86 at most."""
SECOND = RATE
"""Samples of a line that are compared: many begin alike."""
PIECE = RATE // 5
"""Samples that are looked for at a time."""
AUDIBLE = -40.0
"""In dBFS; what is fainter is not compared."""


def sound_of(path: Path) -> Samples:
    """A file that a telephone recorded, at 8 kHz."""
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.int16)


def alike(sound: Samples, within: Samples) -> float:
    """How much the likest piece of `within` is like `sound`: their correlation, at most 1."""
    return _correlation(sound, within, _products(sound, within))


def mostly_alike(sound: Samples, within: Samples) -> float:
    """The median correlation of pieces of 0.2 s: a busy machine's telephone leaves a hole here and there."""
    if len(within) < PIECE:
        return 0.0
    pieces = [sound[at : at + PIECE] for at in range(0, len(sound) - PIECE, PIECE // 2)]
    return median(_likest(piece, within) for piece in pieces if loudness(piece) > AUDIBLE)


def _products(sound: Samples, within: Samples) -> npt.NDArray[np.float64]:
    """The scalar product of `sound` with each piece of `within` that is as long."""
    size = 1 << (len(sound) + len(within) - 1).bit_length()
    spectra = np.fft.rfft(within.astype(float), size) * np.conj(np.fft.rfft(sound.astype(float), size))
    return np.fft.irfft(spectra, size)[: max(1, len(within) - len(sound))]


def _correlation(sound: Samples, within: Samples, likeness: npt.NDArray[np.float64]) -> float:
    """Of `sound` with the piece of `within` at the highest `likeness`."""
    at = int(np.argmax(likeness))
    return float(np.corrcoef(sound, within[at : at + len(sound)])[0, 1])


def _likest(piece: Samples, within: Samples) -> float:
    """As `alike`, but something louder elsewhere is not taken for a faint piece that is there."""
    products = _products(piece, within)
    power = np.concatenate([[0.0], np.cumsum(within.astype(float) ** 2)])
    loud = power[len(piece) :][: len(products)] - power[: len(products)]
    return _correlation(piece, within, products / np.sqrt(np.maximum(loud, len(piece))))
