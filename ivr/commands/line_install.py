"""`sakhi line install`: puts Sakhi's part into Asterisk's configuration, and checks it."""

import io
import subprocess
import sys
from pathlib import Path

import click
import soundfile

from ivr import wiring
from ivr.commands.common import Refused, settings_of
from ivr.commands.doctor import shown
from ivr.line.checks import Asterisk, examine
from ivr.line.frames import RATE
from ivr.line.install import planned
from ivr.line.secret import NoSecret
from ivr.line.speaking import GOODBYE, frames
from ivr.sections import Settings
from speech.synthesizer import SynthesisFailed

RELOADS = ("manager reload", "dialplan reload")


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would change, and what is wrong now.")
@click.option(
    "--asterisk-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("/etc/asterisk"),
    show_default=True,
    help="Asterisk's configuration.",
)
@click.option("--asterisk", default="asterisk", show_default=True, help="Asterisk's program.")
@click.pass_context
def install(ctx: click.Context, dry_run: bool, asterisk_dir: Path, asterisk: str) -> None:
    """Put Sakhi's part into Asterisk's configuration, and check Asterisk.

    Run it as root. It shows each difference; of a file that it changes a copy stays beside it, as .bak. Run
    again, it changes nothing. Exit code 1 when Asterisk can't work with Sakhi yet.
    """
    settings, there = settings_of(ctx), Asterisk(asterisk, asterisk_dir.absolute())
    if not there.folder.is_dir():
        raise Refused(
            f"{there.folder} is not there: install Asterisk, or name its folder with --asterisk-dir"
        )
    try:
        changes = [each for each in planned(settings.line, there.folder, sorry(settings)) if each.needed]
    except (NoSecret, SynthesisFailed) as error:
        raise Refused(str(error)) from error
    for change in changes:
        click.echo(change.shown())
        if not dry_run:
            change.make()
    click.echo(f"{len(changes)} files {'would change' if dry_run else 'changed'}")
    if changes and not dry_run:
        _reload(there)
    sys.exit(shown(examine(settings, there)))


def _reload(asterisk: Asterisk) -> None:
    """Have it take the change in; that it does not run is found by the checks."""
    for command in RELOADS:
        try:
            asterisk.told(command)
        except (OSError, subprocess.SubprocessError):
            return


def sorry(settings: Settings) -> bytes:
    """What a caller hears when Sakhi is gone, as a WAV file. Raises SynthesisFailed."""
    with wiring.voice(settings) as voice:
        samples = frames(voice, GOODBYE).ravel()
    file = io.BytesIO()
    soundfile.write(file, samples, RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()
