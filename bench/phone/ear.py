"""Knows how what Sakhi said sounds, from where she keeps it: her voice says no text twice alike."""

from pathlib import Path

import numpy as np

from bench.phone import alaw
from flows.prompts import text_of
from flows.turn import Line
from ivr.demo.telephone import Sound
from ivr.sections import Settings
from speech.audio import Audio, Samples
from speech.pyttsx3 import Pyttsx3, Worker
from speech.synthesizer import Cached


class Ear:
    """Compares what is heard with what was said."""

    def __init__(self, settings: Settings) -> None:
        voice = Pyttsx3(Worker(), settings.voice.name, settings.voice.rate)  # whose process never starts
        self._kept = Cached(voice, settings.voice.cache)
        self._sounds: dict[Path, Samples] = {}
        self._codes: dict[Path, bytes] = {}

    def sound(self, line: Line) -> Samples | None:
        """How a line sounds on the telephone before it is coded; None when it was never said."""
        path = self._kept.path(text_of(line))
        if path not in self._sounds:
            if not path.exists():
                return None
            self._sounds[path] = Audio.read(path).resampled(alaw.RATE).samples
            self._codes[path] = alaw.encoded(self._sounds[path])
        return self._sounds[path]

    def codes(self, line: Line) -> bytes | None:
        """The same in A-law."""
        return None if self.sound(line) is None else self._codes[self._kept.path(text_of(line))]

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
