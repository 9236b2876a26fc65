"""One conversation: says, asks, repeats, helps, and knows when a person has to take over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from flows import prompts
from flows.expect import Choice, Doubt, Expect, Got, Meaning, NotAllowed, VoiceNote, YesNo
from flows.turn import Heard, Line, NotUnderstood, Slot, Sound, Stopped, Turn, exchange
from store.entries import Evidence

T = TypeVar("T")
TRIES = 3
REPEATS = 6
PAUSED = "talk.paused"
PATIENCE = 6
PLACES = "abc"


class Talk:
    """One conversation with one caller or one room.

    ``say`` only queues; what is queued is spoken before the next question, or at the end as ``farewell``.
    """

    def __init__(self, id: str, channel: str, said_by: str | None = None, keeps_for: int = 0) -> None:
        """``id``: unique, for the ``once`` keys; ``channel`` and ``said_by`` go into the evidence.

        ``keeps_for``: how many days answers are kept as sound, of members who agree; 0 where none are.
        """
        self.id = id
        """That of the call in which the last answer was given, when a talk goes on in another call."""
        self._channel = channel
        self._said_by = said_by
        self._queue: list[Line] = []
        self._step = 0
        self._after = ""
        self._answers: list[Heard] = []
        self._asked_of: str | None = None
        self._confirmed = False
        self.keeps_for = keeps_for
        self.keeps: frozenset[str] = frozenset()
        """Ids of the members whose answers may be kept: they agreed, and it is surely they who speak."""
        self.on_undo: Callable[[], Awaitable[None]] | None = None
        """What "गलत हो गया" starts at any question; None where there is nothing to undo."""

    @property
    def moment(self) -> str:
        """The ``once`` key of this point of the talk: the same when the same talk is replayed.

        A secret is asked anew then, perhaps more often: it counts as no step.
        """
        return f"{self.id}/{self._step}{self._after}"

    @property
    def evidence(self) -> Evidence:
        """The last answer; when it is a yes to what she said before, such as an amount, both."""
        heard = " / ".join(answer.keys or answer.text for answer in self._answers)
        clips = tuple(answer.recording or "" for answer in self._answers)
        confidence = min((answer.confidence for answer in self._answers), default=0.0)
        said_by = self._asked_of or self._said_by
        return Evidence(self._channel, heard, confidence, said_by, clips if any(clips) else ())

    def say(self, key: str, **slots: Slot) -> None:
        """Queue a prompt."""
        self._queue.append(Line(key, slots))

    def play(self, recording: str) -> None:
        """Queue a recording: a note that was left."""
        self._queue.append(Line("talk.recording", recording=recording))

    def farewell(self) -> Turn | None:
        """What is still queued when the conversation is over, for the runner to speak."""
        queued = self._take()
        return Turn(queued, None) if queued else None

    async def ask(
        self,
        expect: Expect[T],
        key: str,
        *,
        to: str | None = None,
        barge_in: bool = True,
        tries: int = TRIES,
        keep: bool = False,
        **slots: Slot,
    ) -> T:
        """Ask until the answer is understood. ``to`` is the member spoken to.

        ``keep``: the answer is worth keeping as sound, which is done where she agreed to it. Raises
        NotUnderstood after ``tries`` answers that were not, Stopped when asked to stop.
        """
        keep = keep and self.keeps_for > 0 and to in self.keeps
        return await self._ask(expect, Line(key, slots), to, barge_in, tries, keep)

    async def record(self, key: str, *, to: str | None = None, tries: int = TRIES, **slots: Slot) -> str:
        """Ask for a spoken note until there is one; the name of its recording, for `play`.

        Raises NotUnderstood after ``tries`` silences, Stopped when asked to stop.
        """
        return await self._ask(VoiceNote(), Line(key, slots), to, False, tries)

    async def _ask(
        self,
        expect: Expect[T],
        question: Line,
        to: str | None,
        barge_in: bool,
        tries: int,
        keep: bool = False,
    ) -> T:
        failed = repeats = 0
        while True:
            turn = replace(self._turn(expect, question, to, barge_in, failed), keep=keep)
            self._step += not expect.secret
            self._after = "/secret" if expect.secret else ""
            heard = await exchange(turn)
            meaning: Meaning[T] = expect.parse(heard)
            if isinstance(meaning, Doubt):
                meaning = await self._which(expect, meaning.candidates, to)
            if isinstance(meaning, Got):
                self._answered(heard, to, expect)
                return meaning.value
            command = None if meaning else heard.command
            if command and repeats < REPEATS:
                repeats += 1
                await self._obey(command, turn)
                continue
            failed += 1
            if failed >= tries:
                raise NotUnderstood
            self._ease(heard, meaning, turn, failed)

    def _turn(self, expect: Expect[T], question: Line, to: str | None, barge_in: bool, failed: int) -> Turn:
        short = f"{question.key}.short"
        spoken = Line(short, question.slots) if failed and prompts.has(short) else question
        return Turn((*self._take(), spoken), expect, question, to, barge_in, failed)

    def _take(self) -> tuple[Line, ...]:
        queued, self._queue = tuple(self._queue), []
        return queued

    def _answered(self, heard: Heard, to: str | None, expect: Expect[T]) -> None:
        """A yes goes with what it was said to, and not with another yes."""
        confirms = isinstance(expect, YesNo)
        goes_with = confirms and not self._confirmed and to == self._asked_of
        earlier = self._answers[-1:] if goes_with else []
        self._answers = [] if expect.secret else [*earlier, heard]
        self._asked_of, self._confirmed = to, confirms

    async def _which(self, expect: Expect[T], candidates: tuple[T, ...], to: str | None) -> Meaning[T]:
        offered = candidates[: len(PLACES)]
        if len(offered) == 1:
            return Got(offered[0])
        slots = {place: expect.slot(value) for place, value in zip(PLACES, offered, strict=False)}
        question = Line(f"which.{expect.kind}.{len(offered)}", slots)
        try:
            return Got(await self._ask(expect.among(offered), question, to, barge_in=True, tries=2))
        except NotUnderstood:
            return None

    async def _obey(self, command: str, turn: Turn) -> None:
        assert turn.question is not None and turn.expect is not None
        own_help = f"{turn.question.key}.help"
        if command == "repeat":
            self._queue.extend(turn.say[:-1])
        elif command == "help":
            self.say(own_help if prompts.has(own_help) else f"expect.{turn.expect.kind}.help")
        elif command == "stop":
            await self._pause(turn.question.key)
        elif self.on_undo is not None:
            undo, self.on_undo = self.on_undo, None
            await undo()
            self.on_undo = undo

    async def _pause(self, asked: str) -> None:
        """Wait until told to go on. Raises Stopped when told to end, or left alone."""
        if asked == PAUSED:
            raise Stopped
        try:
            answer = await self.ask(Choice("pause"), PAUSED, tries=PATIENCE)
        except NotUnderstood:
            raise Stopped from None
        if answer == "end":
            raise Stopped

    def _ease(self, heard: Heard, meaning: Meaning[T], turn: Turn, failed: int) -> None:
        """Each trouble has its own help; noise and the second failure offer the keys."""
        assert turn.question is not None and turn.expect is not None
        kind, own_keys = turn.expect.kind, f"{turn.question.key}.keys"
        if isinstance(meaning, NotAllowed):
            self._queue.append(meaning.line)
            return
        sound = Sound.NOISE if heard.in_noise and heard.sound is Sound.SPEECH else heard.sound
        self.say("trouble.keys" if heard.keys else f"trouble.{sound.value}")
        if failed > 1 or sound is Sound.NOISE:
            self.say(own_keys if prompts.has(own_keys) else f"expect.{kind}.keys")
        elif sound is Sound.SPEECH or heard.keys:
            self.say(f"expect.{kind}.again")
