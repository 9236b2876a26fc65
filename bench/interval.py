"""How well a share is known: intervals in which the true share lies with 95 %."""

import math
from collections.abc import Sequence

import numpy as np

Z = 1.959964
"""Of the normal distribution, for 95 %."""
DRAWS = 2000
"""How often speakers are drawn anew."""


def wilson(some: int, every: int) -> tuple[float, float]:
    """For `some` of `every` answers that do not depend on one another.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
    """
    if not every:
        return 0.0, 1.0
    share = some / every
    middle = (share + Z**2 / (2 * every)) / (1 + Z**2 / every)
    half = Z * math.sqrt(share * (1 - share) / every + Z**2 / (4 * every**2)) / (1 + Z**2 / every)
    return max(0.0, middle - half), min(1.0, middle + half)


def over_speakers(counts: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """For (some, every) of each speaker, whose answers resemble one another: speakers drawn with replacement.

    B. Efron, "Bootstrap methods: another look at the jackknife" (1979), percentiles. Of a handful of speakers
    it is too narrow, as they are drawn from themselves alone.
    """
    some, every = np.array(counts).T
    drawn = np.random.default_rng(0).integers(len(counts), size=(DRAWS, len(counts)))
    shares = some[drawn].sum(axis=1) / every[drawn].sum(axis=1)
    low, high = np.percentile(shares, (2.5, 97.5))
    return float(low), float(high)
