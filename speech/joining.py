"""Joins pieces of speech, cut from several sentences, so that they sound like one."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from speech.audio import FULL_SCALE, Audio, from_float

OVERLAP = 0.012
"""Seconds over which one piece fades into the next."""
LEVEL = -18.0
"""How loud a piece is where somebody speaks, in dB below full scale."""
APART = 1.0
"""How far from that a piece may stay, in dB: a sentence falls towards its end."""
HUSH = 0.045
"""The longest silence left at an end that is joined, in seconds."""
CLOSED = 0.11
"""The longest silence left within a word, in seconds: as at the held consonant of इकतालीस."""
_ACTIVE = 25.0
_QUIET = 35.0
_BLOCK = 0.005

Wave = npt.NDArray[np.float64]


def joined(pieces: Sequence[Audio]) -> Audio:
    """The pieces one after the other, each fading into the next. ValueError for none, or several rates."""
    rates = {piece.rate for piece in pieces}
    if len(rates) != 1:
        raise ValueError(f"pieces are joined at one rate, not at {sorted(rates)}")
    (rate,) = rates
    lap = round(OVERLAP * rate)
    rise = np.sin(np.linspace(0, np.pi / 2, lap))
    whole = _wave(pieces[0])
    for piece in pieces[1:]:
        wave = _wave(piece)
        size = min(lap, len(whole), len(wave))
        fade = rise if size == lap else np.sin(np.linspace(0, np.pi / 2, size))
        middle = whole[len(whole) - size :] * fade[::-1] + wave[:size] * fade
        whole = np.concatenate([whole[: len(whole) - size], middle, wave[size:]])
    return Audio(from_float(whole), rate)


def levelled(piece: Audio) -> Audio:
    """The piece about as loud as every other: within `APART` of `LEVEL` where somebody speaks."""
    wave = _wave(piece)
    levels = _levels(wave, piece.rate)
    if not len(levels):
        return piece
    active = levels[levels > levels.max() - _ACTIVE]
    level = 10 * np.log10(np.mean(10 ** (active / 10)))
    off = LEVEL - level
    gain = np.sign(off) * max(0.0, abs(off) - APART)
    top = np.abs(wave).max(initial=1e-9)
    return Audio(from_float(wave * min(10 ** (gain / 20), 0.98 / top)), piece.rate)


def tightened(piece: Audio, start: bool, end: bool) -> Audio:
    """Without more silence than `HUSH` at its start, and at its end."""
    levels = _levels(_wave(piece), piece.rate)
    if not len(levels):
        return piece
    (loud,) = np.nonzero(levels > levels.max() - _QUIET)
    block, hush = round(_BLOCK * piece.rate), round(HUSH * piece.rate)
    first = max(0, int(loud[0]) * block - hush) if start else 0
    last = (int(loud[-1]) + 1) * block + hush if end else len(piece.samples)
    return Audio(piece.samples[first:last], piece.rate)


def flowing(piece: Audio) -> Audio:
    """Without more silence than `CLOSED` anywhere inside: the middle of a longer one is left out."""
    levels = _levels(_wave(piece), piece.rate)
    if not len(levels):
        return piece
    (loud,) = np.nonzero(levels > levels.max() - _QUIET)
    block, kept = round(_BLOCK * piece.rate), round((CLOSED + OVERLAP) * piece.rate / 2)
    parts, first = [], 0
    for one, other in pairwise(int(number) * block for number in loud):
        closes = one + block
        if other - closes > 2 * kept:
            parts.append(Audio(piece.samples[first : closes + kept], piece.rate))
            first = other - kept
    return joined([*parts, Audio(piece.samples[first:], piece.rate)]) if parts else piece


def _wave(piece: Audio) -> Wave:
    return piece.samples.astype(np.float64) / FULL_SCALE


def _levels(wave: Wave, rate: int) -> Wave:
    """The power of each 5 ms, in dB."""
    block = round(_BLOCK * rate)
    blocks = wave[: len(wave) // block * block].reshape(-1, block)
    return np.asarray(10 * np.log10((blocks**2).mean(axis=1) + 1e-10))
