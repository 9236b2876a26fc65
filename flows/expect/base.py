"""What an answer may be: the words and keys listened for, and what they mean."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from flows.turn import SURE, Heard, Line, Slot, Sound

T = TypeVar("T")
SURE_OF_MONEY = 0.75
"""The least confidence that what may move money is taken with in words: a yes, an amount. Hardly an amount
that was right came with less in `bench.hearing`, but a third of the other words that were taken for one."""


@dataclass(frozen=True, slots=True)
class Got(Generic[T]):
    """Understood."""

    value: T
    """What was meant."""


@dataclass(frozen=True, slots=True)
class Doubt(Generic[T]):
    """Understood in more than one way: ask which, never guess."""

    candidates: tuple[T, ...]
    """What may have been meant, the likeliest first."""


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """Understood, but it can't be."""

    line: Line
    """Why, for the member's ears."""


Meaning: TypeAlias = Got[T] | Doubt[T] | NotAllowed | None


class Expect(ABC, Generic[T]):
    """One kind of answer. Keys are certain; words may be doubted, and ``[unk]`` among them is not guessed."""

    kind: str
    """Names its help lines in the catalogue, ``expect.<kind>.…``."""
    digits: int = 1
    """How many keys make a whole answer."""
    secret: bool = False
    """Whether nothing of the answer may be shown or kept."""
    unknown: float = 0.3
    """How likely something else is said than the phrases: talk beside the question, a word we don't know."""
    second_look: bool = False
    """Whether a voice that meant nothing is heard once more without the commands. It finds more short words,
    and takes more for an answer that is none."""
    free: bool = False
    """Whether she speaks in her own words until silence or a key ends it, and their sound is the answer."""

    @abstractmethod
    def phrases(self) -> tuple[str, ...]:
        """What the recognizer listens for."""

    @abstractmethod
    def words(self, text: str) -> Meaning[T]:
        """What spoken ``text`` means."""

    @abstractmethod
    def keyed(self, keys: str) -> Meaning[T]:
        """What pressed ``keys`` mean."""

    def least_confidence(self, text: str) -> float:
        """The least confidence spoken ``text`` is taken with."""
        return SURE

    def parse(self, heard: Heard) -> Meaning[T]:
        """What the answer means; None when it is not understood, as words that were cut never are."""
        if heard.keys:
            return self.keyed(heard.keys) if heard.keys.isdecimal() else None
        heard_well = heard.sound is Sound.SPEECH and heard.confidence >= self.least_confidence(heard.text)
        return self.words(heard.text) if heard_well else None

    def is_worth_keeping(self, heard: Heard) -> bool:
        """Whether it is an answer, so that its sound may be kept."""
        return isinstance(self.parse(heard), Got | Doubt)

    def settled(self, text: str) -> bool:
        """Whether ``text`` is a whole answer to which nothing can be added."""
        return isinstance(self.words(text), Got)

    def slot(self, value: T) -> Slot:
        """The value as it goes into a prompt's slot, to ask which of several was meant."""
        raise TypeError(f"{self.kind} answers are never in doubt")

    def among(self, candidates: Sequence[T]) -> Expect[T]:
        """How to ask which of ``candidates`` was meant."""
        raise TypeError(f"{self.kind} answers are never in doubt")
