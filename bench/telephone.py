"""An answer as it comes over the telephone of the demo."""

from collections.abc import Callable, Sequence

import numpy as np

from ivr.demo.telephone import RATE, SPOKEN_AT, at_level, companded, courtyard, on_the_line
from speech.audio import Audio

BEFORE, AFTER = 0.4, 1.2
"""Seconds of line noise before and after the voice."""
BACKGROUND = 60.0
"""Seconds of courtyard, of which each answer gets a piece."""


def over_the_telephone(voice: Audio, signal_to_noise: float, seed: int) -> Audio:
    """`voice` at 8 kHz through the line's band, white noise `signal_to_noise` dB below it, and A-law."""
    spoken = on_the_line(in_silence(voice), SPOKEN_AT)
    hiss = Audio(np.random.default_rng(seed).integers(-9999, 9999, len(spoken)).astype(np.int16), RATE)
    noise = on_the_line(hiss, SPOKEN_AT)
    return Audio(companded(spoken + at_level(noise, SPOKEN_AT - signal_to_noise)), RATE)


def in_a_courtyard(talk: Sequence[Audio], signal_to_noise: float) -> Callable[[Audio, int], Audio]:
    """The same line, with `talk`, pink noise and hum `signal_to_noise` dB below the voice instead of hiss."""
    background = courtyard(talk, BACKGROUND, SPOKEN_AT - signal_to_noise, np.random.default_rng(0))

    def line(voice: Audio, seed: int) -> Audio:
        spoken = on_the_line(in_silence(voice), SPOKEN_AT)
        at = np.random.default_rng(seed).integers(len(background))
        return Audio(companded(spoken + np.resize(np.roll(background, -at), len(spoken))), RATE)

    return line


def in_silence(voice: Audio) -> Audio:
    """`voice` with silence before and after it, as on a line without noise."""
    return Audio.joined([Audio.silence(BEFORE, voice.rate), voice, Audio.silence(AFTER, voice.rate)])
