"""Takes the steady noise out of a line, so that a fan or a hum does not turn one word into another."""

from collections.abc import Iterator

import numpy as np
import soxr
from webrtc_noise_gain import AudioProcessor

from speech.audio import Samples

RATE = 16000
"""Samples per second that come out, in Hz."""
STRONGEST = 4
NO_GAIN = 0
FRAME = RATE // 100


class NoiseSuppressor:
    """The noise suppression of WebRTC for one call. It learns the noise as it goes, so feed it everything."""

    def __init__(self, rate: int) -> None:
        """`rate`: Hz of what goes in."""
        self._processor = AudioProcessor(NO_GAIN, STRONGEST)
        self._resampler = _resampler(rate) if rate != RATE else None
        self._rest = np.zeros(0, np.int16)

    def feed(self, samples: Samples) -> Samples:
        """The next whole 10 ms frames at `RATE` without their noise; a part of a frame waits."""
        if self._resampler:
            samples = np.asarray(self._resampler.resample_chunk(samples), dtype=np.int16)
        sound = np.concatenate([self._rest, samples])
        whole = len(sound) // FRAME * FRAME
        self._rest = sound[whole:]
        return np.concatenate([np.zeros(0, np.int16), *self._quieter(sound[:whole])])

    def _quieter(self, sound: Samples) -> Iterator[Samples]:
        for at in range(0, len(sound), FRAME):
            quiet = self._processor.Process10ms(sound[at : at + FRAME].tobytes())
            yield np.frombuffer(quiet.audio, np.int16)


def _resampler(rate: int) -> soxr.ResampleStream:
    """Of medium quality, which is plenty for a telephone and holds back 26 ms, where the best holds 66."""
    return soxr.ResampleStream(rate, RATE, 1, dtype="int16", quality="MQ")
