"""`sakhi books export`, `import` and `schema`: a group's books as open JSON."""

import json
from pathlib import Path

import click

from ivr.books import now, take_in, vault_of
from ivr.commands.common import Refused, settings_of
from ivr.sections import Settings
from ivr.shelf import Shelf
from store.durable import create_file
from store.errors import BadExport
from store.export import exported, read_export
from store.export_schema import schema as schema_of
from store.people import Group


@click.command()
@click.argument("group_id", metavar="GROUP")
@click.option(
    "--to", "file", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write."
)
@click.option("--with-pins", is_flag=True, help="Write the members' PINs too, salted and hashed.")
@click.pass_context
def export(ctx: click.Context, group_id: str, file: Path, with_pins: bool) -> None:
    """Write all of GROUP's books into one JSON file: the rules, the members, every entry with its chain.

    It has names and telephones in it: the file is for its owner's eyes alone.
    """
    if file.exists():
        raise Refused(f"{file} is there already; name a new file")
    with vault_of(settings_of(ctx), group_id) as vault:
        contents = vault.load()
        create_file(file, exported(contents, pins=with_pins))
    click.echo(f"{file}: {len(contents.members)} members, {len(contents.vouchers)} entries")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_context
def import_(ctx: click.Context, file: Path) -> None:
    """Begin the books of a new group with what `sakhi books export` wrote into FILE.

    Every entry, every balance and the chain are tried first; when anything is wrong, nothing is written.
    """
    settings = settings_of(ctx)
    try:
        contents = read_export(file.read_bytes(), now)
    except BadExport as error:
        raise Refused(f"nothing was imported from {file}: {error}") from error
    assert contents.group is not None
    group = Group(**contents.group)
    _refuse_taken(settings, group)
    take_in(settings, contents)
    click.echo(f"Imported {group.id}: {len(contents.members)} members, {len(contents.vouchers)} entries")
    without = [record["name"] for record in contents.members if record["pin"] is None]
    if without:
        click.echo(f"{len(without)} members have no PIN; `sakhi group pin {group.id} NUMBER` sets one.")


@click.command()
def schema() -> None:
    """Print the JSON Schema of what `sakhi books export` writes."""
    click.echo(json.dumps(schema_of(), indent=2, ensure_ascii=False))


def _refuse_taken(settings: Settings, group: Group) -> None:
    for other in Shelf(settings).groups():
        if group.number and other.number == group.number and other.id != group.id:
            raise Refused(
                f"the group {other.id} has the number {group.number} already; give it another with "
                f"`sakhi group number {other.id} NUMBER`, then import again"
            )
