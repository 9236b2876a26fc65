"""What callers say: the synthetic voice of somebody else, as it comes over a telephone with its noise."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from bench.phone import alaw
from bench.phone.rtp import Clip
from ivr.demo.telephone import SPOKEN_AT, at_level, on_the_line
from speech.audio import Samples, from_float
from speech.pyttsx3 import Pyttsx3, Worker

VOICES = ("hi+m6", "hi", "hi+Andrea")
"""espeak-ng voices that are heard well on such a line: how well others are is for `bench.hearing`."""
RATE = 130
"""Words per minute."""
NOISE_SECONDS = 10
SIGNAL_TO_NOISE = 30.0
"""By how much a voice is louder than the white noise of its line, in dB."""


class Wardrobe:
    """Makes and keeps the clips of all callers. `hiss`: what is on a line while nobody speaks."""

    def __init__(self, worker: Worker, signal_to_noise: float = SIGNAL_TO_NOISE) -> None:
        self._worker = worker
        self._made: dict[tuple[str, str], Clip] = {}
        white = np.random.default_rng(3).standard_normal(NOISE_SECONDS * alaw.RATE)
        self._noise = at_level(white, SPOKEN_AT - signal_to_noise)
        self.hiss = alaw.packets(from_float(self._noise))

    def clip(self, text: str, voice: str = VOICES[0]) -> Clip:
        """The words by an espeak-ng voice. Raises SynthesisFailed."""
        made = self._made.get((text, voice))
        if made is None:
            spoken = on_the_line(Pyttsx3(self._worker, voice, RATE).speak(text), SPOKEN_AT)
            made = self._made[text, voice] = _clip(
                from_float(spoken), from_float(spoken + np.resize(self._noise, len(spoken)))
            )
        return made


def _clip(clean: Samples, on_the_line: Samples) -> Clip:
    voiced = [number for number, packet in enumerate(alaw.packets(clean)) if alaw.voiced(packet)]
    return Clip(tuple(alaw.packets(on_the_line)), voiced[-1])


@contextmanager
def wardrobe() -> Iterator[Wardrobe]:
    """A wardrobe, with the process of its voices."""
    with Worker() as worker:
        yield Wardrobe(worker)
