"""`sakhi worker`: what was left to the worker, to hear and answer, or to read."""

from collections.abc import Iterator

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.identity import Caller
from flows.worker import worker as worker_flow
from ivr.books import group_ids, now, opened
from ivr.channel import converse
from ivr.clips import GroupClips
from ivr.commands.common import settings_of
from ivr.commands.talk import headset_option, kiosk_channel, new_talk, plain_errors
from ivr.console import ConsoleChannel
from ivr.desk import desk, strangers, tries, worker_pin
from ivr.registers import sheet_of, show
from ivr.sections import Settings
from ivr.shelf import Shelf
from store.ledger import Ledger
from store.matters import matters
from store.registers import REGISTERS, Books
from store.tries import WITHHELD, locked_phones


@click.group()
def worker() -> None:
    """What members and callers left to the worker of the groups."""


@worker.command()
@click.option("--typed", "by_typing", is_flag=True, help="By typing, without sound.")
@headset_option
@click.pass_context
def hear(ctx: click.Context, by_typing: bool, headset: bool) -> None:
    """Hear all that is not done, group by group, and answer it. It asks for the worker's PIN."""
    settings = settings_of(ctx)
    clips = GroupClips(settings.clips)
    talk = new_talk(now(), "console" if by_typing else "kiosk")
    flow = worker_flow(talk, desk(settings, Shelf(settings), clips), Caller(spoken_pin=settings.pin.spoken))
    with plain_errors():
        if by_typing:
            converse(flow, ConsoleChannel(Console(highlight=False)), talk)
        else:
            with kiosk_channel(settings, clips, headset) as channel:
                converse(flow, channel, talk)


@worker.command("list")
@click.argument("group_id", metavar="[GROUP]", required=False)
@click.pass_context
def list_(ctx: click.Context, group_id: str | None) -> None:
    """List what was left in GROUP, or in all groups, and the telephones that are locked."""
    settings, console = settings_of(ctx), Console()
    for group in (group_id,) if group_id else group_ids(settings):
        with opened(settings, group) as ledger:
            console.print(Text(ledger.group.name, style="bold"))
            show([sheet_of(REGISTERS["worker"](Books(ledger)))], console)
            numbers = Table("Voucher", "Call back")
            for voucher, phone in _numbers(settings, ledger):
                numbers.add_row(str(voucher), phone)
        if numbers.rows:
            console.print(numbers)
    for phone, until in locked_phones(tries(settings), now()).items():
        which = "numbers that are kept back" if phone == WITHHELD else phone
        console.print(f"Locked after wrong PINs until {until:%d-%m-%Y %H:%M}: {which}")


def _numbers(settings: Settings, ledger: Ledger) -> Iterator[tuple[int, str]]:
    """From where callers who are no members left something that is not done."""
    left = strangers(settings)
    for matter in matters(ledger):
        phone = left.phone_of(ledger.group.id, matter.once)
        if phone and matter.state != "done":
            yield matter.number, phone


@worker.command()
@click.pass_context
def pin(ctx: click.Context) -> None:
    """Set the worker's PIN; it also unlocks it. The digits are asked for and not shown."""
    digits = click.prompt(
        "The worker's new PIN, 4 to 8 digits", hide_input=True, confirmation_prompt="Once more"
    )
    worker_pin(settings_of(ctx)).set(digits)
    click.echo("The worker has a new PIN.")
