"""Whisper's ears, to compare with: faster-whisper with a folder that holds a model for it."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from bench.lines import Line
from bench.report import Heard
from bench.speakers import Spoken
from bench.spoken import Saying
from flows.hindi import normalize, say_number
from speech.audio import FULL_SCALE, Audio

RATE = 16000
HINTS = 40
"""How many phrases it is told beforehand."""


class Whisper:
    """Raises ImportError without faster-whisper (the extra `bench`), ValueError without a model."""

    def __init__(self, folder: Path) -> None:
        import faster_whisper  # noqa: PLC0415  (only this comparison needs it)

        self._model = faster_whisper.WhisperModel(str(folder), device="cpu", compute_type="int8")

    def hear(self, saying: Saying, sound: Audio) -> str:
        """The words of an answer, digits spelled out; the question's phrases are its prompt."""
        samples = sound.resampled(RATE).samples.astype(np.float32) / FULL_SCALE
        step = max(1, len(saying.phrases) // HINTS)
        found, _ = self._model.transcribe(
            samples,
            language="hi",
            beam_size=5,
            initial_prompt=", ".join(saying.phrases[::step]),
            condition_on_previous_text=False,
            without_timestamps=True,
        )
        return spelled(" ".join(piece.text for piece in found))

    def beside(self, who: str, spoken: Iterable[Spoken], lines: dict[str, Line]) -> Iterator[Heard]:
        """The same answers over the same lines as the model hears."""
        for number, (saying, voice, speaker) in enumerate(spoken):
            for line, over in lines.items():
                text = self.hear(saying, over(voice, number))
                verdict = saying.verdict(text)
                yield Heard(f"Whisper base, {who}", saying.kind, line, speaker, saying.text, text, verdict)


def spelled(text: str) -> str:
    """`text` as the flows read it: no punctuation, numbers in words."""
    plain = re.sub(r"(?<=\d),(?=\d)", "", text)
    words = re.sub(r"\d+", lambda digits: f" {say_number(int(digits.group()))} ", plain)
    return normalize(re.sub(r"[^\u0900-\u0963\s]", " ", words))
