"""`sakhi books backup`: all books in one encrypted file, on a stick or in a folder."""

from pathlib import Path

import click

from ivr.backup.make import Made, check_there, make
from ivr.backup.place import on_the_same_disk
from ivr.backup.seal import passphrase_in
from ivr.backup.state import due, last
from ivr.books import now
from ivr.commands.common import Refused, config_path, settings_of
from ivr.sections import Settings


@click.command()
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="Where to; else `backup.folder`."
)
@click.option(
    "--with-recordings/--without-recordings", default=None, help="Else as `backup.recordings` says."
)
@click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file with the passphrase; else `backup.passphrase_file`, when it is there.",
)
@click.option("--ask", is_flag=True, help="Ask for the passphrase, also when there is a file with it.")
@click.option("--if-due", is_flag=True, help="Only when `backup` in config.yaml says that it is time.")
@click.pass_context
def backup(
    ctx: click.Context,
    folder: Path | None,
    with_recordings: bool | None,
    passphrase_file: Path | None,
    ask: bool,
    if_due: bool,
) -> None:
    """Back up the books of all groups, what the telephone line keeps, and the settings, into one file.

    Nobody is kept waiting meanwhile. The file is encrypted, written, read back and restored for trial before
    it counts; then the oldest go, so that `backup.keep` are left. A passphrase that is lost is lost, and with
    it every backup.
    """
    settings = settings_of(ctx)
    section = settings.backup
    if if_due and (section.folder is None or not due(section, last(settings).good_at, now())):
        return
    into = folder or section.folder
    if into is None:
        raise Refused("say where to: --to FOLDER, or `backup.folder` in config.yaml")
    check_there(settings, into, other_disk=folder is None and section.other_disk)
    passphrase = _passphrase(settings, passphrase_file, ask)
    recordings = section.recordings if with_recordings is None else with_recordings
    _tell(settings, make(settings, config_path(ctx), into, passphrase, recordings=recordings))


def _passphrase(settings: Settings, file: Path | None, ask: bool) -> str:
    """From a file, or asked for twice. Raises BackupTrouble."""
    there = file or settings.backup.passphrase_file
    if not ask and (file is not None or there.exists()):
        return passphrase_in(there)
    click.echo("Whoever loses the passphrase loses the backup: write it down, and keep it elsewhere.")
    asked: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt="Once more")
    return asked


def _tell(settings: Settings, made: Made) -> None:
    for group in made.manifest.groups:
        click.echo(f"{group.id}: {group.members} members, {group.entries} entries")
    for path in made.dropped:
        click.echo(f"Deleted the old {path.name}.")
    if made.trouble:
        told = "\n".join(made.trouble)
        raise Refused(f"{told}\n{made.path} holds all else; mend that, and back up again")
    click.echo(f"{made.path}: {made.size >> 10} KiB, restored for trial and sound.")
    if on_the_same_disk(made.path.parent, settings.data):
        click.echo("Note: it lies on the same disk as the books, and is lost with it.")
