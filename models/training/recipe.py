"""The stages that make the ears, each of which goes on where it was cut off.

texts and voices → recordings of people → the same said by the other sex → alignment (which way each word was
said) → training by LF-MMI, with rooms, lines and noise drawn anew for each part → a model folder. All is kept
in one folder of work.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path
from random import Random
from shutil import copytree
from threading import Thread

import numpy as np
import torch

from models.training import synthetic
from models.training.acoustic import Schedule, Training, parts_heard
from models.training.conversion import converted
from models.training.corpus import MANIFEST, Corpus, recordings
from models.training.kaldi import read_weights, write_weights
from models.training.material import Garbage, Utterance, voices
from models.training.mixing import PEOPLE, Shares, known_words, part, restored, stored
from models.training.network import Network
from models.training.objective import Bigram
from models.training.units import Units
from speech.audio import FULL_SCALE, from_float

CONVERTED = "_converted"
"""Ends the names of files with recordings that the other sex was given."""
SHARD = 100
"""Phrases in one file of synthetic voices."""
Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and of how much."""


@dataclass(frozen=True, slots=True)
class Work:
    """The folder of work, and the model whose weights training begins with."""

    folder: Path
    base: Path
    """A model folder: its network and its phones."""

    @property
    def spoken(self) -> Path:
        """Where sounds and texts are kept."""
        return self._made("voices")

    @property
    def aligned(self) -> Path:
        """Where voices are kept with the way each word was said."""
        return self._made("aligned")

    @property
    def checkpoint(self) -> Path:
        """All that training needs to go on."""
        return self.folder / "training.pt"

    @property
    def weights(self) -> Path:
        """The network that came out so far, as Kaldi's `final.mdl`."""
        return self.folder / "final.mdl"

    @property
    def model(self) -> Path:
        """The model that comes out."""
        return self.folder / "model"

    def trained(self, schedule: Schedule) -> bool:
        """Whether training came to the end of `schedule`."""
        return self.checkpoint.exists() and parts_heard(self.checkpoint) >= schedule.parts

    def _made(self, name: str) -> Path:
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        return path


def speak(work: Work, kinds: dict[str, tuple[synthetic.Voices, int]], progress: Progress) -> None:
    """Render `SHARD` phrases a file, so many files of each kind. Raises OSError."""
    for kind, (say, files) in kinds.items():
        for number in range(files):
            path = work.spoken / f"{kind}_{number:04}.npz"
            if not path.exists():
                Corpus.of(say(SHARD, Random(f"{kind} {number}"))).write(path)
            progress(f"voices: {kind}", number + 1, files)


def record(work: Work, folders: list[Path]) -> None:
    """Take in recordings of people, a folder anew when its manifest changed. Raises ValueError, OSError."""
    for folder in folders:
        path = work.spoken / f"{PEOPLE}_{folder.resolve().name}.npz"
        if path.exists() and path.stat().st_mtime > (folder / MANIFEST).stat().st_mtime:
            continue
        corpus = Corpus.of(recordings(folder))
        if not corpus.sounds:
            raise ValueError(f"{folder}/manifest.tsv has no recording for training (split train)")
        corpus.write(path)


def convert(work: Work, progress: Progress) -> None:
    """Have the recordings of people said by the other sex, too. Raises OSError."""
    recorded = sorted(work.spoken.glob(f"{PEOPLE}_*.npz"))
    paths = [path for path in recorded if not path.stem.endswith(CONVERTED)]
    for done, path in enumerate(paths, 1):
        target = path.with_stem(f"{path.stem}{CONVERTED}")
        if _is_due(target, path):
            corpus, rng = Corpus.read(path), np.random.default_rng(0)
            others = [from_float(converted(sound / FULL_SCALE, rng)) for sound in corpus.sounds]
            Corpus(others, corpus.texts).write(target)
        progress("the other sex", done, len(paths))


def align(work: Work, progress: Progress) -> None:
    """Find which way each word was said, and when; what cannot be spelled or is too short is left out."""
    units, network = Units.of(work.base), Network(read_weights(work.base / "am" / "final.mdl")).eval()
    paths = sorted(work.spoken.glob("*_*.npz"))
    for done, path in enumerate(paths, 1):
        target = work.aligned / f"{path.stem}.pkl"
        if _is_due(target, path):
            stored(list(voices(Corpus.read(path), network, units)), target)
        progress("alignment", done, len(paths))


def train(work: Work, schedule: Schedule, shares: Shares, progress: Progress) -> Iterator[float]:
    """Train, and after each part yield its objective; the weights so far are then in `work.weights`.

    Raises ValueError when nothing is aligned.
    """
    units = Units.of(work.base)
    network = Network(read_weights(work.base / "am" / "final.mdl"))
    training = Training(network, _order_of_phones(work, units), schedule)
    if work.checkpoint.exists():
        training.read(work.checkpoint)
    with _quick():
        for material in _made_ahead(work, range(training.parts, schedule.parts), shares):
            objective = training.hear(material)
            training.write(work.checkpoint)
            write_weights(training.averaged(), work.base / "am" / "final.mdl", work.weights)
            progress("training", training.parts, schedule.parts)
            yield objective


def _is_due(target: Path, source: Path) -> bool:
    """Whether `target` is not there, or older than what it is made of."""
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


@contextmanager
def _quick() -> Iterator[None]:
    """Numbers too small to matter are 0 meanwhile: they would take many times as long."""
    torch.set_flush_denormal(True)
    try:
        yield
    finally:
        torch.set_flush_denormal(False)


def export(work: Work) -> None:
    """Make the model folder: the base with the new weights. Raises OSError."""
    copytree(work.base, work.model, dirs_exist_ok=True)
    (work.model / "am" / "final.mdl").write_bytes(work.weights.read_bytes())


def _order_of_phones(work: Work, units: Units) -> Bigram:
    rng = np.random.default_rng(0)
    every = restored(work.aligned, "")
    if not every:
        raise ValueError(f"nothing is aligned in {work.aligned}; run the stages before training")
    garbage = Garbage(known_words(), units.garbage)
    return Bigram.of((garbage.instead(voice, rng) for voice in every), len(units.ids))


def _made_ahead(work: Work, numbers: range, shares: Shares) -> Iterator[list[Utterance]]:
    """Each of these parts; while one is heard, the next is made in a second process."""
    with second_process() as other:
        coming = None
        for number in numbers:
            made, coming = coming, other.submit(_part, work, number, shares)
            if made:
                yield made.result()
        if coming:
            yield coming.result()


def second_process() -> ProcessPoolExecutor:
    """A process beside this one, which ends with it even when this one is killed: it holds all voices."""
    return ProcessPoolExecutor(1, get_context("spawn"), _end_with_the_first)


def _end_with_the_first() -> None:
    first = parent_process()
    assert first is not None

    def follow() -> None:
        first.join()
        os._exit(1)

    Thread(target=follow, daemon=True).start()


def _part(work: Work, number: int, shares: Shares) -> list[Utterance]:
    torch.set_num_threads(1)
    return part(work.aligned, number, shares, Units.of(work.base))
