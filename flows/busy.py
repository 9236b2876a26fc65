"""More call than can be talked with: who has no place is told so at once."""

from __future__ import annotations

from flows.talk import Talk


async def busy(talk: Talk, *, calls_back: bool) -> None:
    """Tell a caller that she has to wait; ``calls_back``: that we call her, as her call is in the queue."""
    talk.say("busy.call_back" if calls_back else "busy.call_again")
