"""`sakhi books restore`: puts a backup back, all of it or one group."""

from collections import Counter
from pathlib import Path

import click

from ivr.backup import trial
from ivr.backup.archive import unpacked
from ivr.backup.contents import SETTINGS, File, Manifest
from ivr.backup.losses import Loss, losses
from ivr.backup.make import alone
from ivr.backup.restore import RESTORED_SETTINGS, Plan, chosen, held, plan_of, put_in_place, staged, there
from ivr.backup.seal import passphrase_in, unsealed
from ivr.backup.trouble import BackupTrouble
from ivr.commands.books_told import checked, described
from ivr.commands.common import Refused, settings_of, typed_yes
from ivr.sections import Settings
from ivr.shelf import Shelf

FILE = click.Path(path_type=Path, dir_okay=False)
MOST_TOLD = 20
"""Entries of a group that are told one by one."""


@click.command()
@click.argument("file", type=FILE)
@click.option("--show", is_flag=True, help="Only say what is in the backup, and whether it is sound.")
@click.option("--group", "group_id", metavar="ID", help="Only the books of this group.")
@click.option("--replace", is_flag=True, help="Put what is there aside, and the backup in its place.")
@click.option("--yes", is_flag=True, help="Do not ask before entries are lost.")
@click.option("--passphrase-file", type=FILE, help="Else the passphrase is asked for.")
@click.pass_context
def restore(
    ctx: click.Context,
    file: Path,
    show: bool,
    group_id: str | None,
    replace: bool,
    yes: bool,
    passphrase_file: Path | None,
) -> None:
    """Put the backup FILE back: all books, what the telephone line keeps, and recordings that it holds.

    It is tried first, and goes into an empty data folder. With --replace, what is there is put aside; what is
    newer there than in the backup is told before you are asked. All is put back or nothing. The settings of
    then are put beside those in force. Stop `sakhi line` and the kiosk meanwhile.
    """
    settings = settings_of(ctx)
    if not file.is_file():
        raise Refused(f"there is no backup {file}")
    if settings.database.url and not show:
        raise Refused(
            "a backup is restored into files: with a config.yaml that has no `database.url`; then "
            "`sakhi books move --to` moves them into the database (docs/backup.md)"
        )
    if not (show or replace):
        _refuse_living(settings, group_id)
    manifest, files, sound = _opened(settings, file, passphrase_file)
    if show:
        return
    kept = chosen(settings, files, group_id)
    plan = plan_of(settings, kept, group_id)
    with held(settings, plan), staged(settings, kept) as folder:
        aside = there(settings, plan)
        if aside and not replace:
            _refuse_living(settings, group_id)
        _tell_losses([*losses(settings, plan, folder)], manifest)
        if (aside or not sound) and not yes:
            typed_yes("Put the backup in place?")
        put_in_place(settings, folder, plan)
    _tell(settings, plan, kept, put_aside=bool(aside))


def _refuse_living(settings: Settings, group: str | None) -> None:
    living = there(settings, plan_of(settings, (), group))
    if living:
        names = sorted({path.name.partition(".json")[0] for path in living})
        raise Refused(
            f"there is something in {settings.data} already: {', '.join(names)}; --replace puts it aside"
        )


def _opened(
    settings: Settings, file: Path, passphrase_file: Path | None
) -> tuple[Manifest, tuple[File, ...], bool]:
    """What a backup holds, once it was told of and tried, and whether it is sound."""
    if passphrase_file:
        passphrase = passphrase_in(passphrase_file)
    else:
        passphrase = click.prompt("Passphrase", hide_input=True)
    try:
        manifest, files = unpacked(unsealed(file.read_bytes(), passphrase))
    except BackupTrouble as error:
        raise Refused(f"{file} cannot be restored: {error}") from error
    click.echo(f"Made on {manifest.made_at:%d-%m-%Y %H:%M} on {manifest.host} by Sakhi {manifest.by}.")
    for group in manifest.groups:
        click.echo(f"{group.id} ({group.name}): {group.members} members, {group.entries} entries")
    for each in manifest.left_out:
        click.echo(f"not in it: {each.what}: {each.why}")
    with alone(settings):
        problems = trial.problems(manifest, files, settings.data / "restore.trial")
    for problem in problems:
        click.echo(f"wrong in it: {problem}")
    return manifest, files, not problems


def _tell_losses(found: list[Loss], manifest: Manifest) -> None:
    for loss in found:
        if loss.names is None:
            click.echo(f"{loss.group}: what would be lost cannot be told: {loss.why}")
            continue
        if loss.group not in {group.id for group in manifest.groups}:
            click.echo(f"{loss.group}: not in the backup; it is put aside whole")
        for voucher in loss.entries[:MOST_TOLD]:
            click.echo(f"{loss.group}: would be lost: {described(voucher, loss.names)}")
        if len(loss.entries) > MOST_TOLD:
            click.echo(f"{loss.group}: and {len(loss.entries) - MOST_TOLD} entries more would be lost")
        for name in loss.members:
            click.echo(f"{loss.group}: would be lost: the member {name}")
        for name in loss.changed:
            click.echo(f"{loss.group}: would be as it was then: PIN, telephones or consent of {name}")
        if not loss.entries and not loss.members:
            click.echo(f"{loss.group}: nothing would be lost; {loss.gained} entries would come back")


def _tell(settings: Settings, plan: Plan, files: tuple[File, ...], *, put_aside: bool) -> None:
    if put_aside:
        click.echo(f"What was there lies in {settings.data / plan.aside}.")
    if any(file.path == SETTINGS for file in files):
        click.echo(f"The settings of then lie in {settings.data / RESTORED_SETTINGS}; those in force stay.")
    groups = {Path(file.path).name.partition(".json")[0] for file in files if file.path.startswith("books/")}
    numbers = Counter(group.number for group in Shelf(settings).groups() if group.number)
    for number in (number for number, groups_with_it in numbers.items() if groups_with_it > 1):
        click.echo(f"Note: two groups have the number {number}; `sakhi group number` gives one another.")
    lines, trouble = checked(settings, sorted(groups))
    for line in lines:
        click.echo(line)
    if trouble:
        raise Refused("\n".join(trouble))
