"""`sakhi group`: add a group, import its members, list them, set a PIN."""

from dataclasses import replace
from pathlib import Path
from unicodedata import normalize

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ivr.books import begin, group_ids, opened, told
from ivr.commands.common import CONSENT, Refused, config_path, numbered, settings_of
from ivr.commands.group_fines import fines
from ivr.commands.group_move_in import move_in
from ivr.commands.group_rules import rules
from ivr.listing import BadListing
from ivr.members import read_members, same_names, shared_phones
from ivr.naming import render_in_background
from ivr.registers import grouped, rupees
from ivr.sections import Settings
from ivr.shelf import Shelf
from store.errors import BooksError
from store.people import Group, Member, Newcomer

LARGEST = 99_99_999
"""Rupees: the largest amount that can be said."""

HIGHEST = 99
"""A group's number is said and keyed in at most two digits."""

rupee = click.IntRange(1, LARGEST)


@click.group()
def group() -> None:
    """Groups and their members."""


group.add_command(rules)
group.add_command(move_in)
group.add_command(fines)


@group.command()
@click.argument("group_id", metavar="ID")
@click.argument("name")
@click.option("--saving", type=rupee, required=True, help="Usual saving of a member a meeting, in rupees.")
@click.option("--quorum", type=click.IntRange(1, 99), required=True, help="Members a meeting needs.")
@click.option(
    "--number", type=click.IntRange(1, HIGHEST), help="Names it on the telephone; else the next free one."
)
@click.option("--cap", type=rupee, help="Largest amount one entry may have, in rupees; else `money.cap`.")
@click.pass_context
def add(
    ctx: click.Context,
    group_id: str,
    name: str,
    saving: int,
    quorum: int,
    number: int | None,
    cap: int | None,
) -> None:
    """Add the group NAME. ID names it in every other command: a to z, 0 to 9 and hyphens.

    The name is spoken at every meeting: write it in Hindi.
    """
    settings = settings_of(ctx)
    most = cap or settings.money.cap
    if not name.strip():
        raise Refused("a group has a name; write it in Hindi, as in उजाला समूह")
    if saving > most:
        raise Refused(
            f"a saving of {saving} rupees is above the cap of {most}; raise --cap or lower --saving"
        )
    spoken = normalize("NFC", " ".join(name.split()))
    numbered = _free_number(settings, number)
    begin(settings, Group(group_id, spoken, saving * 100, quorum, most * 100, number=numbered))
    render_in_background(settings, config_path(ctx), [spoken])
    click.echo(f"Added {group_id}. Next, its members: sakhi group import {group_id} members.csv")


@group.command("import")
@click.argument("group_id", metavar="GROUP")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def import_(ctx: click.Context, group_id: str, file: Path) -> None:
    """Add the members listed in FILE, CSV or XLSX, to GROUP: all of them, or none when a line is wrong.

    Columns, in any order: number, name, spoken (in Hindi), phones (; between two), pin, consent (yes, no or
    empty).
    """
    settings = settings_of(ctx)
    with opened(settings, group_id) as ledger:
        try:
            newcomers = read_members(file)
            _refuse_taken(newcomers, ledger.members())
        except BadListing as error:
            raise Refused("\n".join([f"nothing was imported from {file}:", *error.problems])) from error
        added = ledger.add_members(newcomers)
        _report(added, ledger.members())
    if render_in_background(settings, config_path(ctx), [member.spoken for member in added]):
        click.echo(
            "New names are being rendered in the background; until then the synthetic voice says them."
        )


@group.command("list")
@click.argument("group_id", metavar="[GROUP]", required=False)
@click.pass_context
def list_(ctx: click.Context, group_id: str | None) -> None:
    """List the groups, or the members of GROUP."""
    settings = settings_of(ctx)
    if group_id is None:
        _list_groups(settings)
        return
    with opened(settings, group_id) as ledger:
        table = Table("No.", "Name", "Spoken", "Phones", "PIN", "Consent")
        for member in ledger.members():
            marks = ("yes" if member.has_pin else "no", CONSENT[member.consent])
            said = (Text(member.name), Text(member.spoken), Text("\n".join(member.phones)))
            table.add_row(str(member.number), *said, *marks)
        Console().print(table)


@group.command()
@click.argument("group_id", metavar="GROUP")
@click.argument("number", type=click.IntRange(1, HIGHEST))
@click.pass_context
def number(ctx: click.Context, group_id: str, number: int) -> None:
    """Set the NUMBER by which GROUP is named on the telephone."""
    settings = settings_of(ctx)
    _free_number(settings, number)
    with opened(settings, group_id) as ledger:
        ledger.update_group(replace(ledger.group, number=number))
        click.echo(f"{ledger.group.name} has the number {number}.")


@group.command()
@click.argument("group_id", metavar="GROUP")
@click.argument("number", metavar="MEMBER", type=click.IntRange(min=1))
@click.pass_context
def pin(ctx: click.Context, group_id: str, number: int) -> None:
    """Set the PIN of the member of GROUP whose number is MEMBER; it also unlocks her.

    The four digits are asked for and not shown: let her key them herself.
    """
    with opened(settings_of(ctx), group_id) as ledger:
        member = numbered(ledger, number)
        digits = click.prompt(
            f"New PIN of {member.name}, four digits", hide_input=True, confirmation_prompt="Once more"
        )
        if not (digits.isascii() and digits.isdigit() and len(digits) == 4):
            raise Refused("a PIN is four digits; nothing was changed")
        ledger.set_pin(member.id, digits)
        click.echo(f"{member.name} has a new PIN.")


def _free_number(settings: Settings, asked: int | None) -> int:
    """The number asked for, else the next after all that are taken, 0 past the last. Raises Refused."""
    taken = {group.number: group.id for group in Shelf(settings).groups()}
    if asked in taken:
        raise Refused(f"the group {taken[asked]} has the number {asked} already; choose another --number")
    free = asked or max(taken, default=0) + 1
    return free if free <= HIGHEST else 0


def _refuse_taken(newcomers: tuple[Newcomer, ...], there: tuple[Member, ...]) -> None:
    names = {member.number: member.name for member in there}
    taken = [newcomer for newcomer in newcomers if newcomer.number in names]
    if taken:
        raise BadListing(
            f"number {each.number} of {each.name} belongs to {names[each.number]} already; give another"
            for each in taken
        )


def _report(added: tuple[Member, ...], everybody: tuple[Member, ...]) -> None:
    for member in added:
        click.echo(f"{member.number:>3}  {member.name} ({member.spoken})")
    click.echo(f"Imported {len(added)}; the group has {len(everybody)} members.")
    notices = same_names((member.number, member.spoken) for member in everybody)
    notices += shared_phones((member.number, member.phones) for member in everybody)
    for notice in notices:
        click.echo(f"Note: {notice}.")


def _list_groups(settings: Settings) -> None:
    table = Table("ID", "No.", "Name", "Members", "Saving", "Cap", "Quorum")
    trouble = []
    for group_id in group_ids(settings):
        try:
            with opened(settings, group_id) as ledger:
                held, members = ledger.group, len(ledger.members())
        except BooksError as error:
            trouble.append(told(error))  # the trouble of one group hides no other group
            continue
        money = (grouped(rupees(held.saving)), grouped(rupees(held.cap)))
        number = str(held.number or "")
        table.add_row(group_id, number, Text(held.name), str(members), *money, str(held.quorum))
    if table.rows:
        Console().print(table)
    elif not trouble:
        click.echo("There is no group yet; add one with `sakhi group add`.")
    if trouble:
        raise Refused("\n".join(trouble))
