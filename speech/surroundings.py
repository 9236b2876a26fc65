"""How loud the place is that she speaks from, compared with her voice."""

from collections import deque

import numpy as np

from speech.audio import FULL_SCALE, Samples
from speech.endpoint import BLOCKS_PER_SECOND, decibels

REMEMBERED = 4 * BLOCKS_PER_SECOND
AROUND_VOICE = BLOCKS_PER_SECOND // 5
"""Blocks at both ends of a voice that are not judged: it was marked in sound that came a little late."""
ENOUGH = BLOCKS_PER_SECOND // 2


class Surroundings:
    """Remembers how loud the last seconds were, as they came in: the place is what was not her voice."""

    def __init__(self, rate: int) -> None:
        self._size = rate // BLOCKS_PER_SECOND
        self._rest = np.zeros(0, np.int16)
        self._before: deque[tuple[float, bool]] = deque(maxlen=REMEMBERED)
        self._blocks: list[tuple[float, bool]] = []

    def restart(self) -> None:
        """A new question: what was heard up to now came before it."""
        self._before.extend(self._blocks)
        self._blocks = []

    def feed(self, samples: Samples, ours: bool = False) -> None:
        """The next sound of the line; `ours`: whether our own voice may be in it."""
        sound = np.concatenate([self._rest, samples])
        whole = len(sound) // self._size * self._size
        self._rest = sound[whole:]
        blocks = sound[:whole].reshape(-1, self._size) / FULL_SCALE
        self._blocks += [(power, ours) for power in np.mean(blocks**2, axis=1).tolist()]

    def below_voice(self, start: int, end: int) -> float:
        """How far the place is below the voice in the blocks from `start` to `end` of this question, in dB.

        The mean of all that is not voice, since babble and gusts are what she must be heard above, and not
        the quiet between them.
        """
        voice = [power for power, _ in self._blocks[start:end]]
        around = self._place(start, end)
        if not voice or not around:
            return 0.0
        place = sum(around) / len(around)
        spoken = max(sum(voice) / len(voice) - place, 0.0)
        return decibels(spoken) - decibels(place)

    def _place(self, start: int, end: int) -> list[float]:
        """The power of what is no voice, and as far as there is other sound not ours."""
        around = self._blocks[: max(0, start - AROUND_VOICE)] + self._blocks[end + AROUND_VOICE :]
        if len(around) < ENOUGH:
            around = [*self._before, *around]
        others = [power for power, ours in around if not ours]
        return others if len(others) >= AROUND_VOICE else [power for power, _ in around]
