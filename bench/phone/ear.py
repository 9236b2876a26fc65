"""Knows how what Sakhi said sounds: as it was rendered, or from where she keeps what else she said."""

import numpy as np

from bench.phone import alaw
from flows.prompts import text_of
from flows.turn import Line
from ivr.demo.telephone import Sound
from ivr.rendered_voice import RenderedVoice
from ivr.sections import Settings
from speech.audio import Audio, Samples
from speech.pyttsx3 import Pyttsx3, Worker
from speech.synthesizer import Cached


class Ear:
    """Compares what is heard with what was said."""

    def __init__(self, settings: Settings) -> None:
        voice = Pyttsx3(Worker(), settings.voice.name, settings.voice.rate)  # whose process never starts
        self._kept = Cached(voice, settings.voice.cache)
        self._rendered = RenderedVoice(settings.names) if settings.voice.rendered else None
        self._sounds: dict[str, Samples] = {}
        self._codes: dict[str, bytes] = {}

    def sound(self, line: Line) -> Samples | None:
        """How a line sounds on the telephone before it is coded; None when it was never said."""
        text = text_of(line)
        if text not in self._sounds:
            said = (self._rendered and self._rendered.speak(line)) or self._was_said(text)
            if said is None:
                return None
            self._sounds[text] = said.resampled(alaw.RATE).samples
            self._codes[text] = alaw.encoded(self._sounds[text])
        return self._sounds[text]

    def _was_said(self, text: str) -> Audio | None:
        """The synthetic voice says no text twice alike: only what it kept is what it said."""
        path = self._kept.path(text)
        return Audio.read(path) if path.exists() else None

    def codes(self, line: Line) -> bytes | None:
        """The same in A-law."""
        return None if self.sound(line) is None else self._codes[text_of(line)]

    def hears(self, line: Line, codes: bytes) -> bool:
        """Whether the whole line is in what was heard, bit for bit."""
        whole = self.codes(line)
        return whole is not None and whole in codes

    def likeness(self, line: Line, codes: bytes) -> float:
        """How like the line the likest piece of what was heard is: their correlation, at most 1."""
        said = self.sound(line)
        if said is None:
            return 0.0
        received = alaw.decoded(codes).astype(np.float64)
        at = codes.find(alaw.encoded(said))
        if at < 0:
            at = _likest(said.astype(np.float64), received)
        piece = received[at : at + len(said)]
        if len(piece) < len(said) or not piece.any():
            return 0.0
        return float(np.corrcoef(said, piece)[0, 1])


def _likest(said: Sound, received: Sound) -> int:
    if len(received) < len(said):
        return len(received)
    size = 1 << (len(said) + len(received) - 1).bit_length()
    spectra = np.fft.rfft(received, size) * np.conj(np.fft.rfft(said, size))
    return int(np.argmax(np.fft.irfft(spectra, size)[: len(received) - len(said) + 1]))
