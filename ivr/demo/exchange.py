"""One question of the demo, what was said to it, and what was heard of that."""

from dataclasses import dataclass

from flows import words
from flows.turn import Heard, Sound, Turn, known
from ivr.demo.saying import HESITATION
from ivr.demo.speaker import Reply


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what came of it; times in seconds of the line since the call began."""

    turn: Turn
    """What was said and asked."""
    speaker: str
    """Name of who answered."""
    reply: Reply
    """What she said and keyed."""
    heard: Heard
    """What was understood of it."""
    spoke_until: float
    """When her voice really ended: what the line knows, not what the listener made of it."""
    decided: float
    """When the answer was seen to be over."""
    compute: float
    """How much later than `decided` the machine has the answer, in seconds."""

    @property
    def said(self) -> str:
        """Her words in the answer's window; empty for keys and silence."""
        said = (each.words for each in self.reply if not each.early and each.words != HESITATION)
        return " ".join(filter(None, said))

    @property
    def misheard(self) -> bool:
        """Whether her words were taken for something else than they mean, or for nothing."""
        said = Heard(self.said, "", 1.0, Sound.SPEECH)
        return bool(self.said) and _meaning(self.turn, said) != _meaning(self.turn, self.heard)


def _meaning(turn: Turn, heard: Heard) -> object:
    assert turn.expect is not None
    return turn.expect.parse(heard) or words.meaning("command", known(heard.text))
