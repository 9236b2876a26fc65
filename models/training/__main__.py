"""`python -m models.training WORK MODEL RECORDINGS...`: makes or adapts the ears; run again, it goes on.

MODEL is the model to begin with, WORK the folder that all is kept in; WORK/model comes out, with its card.
RECORDINGS are folders with manifest.tsv (path, split, transcript, speaker), such as a federation's own
members, who agreed to it; those whose split is not "train" measure what came out. `sakhi train` runs this.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from models.training import synthetic
from models.training.acoustic import Schedule
from models.training.evaluation import evaluate
from models.training.kokoro import Kokoro
from models.training.mixing import ADAPTING, FROM_SCRATCH, PROMPTS
from models.training.recipe import Progress as Told
from models.training.recipe import Work, align, convert, export, record, speak, train
from models.training.sentences import short_answers

CUT_OFF = 3
"""Exit status when the time was up before the model was made: run it again."""
HOUR = 3600


def main(arguments: list[str]) -> int:
    """Run all stages; the exit status is 0 when the model was made, `CUT_OFF` when the time was up."""
    options = _options(arguments)
    work = Work(options.work, options.model)
    until = time.monotonic() + options.hours * HOUR
    try:
        with _bars() as told:
            speak(work, _voices(options), told)
            record(work, options.recordings)
            convert(work, told)
            align(work, told)
            finished = _trained(work, options, told, until)
        if not finished:
            sys.stderr.write("The time is up. Run the same command again: it goes on here.\n")
            return CUT_OFF
        export(work)
        evaluate(work.model, options.recordings, work.folder / "hearing.json")
    except (OSError, ValueError, ImportError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{work.model}\n")
    return 0


def _voices(options: argparse.Namespace) -> dict[str, tuple[synthetic.Voices, int]]:
    """The synthetic voices, and how many files of each."""
    kinds: dict[str, tuple[synthetic.Voices, int]] = {
        PROMPTS: (synthetic.prompts, 1),
        "espeak": (synthetic.espeak, options.files),
    }
    if options.kokoro:
        voices = Kokoro(options.kokoro)
        kinds["kokoro"] = (synthetic.kokoro(voices), 3 * options.files)
        kinds["kokoro_short"] = (synthetic.kokoro(voices, short_answers), options.files // 5)
    if options.festival:
        kinds["festival"] = (synthetic.festival, options.files // 4)
    return kinds


def _trained(work: Work, options: argparse.Namespace, told: Told, until: float) -> bool:
    """Whether training came to its end before `until`."""
    shares = ADAPTING if options.adapt else FROM_SCRATCH
    schedule = Schedule(parts=options.parts, rate=1e-4 if options.adapt else 6e-4)
    for _ in train(work, schedule, shares, told):
        if time.monotonic() > until:
            break
    return work.trained(schedule)


@contextmanager
def _bars() -> Iterator[Told]:
    """A bar for each stage, on stderr."""
    columns = (TextColumn("{task.description:>20}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bars: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True)) as progress:

        def told(stage: str, done: int, of: int) -> None:
            if stage not in bars:
                bars[stage] = progress.add_task(stage)
            progress.update(bars[stage], completed=done, total=of)

        yield told


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="models.training", description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("recordings", type=Path, nargs="*")
    parser.add_argument("--kokoro", type=Path, help="folder with Kokoro's voices as NAME.bin")
    parser.add_argument("--festival", action="store_true", help="also the voice of festvox-hi-nsk")
    parser.add_argument("--files", type=int, default=40, help="files of 100 phrases by espeak-ng")
    parser.add_argument("--parts", type=int, default=60, help="hours made, each with other noises")
    parser.add_argument("--hours", type=float, default=2.0, help="stop after so many hours")
    parser.add_argument("--adapt", action="store_true", help="gently, and mostly by the recordings")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
