"""A telephone line: what it does to a voice before Sakhi hears it."""

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfilt

from speech.audio import FULL_SCALE, Audio, from_float

RATE = 8000
"""Samples per second of a telephone line, in Hz."""
BAND = (300.0, 3400.0)
"""The band of a telephone line (ITU-T G.712), in Hz."""
A_LAW = 87.6
"""The A of A-law (ITU-T G.711), which Indian networks use."""
SPOKEN_AT = 0.1
"""Root mean square of the voice on the line, full scale 1: −20 dBFS."""
BEFORE, AFTER = 0.4, 1.2
"""Seconds of line noise before and after the voice."""


def over_the_telephone(voice: Audio, signal_to_noise: float, seed: int) -> Audio:
    """`voice` at 8 kHz through the band, white noise `signal_to_noise` dB below it, and A-law."""
    band = butter(4, BAND, "bandpass", fs=RATE, output="sos")
    clean = in_silence(voice.resampled(RATE)).samples / FULL_SCALE
    spoken = sosfilt(band, clean)
    spoken *= SPOKEN_AT / _loudness(spoken[np.abs(clean) > 0.02 * np.abs(clean).max()])
    noise = sosfilt(band, np.random.default_rng(seed).standard_normal(len(spoken)))
    noise *= SPOKEN_AT / _loudness(noise) * 10 ** (-signal_to_noise / 20)
    return Audio(from_float(_a_law(spoken + noise)), RATE)


def in_silence(voice: Audio) -> Audio:
    """`voice` with silence before and after it, as on a line without noise."""
    return Audio.joined([Audio.silence(BEFORE, voice.rate), voice, Audio.silence(AFTER, voice.rate)])


def _loudness(samples: npt.NDArray[np.float64]) -> float:
    return float(np.sqrt(np.mean(samples**2)))


def _a_law(samples: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Samples in −1..1 as 8-bit A-law hands them on (the formula of G.711, not its table)."""
    size, scale = np.abs(np.clip(samples, -1, 1)), 1 + np.log(A_LAW)
    small = size < 1 / A_LAW
    pressed = np.where(small, A_LAW * size, 1 + np.log(np.maximum(A_LAW * size, 1))) / scale
    coded = np.round(pressed * 127) / 127
    back = np.where(coded < 1 / scale, coded * scale, np.exp(np.maximum(coded * scale - 1, 0))) / A_LAW
    return np.asarray(np.sign(samples) * back)
