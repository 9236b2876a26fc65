"""Where a voice begins and ends in the sound of one call, told by its energy above the noise.

The energy of each 10 ms between 300 and 3400 Hz (a telephone's band) is averaged over 30 ms. The noise is the
least such energy of the last two seconds ("minimum statistics", R. Martin, IEEE Trans. Speech and Audio
Processing 9(5), 2001): so it follows a fan or a generator that starts, and does not follow a voice.
"""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from speech.audio import FULL_SCALE, Samples

BLOCKS_PER_SECOND = 100
BAND = (300, 3400)
SMOOTHED_BLOCKS = 3
NOISE_WINDOW_BLOCKS = 2 * BLOCKS_PER_SECOND
ABOVE_NOISE_TO_START = 18.0
ABOVE_NOISE_TO_GO_ON = 14.0
"""In dB above the least of the noise, which in the babble of a courtyard is far under its mean; steady noise
is taken out of the sound before."""
FAINTEST_VOICE = -55.0
SILENT = -120.0


@dataclass(frozen=True, slots=True)
class Block:
    """What 10 ms of sound were like."""

    level: float
    """Smoothed energy in the telephone band, in dBFS (0 = a square wave at full scale)."""
    voiced: bool
    """Whether a voice was there."""


class VoiceActivity:
    """Marks each 10 ms as voice or not. It learns the noise of a call and is kept for the whole of it."""

    def __init__(self, rate: int) -> None:
        self._size = rate // BLOCKS_PER_SECOND
        frequencies = np.fft.rfftfreq(self._size, 1 / rate)
        self._band = (frequencies >= BAND[0]) & (frequencies <= BAND[1])
        self._window = np.hanning(self._size)
        self._scale = 2 / (self._size * float(np.sum(self._window**2)) * FULL_SCALE**2)
        self._rest = np.zeros(0, np.int16)
        self._powers: deque[float] = deque(maxlen=SMOOTHED_BLOCKS)
        self._quietest: deque[float] = deque(maxlen=NOISE_WINDOW_BLOCKS)
        self._voiced = False

    @property
    def noise(self) -> float:
        """The level of the noise, in dBFS."""
        return min(self._quietest, default=SILENT)

    def restart(self) -> None:
        """A new question: no voice is going on, and only the noise is still known."""
        self._rest = np.zeros(0, np.int16)
        self._powers.clear()
        self._voiced = False

    def feed(self, samples: Samples, bar: float = SILENT) -> Iterator[Block]:
        """The whole blocks that these samples complete; what is no louder than `bar` dBFS is no voice."""
        sound = np.concatenate([self._rest, samples])
        whole = len(sound) // self._size * self._size
        self._rest = sound[whole:]
        for power in self._power_of(sound[:whole].reshape(-1, self._size)):
            yield self._judge(power, bar)

    def _judge(self, power: float, bar: float) -> Block:
        self._powers.append(power)
        level = decibels(sum(self._powers) / len(self._powers))
        self._quietest.append(level)
        over = ABOVE_NOISE_TO_GO_ON if self._voiced else ABOVE_NOISE_TO_START
        self._voiced = level > max(self.noise + over, FAINTEST_VOICE, bar)
        return Block(level, self._voiced)

    def _power_of(self, blocks: Samples) -> list[float]:
        """The power of each block, all in one go: this is done for every frame of every call."""
        spectra = np.fft.rfft(blocks * self._window)[:, self._band]
        powers: list[float] = (np.sum(spectra.real**2 + spectra.imag**2, axis=1) * self._scale).tolist()
        return powers


def decibels(power: float) -> float:
    """A power as a part of full scale, in dBFS."""
    return 10 * math.log10(max(power, 10 ** (SILENT / 10)))


def loudness(samples: npt.NDArray[np.int16]) -> float:
    """The root mean square of the samples, in dBFS."""
    if not len(samples):
        return SILENT
    return decibels(float(np.mean((samples.astype(np.float64) / FULL_SCALE) ** 2)))
