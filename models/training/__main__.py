"""`python -m models.training WORK MODEL RECORDINGS...`: makes or adapts the ears; run again, it goes on.

MODEL is the model to begin with, WORK the folder that all is kept in; WORK/model comes out. RECORDINGS are
folders with manifest.tsv (path, split, transcript), such as a federation's own members, who agreed to it.
"""

import argparse
import sys
from pathlib import Path

from models.training import synthetic
from models.training.acoustic import Schedule
from models.training.mixing import ADAPTING, FROM_SCRATCH
from models.training.recipe import Work, align, export, record, speak, train


def main(arguments: list[str]) -> int:
    """Run all stages; the exit status is 0 when the model was made."""
    options = _options(arguments)
    work = Work(options.work, options.model)
    kinds: dict[str, tuple[synthetic.Voices, int]] = {"espeak": (synthetic.espeak, options.files)}
    try:
        if options.kokoro:
            kinds["kokoro"] = (synthetic.kokoro(options.kokoro), 3 * options.files)
        if options.festival:
            kinds["festival"] = (synthetic.festival, options.files // 4)
        speak(work, kinds, _progress)
        record(work, options.recordings)
        align(work, _progress)
        shares = ADAPTING if options.adapt else FROM_SCRATCH
        rate = 1e-4 if options.adapt else 6e-4
        for objective in train(work, Schedule(parts=options.parts, rate=rate), shares, _progress):
            sys.stderr.write(f"  {objective:.4f} for each 30 ms\n")
        export(work)
    except (OSError, ValueError, ImportError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{work.model}\n")
    return 0


def _progress(stage: str, done: int, of: int) -> None:
    sys.stderr.write(f"{stage}: {done} of {of}\n")


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="models.training", description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("recordings", type=Path, nargs="+")
    parser.add_argument("--kokoro", type=Path, help="folder with Kokoro's voices as NAME.bin")
    parser.add_argument("--festival", action="store_true", help="also the voice of festvox-hi-nsk")
    parser.add_argument("--files", type=int, default=40, help="files of 100 phrases by espeak-ng")
    parser.add_argument("--parts", type=int, default=44, help="hours heard, each with other noises")
    parser.add_argument("--adapt", action="store_true", help="gently, and mostly by the recordings")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
