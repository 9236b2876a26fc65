"""The two ends of a call's sound: the conversation's, in its own thread, and the line's, in the event loop.

The line sets the pace: it takes and gives a frame every 20 ms, whether the conversation is ready or not.
"""

import threading
from collections import deque
from queue import Empty, SimpleQueue

import numpy as np

from flows.turn import HungUp
from ivr.line.frames import RATE
from ivr.wire import FRAMES_PER_SECOND, Wire
from speech.audio import Samples

SAMPLES = RATE // FRAMES_PER_SECOND
BYTES = 2 * SAMPLES
SILENCE = bytes(BYTES)
HEARD_AT_MOST = 10 * FRAMES_PER_SECOND
"""Frames that wait for the conversation; when it is later than that, sound is lost, keys are not."""
STALLED = 5.0
"""Seconds without a frame of the line after which it is taken for dead."""


class PhoneWire(Wire):
    """One call, for the conversation; `step` is for one thread, all else for the event loop."""

    rate = RATE

    def __init__(self) -> None:
        self._heard: SimpleQueue[tuple[bytes, str] | None] = SimpleQueue()
        self._to_say: deque[bytes] = deque()
        self._promised = 0
        self._over = threading.Event()
        self._keys = ""
        self._comfort: tuple[bytes, ...] = ()
        self._patience = 0
        self._busy = 0
        self.lost = 0
        """Frames heard that were thrown away because the conversation was far behind."""
        self.asked_to_end = threading.Event()
        """Set when the conversation has hung up and nothing is left to be said."""

    def step(self, out: Samples) -> tuple[Samples, str]:
        """Say a frame, unless it was told `ahead`, and wait for the next one heard. Raises HungUp.

        Silence need not be said: it is what the line carries when there is nothing else.
        """
        self._busy = 0
        if self._over.is_set():
            raise HungUp("the call is over")
        if self._promised:
            self._promised -= 1
        elif np.any(out):
            self._to_say.append(out.astype("<i2").tobytes())
        try:
            heard = self._heard.get(timeout=STALLED)
        except Empty:
            raise HungUp("the line has stopped") from None
        if heard is None:
            self._heard.put(None)
            raise HungUp("she has hung up")
        sound, keys = heard
        return np.frombuffer(sound, "<i2").astype(np.int16), keys

    def ahead(self, frames: Samples) -> None:
        """Say these frames one after the other, however late the steps come."""
        if not self._over.is_set():
            self._promised += len(frames)
            self._to_say.extend(frame.astype("<i2").tobytes() for frame in frames)

    def hush(self) -> None:
        """Say no more of what was told `ahead`."""
        if not self._over.is_set():
            self._promised = 0
            self._to_say.clear()

    def skip(self) -> tuple[int, str]:
        """Pass over what was heard while nobody listened: how many frames, and the keys pressed meanwhile."""
        passed, keys = 0, ""
        while self._heard.qsize():
            heard = self._heard.get()
            if heard is None:
                self.gone()
                break
            passed, keys = passed + 1, keys + heard[1]
        return passed, keys

    def comfort(self, frames: Samples, after: float) -> None:
        """Play these frames, once, whenever the conversation does nothing for `after` seconds."""
        self._comfort = tuple(frame.astype("<i2").tobytes() for frame in frames)
        self._patience = round(after * FRAMES_PER_SECOND)

    @property
    def waiting(self) -> float:
        """How much that was heard waits for the conversation, in seconds."""
        return self._heard.qsize() / FRAMES_PER_SECOND

    @property
    def given_up(self) -> bool:
        """Whether the conversation has not listened for so long that sound was lost; the call goes on."""
        return self._heard.qsize() >= HEARD_AT_MOST and not self._over.is_set()

    @property
    def behind(self) -> float:
        """How long after the last sound it took the next one it gives is heard, in seconds."""
        return self.waiting + len(self._to_say) / FRAMES_PER_SECOND

    def hangup(self) -> None:
        """End the call once what is waiting has been said. Calling it again does nothing."""
        self._over.set()

    def part(self, sound: bytes) -> None:
        """End the call with these last words, whole frames, whatever is said now."""
        self._to_say.clear()
        self._to_say.extend(sound[at : at + BYTES] for at in range(0, len(sound), BYTES))
        self._over.set()
        self.gone()

    def tick(self, sound: bytes, keys: str) -> bytes:
        """The line's end of 20 ms: what was heard goes in, what is to be said comes out."""
        self._keys += keys
        self._busy += 1
        if self._heard.qsize() < HEARD_AT_MOST:
            self._heard.put((sound, self._keys))
            self._keys = ""
        else:
            self.lost += 1
        try:
            return self._to_say.popleft()
        except IndexError:
            if self._over.is_set():
                self.asked_to_end.set()
                return SILENCE
            return self._comforting()

    def _comforting(self) -> bytes:
        at = self._busy - self._patience
        return self._comfort[at] if 0 <= at < len(self._comfort) else SILENCE

    def gone(self) -> None:
        """The line has ended: the conversation learns of it at its next step."""
        self._heard.put(None)
