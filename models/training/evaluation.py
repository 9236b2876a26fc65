"""How well a model hears, measured and written into its card."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from models.training.checksums import CARD


def evaluate(model: Path, recordings: list[Path], results: Path) -> None:
    """Measure `model` with the recordings that are not for training, and print the figures in its card.

    What is measured already for these weights is not measured again. `bench` comes with the sources of Sakhi
    only: without it the card keeps the figures of the model that training began with, and says nothing new.
    Raises OSError when a measurement fails.
    """
    if find_spec("bench") is None:
        sys.stderr.write("Not measured: bench/ comes with Sakhi's sources only. Run this in their folder.\n")
        return
    weights = model / "am" / "final.mdl"
    if not results.exists() or results.stat().st_mtime < weights.stat().st_mtime:
        part = results.with_suffix(".part")
        folders = [f"--recordings={folder}" for folder in recordings]
        _run("bench.hearing", f"--model={model}", f"--json={part}", *folders)
        part.replace(results)
    if (model / CARD).exists():
        _run("bench.card", str(results), str(model / CARD))


def _run(module: str, *arguments: str) -> None:
    # Vosk and the tools of training cannot be in one process.
    command = [sys.executable, "-X", "utf8", "-m", module, *arguments]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise OSError(f"{module} failed with status {done.returncode}; its own message stands above")
