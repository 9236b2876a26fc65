"""Machines that listen to what Sakhi says: how much of a line do they get?

Texts are compared without punctuation, spaces and the ways of writing that sound alike (nukta, chandrabindu,
न् or a dot before a consonant), numbers in words.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from bench.whisper import RATE, loaded, samples_of, spelled, written
from speech.audio import Audio
from speech.vosk import VoskRecognizer, spelling_key

DEVANAGARI = re.compile(rb"(?:[ 0-9\x80-\xbf]|\xe0[\xa4\xa5])*")
"""Bytes of a part of a text in Devanagari, in UTF-8."""


class Listener(Protocol):
    """Writes down what it hears."""

    name: str

    def write(self, sound: Audio, texts: Sequence[str]) -> str:
        """What is heard; `texts` are those of which it is one, for a listener that has to know them."""
        ...


class WhisperListener:
    """Whisper held to Devanagari and digits: left free, the base model writes Hindi in Arabic letters, too.

    Raises ImportError without faster-whisper, ValueError or RuntimeError without a model.
    """

    def __init__(self, folder: Path) -> None:
        self._model, self.name = loaded(folder)
        self._others = _not_devanagari(self._model.hf_tokenizer.get_vocab())

    def write(self, sound: Audio, texts: Sequence[str]) -> str:
        return written(self._model, samples_of(sound), suppress_tokens=[-1, *self._others])


class OwnListener:
    """Our own ears, which hear one of `texts` or nothing: they are made for the answers to a question."""

    name = "our own ears, told the texts"

    def __init__(self, ears: VoskRecognizer) -> None:
        self._ears = ears

    def knows(self, text: str) -> bool:
        """Whether every word of the text can be heard."""
        return not self._ears.unknown_words([_words(text)])

    def write(self, sound: Audio, texts: Sequence[str]) -> str:
        session = self._ears.session()
        session.listen_for([_words(text) for text in texts])
        session.feed(sound.resampled(RATE).samples)
        return session.finish().text


def _words(text: str) -> str:
    return " ".join(re.sub(r"[^\u0900-\u0963]", " ", text).split())


def plain(text: str) -> str:
    """The text as texts are compared."""
    digits = re.sub("[०-९]", lambda digit: str("०१२३४५६७८९".index(digit[0])), text)
    return spelling_key(spelled(digits)).replace(" ", "")


def distance(one: str, other: str) -> int:
    """How many letters are put in, left out or written otherwise (V. Levenshtein, 1966)."""
    row = np.arange(len(other) + 1)
    letters = np.array(list(other))
    for number, letter in enumerate(one, start=1):
        best = np.minimum(row[1:] + 1, row[:-1] + (letters != letter)) if len(other) else row[1:]
        new = np.concatenate([[number], best])
        row = np.minimum.accumulate(new - np.arange(len(new))) + np.arange(len(new))
    return int(row[-1])


def closest(heard: str, texts: Sequence[str]) -> int:
    """Which of the texts is nearest to what was heard, per letter of the two; the first of several."""
    far = [distance(heard, text) / max(1, len(heard), len(text)) for text in texts]
    return int(np.argmin(far))


def _not_devanagari(vocabulary: dict[str, int]) -> list[int]:
    """The tokens that write letters of other scripts. Tokens are bytes, each shown as a letter (GPT-2)."""
    shown = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in shown]
    byte_of = {chr(byte): byte for byte in shown} | {chr(256 + n): byte for n, byte in enumerate(hidden)}
    return [
        number
        for token, number in vocabulary.items()
        if not token.startswith("<|")
        and not DEVANAGARI.fullmatch(bytes(byte_of.get(letter, ord("x")) for letter in token))
    ]
