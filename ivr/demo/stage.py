"""The demo itself: founds the group, gives everybody her part, and lets the meeting be held by voice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Protocol

import numpy as np

from flows.meeting import meeting
from flows.talk import Talk
from flows.turn import Heard, Turn
from flows.turn import Line as Prompt
from ivr.channel import converse
from ivr.demo import group
from ivr.demo.check import Report, check
from ivr.demo.exchange import Exchange
from ivr.demo.line import Line, Speak
from ivr.demo.people import Sound, cast, plans
from ivr.demo.room import Room
from ivr.demo.speaker import Reply
from ivr.demo.telephone import SPOKEN_AT, courtyard, on_the_line
from ivr.sections import Settings
from ivr.spoken import BETWEEN_LINES, SpokenChannel
from ivr.voice import PromptVoice, Spoken
from speech.audio import Audio
from speech.pyttsx3 import Pyttsx3, Worker
from speech.recognizer import Session
from speech.synthesizer import Cached
from store.ledger import Ledger
from store.vault import Vault

CHATTER = (
    "अरे सुनो तो कल बाज़ार में टमाटर बहुत महँगे थे",
    "बच्चों की छुट्टी हो गई स्कूल से और घर में शोर मचा है",
    "पानी भरने जाना है फिर खाना बनाना है",
    "उसकी बेटी की शादी अगले महीने तय हुई है",
    "खेत में गेहूँ अच्छा हुआ इस साल भगवान की दया से",
    "बस वाला आज फिर नहीं रुका हम पैदल आए",
)
_CHATTERERS = ("hi+f3", "hi+steph", "hi+Annie", "hi+anika", "hi+f5", "hi+m3")
_BACKGROUND_SECONDS = 30.0


class Watcher(Protocol):
    """Looks on while the demo runs."""

    def asked(self, turn: Turn, texts: tuple[str, ...]) -> None:
        """These sentences are about to be spoken."""
        ...

    def answered(self, exchange: Exchange) -> None:
        """An answer was taken."""
        ...


@dataclass(frozen=True, slots=True)
class Demo:
    """What came of it."""

    report: Report
    """The books against what everybody meant."""
    seconds: float
    """How long the meeting lasted on the line."""
    turns: int
    """Questions asked."""
    misheard: int
    """Answers in words that were not heard as what they mean."""


class TimedVoice:
    """A voice that notes how long the lines of a turn last."""

    def __init__(self, voice: PromptVoice) -> None:
        self._voice = voice
        self._seconds = 0.0

    def speak(self, line: Prompt) -> Spoken:
        """The line as text and sound. Raises PromptError and SynthesisFailed."""
        spoken = self._voice.speak(line)
        self._seconds += spoken.audio.seconds + BETWEEN_LINES
        return spoken

    def taken(self) -> float:
        """Seconds of all that was spoken since the last call of this."""
        seconds, self._seconds = self._seconds, 0.0
        return max(0.0, seconds - BETWEEN_LINES)


class Director:
    """Hears what Sakhi asks, has the right woman answer, and tells those who look on."""

    def __init__(
        self,
        room: Room,
        line: Line,
        clock: group.Clock,
        voice: TimedVoice,
        speak_as: Callable[[Sound], Speak],
        watchers: Sequence[Watcher],
    ) -> None:
        self._room, self._line, self._clock = room, line, clock
        self._voice, self._speak_as, self._watchers = voice, speak_as, watchers
        self._reply: Reply = ()
        self.turns = 0
        """Questions asked."""
        self.misheard = 0
        """Answers in words that were not heard as what they mean."""

    def asked(self, turn: Turn, texts: tuple[str, ...]) -> None:
        """Sakhi begins to speak: whoever is meant gets ready to answer."""
        for watcher in self._watchers:
            watcher.asked(turn, texts)
        self._clock.time = group.NOON + timedelta(seconds=self._line.seconds)
        self._reply = self._room.answer(turn)
        self.turns += turn.expect is not None
        self._line.answer(self._voice.taken(), self._reply, self._speak_as(self._room.sound))

    def heard(
        self, turn: Turn, heard: Heard, voiced_until_s: float, decided_s: float, compute_s: float
    ) -> None:
        """An answer was taken."""
        exchange = Exchange(
            turn,
            self._room.speaker,
            self._reply,
            heard,
            self._line.voiced_until,
            decided_s,
            compute_s,
        )
        self.misheard += exchange.misheard
        for watcher in self._watchers:
            watcher.answered(exchange)


@dataclass(frozen=True, slots=True)
class Stage:
    """What the demo plays on: the parts of the product, and the voices of the people."""

    settings: Settings
    """As the config has them."""
    session: Session
    """The ears."""
    voice: PromptVoice
    """Sakhi's voice."""
    worker: Worker
    """The process in which the people's voices are made."""


def play(
    stage: Stage,
    vault: Vault,
    *,
    seed: int,
    members: int,
    noise_db: float,
    recording: Path | None = None,
    watchers: Sequence[Watcher] = (),
) -> tuple[Demo, Ledger]:
    """Hold the meeting of a made-up group and check its books. The same `seed` gives the same meeting.

    `noise_db`: how far below a middling voice the noise of the place is, in dB. Raises BooksError,
    SynthesisFailed, OSError.
    """
    rng = Random(f"{seed}/{members}")
    clock = group.Clock(group.NOON)
    ledger = group.found(vault, clock, members, rng)
    parts, meant = cast(ledger, rng), plans(ledger, rng)
    before = len(ledger.vouchers)
    room = Room(ledger, parts, meant, rng)
    speak_as = _casting(stage)
    line = Line(_background(stage, noise_db, seed))
    voice = TimedVoice(stage.voice)
    director = Director(room, line, clock, voice, speak_as, watchers)
    channel = SpokenChannel(line, voice, stage.session, stage.settings, observer=director)
    talk = Talk(f"demo-{seed}", "demo")
    converse(meeting(talk, ledger), channel, talk)
    if recording:
        line.write(recording)
    report = check(ledger, before, parts, meant, room.box)
    return Demo(report, line.seconds, director.turns, director.misheard), ledger


def _casting(stage: Stage) -> Callable[[Sound], Speak]:
    """Makes, for how a woman sounds, the sound of her words on the line."""

    def speak_as(sound: Sound) -> Speak:
        voice = _voice(stage, sound.voice, sound.rate, sound.pitch)
        return lambda words: on_the_line(voice.speak(words), SPOKEN_AT + sound.level)

    return speak_as


def _voice(stage: Stage, name: str, rate: int, pitch: int) -> Cached:
    return Cached(Pyttsx3(stage.worker, name, rate, pitch), stage.settings.voice.cache)


def _background(stage: Stage, noise_db: float, seed: int) -> np.ndarray:
    chatter: list[Audio] = [
        _voice(stage, name, 150, 50).speak(text) for name, text in zip(_CHATTERERS, CHATTER, strict=True)
    ]
    rng = np.random.default_rng(seed)
    return courtyard(chatter, _BACKGROUND_SECONDS, SPOKEN_AT - noise_db, rng)
