"""Who says the answers: people, and voices that the model was not trained on."""

import csv
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.spoken import Saying, recorded, sayings
from speech.audio import Audio
from speech.pyttsx3 import Pyttsx3

MANIFEST = "manifest.tsv"
PEOPLE = "People, not trained on"
CLIPS = "Synthetic, Kokoro voices not trained on"
SYNTHETIC = "Synthetic, espeak-ng voices not trained on"


@dataclass(frozen=True, slots=True)
class Spoken:
    """One answer by one voice."""

    who: str
    """The kind of voice."""
    saying: Saying
    """What is said to which question."""
    speaker: str
    """The voice; empty when nobody speaks."""
    sound: Callable[[], Audio]
    """Reads or makes it."""
    kind: str
    """The class it is counted in."""
    opened: float = 0.0
    """When the question is opened, in seconds of the sound on the line."""


def people(folder: Path) -> Iterator[Spoken]:
    """The recordings in `folder`/manifest.tsv (path, split, transcript, speaker), save those for training."""
    rows = _held_out(folder)
    for row, saying in zip(rows, recorded([row["transcript"] for row in rows]), strict=True):
        yield Spoken(PEOPLE, saying, row["speaker"], partial(Audio.read, folder / row["path"]), saying.kind)


def clips(folder: Path) -> Iterator[Spoken]:
    """Every saying by every voice that says it in `folder`/manifest.tsv (path, transcript, speaker).

    Where there is a column split, those for training are left out. Clips for which nothing asks are left out
    too, and told of on stderr.
    """
    said: dict[str, list[tuple[Path, str]]] = {}
    for row in _held_out(folder):
        said.setdefault(row["transcript"], []).append((folder / row["path"], row["speaker"]))
    asked = list(sayings())
    for saying in asked:
        for path, speaker in said.get(saying.text, ()):
            yield Spoken(CLIPS, saying, speaker, partial(Audio.read, path), saying.kind)
    strangers = said.keys() - {saying.text for saying in asked}
    if strangers:
        sys.stderr.write(f"{folder}: not asked for, left out: {', '.join(sorted(strangers))}\n")


def synthetic(voices: Iterable[Pyttsx3]) -> Iterator[Spoken]:
    """Every saying in every voice."""
    every = list(sayings())
    for voice in voices:
        for saying in every:
            yield Spoken(SYNTHETIC, saying, voice.name, partial(voice.speak, saying.text), saying.kind)


def _held_out(folder: Path) -> list[dict[str, str]]:
    with (folder / MANIFEST).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if row.get("split") != "train"]
