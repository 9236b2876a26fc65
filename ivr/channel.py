"""The seam between a conversation and whoever is spoken to, the runner, and a caller who follows a script."""

from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from flows.turn import UNKNOWN, Heard, HungUp, Sound, Turn

T = TypeVar("T")


class Channel(Protocol):
    """Someone to talk with: a telephone line, a kiosk, a keyboard, a script."""

    def exchange(self, turn: Turn) -> Heard:
        """Say the turn's lines, and if it expects an answer, listen for it. Raises HungUp."""
        ...

    def hangup(self) -> None:
        """End the call. Calling it again does nothing."""
        ...


class Farewells(Protocol):
    """What the runner needs of a `flows.talk.Talk`."""

    def farewell(self) -> Turn | None:
        """What is left to be said when the flow has returned."""
        ...


def converse(flow: Coroutine[Turn, Any, T], channel: Channel, talk: Farewells) -> T:
    """Drive a flow over a channel to its end, say what is left to say, hang up, and return its result.

    Raises HungUp when the caller has gone (the flow has learnt of it first), and what the flow raises, once
    the caller was told what the flow had left to say about it.
    """
    try:
        result = driven(flow, channel)
    except HungUp:
        raise
    except Exception:
        _say_farewell(channel, talk)
        raise
    else:
        _say_farewell(channel, talk)
        return result
    finally:
        flow.close()
        channel.hangup()


def driven(flow: Coroutine[Turn, Any, T], channel: Channel) -> T:
    """Drive a flow that is a part of a call; its result. Raises HungUp, and what the flow raises."""
    answer: Heard | None = None
    while True:
        try:
            turn = flow.send(answer)
        except StopIteration as end:
            result: T = end.value
            return result
        try:
            answer = channel.exchange(turn)
        except HungUp as gone:
            with suppress(StopIteration):
                flow.throw(gone)
            raise


def _say_farewell(channel: Channel, talk: Farewells) -> None:
    with suppress(HungUp):  # the conversation is over: who leaves before the goodbye loses nothing
        last = talk.farewell()
        if last is not None:
            channel.exchange(last)


def keys(pressed: str) -> Heard:
    """An answer by keys, without the closing #."""
    return Heard(keys=pressed, confidence=1.0, sound=Sound.SPEECH)


def said(text: str) -> Heard:
    """An answer in words that are sure, as typed ones are."""
    return Heard(text=text, confidence=1.0, sound=Sound.SPEECH)


def note(recording: str) -> Heard:
    """A spoken note that is kept under the name `recording`."""
    return Heard(text=UNKNOWN, confidence=1.0, sound=Sound.SPEECH, recording=recording)


SILENCE: Final = Heard()
NOISE: Final = Heard(sound=Sound.NOISE)
CUT: Final = Heard(sound=Sound.CUT)
HANGUP: Final = HungUp("as the script has it")

Reply: TypeAlias = str | Heard | HungUp


class ScriptMismatch(AssertionError):
    """The flow and the script of a `ScriptedCaller` do not fit together."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """One step of a conversation."""

    turn: Turn
    """What was said and asked."""
    heard: Heard | HungUp | None
    """What was answered; None when no answer was awaited."""


class ScriptedCaller:
    """The channel's twin: answers each question with the next reply of a script, and is strict about it.

    It fails when the flow asks past the script, and when the call ends with replies unused.
    """

    def __init__(self, *replies: Reply) -> None:
        self._replies: Sequence[Reply] = replies
        self._used = 0
        self.transcript: list[Exchanged] = []
        """Everything said and answered so far, in order."""

    def exchange(self, turn: Turn) -> Heard:
        """Give the next reply. Raises HungUp where the script has HANGUP, ScriptMismatch past its end."""
        if turn.expect is None:
            self.transcript.append(Exchanged(turn, None))
            return SILENCE
        if self._used == len(self._replies):
            raise ScriptMismatch(f"asked past the script: {turn.question or turn.say}")
        reply = self._replies[self._used]
        self._used += 1
        heard = said(reply) if isinstance(reply, str) else reply
        self.transcript.append(Exchanged(turn, heard))
        if isinstance(heard, HungUp):
            raise HungUp(*heard.args)
        return heard

    def hangup(self) -> None:
        """End the call. Raises ScriptMismatch when replies are left."""
        unused, self._replies = self._replies[self._used :], self._replies[: self._used]
        if unused:
            raise ScriptMismatch(f"replies never asked for: {unused}")
