"""`sakhi train` and `sakhi train adapt`: make the ears anew, or teach them the voices of members."""

import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click

from ivr.commands.common import Refused, settings_of

CUT_OFF = 3
"""Exit status of the recipe when its time was up."""

_folder = click.Path(path_type=Path, file_okay=False)
MANIFEST = "manifest.tsv"


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of both."""
    options = (
        click.option("--recordings", type=_folder, multiple=True, help="A folder of them; may be repeated."),
        click.option(
            "--work",
            type=click.Path(path_type=Path, file_okay=False),
            default="training-work",
            show_default=True,
            help="Folder that all is kept in; the model comes out in its folder model.",
        ),
        click.option("--hours", type=float, default=2.0, show_default=True, help="Stop after so many hours."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(invoke_without_command=True)
@_common
@click.option("--kokoro", type=_folder, help="Folder with the voices of kokoro-js, as NAME.bin.")
@click.option("--festival", is_flag=True, help="Also the voice of Debian's festvox-hi-nsk.")
@click.pass_context
def train(
    ctx: click.Context,
    recordings: tuple[Path, ...],
    work: Path,
    hours: float,
    kokoro: Path | None,
    festival: bool,
) -> None:
    """Make the ears anew from synthetic voices and recordings: hours of work for a computer.

    What was cut off, or was not done when the time was up, goes on when the command is given again. Needs the
    extra "train", as README.md says. A folder of recordings has a manifest.tsv: columns path, split,
    transcript and speaker, with tabs between them. Recordings whose split is "train" are learnt, the others
    measure what came out. Use only those of people who agreed to it.
    """
    if ctx.invoked_subcommand:
        ctx.default_map = {"adapt": {"recordings": recordings, "work": work, "hours": hours}}
        return
    more = [f"--kokoro={kokoro}"] if kokoro else []
    _run(ctx, recordings, work, hours, [*more, *(["--festival"] if festival else [])])


@train.command()
@_common
@click.pass_context
def adapt(ctx: click.Context, recordings: tuple[Path, ...], work: Path, hours: float) -> None:
    """Teach the ears the voices of your recordings, gently: they forget nothing of what they know."""
    if not recordings:
        raise Refused("there is nothing to learn from; name a folder of recordings with --recordings")
    _run(ctx, recordings, work, hours, ["--adapt", "--parts=12", "--files=10"])


def _run(
    ctx: click.Context, recordings: Sequence[Path], work: Path, hours: float, options: Sequence[str]
) -> None:
    """In its own process: the tools of training and Vosk cannot be in one."""
    for folder in recordings:
        if not (folder / MANIFEST).is_file():
            raise Refused(f"{folder / MANIFEST}: no such file; it tells what is said in each recording")
    if find_spec("torch") is None:
        raise Refused("training needs the extra train; run in Sakhi's folder: pip install -e '.[train]'")
    recipe = [sys.executable, "-X", "utf8", "-m", "models.training", str(work), str(settings_of(ctx).model)]
    command = [*recipe, *map(str, recordings), f"--hours={hours}", *options]
    status = subprocess.run(command, check=False).returncode
    if status == CUT_OFF:
        return
    if status:
        raise Refused(f"no model was made; the reason stands above. What is done so far is kept in {work}")
    click.echo(f"The model is in {work / 'model'}. To use it, write in config.yaml:  model: {work / 'model'}")
