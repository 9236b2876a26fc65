"""`sakhi doctor`: what is wrong with this machine, and how to mend it."""

import sys

import click

from ivr.commands.common import config_path
from ivr.doctor import examine
from ivr.finding import Level

COLOURS = {Level.FINE: "green", Level.WARNING: "yellow", Level.BROKEN: "red"}


@click.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Say what is wrong with this machine, and how to mend it.

    Exit code 1 when something is broken; warnings leave it 0.
    """
    worst = 0
    for finding in examine(config_path(ctx)):
        label = click.style(f"{finding.level.value:>8}", fg=COLOURS[finding.level], bold=True)
        click.echo(f"{label}  {finding.about}: {finding.what}")
        if finding.mend:
            click.echo(f"{'':>8}  → {finding.mend}")
        worst |= finding.level is Level.BROKEN
    sys.exit(worst)
