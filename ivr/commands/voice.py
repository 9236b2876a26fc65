"""`sakhi voice`: render what Sakhi says with the natural voice, and show it."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ivr.commands.common import Refused, settings_of
from ivr.commands.voice_record import forget, import_, record, status
from ivr.naming import INSTALL, can_render, every_name, render, unsaid
from ivr.rendered import SHIPPED, Rendering, read_manifest, shipped
from ivr.voice_page import PAGE, write_page
from speech.vosk import ModelBroken, ModelMissing, VoskRecognizer

LONG = 8.0
"""Seconds above which a prompt is reported: it should be shortened."""
_folder = click.Path(path_type=Path, file_okay=False)


@click.group()
def voice() -> None:
    """The natural voice: rendered beforehand, for it is too slow to speak live."""


@voice.command("render")
@click.option(
    "--to", "folder", type=_folder, default=SHIPPED, help="Folder for it; else that of the prompts."
)
@click.pass_context
def render_(ctx: click.Context, folder: Path) -> None:
    """Render every prompt and all pieces that amounts, counts, days and names are joined of.

    Only what changed is rendered: it can be stopped at any time and goes on when it is run again. An hour or
    two for all of it on a small computer. Prompts longer than 8 seconds are reported: shorten them.
    """
    if not can_render():
        raise Refused(f"rendering needs the extra voice; {INSTALL}")
    from ivr.rendering import Renderer, outdated, tidy  # noqa: PLC0415  (brings the extra's libraries with it)

    settings = settings_of(ctx)
    try:
        wanted = outdated(shipped(), folder)
        if wanted:
            _shown(Renderer(folder, VoskRecognizer(settings.model)).render(shipped()), len(wanted))
        tidy(folder, shipped())
        there = read_manifest(folder)
    except (ValueError, ModelMissing, ModelBroken) as error:
        raise Refused(str(error)) from error
    total = sum(each.seconds for each in there.values())
    click.echo(f"{len(there)} sentences in {folder}, {total / 60:.1f} minutes; {len(wanted)} were rendered.")
    for name, each in sorted(there.items()):
        if each.seconds > LONG and not each.spans:
            click.echo(f"longer than {LONG:g} s: {name}, {each.seconds:.1f} s: {each.text}")


@voice.command("names")
@click.option("--quietly", is_flag=True, help="Those told line by line on standard input.")
@click.pass_context
def names_(ctx: click.Context, quietly: bool) -> None:
    """Render the names of all members and groups that can't be said yet.

    It is begun by itself, in the background, when members are added. Until a name is rendered, the synthetic
    voice says the lines that have it.
    """
    settings = settings_of(ctx)
    if not can_render():
        raise Refused(f"rendering needs the extra voice; {INSTALL}")
    try:
        if quietly:
            for _ in render(settings, sys.stdin.read().splitlines()):
                pass
            return
        names = every_name(settings)
        wanted = unsaid(settings, names)
        _shown(render(settings, names), len(wanted))
    except (ValueError, ModelMissing, ModelBroken) as error:
        raise Refused(str(error)) from error
    left = unsaid(settings, names)
    done = len(wanted) - len(left)
    click.echo(f"{done} names were rendered; {len(names) - len(left)} of {len(names)} can be said.")


@voice.command()
@click.option("--to", "file", type=click.Path(path_type=Path, dir_okay=False), default=PAGE, help="The page.")
def page(file: Path) -> None:
    """Write the page on which every prompt can be read and heard."""
    click.echo(f"{write_page(file)} prompts in {file}")


voice.add_command(record)
voice.add_command(import_)
voice.add_command(status)
voice.add_command(forget)


def _shown(renderings: Iterable[Rendering], count: int) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("rendering", total=count)
        for rendering in renderings:
            progress.update(task, advance=1, description=rendering.text[:40])
