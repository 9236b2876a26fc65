"""`python -m bench.kokoro_clips FOLDER VOICES`: the clips of `bench.hearing --voices-folder`, by Kokoro.

VOICES holds Kokoro's voices as NAME.bin; the two Hindi voices that are never trained on speak, and blends
of them. Every other clip goes into FOLDER/choosing, to choose among models and settings with; the others go
into FOLDER/reporting, for what is said of the choice. What is there is not made again, so that a run that was
cut off goes on, and so that several may share the work: `--part 0 --of 2`. It needs the extra `train`.
"""

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Protocol

from bench.speakers import MANIFEST
from bench.spoken import sayings
from models.training.kokoro import HELD_OUT, Kokoro
from speech.audio import Audio, Samples

FIRST, SECOND = HELD_OUT
SPEAKERS = (FIRST, SECOND, f"{FIRST}+{SECOND}:0.35", f"{FIRST}+{SECOND}:0.65")
PACES = (0.9, 1.0, 1.0, 1.15)
"""How fast, drawn for each clip; 1 is a voice's own pace."""
HALVES = ("choosing", "reporting")
TIMES = {"yes/no": 8, "amounts": 2, "1 to 99": 1, "outside, yes/no": 1}
"""How many clips of each text, 4 of kinds that are not named. A text of two kinds gets the more of both."""
COLUMNS = ("path", "transcript", "speaker")
RATE = 16000


@dataclass(frozen=True, slots=True)
class Clip:
    """One clip to be made."""

    half: str
    """The folder it is in."""
    path: str
    """Its file there."""
    text: str
    """What is said."""
    speaker: str
    """Who says it."""
    pace: float
    """How fast."""


class Speaks(Protocol):
    """Kokoro, or what stands in for it."""

    def speak(self, text: str, voice: str, speed: float) -> Samples:
        """`text` at `RATE`."""
        ...


def clips() -> Iterator[Clip]:
    """Every clip, the same ones each time, in an order that mixes kinds and speakers."""
    times: dict[str, int] = {}
    for one in sayings():
        if one.inside or one.kind in TIMES:
            times[one.text] = max(times.get(one.text, 0), TIMES.get(one.kind, 4))
    planned = []
    for number, (text, count) in enumerate(times.items()):
        for time in range(count):
            speaker = (number + time) % len(SPEAKERS)
            half = HALVES[(number // len(SPEAKERS) + time + time // len(SPEAKERS)) % 2]
            pace = Random(f"{text} {time}").choice(PACES)
            planned.append(Clip(half, f"{number:03}_{time}.wav", text, SPEAKERS[speaker], pace))
    Random(0).shuffle(planned)
    yield from planned


def render_all(planned: Sequence[Clip], folder: Path, voices: Speaks) -> None:
    """Make the files of `planned` that are not there, and list all that are. Raises OSError."""
    for half in HALVES:
        (folder / half).mkdir(parents=True, exist_ok=True)
    for number, clip in enumerate(planned, 1):
        path = folder / clip.half / clip.path
        if not path.exists():
            part = path.with_name(f"part_{path.name}")
            Audio(voices.speak(clip.text, clip.speaker, clip.pace), RATE).write(part)
            part.replace(path)
            sys.stderr.write(f"{number} of {len(planned)}\r")
    write_manifests(folder)


def write_manifests(folder: Path) -> None:
    """List the clips that are there, whoever made them. Raises OSError."""
    for half in HALVES:
        with (folder / half / MANIFEST).open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file, delimiter="\t", lineterminator="\n")
            rows.writerow(COLUMNS)
            there = (clip for clip in clips() if clip.half == half and (folder / half / clip.path).exists())
            rows.writerows(sorted((clip.path, clip.text, clip.speaker) for clip in there))


def main() -> None:
    options = _options()
    mine = list(clips())[options.part :: options.of]
    render_all(mine, options.folder, Kokoro(options.voices))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.kokoro_clips", description="Make clips to measure with.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("voices", type=Path, help="folder with Kokoro's voices as NAME.bin")
    parser.add_argument("--part", type=int, default=0, help="which share of the work, from 0")
    parser.add_argument("--of", type=int, default=1, help="of how many")
    return parser.parse_args()


if __name__ == "__main__":
    main()
