"""The simulated telephone line: a wire whose other end is made-up people, in a time of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from ivr.demo.saying import Saying
from ivr.demo.telephone import RATE, Sound, companded, voiced_until
from ivr.wire import FRAMES_PER_SECOND, Wire
from speech.audio import Samples

BETWEEN_KEYS = 0.35
_SIZE = RATE // FRAMES_PER_SECOND

Speak = Callable[[str], Sound]
"""Makes the sound of words in one woman's voice, as it comes out of the line."""


@dataclass(slots=True)
class _Sounding:
    """An utterance on its way."""

    begins: int
    """In samples since the call began."""
    sound: Sound
    """The whole of it."""


class Line(Wire):
    """Carries what the made-up people say and key, over a noise that never stops, and records both sides.

    It waits for nobody: a second on it passes as fast as it is computed. Everything is reproducible.
    """

    rate = RATE

    def __init__(self, background: Sound) -> None:
        """`background`: the noise, played over and over."""
        self._background = background
        self._now = 0
        self._sounding: list[_Sounding] = []
        self._keys: list[tuple[int, str]] = []
        self._heard: list[Samples] = []
        self._played: list[Samples] = []
        self.voiced_until = 0.0
        """When the last utterance that was begun ends, in seconds since the call began."""

    @property
    def seconds(self) -> float:
        """How long the call has lasted, in seconds."""
        return self._now / RATE

    def answer(self, prompt: float, sayings: Sequence[Saying], speak: Speak) -> None:
        """Have `sayings` said and keyed around a prompt that begins now and lasts `prompt` seconds.

        What was to be said later to an earlier prompt stays unsaid; who is in the middle of a word ends it.
        """
        self._sounding = [each for each in self._sounding if each.begins < self._now]
        self._keys = []
        at = self.seconds + prompt
        for saying in sayings:
            begins = self.seconds + saying.wait if saying.early else max(self.seconds, at + saying.wait)
            over = self._key(begins, saying.keys) if saying.keys else self._say(begins, speak(saying.words))
            at = max(at, over)

    def step(self, out: Samples) -> tuple[Samples, str]:
        """Play a frame; the next 20 ms of the people and their keys."""
        until = self._now + _SIZE
        sound = np.take(self._background, np.arange(self._now, until), mode="wrap")
        for each in self._sounding:
            first, last = max(each.begins, self._now), min(each.begins + len(each.sound), until)
            if first < last:
                sound[first - self._now : last - self._now] += each.sound[
                    first - each.begins : last - each.begins
                ]
                self.voiced_until = each.begins / RATE + voiced_until(each.sound)
        pressed = "".join(key for at, key in self._keys if self._now <= at < until)
        self._now = until
        heard = companded(sound)
        self._played.append(out)
        self._heard.append(heard)
        return heard, pressed

    def write(self, path: Path) -> None:
        """Write the whole call as a stereo WAV file: Sakhi on the left, the members on the right."""
        both = [np.concatenate([np.zeros(0, np.int16), *side]) for side in (self._played, self._heard)]
        soundfile.write(path, np.stack(both, axis=1), RATE, format="WAV", subtype="PCM_16")

    def _say(self, begins: float, sound: Sound) -> float:
        self._sounding.append(_Sounding(round(begins * RATE), sound))
        return begins + len(sound) / RATE

    def _key(self, begins: float, keys: str) -> float:
        times = [begins + place * BETWEEN_KEYS for place in range(len(keys))]
        self._keys += [(round(at * RATE), key) for at, key in zip(times, keys, strict=True)]
        return times[-1]
