"""Who says the answers: people, and voices that the model was not trained on."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.spoken import Saying, recorded, sayings
from speech.audio import Audio
from speech.pyttsx3 import Pyttsx3

MANIFEST = "manifest.tsv"
Spoken = tuple[Saying, Audio, str]
"""What is said, its sound, and by whom."""


def people(folder: Path) -> Iterator[Spoken]:
    """The recordings listed in `folder`/manifest.tsv, save those for training."""
    rows = [row for row in _rows(folder) if row["split"] != "train"]
    for row, saying in zip(rows, recorded([row["transcript"] for row in rows]), strict=True):
        yield saying, Audio.read(folder / row["path"]), row["speaker"]


def clips(folder: Path) -> Iterator[Spoken]:
    """Every saying by every voice that says it in `folder`/manifest.tsv (path, transcript, speaker)."""
    said: dict[str, list[tuple[Path, str]]] = {}
    for row in _rows(folder):
        said.setdefault(row["transcript"], []).append((folder / row["path"], row["speaker"]))
    for saying in sayings():
        for path, speaker in said.get(saying.text, ()):
            yield saying, Audio.read(path), speaker


def synthetic(voices: Iterable[Pyttsx3]) -> Iterator[Spoken]:
    """Every saying in every voice."""
    every = list(sayings())
    for voice in voices:
        for saying in every:
            yield saying, voice.speak(saying.text), voice.name


def _rows(folder: Path) -> list[dict[str, str]]:
    with (folder / MANIFEST).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))
