"""Looks, second by second, whether the machine keeps up with its calls and every talk still listens."""

import logging
from collections.abc import Sequence

from ivr.line import metrics
from ivr.line.admission import Admission
from ivr.line.media import Media
from ivr.wire import FRAMES_PER_SECOND

log = logging.getLogger(__name__)

BEHIND = 0.5
"""Seconds of sound that wait to be listened to, from which on a call counts as behind."""


class Load:
    """What is asked of the machine. Not for use by several threads."""

    def __init__(self, admission: Admission, goodbye: bytes) -> None:
        """`goodbye` ends a call whose conversation does not listen any more: better than silence."""
        self._admission, self._goodbye = admission, goodbye
        self._late = 0

    def look(self, calls: Sequence[Media], talking: int) -> None:
        """Once a second: `calls` go on now, and `talking` of them talk or are about to."""
        late, before = sum(media.late for media in calls), self._late
        self._late = late
        waiting = [media.wire.waiting for media in calls]
        behind, frames = sum(each > BEHIND for each in waiting), FRAMES_PER_SECOND * max(1, len(calls))
        if self._admission.measured(talking, behind, (late - before) / frames):
            log.warning("the machine is behind: %d calls may go on at once now", self._admission.limit)
        metrics.behind.set(max(waiting, default=0.0))
        metrics.admitted.set(self._admission.limit)
        for media in calls:
            if media.wire.given_up:
                log.error("a conversation has not listened for %.0f s; its call ends", media.wire.waiting)
                media.wire.part(self._goodbye)
