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


def another(voices: list[npt.NDArray[np.int16]]) -> Noise:
    """One of `voices` at a time, up to a second apart: what a line returns of Sakhi's own sentences."""

    def noise(length: int, rng: np.random.Generator) -> Sound:
        begin, said = int(rng.integers(2 * RATE)), [np.zeros(0)]
        while sum(map(len, said)) < begin + length:
            voice = voices[rng.integers(len(voices))]
            said += [voice / (1 + np.std(voice)), np.zeros(rng.integers(RATE))]
        return np.concatenate(said)[begin : begin + length] + 0.001 * rng.standard_normal(length)

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


def breathing(length: int, rng: np.random.Generator) -> Sound:
    """A mouth close to the microphone: air that comes and goes, through a resonance that moves with it."""
    flow = np.abs(_wander(length, rng.uniform(0.3, 1.2), rng)) ** rng.uniform(1, 3)
    return _throat(rng.standard_normal(length) * flow, rng)


def clearing(length: int, rng: np.random.Generator) -> Sound:
    """Coughs, sneezes and a throat being cleared: bursts of air, some hoarse, at no regular times."""
    sound = np.zeros(length)
    for at in rng.integers(0, length, size=max(1, round(length / RATE * rng.uniform(0.5, 2.5)))):
        size = min(length - at, round(RATE * rng.uniform(0.12, 0.5)))
        time = np.arange(size) / RATE
        swell = np.minimum(1, time / rng.uniform(0.003, 0.06)) * np.exp(-time / rng.uniform(0.04, 0.2))
        hoarse = np.sin(np.cumsum(2 * np.pi * (rng.uniform(70, 350) + 40 * rng.standard_normal(size)) / RATE))
        air = rng.standard_normal(size) + rng.uniform(0, 2) * np.clip(4 * hoarse, -1, 1)
        sound[at : at + size] += rng.uniform(0.3, 1) * swell * air
    return _throat(sound, rng) + 0.01 * rng.standard_normal(length)


def _wander(length: int, often: float, rng: np.random.Generator) -> Sound:
    """A slow curve about 0 that turns so many times a second."""
    knots = rng.standard_normal(round(length / RATE * 2 * often) + 3)
    return np.interp(np.arange(length), np.arange(len(knots)) * RATE / (2 * often), knots)


def _throat(sound: Sound, rng: np.random.Generator) -> Sound:
    """Through one to three resonances, as a vocal tract without a vowel has them."""
    for centre in rng.uniform(250, 3500, rng.integers(1, 4)):
        pole = np.exp(-np.pi * rng.uniform(150, 900) / RATE) * np.exp(2j * np.pi * centre / RATE)
        sound = np.asarray(lfilter([1], [1, -2 * pole.real, abs(pole) ** 2], sound))
    return np.asarray(sound / (np.abs(sound).max(initial=0) + 1e-9))
