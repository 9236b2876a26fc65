"""`sakhi clips`: delete old recordings, and hand over those that may teach the ears."""

from datetime import timedelta
from pathlib import Path

import click

from ivr.books import group_ids, now, opened
from ivr.clips import FolderClips
from ivr.commands.common import Refused, settings_of
from ivr.recordings import teach
from ivr.retention import forget_spoken, tidy


@click.group()
def clips() -> None:
    """Recordings: of confirmations, where a member agreed to that, and messages."""


@clips.command("tidy")
@click.pass_context
def tidy_(ctx: click.Context) -> None:
    """Delete recordings older than `evidence.keep_days`, and those that no entry names after a day.

    Prompts that the voice keeps ready, with names and amounts in them, go after the same time. The entries
    stay. While `sakhi line` is open it does so itself, every day.
    """
    settings = settings_of(ctx)
    trouble = []
    for done in tidy(settings, lambda group: opened(settings, group), now()):
        deleted = f"deleted {done.old} old and {done.alone} that no entry names"
        click.echo(f"{done.group}: {deleted}; {done.left} stay.")
        if done.trouble:
            trouble.append(f"{done.group}: only old recordings were deleted: {done.trouble}")
    forget_spoken(settings, now() - timedelta(days=settings.evidence.keep_days))
    if trouble:
        raise Refused("\n".join(trouble))


@clips.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--for-training", is_flag=True, required=True, help="What they are for; members agree to it apart."
)
@click.option("--group", "group_id", help="Of this group alone.")
@click.pass_context
def export(ctx: click.Context, folder: Path, for_training: bool, group_id: str | None) -> None:
    """Copy into FOLDER what `sakhi train adapt --recordings FOLDER` learns from, with its manifest.tsv.

    Only recordings of members who agreed to that, `sakhi member consent GROUP MEMBER --training yes`. Their
    names are left out. Listen to the copies and correct the manifest: it has the words that were understood.
    """
    settings = settings_of(ctx)
    if folder.exists() and any(folder.iterdir()):
        raise Refused(f"{folder} is not empty; name another folder, so that no recording is there twice")
    copied = 0
    for each in group_ids(settings) if group_id is None else (group_id,):
        with opened(settings, each) as ledger:
            copied += teach(ledger, FolderClips(settings.clips / each), folder)
    if not copied:
        raise Refused(
            "there is nothing to copy: no member whose confirmations are kept has agreed to it; "
            "write it down with `sakhi member consent GROUP MEMBER --training yes`"
        )
    click.echo(f"Copied {copied} recordings to {folder}.")
