"""What passes between a flow and the channel that speaks it: a Turn out, a Heard back.

A conversation is sans-I/O, as h11 and httpx's ``auth_flow`` are: it suspends in one place, ``exchange``,
and whoever drives it (a thread, an event loop, a list in a test) sends the answer in.
"""

from __future__ import annotations

import math
import types
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

from flows import words

if TYPE_CHECKING:
    from flows.expect import Expect

Slot = str | int | date
UNKNOWN = "[unk]"
"""What the recognizer puts for a word outside the grammar."""
SURE = 0.65
"""Words heard with less confidence are asked for again: below it, more of what is no answer is taken for one
than is lost of what is (`bench.hearing`). It is a reason not to take an answer, never one to take it."""
QUIET_ENOUGH = 12.0
"""Less far above the noise of the place, in dB, and a yes may have been a no: money needs a key."""
_COMMAND_KEYS = {"*": "repeat", "*0": "help", "*9": "stop", "*7": "undo"}


class Sound(Enum):
    """What an answer sounded like, so that each trouble gets its own help."""

    SPEECH = "speech"
    SILENCE = "silence"
    NOISE = "noise"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Line:
    """One prompt to say: a key of the catalogue and what goes into its slots, never raw Hindi."""

    key: str
    """Key in the prompt catalogue, ``<file>.<name>``."""
    slots: Mapping[str, Slot] = field(default_factory=dict)
    """Values by slot name: names as text, money in paise, counts as int, days as date."""
    recording: str | None = None
    """Name of a recording that is played after the words."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back: words or keys, or why there are none. The empty Heard is silence."""

    text: str = ""
    """Words the recognizer heard, ``[unk]`` where it heard something else."""
    keys: str = ""
    """Keypad digits, ``*`` included; a closing ``#`` is not."""
    confidence: float = 0.0
    """The recognizer's own hint, 0 to 1; never a reason to move money."""
    sound: Sound = Sound.SILENCE
    """What the answer sounded like."""
    above_noise: float = field(default=math.inf, compare=False)
    """How far a voice was above the noise of the place, in dB."""
    recording: str | None = None
    """Name under which the sound of the answer is kept; None when it is not."""

    @property
    def in_noise(self) -> bool:
        """Whether a voice was heard in too much noise to move money by it."""
        return not self.keys and self.above_noise < QUIET_ENOUGH

    @property
    def command(self) -> str | None:
        """The word that always works, if it is one: "repeat", "help", "stop" or "undo"."""
        if self.keys:
            return _COMMAND_KEYS.get(self.keys)
        return words.meaning("command", known(self.text)) if self.confidence >= SURE else None


@dataclass(frozen=True, slots=True)
class Turn:
    """What to say now, and what to listen for after it."""

    say: tuple[Line, ...]
    """Lines to speak, in order."""
    expect: Expect[Any] | None
    """The answer awaited; None when the lines are only to be spoken."""
    question: Line | None = None
    """The question itself, the same on every try."""
    to: str | None = None
    """Id of the member spoken to; None when anyone may answer."""
    barge_in: bool = True
    """False: the lines can't be talked over, and nothing said or keyed during them counts."""
    tries: int = 0
    """How many answers to this question were not understood so far."""
    keep: bool = field(default=False, compare=False)
    """Whether the sound of an answer in words is to be kept: she agreed to it, and it is no secret."""

    @property
    def phrases(self) -> tuple[str, ...]:
        """What the recognizer listens for: the answers and the words that always work."""
        own = self.expect.phrases() if self.expect else ()
        return tuple(dict.fromkeys((*own, *words.phrases("command"))))

    @property
    def narrower(self) -> tuple[str, ...]:
        """What is listened for when the first hearing meant nothing; empty for no second one."""
        return self.expect.phrases() if self.expect and self.expect.second_look else ()

    @property
    def unknown(self) -> float:
        """How likely it is, 0 to 1, that something else than the phrases is said."""
        return self.expect.unknown if self.expect else 0.0

    def settled(self, text: str) -> bool:
        """Whether ``text`` is a whole answer that could not go on."""
        if words.meaning("command", text):
            return True
        return self.expect is not None and self.expect.settled(text)

    def assents(self, text: str) -> bool:
        """Whether ``text`` is a bare yes, which may say no more than that she listens."""
        return words.meaning("yes_no", text) == "yes"

    def meaning(self, text: str) -> object:
        """What ``text`` means here, be it in doubt or not allowed; None when it means nothing."""
        answer = self.expect.words(text) if self.expect else None
        return words.meaning("command", known(text)) if answer is None else answer

    def understands(self, heard: Heard) -> bool:
        """Whether the answer means anything here, be it in doubt or not allowed."""
        if self.expect is not None and self.expect.parse(heard) is not None:
            return True
        return heard.command is not None

    @property
    def free(self) -> bool:
        """Whether she speaks in her own words, and the sound of it is the answer."""
        return self.expect is not None and self.expect.free

    def keeps(self, heard: Heard) -> bool:
        """Whether the sound of this answer is to be kept."""
        if self.expect is None or self.secret or heard.keys:
            return False
        return (self.keep or self.free) and self.expect.is_worth_keeping(heard)

    @property
    def digits(self) -> int:
        """How many keys make a whole answer; fewer are ended by # or a pause."""
        return self.expect.digits if self.expect else 1

    @property
    def secret(self) -> bool:
        """Whether the answer is a PIN, which no transcript may show."""
        return self.expect is not None and self.expect.secret


def known(text: str) -> str:
    """``text`` without the words the recognizer did not know."""
    return " ".join(word for word in text.split() if word != UNKNOWN)


class EndOfTalk(Exception):
    """The conversation can't go on."""


class HungUp(EndOfTalk):
    """The caller is gone: thrown into the flow by the channel."""


class Stopped(EndOfTalk):
    """The caller asked to stop."""


class NotUnderstood(Exception):
    """Three answers in a row were not understood: a person has to help."""


@types.coroutine
def exchange(turn: Turn) -> Generator[Turn, Heard, Heard]:
    """Hand ``turn`` to whoever drives the flow and wait for the answer: the one suspension point."""
    return (yield turn)
