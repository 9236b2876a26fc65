"""`sakhi member`: what a member agreed to, her recordings, and forgetting her."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ivr.books import opened
from ivr.clips import FolderClips
from ivr.commands.common import CONSENT, Refused, numbered, settings_of
from ivr.erasure import erase_member, erase_recordings
from ivr.recordings import Recording, copy_out, recordings
from ivr.sections import Settings
from store.ledger import Ledger
from store.people import Member

ANSWERS = {"yes": True, "no": False}

answer = click.Choice(list(ANSWERS))


@click.group()
def member() -> None:
    """One member: what she agreed to, her recordings, and forgetting her.

    MEMBER is her number in the group.
    """


@contextmanager
def _chosen(ctx: click.Context, group_id: str, number: int) -> Iterator[tuple[Settings, Ledger, Member]]:
    settings = settings_of(ctx)
    with opened(settings, group_id) as ledger:
        yield settings, ledger, numbered(ledger, number)


group_argument = click.argument("group_id", metavar="GROUP")
number_argument = click.argument("number", metavar="MEMBER", type=click.IntRange(min=1))


@member.command()
@group_argument
@number_argument
@click.argument("agreed", metavar="[yes|no]", type=answer, required=False)
@click.option("--training", type=answer, help="Whether what is kept may teach the ears, too.")
@click.pass_context
def consent(ctx: click.Context, group_id: str, number: int, agreed: str | None, training: str | None) -> None:
    """Show, or write down, whether MEMBER of GROUP agreed that her confirmations are kept as sound.

    She can say so herself on the telephone. That they may teach the ears is asked apart, by you.
    """
    with _chosen(ctx, group_id, number) as (_, ledger, her):
        kept = her.consent if agreed is None else ANSWERS[agreed]
        teaches = her.teaches if training is None else ANSWERS[training]
        if training == "yes" and not kept:
            raise Refused(f"{her.name} did not agree that anything is kept; nothing can teach the ears")
        if (kept, teaches and bool(kept)) != (her.consent, her.teaches):
            her = ledger.update_member(replace(her, consent=kept, teaches=teaches and bool(kept)))
        taught = "may" if her.teaches else "may not"
        click.echo(f"{her.name}: kept as sound: {CONSENT[her.consent]}; it {taught} teach the ears.")


@member.command("clips")
@group_argument
@number_argument
@click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="Copy them here, as WAV."
)
@click.pass_context
def clips_(ctx: click.Context, group_id: str, number: int, folder: Path | None) -> None:
    """List the recordings of MEMBER of GROUP with their entries; with --to, copy them out to be heard.

    Delete the copies once the doubt is settled.
    """
    with _chosen(ctx, group_id, number) as (settings, ledger, her):
        found = tuple(recordings(ledger, her.id))
        kept = FolderClips(settings.clips / group_id)
        if not found:
            click.echo(f"No entry names a recording of {her.name}.")
            return
        if folder is None:
            Console().print(_listed(found, kept))
            return
        copied = [path for each in found if (path := copy_out(each, kept, folder))]
        for path in copied:
            click.echo(path)
        click.echo(f"Copied {len(copied)} of {len(found)}; the others are deleted already.")


@member.command()
@group_argument
@number_argument
@click.option(
    "--recordings", "only_recordings", is_flag=True, help="Her recordings alone; she stays a member."
)
@click.option("--yes", is_flag=True, help="Don't ask again.")
@click.pass_context
def erase(ctx: click.Context, group_id: str, number: int, only_recordings: bool, yes: bool) -> None:
    """Forget MEMBER of GROUP, who has left: her recordings, name, telephones and PIN. It can't be undone.

    The entries stay, under her id: the group's money hangs on them. While she has savings or a loan, only her
    recordings can be erased (--recordings); no more are kept then.
    """
    with _chosen(ctx, group_id, number) as (settings, ledger, her):
        if not only_recordings:
            ledger.check_erasable(her.id)
        what = "the recordings" if only_recordings else "the recordings, name, telephones and PIN"
        if not yes:
            click.confirm(f"Erase {what} of {her.name}, number {her.number}?", abort=True)
        if only_recordings:
            count = erase_recordings(settings, ledger, her)
            click.echo(f"Deleted {count} recordings; no more are kept. Her entries and her person stay.")
            return
        gone = erase_member(settings, ledger, her)
    click.echo(
        f"Deleted {gone.recordings} recordings, {gone.calls} calls, her name, telephones and PIN.\n"
        f"What stays: the entries, under the id {her.id}, with the words that were understood. A recording "
        "that no entry names goes within a day. Copies that you made, and backups, are yours to delete."
    )


def _listed(found: tuple[Recording, ...], kept: FolderClips) -> Table:
    table = Table("Entry", "Day", "What", "Answer", "Understood", "Recording")
    for each in found:
        there = "kept" if kept.sound_file(each.name) else "deleted"
        voucher = each.voucher
        cells = (str(voucher.number), f"{voucher.on:%d-%m-%Y}", voucher.kind, str(each.place))
        table.add_row(*cells, Text(each.heard), there)
    return table
