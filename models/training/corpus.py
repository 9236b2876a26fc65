"""Speech to train on, kept in files: sounds without noise, and what is said in each."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from speech.audio import Audio, Samples

RATE = 16000
"""Samples per second of everything here, in Hz."""
MANIFEST = "manifest.tsv"
COLUMNS = ("path", "split", "transcript")
HELD_BACK = 8
"""One recording in so many is left out: to ask what is taken for an answer of speech that is none."""
_NO_LETTERS = re.compile("[^\u0900-\u0963]+")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Utterances, one after the other."""

    sounds: list[Samples]
    """Samples at `RATE`."""
    texts: list[str]
    """What is said in each."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[Samples, str]]) -> Self:
        """The corpus of these sounds and texts."""
        every = list(pairs)
        return cls([sound for sound, _ in every], [text for _, text in every])

    @classmethod
    def read(cls, path: Path) -> Self:
        """The corpus that `write` wrote. Raises OSError."""
        with np.load(path) as stored:
            ends = np.cumsum(stored["lengths"])
            return cls(np.split(stored["sounds"], ends[:-1]), [str(text) for text in stored["texts"]])

    def write(self, path: Path) -> None:
        """Keep it in one file in NumPy's format, whole or not at all. Raises OSError."""
        lengths = np.array([len(sound) for sound in self.sounds])
        part = path.with_suffix(".part.npz")
        np.savez(part, sounds=np.concatenate(self.sounds), lengths=lengths, texts=np.array(self.texts))
        part.replace(path)


def recordings(folder: Path) -> Iterator[tuple[Samples, str]]:
    """The recordings of people in `folder` that are for training, save one in `HELD_BACK`.

    Its manifest.tsv has the columns path, split and transcript; only the split "train" is used. Raises
    ValueError, naming the line, for a row that cannot be used; OSError.
    """
    used = 0
    for number, row in enumerate(_rows(folder / MANIFEST), 2):
        if row["split"] != "train":
            continue
        used += 1
        if used % HELD_BACK == 1:
            continue
        try:
            sound = Audio.read(folder / row["path"]).resampled(RATE).samples
        except Exception as error:
            raise ValueError(f"{folder / MANIFEST}:{number}: {row['path']}: {error}") from error
        yield sound, row["transcript"]


def plain(text: str) -> str:
    """The words of `text` without signs; nothing when it has figures or letters that are not of Hindi."""
    if any(letter.isalnum() for letter in "".join(_NO_LETTERS.findall(text))):
        return ""
    return " ".join(_NO_LETTERS.sub(" ", text).split())


def _rows(manifest: Path) -> list[dict[str, str]]:
    with manifest.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, delimiter="\t")
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"{manifest} lacks the columns {', '.join(missing)}; they are separated by tabs")
        return list(reader)
