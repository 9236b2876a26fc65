"""`sakhi doctor`: what is wrong with this machine, and how to mend it."""

import sys
from collections.abc import Iterable

import click

from ivr.commands.common import config_path
from ivr.doctor import examine
from ivr.finding import Finding, Level

COLOURS = {Level.FINE: "green", Level.WARNING: "yellow", Level.BROKEN: "red"}


@click.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Say what is wrong with this machine, and how to mend it.

    Exit code 1 when something is broken; warnings leave it 0.
    """
    sys.exit(shown(examine(config_path(ctx))))


def shown(findings: Iterable[Finding]) -> bool:
    """Print each; whether anything is broken."""
    worst = False
    for finding in findings:
        label = click.style(f"{finding.level.value:>8}", fg=COLOURS[finding.level], bold=True)
        click.echo(f"{label}  {finding.about}: {finding.what}")
        if finding.mend:
            click.echo(f"{'':>8}  → {finding.mend}")
        worst |= finding.level is Level.BROKEN
    return worst
