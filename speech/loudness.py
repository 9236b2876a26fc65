"""How loud speech is, and speech as loud as all that Sakhi says."""

import numpy as np
import numpy.typing as npt
import pyloudnorm

LOUDNESS = -20.0
"""How loud a sentence is, in LUFS (ITU-R BS.1770)."""
PEAK = 0.95
"""The loudest sample may be so high; a sentence that would be higher stays softer."""
SHORTEST = 0.5
"""Seconds that the measurement needs; what is shorter is measured with silence after it."""


def levelled(sound: npt.NDArray[np.floating], rate: int) -> npt.NDArray[np.float32]:
    """The sound, in −1..1, at `LOUDNESS`, or softer where its peaks would be too high."""
    short = round(SHORTEST * rate) - len(sound)
    measured = pyloudnorm.Meter(rate).integrated_loudness(
        np.pad(sound, (0, max(0, short))).astype(np.float64)
    )
    gain = 10 ** ((LOUDNESS - measured) / 20)
    top = float(np.abs(sound).max(initial=1e-9))
    return np.asarray(sound * min(gain, PEAK / top), np.float32)
