"""How many calls may go on at once: as many as the settings have it, and fewer when the machine is behind."""

from collections.abc import Callable
from enum import Enum

LATE = 0.05
"""The part of the frames that may go out late."""
BAD_SECONDS = 3
"""So many bad seconds more than good ones of late, and fewer calls are let in: one alone means nothing."""
CALM = 10.0
"""Seconds without trouble after which one call more is tried."""


class Place(Enum):
    """What becomes of a call that comes."""

    TALK = "talk"
    TOLD = "told"
    """She is told that we call back."""
    BUSY = "busy"


class Admission:
    """Gives each call its place. Not for use by several threads."""

    def __init__(self, most: int, extra: int, now: Callable[[], float]) -> None:
        """`most` may talk, `extra` more be told that we call back; `now`: seconds, only forward."""
        self._most, self._extra, self._now = most, extra, now
        self.limit = most
        """How many may talk now."""
        self._calm_since = now()
        self._bad = 0

    def place(self, talking: int, told: int) -> Place:
        """The place of one more call, when so many have one already."""
        if talking < self.limit:
            return Place.TALK
        return Place.TOLD if told < self._extra else Place.BUSY

    def measured(self, talking: int, behind: int, late: float) -> bool:
        """Learn how the last second went; whether that lowered the limit.

        `behind`: in how many calls sound waited too long (one alone waits for a prompt to be made, not for
        the machine); `late`: which part of all frames went out late.
        """
        now = self._now()
        bad = behind > 1 or late > LATE
        self._bad = self._bad + 1 if bad else max(0, self._bad - 1)
        if self._bad >= BAD_SECONDS:
            self._bad = 0
            before, self.limit = self.limit, max(1, min(self.limit, talking - 1))
            self._calm_since = now
            return self.limit < before
        if bad:
            self._calm_since = now
        elif self.limit < self._most and now - self._calm_since >= CALM:
            self.limit += 1
            self._calm_since = now
        return False
