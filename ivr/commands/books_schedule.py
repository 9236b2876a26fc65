"""`sakhi books schedule`: backups made by themselves, by systemd."""

import subprocess
from pathlib import Path

import click

from ivr.backup.schedule import UNITS, planned
from ivr.commands.common import Refused, config_path, settings_of

SYSTEM = Path("/etc/systemd/system")


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option(
    "--units-dir",
    type=click.Path(path_type=Path, file_okay=False),
    default=SYSTEM,
    show_default=True,
    help="Folder of systemd's units.",
)
@click.pass_context
def schedule(ctx: click.Context, dry_run: bool, units_dir: Path) -> None:
    """Have backups made as `backup` in config.yaml says, by a timer of systemd's. Run it as root.

    It works with `sakhi line` and with a kiosk alone. Run it again when `backup.folder` has changed.
    """
    settings = settings_of(ctx)
    if not units_dir.is_dir():
        raise Refused(
            f"{units_dir} is not there: without systemd, have cron run `sakhi books backup --if-due`"
        )
    changes = [each for each in planned(settings, config_path(ctx), units_dir) if each.needed]
    for change in changes:
        click.echo(change.shown())
        if not dry_run:
            change.make()
    click.echo(f"{len(changes)} files {'would change' if dry_run else 'changed'}")
    if not dry_run and units_dir == SYSTEM:
        _start()
    file = settings.backup.passphrase_file
    owner = settings.data.owner()
    if not file.exists():
        click.echo(f"The passphrase is still missing: `sudo install -m 600 -o {owner} /dev/null {file}`,")
        click.echo(f"then `sudoedit {file}`: one line. Write it down and keep it elsewhere as well.")
    elif file.owner() != owner:
        click.echo(f"{file} belongs to {file.owner()}; mend that with `sudo chown {owner} {file}`.")


def _start() -> None:
    for words in (("daemon-reload",), ("enable", "--now", UNITS[1])):
        try:
            subprocess.run(("systemctl", *words), check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise Refused(f"systemctl {' '.join(words)}: {error}; run that yourself") from error
