"""How loud our own voice comes back on a telephone line, so that it is not taken for the caller's.

A hybrid of the network returns what we play, 20 to 40 dB down and some 100 ms late, and says to us every word
that we wait for. How far down is learnt on each call from what is heard while we speak and nobody else does;
a sound must be louder than that to be a voice. It is not subtracted: whoever is louder is heard well enough.
"""

from collections import deque
from collections.abc import Iterable

import numpy as np

from speech.endpoint import BLOCKS_PER_SECOND, SILENT, Block

COMES_BACK_WITHIN = BLOCKS_PER_SECOND // 2
"""Blocks after which what we played can no longer be heard, the buffers on the way included."""
REMEMBERED = 10 * BLOCKS_PER_SECOND
KNOWN_AFTER = 2 * BLOCKS_PER_SECOND
"""Blocks that have to be heard first: what begins softly, and comes late, would be taken for little."""
LEARNT_EVERY = BLOCKS_PER_SECOND // 2
AT_FIRST = -15.0
"""How far down it is taken to come back until that is known, in dB."""
MOST = 95
"""Percent of what came back that was at most so loud."""
MARGIN = 10.0
"""What the loudest of it may be above that, in dB."""
SPEAKING = -50.0
"""Louder than this, in dBFS, we are speaking."""
HERS = 3 * BLOCKS_PER_SECOND // 10
"""Blocks after a voice that teach nothing: the end of it is no echo of ours."""


class OwnVoice:
    """Follows what is played and what comes back, 10 ms by 10 ms."""

    def __init__(self) -> None:
        self._played: deque[float] = deque([SILENT], maxlen=COMES_BACK_WITHIN)
        self._returns: deque[float] = deque(maxlen=REMEMBERED)
        self._down = AT_FIRST
        self._since_voice = 0
        self._learnt = 0

    def play(self, level: float, blocks: int) -> float:
        """So many blocks were played at `level`, in dBFS; how loud an echo may be that is heard meanwhile."""
        self._played.extend([level] * blocks)
        return self._loudest + self._down + MARGIN if self.speaking else SILENT

    def learn(self, heard: Iterable[Block]) -> None:
        """This was heard meanwhile."""
        for block in heard:
            self._since_voice = 0 if block.voiced else self._since_voice + 1
            if self.speaking and self._since_voice > HERS:
                self._returns.append(block.level - self._loudest)
                self._learnt += 1
                if self._learnt >= KNOWN_AFTER and self._learnt % LEARNT_EVERY == 0:
                    self._down = float(np.percentile(self._returns, MOST))

    @property
    def speaking(self) -> bool:
        """Whether we speak, or did a moment ago."""
        return self._loudest > SPEAKING

    @property
    def _loudest(self) -> float:
        return max(self._played)
