"""A woman records what Sakhi says, sentence by sentence, at the kiosk's microphone.

Each sentence is shown and spoken to her; she says it after the tone, hears herself, and keeps it or says it
again. What can't be used is not kept. What is kept is safe at once: she may stop at any time.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import numpy as np

from flows.inventory import Piece, Sentence
from flows.turn import HungUp
from ivr.onlooker import Screen
from ivr.recorded import Recordings
from ivr.voice import beep
from ivr.wire import FRAMES_PER_SECOND, Wire
from speech.audio import Audio, Samples
from speech.endpoint import VoiceActivity, loudness
from speech.take import Fault, fault_of, finished

PAUSE = 1.5
"""Seconds of silence that end a take."""
PATIENCE = 8.0
"""Seconds to wait for her to begin, and `LONGEST`: the longest take."""
LONGEST = 30.0
SETTLES = 0.15
"""Seconds after the tone until it is recorded, so that the tone itself is not."""

Spans = Mapping[Piece, tuple[int, int]]
Aligner = Callable[[Sentence, Audio], Spans | None]
"""Finds the pieces of a sentence in a finished take; None when other words are said in it."""


class Answer(Enum):
    """What she does next, by the key for it."""

    GO_ON = "#"
    AGAIN = "1"
    LISTEN = "2"
    SKIP = "3"
    STOP = "9"


class Desk(Screen, Protocol):
    """What she sees."""

    def sentence(self, number: int, count: int, sentence: Sentence) -> None:
        """This one is next, the `number`th of `count`."""
        ...

    def fault(self, fault: Fault) -> None:
        """Her take can't be used; she may say it again, skip it or stop."""
        ...

    def good(self) -> None:
        """Her take is played to her; she may keep it, say it again, skip it or stop."""
        ...


@dataclass(slots=True)
class Done:
    """What came of it."""

    kept: int = 0
    """Sentences recorded."""
    skipped: int = 0
    """Sentences left out for now."""
    stopped: bool = False
    """Whether she stopped before the end."""


@dataclass(frozen=True, slots=True)
class Take:
    """A take that can be used."""

    sound: Audio
    """The sound as it is kept."""
    spans: Spans
    """Where the pieces of the sentence lie in it."""


class Booth:
    """Records over `wire`, whose keys are those of `Answer`."""

    def __init__(self, wire: Wire, desk: Desk) -> None:
        self._wire, self._desk = wire, desk
        self._size = wire.rate // FRAMES_PER_SECOND
        self._silence = np.zeros(self._size, np.int16)

    def play(self, sound: Audio) -> None:
        """Play it to its end, or until a key is pressed."""
        samples = sound.resampled(self._wire.rate).samples
        whole = np.pad(samples, (0, -len(samples) % self._size)).reshape(-1, self._size)
        for frame in whole:
            if self._step(frame, listening=False)[1]:
                break
        self._wait(self._wire.lag)

    def take(self) -> Audio:
        """What she says after the tone, until she is silent or presses a key; as long as she speaks."""
        self.play(beep(self._wire.rate))
        self._wait(SETTLES)
        activity = VoiceActivity(self._wire.rate)
        heard: list[Samples] = []
        spoke_at: int | None = None
        for number in range(round(LONGEST * FRAMES_PER_SECOND)):
            frame, keys = self._step(self._silence, listening=True)
            heard.append(frame)
            if any(block.voiced for block in activity.feed(frame)):
                spoke_at = number
            waits = PATIENCE if spoke_at is None else PAUSE
            if keys or number - (spoke_at or 0) > waits * FRAMES_PER_SECOND:
                break
        return Audio(np.concatenate(heard), self._wire.rate)

    def answer(self) -> Answer:
        """Her next key; others than those of `Answer` are passed over."""
        known = {answer.value: answer for answer in Answer}
        while True:
            for key in self._step(self._silence, listening=False)[1]:
                if key in known:
                    return known[key]

    def _wait(self, seconds: float) -> None:
        for _ in range(round(seconds * FRAMES_PER_SECOND)):
            self._step(self._silence, listening=False)

    def _step(self, out: Samples, listening: bool) -> tuple[Samples, str]:
        heard, keys = self._wire.step(out)
        self._desk.level(loudness(heard), listening)
        return heard, keys


class Session:
    """Walks her through sentences. `speak` says one in today's voice, `align` finds its pieces."""

    def __init__(
        self,
        booth: Booth,
        desk: Desk,
        recordings: Recordings,
        speak: Callable[[Sentence], Audio],
        align: Aligner,
    ) -> None:
        self._booth, self._desk = booth, desk
        self._recordings = recordings
        self._speak, self._align = speak, align

    def record(self, sentences: Sequence[Sentence], again: Collection[str] = ()) -> Done:
        """Record those that are missing or named in `again`, in this order. Raises OSError on a full disk."""
        done = Done()
        missing = set(self._recordings.missing(sentences))
        for number, sentence in enumerate(sentences, start=1):
            if sentence not in missing and sentence.name not in again:
                continue
            self._desk.sentence(number, len(sentences), sentence)
            try:
                answer = self._one(sentence)
            except HungUp:
                answer = Answer.STOP
            if answer is Answer.STOP:
                done.stopped = True
                break
            done.kept += answer is Answer.GO_ON
            done.skipped += answer is Answer.SKIP
        return done

    def _one(self, sentence: Sentence) -> Answer:
        """Until it is kept, skipped, or she stops."""
        self._booth.play(self._speak(sentence))
        while True:
            take = judged(sentence, self._booth.take(), self._align)
            if isinstance(take, Fault):
                answer = self._after_a_fault(sentence, take)
            else:
                answer = self._after_a_good_one(take.sound)
                if answer is Answer.GO_ON:
                    self._recordings.keep(sentence, take.sound, take.spans)
            if answer is not Answer.AGAIN:
                return answer

    def _after_a_fault(self, sentence: Sentence, fault: Fault) -> Answer:
        self._desk.fault(fault)
        while (answer := self._booth.answer()) is Answer.LISTEN:
            self._booth.play(self._speak(sentence))
        return Answer.AGAIN if answer is Answer.GO_ON else answer

    def _after_a_good_one(self, take: Audio) -> Answer:
        self._desk.good()
        self._booth.play(take)
        while (answer := self._booth.answer()) is Answer.LISTEN:
            self._booth.play(take)
        return answer


def judged(sentence: Sentence, take: Audio, align: Aligner) -> Take | Fault:
    """The take as it would be kept, or why it can't be used."""
    if fault := fault_of(take, sentence.text):
        return fault
    sound = finished(take)
    spans = align(sentence, sound) if sentence.cuts else {}
    return Fault.WORDS if spans is None else Take(sound, spans)
