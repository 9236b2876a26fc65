"""The lines an answer comes over, and noise in which nobody answers."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import numpy as np

from bench.noises import breath, cough
from bench.speakers import Spoken
from bench.spoken import silences
from bench.telephone import in_a_courtyard, in_silence, over_the_telephone
from models.training import noises
from speech.audio import Audio, from_float

Line = Callable[[Audio, int], Audio]
"""A voice and the seed of the noise; the sound at the other end."""
NOBODY = "Nobody speaks"
LOUDEST = (0.03, 0.5)
"""How loud the loudest sample of a noise is, of full scale: between these, drawn."""
LENGTH, OPENED = 9.0, 3.0
"""Seconds of a noise, and after how many the question is opened: until then it was played."""
TIMES = 12
"""How often each question gets each noise."""


def _telephone(signal_to_noise: float) -> Line:
    return lambda voice, seed: over_the_telephone(voice, signal_to_noise, seed)


LINES: dict[str, Line] = {"wide": lambda voice, _: in_silence(voice), "telephone 15 dB": _telephone(15.0)}
"""Wide band and quiet, and the telephone of the goals: 300 to 3400 Hz, A-law, white noise 15 dB below."""


def harsh(talk: Sequence[Audio]) -> dict[str, Line]:
    """Worse ones; `talk` is what is said in the courtyard."""
    return {"telephone 10 dB": _telephone(10.0), "courtyard 15 dB": in_a_courtyard(talk, 15.0)}


def nobody(rate: int, talk: Sequence[Audio]) -> Iterator[Spoken]:
    """Each noise to each question; `talk` is what is said further off, all at once.

    It goes on from before the question is opened until nobody is waited for any longer.
    Hum, fan, wind and babble are made as for training, breath and cough are not in it.
    """
    kinds: dict[str, noises.Noise] = {
        "silence": lambda length, _: np.zeros(length),
        "hum": noises.hum,
        "fan": noises.fan,
        "wind": noises.gusts,
        "knocks": noises.handling,
        "breath": breath,
        "cough": cough,
        "babble": noises.babble([voice.resampled(rate).samples for voice in talk]),
    }
    for number, (kind, noise) in enumerate(kinds.items()):
        for asked, saying in enumerate(silences()):
            for time in range(TIMES):
                made = partial(_made, noise, (number, asked, time), rate)
                yield Spoken(NOBODY, saying, "", made, kind, OPENED)


def _made(noise: noises.Noise, seed: tuple[int, ...], rate: int) -> Audio:
    rng = np.random.default_rng(seed)
    sound = noise(round(LENGTH * rate), rng)
    loudest = float(np.abs(sound).max()) or 1.0
    quietest, loud = np.log(LOUDEST)
    return Audio(from_float(sound / loudest * np.exp(rng.uniform(quietest, loud))), rate)
