"""What the rest of the house may expect from a speech recognizer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from speech.audio import Samples

UNKNOWN = "[unk]"
"""The token that stands for a word outside the phrases listened for."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What a recognizer believes was said."""

    text: str
    """Words separated by spaces; `UNKNOWN` for each word outside the phrases; empty for nothing."""
    confidence: float
    """0 to 1, only a hint: a word outside the phrases can come back near 1. Never a reason to move money."""
    others: tuple["Hypothesis", ...] = ()
    """What else it may have been, the likelier first; all confidences together are 1 at most."""


class Session(Protocol):
    """The ears of one call. It keeps nothing between two questions."""

    @property
    def rate(self) -> int:
        """The sample rate it wants, in Hz."""
        ...

    def listen_for(self, phrases: Sequence[str], unknown: float = 0.0) -> None:
        """Begin a new question whose answers are `phrases`; all heard before is forgotten.

        `unknown`: how likely it is, from 0 to below 1, that something else is said. The likelier, the sooner
        a sound that fits no phrase well is `UNKNOWN`.
        """
        ...

    def feed(self, samples: Samples) -> str:
        """Hear more sound at `rate` and return the text so far, empty if none."""
        ...

    def finish(self) -> Hypothesis:
        """End the question and return the final text."""
        ...


class Recognizer(Protocol):
    """A loaded model, shared by all calls."""

    def session(self) -> Session:
        """New ears for one call."""
        ...

    def unknown_words(self, phrases: Iterable[str]) -> set[str]:
        """The words of `phrases` that it can never hear, because its vocabulary lacks them."""
        ...


def known_words(text: str) -> tuple[str, ...]:
    """The words of a recognizer's text without the `UNKNOWN` tokens."""
    return tuple(word for word in text.split() if word != UNKNOWN)
