"""What the tests of spoken conversations share: a voice that beeps, a simulated wire, an observer, sounds."""

import numpy as np

from flows.turn import Heard, HungUp, Line, Turn
from ivr.sections import Recognition, Settings
from ivr.voice import Spoken
from ivr.wire import FRAMES_PER_SECOND, Wire
from speech.audio import Audio, Samples
from speech.echo import EchoRecognizer
from speech.synthesizer import Tone

SETTINGS = Settings(recognition=Recognition(no_input=2.0, longest=4.0))
GAP = 0.25
PROMPT = 3.0


class ToneVoice:
    """Says the key of a line as a beep of three seconds."""

    def __init__(self, seconds: float = PROMPT - GAP) -> None:
        self._seconds = seconds

    def speak(self, line: Line) -> Spoken:
        return Spoken(line.key, Tone(seconds_per_letter=self._seconds).speak("x"))


class SimulatedWire(Wire):
    """A line on which sounds and keys come at given seconds; it counts what was played in `played`."""

    def __init__(
        self,
        *events: tuple[float, Audio | str],
        rate: int = 8000,
        ends: float = 60.0,
        hears_itself: bool = False,
        lag: float = 0.0,
        hiss: float = 3.0,
    ) -> None:
        self.rate = rate
        self.hears_itself = hears_itself
        self.lag = lag
        self.played: list[Samples] = []
        self.ended = False
        self._keys = [(at, event) for at, event in events if isinstance(event, str)]
        self._ends = ends
        line = np.random.default_rng(1).normal(0, hiss, round((ends + 1) * rate)).astype(np.int16)
        for at, event in events:
            if isinstance(event, Audio):
                sound = event.resampled(rate).samples
                line[round(at * rate) : round(at * rate) + len(sound)] += sound
        self._line = line

    def step(self, out: Samples) -> tuple[Samples, str]:
        now = len(self.played) / FRAMES_PER_SECOND
        if now >= self._ends:
            raise HungUp
        self.played.append(out)
        size = self.rate // FRAMES_PER_SECOND
        assert len(out) == size
        start = (len(self.played) - 1) * size
        heard = self._line[start : start + size]
        if self.hears_itself:
            heard = heard + out
        pressed = "".join(keys for at, keys in self._keys if now <= at < now + 1 / FRAMES_PER_SECOND)
        return heard, pressed

    def hangup(self) -> None:
        self.ended = True

    @property
    def spoke_until(self) -> float:
        """When our voice was last on the line, in seconds."""
        loud = [number for number, out in enumerate(self.played, start=1) if np.abs(out).max() > 500]
        return max(loud, default=0) / FRAMES_PER_SECOND


class Notes:
    """Keeps what an observer is told."""

    def __init__(self) -> None:
        self.texts: list[tuple[str, ...]] = []
        self.answers: list[Heard] = []
        self.times: list[tuple[float, float, float]] = []

    def asked(self, turn: Turn, texts: tuple[str, ...]) -> None:
        self.texts.append(texts)

    def heard(
        self, turn: Turn, heard: Heard, voiced_until_s: float, decided_s: float, compute_s: float
    ) -> None:
        self.answers.append(heard)
        self.times.append((voiced_until_s, decided_s, compute_s))


def say(text: str) -> Audio:
    return EchoRecognizer.audio_of(text)


def hiss(seconds: float, loudness: float = 3000.0) -> Audio:
    sound = np.random.default_rng(2).normal(0, loudness, round(seconds * 16000)).clip(-20000, 20000)
    return Audio(sound.astype(np.int16), 16000)
