"""Makes another speaker of a voice: faster or slower, higher or lower, with a longer or a shorter throat."""

import numpy as np
import soxr
from scipy.signal import istft, stft

from models.training.noises import RATE, Sound

WINDOW, STEP = 512, 128
ENVELOPE = 40
"""Cepstral coefficients that are the throat; those above are the voice's own pitch."""


def spoken_by_another(sound: Sound, rng: np.random.Generator) -> Sound:
    """`sound` (−1..1, 16 kHz) with the changes drawn: each is left out about half of the time."""
    if rng.random() < 0.65:
        sound = np.asarray(soxr.resample(sound, RATE, RATE / rng.uniform(0.86, 1.14), quality="MQ"))
    if rng.random() < 0.35:
        sound = warped(sound, rng.uniform(0.85, 1.18))
    if rng.random() < 0.35:
        sound = stretched(sound, rng.uniform(0.75, 1.25))
    return sound


def warped(sound: Sound, by: float) -> Sound:
    """With the resonances of the throat `by` times as high, the pitch as it was (vocal-tract length warp)."""
    _, _, spectrum = stft(sound, RATE, nperseg=WINDOW, noverlap=WINDOW - STEP)
    cepstrum = np.fft.irfft(np.log(np.abs(spectrum) + 1e-6), axis=0)
    cepstrum[ENVELOPE:-ENVELOPE] = 0
    envelope = np.fft.rfft(cepstrum, axis=0).real
    gain = np.exp(np.clip(spread(envelope, by) - envelope, -5, 5))
    _, found = istft(spectrum * gain, RATE, nperseg=WINDOW, noverlap=WINDOW - STEP)
    return np.asarray(found[: len(sound)])


def spread(spectra: Sound, by: float) -> Sound:
    """What each column has at a frequency (row), at `by` times that frequency."""
    source = np.clip(np.arange(len(spectra)) / by, 0, len(spectra) - 1)
    low = source.astype(int)
    high, share = np.minimum(low + 1, len(spectra) - 1), (source - low)[:, None]
    return np.asarray(spectra[low] * (1 - share) + spectra[high] * share)


def stretched(sound: Sound, by: float) -> Sound:
    """`by` times as fast at the same pitch, by the phase vocoder of Flanagan and Golden (1966)."""
    _, _, spectrum = stft(sound, RATE, nperseg=WINDOW, noverlap=WINDOW - STEP)
    places = np.arange(0, spectrum.shape[1] - 1, by)
    low = places.astype(int)
    share = places - low
    size = np.abs(spectrum[:, low]) * (1 - share) + np.abs(spectrum[:, low + 1]) * share
    turns = np.angle(spectrum[:, 1:]) - np.angle(spectrum[:, :-1])
    phase = np.angle(spectrum[:, :1]) + np.cumsum(
        np.concatenate([np.zeros((len(spectrum), 1)), turns[:, low[:-1]]], 1), 1
    )
    _, found = istft(size * np.exp(1j * phase), RATE, nperseg=WINDOW, noverlap=WINDOW - STEP)
    return np.asarray(found)
