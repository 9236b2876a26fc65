"""What Sakhi says, as text and sound.

A woman's recording where there is one, else the voice that was rendered beforehand, else the synthetic one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from flows import prompts
from flows.turn import Line
from ivr.clips import Clips
from ivr.rendered_voice import RenderedVoice
from speech.audio import Audio, from_float
from speech.synthesizer import Synthesizer

GONE = "talk.recording_gone"
"""Said in place of a recording whose time has passed."""
BEFORE_RECORDING = 0.3
"""Seconds of silence between the words and a recording."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line ready to be heard."""

    text: str
    """The Hindi sentence."""
    audio: Audio
    """The same as sound, at the rate it was made or recorded with."""


class Voice(Protocol):
    """What speaks the lines of a turn."""

    def speak(self, line: Line) -> Spoken:
        """The line as text and sound. Raises PromptError and SynthesisFailed."""
        ...


class PromptVoice:
    """Speaks the prompts of the catalogue: each line in the first of `voices` that can say all of it.

    What none of them can say is said by the `synthesizer`.
    """

    def __init__(self, synthesizer: Synthesizer, voices: Sequence[RenderedVoice] = ()) -> None:
        self._synthesizer = synthesizer
        self._voices = voices

    def speak(self, line: Line) -> Spoken:
        """The line as text and sound. Raises PromptError and SynthesisFailed."""
        text = prompts.text_of(line)
        for voice in self._voices:
            if said := voice.speak(line):
                return Spoken(text, said)
        return Spoken(text, self._synthesizer.speak(text))

    def warm(self) -> int:
        """Make ready every prompt without slots, so that no caller waits for one. Returns how many.

        What was rendered or recorded is ready; it is decoded in the background. Raises SynthesisFailed.
        """
        ready = [Line(key) for key in sorted(prompts.keys()) if not prompts.kinds_of(key)]
        for line in ready:
            if not any(voice.can_say(line) for voice in self._voices):
                self.speak(line)
        for voice in self._voices:
            voice.warm()
        return len(ready)


class PlayingVoice:
    """Speaks as `voice` does, and plays the recordings that lines name."""

    def __init__(self, voice: Voice, clips: Clips) -> None:
        self._voice, self._clips = voice, clips

    def speak(self, line: Line) -> Spoken:
        """The line with its recording, or word that it is no longer there.

        Raises PromptError and SynthesisFailed.
        """
        if line.recording is None:
            return self._voice.speak(line)
        recording = self._clips.sound(line.recording)
        if recording is None:
            return self._voice.speak(Line(GONE))
        spoken = self._voice.speak(line)
        between = Audio.silence(BEFORE_RECORDING, recording.rate)
        return Spoken(spoken.text, Audio.joined([spoken.audio, between, recording]))


def beep(rate: int) -> Audio:
    """A short soft tone that says: now you."""
    return _tone(rate, 880, 0.15)


def comfort(rate: int) -> Audio:
    """A lower and softer one that says: I am still here."""
    return _tone(rate, 440, 0.08)


def _tone(rate: int, pitch: float, loudness: float) -> Audio:
    time = np.arange(round(0.12 * rate)) / rate
    fade = np.sin(np.pi * time / time[-1])
    return Audio(from_float(loudness * fade * np.sin(2 * np.pi * pitch * time)), rate)
