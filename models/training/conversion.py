"""Makes a man's voice of a woman's and a woman's of a man's: there are too few of both among real people.

By the vocoder WORLD (Morise, Yokomori and Ozawa 2016), which takes pitch, throat and breath of a voice apart.
"""

import numpy as np
import pyworld

from models.training.noises import RATE, Sound
from models.training.throats import spread

LOWEST, HIGHEST = 60.0, 500.0
"""Pitches of people, in Hz."""
BETWEEN = 165.0
"""Women speak above it, as a rule, men below it, in Hz."""
MEN, WOMEN = (90.0, 145.0), (175.0, 270.0)
"""The pitches that they are given, in Hz."""
LONGER, SHORTER = (0.8, 0.93), (1.08, 1.22)
"""How high the resonances of a man's throat are beside a woman's, and hers beside his."""
LIVELY = (0.6, 1.2)
"""How far the pitch moves, of what it moved."""
FAINTEST = 1e-16
"""Keeps logarithms finite."""


def converted(sound: Sound, rng: np.random.Generator) -> Sound:
    """What `sound` (−1..1, 16 kHz) says, said as fast by the other sex; itself when nothing is voiced."""
    pitch, times = pyworld.dio(sound, RATE, f0_floor=LOWEST, f0_ceil=HIGHEST)
    pitch = pyworld.stonemask(sound, pitch, times, RATE)
    voiced = pitch > 0
    if not voiced.any():
        return sound
    usual = float(np.median(pitch[voiced]))
    (new, throat) = (MEN, LONGER) if usual > BETWEEN else (WOMEN, SHORTER)
    moved = rng.uniform(*new) * (np.maximum(pitch, 1) / usual) ** rng.uniform(*LIVELY)
    by = rng.uniform(*throat)
    envelope = np.log(pyworld.cheaptrick(sound, pitch, times, RATE) + FAINTEST)
    resonances = np.ascontiguousarray(np.exp(spread(envelope.T, by)).T)
    breath = np.ascontiguousarray(spread(pyworld.d4c(sound, pitch, times, RATE).T, by).T)
    said = pyworld.synthesize(np.where(voiced, moved, 0), resonances, breath, RATE)
    loudest = float(np.abs(said).max(initial=0)) + 1e-9
    return np.asarray(said[: len(sound)]) * min(1.0, 0.9 / loudest)
