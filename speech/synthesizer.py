"""What the rest of the house may expect from a voice, a cache for any voice, and a voice for tests."""

import hashlib
import logging
import threading
import wave
from pathlib import Path
from typing import Protocol

import numpy as np

from speech.audio import Audio, from_float

log = logging.getLogger(__name__)


class SynthesisFailed(Exception):
    """A text could not be spoken; the message says why and what to do."""


class Synthesizer(Protocol):
    """A voice."""

    @property
    def voice(self) -> str:
        """Engine, voice and speed in one line: two voices that sound different have different names."""
        ...

    def speak(self, text: str) -> Audio:
        """The text as sound. Raises SynthesisFailed."""
        ...


class Cached:
    """Any voice, with all it ever said kept in a folder.

    A phrase said before is read without waiting for anything, also while the inner voice is busy with
    another. Two calls that need the same new phrase wait for one synthesis. Files appear whole or not at all.
    A folder that can't be written, as on a full disk, silences nobody: it is logged, and the phrase not kept.
    """

    def __init__(self, inner: Synthesizer, folder: Path) -> None:
        self._inner = inner
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True)
        self._guard = threading.Lock()
        self._busy: dict[Path, threading.Lock] = {}

    @property
    def voice(self) -> str:
        """The inner voice's name."""
        return self._inner.voice

    def path(self, text: str) -> Path:
        """Where the sound of `text` is kept."""
        key = hashlib.sha256(f"{self.voice}\0{text}".encode()).hexdigest()
        return self._folder / f"{key}.wav"

    def speak(self, text: str) -> Audio:
        """The text as sound, from the folder if it is there. Raises SynthesisFailed."""
        path = self.path(text)
        kept = _kept(path)
        if kept is not None:
            return kept
        with self._guard:
            lock = self._busy.setdefault(path, threading.Lock())
        try:
            with lock:
                kept = _kept(path)
                if kept is None:
                    kept = self._inner.speak(text)
                    _keep(kept, path)
        finally:
            with self._guard:
                self._busy.pop(path, None)
        return kept


class Tone:
    """A voice for tests: a beep that lasts as long as the text would."""

    voice = "tone"

    def __init__(self, rate: int = 16000, seconds_per_letter: float = 0.05) -> None:
        self._rate = rate
        self._seconds_per_letter = seconds_per_letter

    def speak(self, text: str) -> Audio:
        """A 440 Hz beep, `seconds_per_letter` for each character."""
        time = np.arange(round(len(text) * self._seconds_per_letter * self._rate)) / self._rate
        return Audio(from_float(0.3 * np.sin(2 * np.pi * 440 * time)), self._rate)


def _kept(path: Path) -> Audio | None:
    """The sound in the file; None if there is none or it is damaged, and then it is made anew."""
    try:
        return Audio.read(path) if _is_whole(path) else None
    except (FileNotFoundError, ValueError):
        return None


def _is_whole(path: Path) -> bool:
    """Whether all the sound is there that the file promises: libsndfile reads a shortened file as a shorter
    sound, and an amount that lost its end would be said as another amount.
    """
    try:
        with wave.open(str(path)) as file:
            promised: int = file.getnframes() * file.getnchannels() * file.getsampwidth()
            return len(file.readframes(file.getnframes())) == promised
    except (OSError, EOFError, wave.Error):
        return False


def _keep(audio: Audio, path: Path) -> None:
    try:
        audio.write_whole(path)
    except OSError as error:
        log.warning(
            "a spoken phrase can't be kept in %s (%s); make room there or correct it", path.parent, error
        )
