"""The voices of Kokoro-82M to train on, blended into many more; `speech.kokoro` speaks with them.

The voices come in the npm package kokoro-js.
"""

from pathlib import Path
from random import Random

import numpy as np
import numpy.typing as npt
import soxr

from speech.audio import Samples, from_float
from speech.kokoro import RATE, Style
from speech.kokoro import Kokoro as Model

HELD_OUT = ("hf_beta", "hm_psi")
"""Hindi voices that are never trained on, nor blended into one that is."""
HINDI = ("hf_alpha", "hf_alpha", "hm_omega")
"""Hindi voices for training; women are more often heard."""
SPEEDS = (0.75, 0.85, 0.9, 1.0, 1.0, 1.1, 1.2, 1.3)
QUIET = 0.01
"""What is below this at either end is cut off, save `BEFORE` and `AFTER` seconds."""
BEFORE, AFTER = 0.05, 0.1


class Kokoro:
    """All voices, in memory once. `folder` holds the voices as NAME.bin. Raises OSError, ImportError."""

    def __init__(self, folder: Path) -> None:
        self._model = Model()
        self._voices = {
            path.stem: np.fromfile(path, np.float32).reshape(-1, 256) for path in sorted(folder.glob("*.bin"))
        }
        if not set(HELD_OUT) <= set(self._voices):
            raise FileNotFoundError(
                f"{folder} has no voices of Kokoro: unpack kokoro-js's voices/*.bin there"
            )

    def speak(self, text: str, voice: str, speed: float) -> Samples:
        """`text` at 16 kHz, or nothing. `voice`: a name, or "NAME+NAME:SHARE of the second"."""
        return _trimmed(self._model.say(text, self._voice(voice), speed))

    def someone(self, rng: Random) -> str:
        """A voice for training: mostly a Hindi one blended with one of another language and the same sex."""
        others = [name for name in self._voices if name not in (*HELD_OUT, *HINDI)]
        kind = rng.random()
        if kind < 0.22:
            return rng.choice(HINDI)
        if kind < 0.8:
            base = rng.choice(HINDI)
            alike = [name for name in others if name[1] == base[1]] if rng.random() < 0.75 else others
            return f"{base}+{rng.choice(alike)}:{rng.uniform(0.25, 0.75):.2f}"
        if kind < 0.9:
            return f"{rng.choice(others)}+{rng.choice(others)}:{rng.uniform(0.3, 0.7):.2f}"
        return rng.choice(others)

    def _voice(self, name: str) -> Style:
        first, _, blend = name.partition("+")
        if not blend:
            return self._voices[first]
        second, _, share = blend.partition(":")
        return (1 - float(share)) * self._voices[first] + float(share) * self._voices[second]


def _trimmed(sound: npt.NDArray[np.float32]) -> Samples:
    top = float(np.abs(sound).max(initial=0))
    if not np.isfinite(top) or top < QUIET:
        return np.zeros(0, np.int16)
    (loud,) = np.nonzero(np.abs(sound) > QUIET)
    voice = sound[max(0, loud[0] - round(BEFORE * RATE)) : loud[-1] + round(AFTER * RATE)]
    return from_float(np.asarray(soxr.resample(voice / top * 0.7, RATE, 16000), np.float64))
