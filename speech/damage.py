"""Signs that the sound of an answer was damaged on its way: clipping and dropped packets."""

import numpy as np

from speech.audio import FULL_SCALE, Samples

LOUDEST = FULL_SCALE - 8
CLIPPED_SHARE = 0.01
AUDIBLE = 1000
SHORTEST_DROPOUT = 0.005
DROPOUTS = 2


class Damage:
    """Counts what is damaged in the voiced part of one answer."""

    def __init__(self, rate: int) -> None:
        self._shortest = round(SHORTEST_DROPOUT * rate)
        self._last = np.zeros(self._shortest, np.int16)
        self._samples = 0
        self._clipped = 0
        self._dropouts = 0

    @property
    def found(self) -> bool:
        """Whether more than 1 % is clipped, or a loud sound broke off twice into digital silence."""
        return self._clipped > self._samples * CLIPPED_SHARE or self._dropouts >= DROPOUTS

    def feed(self, samples: Samples) -> None:
        """Look at the next voiced samples."""
        self._samples += len(samples)
        self._clipped += int(np.count_nonzero(np.abs(samples.astype(np.int32)) >= LOUDEST))
        sound = np.concatenate([self._last, samples])
        self._dropouts += self._breaks(np.abs(sound.astype(np.int32)))
        self._last = sound[-self._shortest :]

    def _breaks(self, loudness: "np.ndarray[tuple[int], np.dtype[np.int32]]") -> int:
        """Loud samples that at least `SHORTEST_DROPOUT` seconds of zeros follow."""
        zeros = np.concatenate([[0], np.cumsum(loudness == 0)])
        after = zeros[self._shortest + 1 :] - zeros[1 : -self._shortest]
        loud = loudness[: len(after)] > AUDIBLE
        return int(np.count_nonzero(loud & (after == self._shortest)))
