"""Mono 16-bit audio: the one shape in which sound travels between the rooms."""

import io
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeAlias

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

Samples: TypeAlias = npt.NDArray[np.int16]

FULL_SCALE = 32768
SQUEEZED = 0.93
"""How hard libsndfile squeezes Opus, 0 to 1: some 23 kbit a second."""


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """A piece of mono sound."""

    samples: Samples
    """16-bit samples, one dimension, full scale ±32768."""
    rate: int
    """Samples per second, in Hz."""

    def __post_init__(self) -> None:
        if self.samples.ndim != 1 or self.samples.dtype != np.int16:
            raise ValueError(f"audio is one row of int16, not {self.samples.dtype} {self.samples.shape}")
        if self.rate <= 0:
            raise ValueError(f"a sample rate is a positive number of Hz, not {self.rate}")

    @property
    def seconds(self) -> float:
        """How long it lasts, in seconds."""
        return len(self.samples) / self.rate

    def resampled(self, rate: int) -> "Audio":
        """The same sound at `rate` Hz."""
        if rate == self.rate:
            return self
        return Audio(np.asarray(soxr.resample(self.samples, self.rate, rate), dtype=np.int16), rate)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read any file that libsndfile knows, mixed down to mono.

        Raises FileNotFoundError when there is none, and ValueError when it is not a sound file.
        """
        if not path.is_file():
            raise FileNotFoundError(f"no sound file at {path}")
        try:
            channels, rate = soundfile.read(path, dtype="float64", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise ValueError(f"{path} is not a sound file that can be read: {error}") from error
        return cls(from_float(channels.mean(axis=1)), rate)

    def write(self, path: Path) -> None:
        """Write as 16-bit PCM WAV, whatever the file's name ends in. Raises OSError, as on a full disk."""
        whole = io.BytesIO()  # given the file itself, soundfile meets a full disk with an AssertionError
        soundfile.write(whole, self.samples, self.rate, format="WAV", subtype="PCM_16")
        path.write_bytes(whole.getvalue())

    def write_whole(self, path: Path) -> None:
        """The same, and whole or not at all, whatever happens meanwhile. Raises OSError."""
        descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        part = Path(name)
        try:
            with os.fdopen(descriptor, "wb"):
                self.write(part)
            with part.open("rb") as written:
                os.fsync(written.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def flac(self) -> bytes:
        """As a FLAC file: every sample as it was, in about two thirds of the room."""
        whole = io.BytesIO()
        soundfile.write(whole, self.samples, self.rate, format="FLAC", subtype="PCM_16")
        return whole.getvalue()

    def opus(self) -> bytes:
        """As Opus in an Ogg file: some 3 kB a second. Rates are those of Opus, such as 8, 16 and 24 kHz."""
        whole = io.BytesIO()
        soundfile.write(
            whole, self.samples, self.rate, format="OGG", subtype="OPUS", compression_level=SQUEEZED
        )
        return whole.getvalue()

    @classmethod
    def silence(cls, seconds: float, rate: int) -> Self:
        """Digital silence of `seconds` at `rate` Hz."""
        return cls(np.zeros(round(seconds * rate), np.int16), rate)

    @classmethod
    def joined(cls, pieces: Iterable["Audio"]) -> Self:
        """The pieces one after the other, at the rate of the first.

        Raises ValueError for no pieces, because then there is no rate either.
        """
        every = list(pieces)
        if not every:
            raise ValueError("there is nothing to join")
        rate = every[0].rate
        return cls(np.concatenate([piece.resampled(rate).samples for piece in every]), rate)


def from_float(samples: npt.NDArray[np.floating]) -> Samples:
    """Samples in −1..1 as int16; what is louder is clipped."""
    return np.clip(np.round(samples * FULL_SCALE), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)


def trimmed(audio: Audio, keep: float = 0.04, quiet: float = 0.01) -> Audio:
    """Without the silence at both ends, save `keep` seconds of it.

    Silence is what stays under `quiet` times the loudest sample.
    """
    loudness = np.abs(audio.samples.astype(np.int32))
    if not loudness.any():
        return audio
    (loud,) = np.nonzero(loudness > loudness.max() * quiet)
    margin = round(keep * audio.rate)
    return Audio(audio.samples[max(0, loud[0] - margin) : loud[-1] + 1 + margin], audio.rate)
