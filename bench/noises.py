"""Sounds that people make without speaking."""

import numpy as np
from scipy.signal import butter, sosfilt

from models.training.noises import RATE, Sound


def breath(length: int, rng: np.random.Generator) -> Sound:
    """Breathing into the telephone: soft noise through an open mouth, in and out every one or two seconds."""
    sound, at = np.zeros(length), 0
    while at < length:
        size = round(RATE * rng.uniform(0.5, 1.2))
        puff = _mouth(size, rng) * np.sin(np.linspace(0, np.pi, size)) ** 2
        sound[at : at + size] += rng.uniform(0.3, 1) * puff[: length - at]
        at += size + round(RATE * rng.uniform(0.1, 0.6))
    return sound


def cough(length: int, rng: np.random.Generator) -> Sound:
    """Bouts of one to four coughs: each a burst, then a hoarse rest with some voice in it."""
    sound, at = np.zeros(length), round(RATE * rng.uniform(0.1, 0.5))
    while at < length:
        for _ in range(rng.integers(1, 5)):
            size = round(RATE * rng.uniform(0.2, 0.45))
            once = _once(size, rng)[: max(0, length - at)]
            sound[at : at + len(once)] += rng.uniform(0.5, 1) * once
            at += size + round(RATE * rng.uniform(0.02, 0.15))
        at += round(RATE * rng.uniform(0.8, 2))
    return sound


def _once(size: int, rng: np.random.Generator) -> Sound:
    time = np.arange(size) / RATE
    burst = _mouth(size, rng) * np.exp(-time / 0.03)
    hoarse = _mouth(size, rng) * np.exp(-(((time - 0.1) / 0.08) ** 2))
    voice = np.sign(np.sin(2 * np.pi * rng.uniform(120, 300) * time)) * np.exp(-time / 0.08)
    return np.asarray(2 * burst + hoarse + rng.uniform(0, 0.5) * voice)


def _mouth(size: int, rng: np.random.Generator) -> Sound:
    """Noise with the broad resonance of an open mouth."""
    low = rng.uniform(300, 700)
    band = butter(2, (low, low * rng.uniform(3, 6)), "bandpass", fs=RATE, output="sos")
    noise = np.asarray(sosfilt(band, rng.standard_normal(size)))
    return noise / (noise.std() or 1.0)
