"""What a telephone line does to a voice, and what else is heard on it: a courtyard of women, hum, hiss."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, sosfilt

from speech.audio import FULL_SCALE, Audio, Samples

RATE = 8000
"""Samples per second of a telephone line, in Hz."""
BAND = (300.0, 3400.0)
"""The band of a telephone line (ITU-T G.712), in Hz."""
A_LAW = 87.6
"""The A of A-law (ITU-T G.711), which Indian networks use."""
SPOKEN_AT = -20.0
"""How loud the middle one of the voices is on the line, in dBFS."""
VOICED = 0.02
"""What is louder than this part of its loudest sample is voice, the rest is a pause in it."""

_BANDPASS = butter(4, BAND, "bandpass", fs=RATE, output="sos")
_MAINS = 50.0
_GROUPS = 4
_CHATTING, _HISS, _HUM = 1.0, 0.5, 0.25

Sound = npt.NDArray[np.float64]
"""Samples in −1..1."""


def on_the_line(voice: Audio, level: float) -> Sound:
    """A voice as it comes out of the line at `level` dBFS while it speaks (before the companding)."""
    clean = voice.resampled(RATE).samples / FULL_SCALE
    spoken = np.asarray(sosfilt(_BANDPASS, clean))
    voiced = spoken[np.abs(clean) > VOICED * np.abs(clean).max(initial=0)]
    return at_level(spoken, level, voiced)


def courtyard(chatter: Sequence[Audio], seconds: float, level: float, rng: np.random.Generator) -> Sound:
    """Noise at `level` dBFS on average: the voices of `chatter` in four groups, pink noise, and the mains."""
    size = round(seconds * RATE)
    babble = np.zeros(size)
    for voice in (*chatter,) * _GROUPS:
        sound = on_the_line(voice, SPOKEN_AT)
        babble += np.roll(np.resize(sound, size), rng.integers(size))
    hum = sum(np.sin(2 * np.pi * _MAINS * part * np.arange(size) / RATE) / part for part in (2, 4, 6, 8, 12))
    parts = ((babble, _CHATTING), (_pink(size, rng), _HISS), (np.asarray(hum), _HUM))
    mixed = sum(at_level(part, 0.0) * share for part, share in parts if part.any())
    return at_level(np.asarray(sosfilt(_BANDPASS, mixed)), level)


def at_level(sound: Sound, level: float, judged: Sound | None = None) -> Sound:
    """`sound` so loud that `judged` of it (all, when not told) has a root mean square of `level` dBFS."""
    loudness = float(np.sqrt(np.mean(np.square(sound if judged is None else judged)))) if sound.size else 0.0
    return sound * (10 ** (level / 20) / loudness) if loudness else sound


def companded(sound: Sound) -> Samples:
    """Samples as 8-bit A-law hands them on (the formula of G.711, not its table of segments)."""
    size, scale = np.abs(np.clip(sound, -1, 1)), 1 + np.log(A_LAW)
    pressed = np.where(size < 1 / A_LAW, A_LAW * size, 1 + np.log(np.maximum(A_LAW * size, 1))) / scale
    coded = np.round(pressed * 127) / 127
    back = np.where(coded < 1 / scale, coded * scale, np.exp(np.maximum(coded * scale - 1, 0))) / A_LAW
    return np.asarray(np.round(np.sign(sound) * back * (FULL_SCALE - 1)), np.int16)


def voiced_until(sound: Sound) -> float:
    """Where the voice ends in the sound of one utterance, in seconds."""
    (loud,) = np.nonzero(np.abs(sound) > VOICED * np.abs(sound).max(initial=0))
    return (loud[-1] + 1) / RATE if loud.size else 0.0


def _pink(size: int, rng: np.random.Generator) -> Sound:
    """Noise with the same energy in every octave: white noise, its spectrum divided by the root of f."""
    spectrum = np.fft.rfft(rng.standard_normal(size))
    return np.asarray(np.fft.irfft(spectrum / np.sqrt(np.maximum(1, np.arange(len(spectrum)))), size))
