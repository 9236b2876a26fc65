"""A call that broke off goes on in the next one, if it is she who calls."""

from __future__ import annotations

from flows.expect import YesNo
from flows.talk import Talk
from flows.turn import NotUnderstood, Stopped


async def goes_on(talk: Talk) -> bool:
    """Whether who calls is the one who was talking; no name and no amount is said (duty T10)."""
    try:
        return await talk.ask(YesNo(), "resume.same")
    except (NotUnderstood, Stopped):
        return False
