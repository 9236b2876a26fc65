"""The lines an answer comes over, and noise in which nobody answers."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from bench.spoken import Saying, silences
from bench.telephone import in_silence, over_the_telephone
from models.training import noises
from speech.audio import Audio, from_float

Line = Callable[[Audio, int], Audio]
"""A voice and the seed of the noise; the sound at the other end."""
AT = 0.1
"""How loud the loudest sample of a noise is, of full scale."""
LENGTH = 4.0
"""Seconds of a noise."""
TIMES = 8
"""How often each question gets each noise."""


def _telephone(signal_to_noise: float) -> Line:
    return lambda voice, seed: over_the_telephone(voice, signal_to_noise, seed)


LINES: dict[str, Line] = {"wide": lambda voice, _: in_silence(voice), "telephone 15 dB": _telephone(15.0)}
"""Wide band and quiet, and the telephone of the goals: 300 to 3400 Hz, A-law, white noise 15 dB below."""
EVERY: dict[str, Line] = {**LINES, "telephone 20 dB": _telephone(20.0), "telephone 10 dB": _telephone(10.0)}
"""The same and others."""


def nobody(rate: int, talk: Sequence[Audio]) -> Iterator[tuple[str, Saying, Audio]]:
    """Kind of noise, question and sound; `talk` is what is said further off, all at once."""
    kinds: dict[str, noises.Noise] = {
        "silence": lambda length, _: np.zeros(length),
        "hum": noises.hum,
        "fan": noises.fan,
        "breath and wind": noises.gusts,
        "knocks": noises.handling,
        "babble": noises.babble([voice.resampled(rate).samples for voice in talk]),
    }
    for number, (kind, noise) in enumerate(kinds.items()):
        for asked, saying in enumerate(silences()):
            for time in range(TIMES):
                sound = noise(round(LENGTH * rate), np.random.default_rng((number, asked, time)))
                loudest = float(np.abs(sound).max()) or 1.0
                yield kind, saying, Audio(from_float(sound / loudest * AT), rate)
