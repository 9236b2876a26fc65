"""A call in which we only speak, and what is said when a call has to end: neither costs any ears."""

import numpy as np

from flows.turn import Heard, Line, Turn
from ivr.line.wire import SAMPLES, PhoneWire
from ivr.voice import Voice
from speech.audio import Audio, Samples

GOODBYE = Line("busy.closing")
"""What is said when the call has to end through no fault of hers."""


class SpeakingChannel:
    """Says a turn's lines on a wire and hears no answer."""

    def __init__(self, wire: PhoneWire, voice: Voice) -> None:
        self._wire, self._voice = wire, voice

    def exchange(self, turn: Turn) -> Heard:
        """Say the lines. Raises HungUp, PromptError and SynthesisFailed."""
        for line in turn.say:
            sound = frames(self._voice, line)
            self._wire.ahead(sound)
            for frame in sound:
                self._wire.step(frame)
        return Heard()

    def hangup(self) -> None:
        """End the call. Calling it again does nothing."""
        self._wire.hangup()


def frames(voice: Voice, line: Line) -> Samples:
    """The line's sound on the telephone, a frame a row. Raises PromptError and SynthesisFailed."""
    return framed(voice.speak(line).audio)


def framed(audio: Audio) -> Samples:
    """A sound on the telephone, a frame a row."""
    samples = audio.resampled(PhoneWire.rate).samples
    return np.pad(samples, (0, -len(samples) % SAMPLES)).reshape(-1, SAMPLES)
