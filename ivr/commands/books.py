"""`sakhi books`: are the books sound, and damaged ones recovered to the last sound entry."""

import click

from ivr.books import group_ids, mend, opened
from ivr.commands.books_backup import backup
from ivr.commands.books_export import export, import_, schema
from ivr.commands.books_move import move, prepare
from ivr.commands.books_restore import restore
from ivr.commands.books_schedule import schedule
from ivr.commands.books_sign import sign, signatories
from ivr.commands.books_told import checked, described, sound
from ivr.commands.common import Refused, settings_of
from store.errors import DamagedBooks


@click.group()
def books() -> None:
    """The files of the books."""


books.add_command(backup)
books.add_command(restore)
books.add_command(schedule)
books.add_command(export)
books.add_command(import_)
books.add_command(schema)
books.add_command(signatories)
books.add_command(sign)
books.add_command(prepare)
books.add_command(move)


@books.command()
@click.argument("group_id", metavar="[GROUP]", required=False)
@click.pass_context
def check(ctx: click.Context, group_id: str | None) -> None:
    """Read the books of GROUP, or of every group, and try every entry and balance against the laws.

    Exit code 2 when any of them is damaged, cannot be read or breaks a law.
    """
    settings = settings_of(ctx)
    chosen = group_ids(settings) if group_id is None else (group_id,)
    if not chosen:
        click.echo("There are no books yet; add a group with `sakhi group add`.")
    sound_ones, trouble = checked(settings, chosen)
    for line in sound_ones:
        click.echo(line)
    if trouble:
        raise Refused("\n".join(trouble))


@books.command("repair")
@click.argument("group_id", metavar="GROUP")
@click.pass_context
def repair_(ctx: click.Context, group_id: str) -> None:
    """Recover GROUP's damaged books to the last sound entry, and say what is lost.

    Sound books are left alone. The damaged files are kept. Exit code 2 when nothing can be recovered.
    """
    settings = settings_of(ctx)
    try:
        path, repaired = mend(settings, group_id)
    except DamagedBooks as error:
        raise Refused(
            f"the books {error.path} are damaged: {error.why}; restore a backup: `sakhi books restore`"
        ) from error
    if repaired is None:
        click.echo(f"{path} is sound; nothing was changed.")
        return
    click.echo(f"The files are kept as they were: {', '.join(each.name for each in repaired.aside)}.")
    for what in repaired.gone:
        click.echo(f"lost: {what}")
    with opened(settings, group_id) as ledger:
        names = {member.id: member.name for member in ledger.members()}
        for voucher in repaired.lost:
            click.echo(f"lost: {described(voucher, names)}; write it again")
        if not repaired.lost and not repaired.gone:
            click.echo("Nothing is lost.")
        click.echo(sound(group_id, ledger))
