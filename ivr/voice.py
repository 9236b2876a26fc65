"""What Sakhi says, as text and sound.

A woman's recording where there is one, else the voice that was rendered beforehand, else the synthetic one.
"""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from flows import prompts
from flows.turn import Line
from ivr.clips import Clips
from ivr.rendered_voice import RenderedVoice
from speech.audio import Audio, from_float
from speech.synthesizer import Synthesizer

log = logging.getLogger(__name__)

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
    """Speaks the prompts of the catalogue.

    A prompt without slots is spoken from `<key>.wav` in the folder `recorded`, when that file is there and
    can be read. What was not recorded is said by the `rendered` voice, if it can say all of the line.
    """

    def __init__(
        self, synthesizer: Synthesizer, recorded: Path, rendered: RenderedVoice | None = None
    ) -> None:
        self._synthesizer = synthesizer
        self._recorded = recorded
        self._rendered = rendered
        self._broken: set[str] = set()

    def speak(self, line: Line) -> Spoken:
        """The line as text and sound. Raises PromptError and SynthesisFailed."""
        text = prompts.text_of(line)
        recording = self._recording(line.key) if _always_the_same(line.key) else None
        beforehand = recording or (self._rendered and self._rendered.speak(line))
        return Spoken(text, beforehand or self._synthesizer.speak(text))

    def warm(self) -> int:
        """Make ready every prompt without slots, so that no caller waits for one. Returns how many.

        What was rendered is ready; it is decoded in the background. Raises SynthesisFailed.
        """
        ready = sorted(filter(_always_the_same, prompts.keys()))
        for line in map(Line, ready):
            if not (self._rendered and self._rendered.can_say(line)):
                self.speak(line)
        if self._rendered:
            self._rendered.warm()
        return len(ready)

    def _recording(self, key: str) -> Audio | None:
        path = self._recorded / f"{key}.wav"
        if key in self._broken or not path.is_file():
            return None
        try:
            return Audio.read(path)
        except (OSError, ValueError) as error:
            self._broken.add(key)
            log.warning("%s; record it again: until then the synthetic voice says it", error)
            return None


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


def _always_the_same(key: str) -> bool:
    return "{" not in prompts.template(key)
