"""`sakhi books`: are the books sound, and the last good copy in place of damaged ones."""

import click

from ivr.books import group_ids, opened, recover, told
from ivr.commands.common import Refused, settings_of
from ivr.registers import grouped, rupees
from ivr.sections import Settings
from store.errors import BooksError


@click.group()
def books() -> None:
    """The files of the books."""


@books.command()
@click.argument("group_id", metavar="[GROUP]", required=False)
@click.pass_context
def check(ctx: click.Context, group_id: str | None) -> None:
    """Read the books of GROUP, or of every group, and verify every entry.

    Exit code 2 when any of them is damaged or cannot be read.
    """
    settings = settings_of(ctx)
    chosen = group_ids(settings) if group_id is None else (group_id,)
    if not chosen:
        click.echo("There are no books yet; add a group with `sakhi group add`.")
    trouble = []
    for each in chosen:
        try:
            click.echo(_sound(settings, each))
        except BooksError as error:
            trouble.append(told(error))
    if trouble:
        raise Refused("\n".join(trouble))


@books.command("recover")
@click.argument("group_id", metavar="GROUP")
@click.pass_context
def recover_(ctx: click.Context, group_id: str) -> None:
    """Put the last good copy of GROUP's books in place of damaged ones.

    Sound books are left alone. The damaged file is kept. At most the last entry is missing afterwards.
    """
    settings = settings_of(ctx)
    path, changed, aside = recover(settings, group_id)
    if not changed:
        click.echo(f"{path} is sound; nothing was changed.")
        return
    if aside is not None:
        click.echo(f"The damaged file is kept as {aside}.")
    click.echo(f"The last good copy is in place. {_sound(settings, group_id)}")
    click.echo("Compare it with what was said last: the last entry may be missing.")


def _sound(settings: Settings, group_id: str) -> str:
    with opened(settings, group_id) as ledger:
        last = f", the last of {ledger.vouchers[-1].at:%d-%m-%Y %H:%M}" if ledger.vouchers else ""
        return (
            f"{group_id}: sound; {len(ledger.members())} members, {len(ledger.vouchers)} entries{last}, "
            f"{grouped(rupees(ledger.cash))} rupees in the box"
        )
