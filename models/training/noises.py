"""Noises of the places Sakhi is called from."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.signal import lfilter

RATE = 16000
Sound = npt.NDArray[np.float64]
"""Samples at `RATE`, of any loudness."""
Noise = Callable[[int, np.random.Generator], Sound]
"""So many samples of a noise."""
MAINS = 50.0
"""Frequency of the mains in India, in Hz."""


def white(length: int, rng: np.random.Generator) -> Sound:
    """Hiss."""
    return rng.standard_normal(length)


def coloured(length: int, rng: np.random.Generator) -> Sound:
    """A fan, a road, rain: a slope of up to about 6 dB an octave."""
    return np.asarray(lfilter([1], [1, -rng.uniform(0.3, 0.97)], rng.standard_normal(length)))


def pink(length: int, rng: np.random.Generator) -> Sound:
    """Three decibels less an octave."""
    spectrum = np.fft.rfft(rng.standard_normal(length))
    return np.fft.irfft(spectrum / np.sqrt(np.arange(len(spectrum)) + 20), length)


def hum(length: int, rng: np.random.Generator) -> Sound:
    """The mains and their overtones, over a little hiss."""
    time = np.arange(length) / RATE
    tones = [
        rng.uniform(0.2, 1) * np.sin(2 * np.pi * MAINS * tone * time + rng.uniform(0, 2 * np.pi))
        for tone in rng.choice(np.arange(1, 24), 8, replace=False)
    ]
    return np.asarray(np.sum(tones, axis=0) + 0.2 * rng.standard_normal(length))


def gusts(length: int, rng: np.random.Generator) -> Sound:
    """Wind in a courtyard: it swells and drops within a second."""
    knots = rng.uniform(0.05, 1, length // RATE * 3 + 3) ** 2
    swell = np.interp(np.arange(length), np.arange(len(knots)) * RATE / 3, knots)
    return coloured(length, rng) * swell


def babble(voices: list[npt.NDArray[np.int16]]) -> Noise:
    """Three to six of `voices` at once, over and over."""

    def noise(length: int, rng: np.random.Generator) -> Sound:
        together = np.zeros(length)
        for number in rng.integers(len(voices), size=rng.integers(3, 7)):
            voice = voices[number] / (1 + np.std(voices[number]))
            together += np.roll(np.resize(voice, length), rng.integers(length))
        return together + 0.02 * rng.standard_normal(length)

    return noise


def fan(length: int, rng: np.random.Generator) -> Sound:
    """A table fan: rushing air that its blades chop, and the tone of its motor."""
    time = np.arange(length) / RATE
    chopped = 1 + rng.uniform(0.1, 0.5) * np.sin(2 * np.pi * rng.uniform(4, 40) * time)
    motor = rng.uniform(0, 0.4) * np.sin(2 * np.pi * rng.uniform(80, 260) * time)
    return coloured(length, rng) * chopped + motor


def handling(length: int, rng: np.random.Generator) -> Sound:
    """A telephone that is moved in the hand, vessels, a door: knocks that die away, over a little hiss."""
    sound = 0.03 * rng.standard_normal(length)
    for at in rng.integers(0, length, size=max(1, round(length / RATE * rng.uniform(1, 5)))):
        size = min(length - at, round(RATE * rng.uniform(0.01, 0.15)))
        knock = rng.standard_normal(size) * np.exp(-6 * np.arange(size) / max(1, size))
        sound[at : at + size] += rng.uniform(0.3, 2) * np.asarray(
            lfilter([1], [1, -rng.uniform(-0.5, 0.95)], knock)
        )
    return sound
