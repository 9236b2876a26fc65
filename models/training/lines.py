"""The ways a voice reaches the recognizer: a throat, a room, a line or none, noise, and noise suppression.

Each sound is drawn anew, so that the network never hears one twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import soxr
from scipy.signal import butter, fftconvolve, lfilter, sosfilt

from models.training.codecs import CODECS, WEIGHTS, lossy
from models.training.noises import RATE, Noise, Sound
from models.training.throats import spoken_by_another
from speech.audio import FULL_SCALE, Samples, from_float
from speech.suppressor import NoiseSuppressor

TELEPHONE = 8000
LAG = 0.026
"""Seconds by which the suppressor's resampler holds back what came over a telephone."""


@dataclass(frozen=True, slots=True)
class Mixture:
    """How often what happens to a voice."""

    calls: float = 0.65
    """Share of voices over a telephone line."""
    noisy_calls: float = 0.85
    """Share of calls with noise."""
    noisy_rooms: float = 0.5
    """Share of voices that are not calls, with noise."""
    suppressed: float = 0.5
    """Share of voices whose noise is taken out, as the product does it."""
    cut: float = 0.3
    """Share of voices whose first and last sounds are cut off in part."""
    clipped: float = 0.08
    """Share of voices that overdrive their microphone."""
    lossy_calls: float = 0.15
    """Share of calls that lose packets."""
    least_noise: float = 32.0
    """Highest ratio of voice to noise, in dB."""
    most_noise: float = 5.0
    """Lowest ratio of voice to noise, in dB."""


def through_a_line(
    voice: Samples, noises: Sequence[Noise], mixture: Mixture, rng: np.random.Generator
) -> Samples:
    """`voice` at 16 kHz as the recognizer would get it: with 0.05 to 0.4 s of line before and after it."""
    whole = voice / FULL_SCALE
    sound = _cut(whole, rng) if rng.random() < mixture.cut else whole
    sound = _in_a_room(spoken_by_another(sound, rng), rng)
    call = bool(rng.random() < mixture.calls)
    rate = TELEPHONE if call else RATE
    band = _band(rng) if call else None
    spoken = _over(_clipped(sound, rng) if rng.random() < mixture.clipped else sound, band)
    level = _loudness(spoken[np.abs(spoken) > 0.02 * np.abs(spoken).max(initial=0)])
    before, after = rng.uniform((0.4, 0.1), (2.0, 0.45))
    line = np.pad(spoken / level, (round(before * rate), round(after * rate)))
    if rng.random() < (mixture.noisy_calls if call else mixture.noisy_rooms):
        noise = _over(noises[int(rng.integers(len(noises)))](len(line) * RATE // rate, rng), band)
        under = 10 ** (-rng.uniform(mixture.most_noise, mixture.least_noise) / 20)
        line = line + np.resize(noise, len(line)) * under / _loudness(noise)
    line = line * 10 ** (-rng.uniform(12, 36) / 20)
    heard = from_float(np.clip(line, -1, 1))
    if call:
        heard = CODECS[rng.choice(list(CODECS), p=WEIGHTS)](heard)
        heard = lossy(heard, rng) if rng.random() < mixture.lossy_calls else heard
    quiet = rng.random() < mixture.suppressed
    if quiet:
        heard = NoiseSuppressor(rate).feed(heard)
    elif call:
        heard = from_float(np.asarray(soxr.resample(heard / FULL_SCALE, rate, RATE, quality="MQ")))
    begin = before + (LAG if call and quiet else 0) - rng.uniform(0.05, 0.4)
    return heard[max(0, round(begin * RATE)) :]


def _cut(sound: Sound, rng: np.random.Generator) -> Sound:
    """As an eager endpointer leaves it: without the quiet at both ends and up to 45 ms of the voice."""
    (loud,) = np.nonzero(np.abs(sound) > 0.02 * np.abs(sound).max(initial=0))
    first, last = (round(RATE * seconds) for seconds in rng.uniform(-0.03, 0.045, 2))
    if len(loud) < 1 or loud[-1] - loud[0] < RATE // 4:
        return sound
    return sound[max(0, loud[0] + first) : loud[-1] - last]


def _clipped(sound: Sound, rng: np.random.Generator) -> Sound:
    top = np.abs(sound).max(initial=0) * rng.uniform(0.2, 0.8)
    return np.clip(sound, -top, top)


def _in_a_room(sound: Sound, rng: np.random.Generator) -> Sound:
    """A third of the time with an echo of 50 to 400 ms, and with the tilt of some microphone."""
    if rng.random() < 0.35:
        length = round(RATE * rng.uniform(0.05, 0.4))
        echo = rng.standard_normal(length) * np.exp(-5 * np.arange(length) / length) * rng.uniform(0.02, 0.1)
        echo[0] = 1
        sound = fftconvolve(sound, echo)[: len(sound)]
    if rng.random() < 0.6:
        sound = lfilter([1, rng.uniform(-0.6, 0.6)], [1], sound)
    return np.asarray(sound)


def _band(rng: np.random.Generator) -> Sound:
    """The band of some telephone line, as second-order sections."""
    edges = (rng.uniform(150, 380), rng.uniform(3000, 3700))
    return np.asarray(butter(rng.integers(2, 6), edges, "bandpass", fs=TELEPHONE, output="sos"))


def _over(sound: Sound, band: Sound | None) -> Sound:
    if band is None:
        return sound
    return np.asarray(sosfilt(band, soxr.resample(sound, RATE, TELEPHONE, quality="HQ")))


def _loudness(sound: Sound) -> float:
    """Root mean square, never quite 0."""
    return float(np.sqrt(np.mean(sound**2))) + 1e-9 if sound.size else 1e-9
