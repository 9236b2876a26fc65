"""What a hearing means in a turn."""

from dataclasses import replace

from flows.turn import Heard, Sound, Turn
from speech.listener import Hearing

SHORTEST_NOTE = 0.5
"""Seconds of voice: less is no note, but a cough or a sigh."""
HIDDEN = "•"


def note_of(hearing: Hearing) -> Heard:
    """A note is speech when there was a voice for long enough, whatever was heard of it."""
    heard = heard_of(hearing)
    return replace(heard, sound=Sound.SPEECH if hearing.voiced_for >= SHORTEST_NOTE else Sound.SILENCE)


def heard_of(hearing: Hearing) -> Heard:
    """What was heard, for a flow."""
    return Heard(hearing.text, "", hearing.confidence, Sound[hearing.outcome.name], hearing.above_noise)


def is_doubtful(turn: Turn, hearing: Hearing) -> bool:
    """Whether it means nothing here and, in the noise of the place, may have been no answer at all."""
    heard = heard_of(hearing)
    sounded = heard.sound in (Sound.SPEECH, Sound.CUT)
    return sounded and heard.in_noise and not turn.understands(heard)


def answers(turn: Turn, text: str) -> bool:
    """Whether the text so far means something here: scraps of the grammar, which noise brings too, do not."""
    return turn.settled(text) or (turn.expect is not None and turn.expect.words(text) is not None)


def shown(turn: Turn, heard: Heard) -> Heard:
    """The answer as a transcript may show it."""
    if not turn.secret:
        return heard
    return replace(heard, text=HIDDEN if heard.text else "", keys=HIDDEN if heard.keys else "")
