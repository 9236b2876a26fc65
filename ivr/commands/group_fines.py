"""`sakhi group fines`: what the group fines by its rule, and who owes what by it."""

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ivr.amounts import figures
from ivr.books import opened
from ivr.commands.common import settings_of
from ivr.commands.posting import group_argument, meeting_of, post
from store.entries import FinesAgreed
from store.ledger import Ledger

amount = click.IntRange(0, 10_000)


@click.command()
@group_argument
@click.option(
    "--late", type=amount, help="Rupees for an instalment not paid by the meeting after it fell due."
)
@click.option("--absent", type=amount, help="Rupees for a meeting missed.")
@click.pass_context
def fines(ctx: click.Context, group_id: str, late: int | None, absent: int | None) -> None:
    """Show what GROUP fines and who owes what; with an option, agree on the rule anew, on a typed yes.

    It holds for the meetings opened from then on. The meeting asks each member who owes a fine: it is paid,
    put off, or waived, and nothing is written without a yes.
    """
    with opened(settings_of(ctx), group_id) as ledger:
        if late is not None or absent is not None:
            _agree(ledger, late, absent)
        rule = ledger.fines_agreed
        if rule is None:
            click.echo(f"{ledger.group.name} has no rule for fines.")
            return
        click.echo(f"{ledger.group.name}: {_rule(rule)}")
        Console().print(_owed(ledger))


def _agree(ledger: Ledger, late: int | None, absent: int | None) -> None:
    """What is not given stays as it is."""
    before = ledger.fines_agreed
    entry = FinesAgreed(
        meeting_of(ledger),
        late * 100 if late is not None else before.late if before else 0,
        absent * 100 if absent is not None else before.absent if before else 0,
    )
    told = [f"fines from now on: {_rule(entry)}"]
    post(ledger, entry, told, what="the rule", key=None, again=True)


def _owed(ledger: Ledger) -> Table:
    table = Table("No.", "Name", "For", "Day", "Rupees")
    for member in ledger.members():
        for each in ledger.fines_owed(member.id):
            what = "late instalment" if each.kind == "late" else "meeting missed"
            cells = (f"{each.on:%d-%m-%Y}", figures(each.amount))
            table.add_row(str(member.number), Text(member.name), what, *cells)
    return table


def _rule(rule: FinesAgreed) -> str:
    return f"{figures(rule.late)} rupees for a late instalment, {figures(rule.absent)} for a meeting missed"
