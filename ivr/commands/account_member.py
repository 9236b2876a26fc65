"""`sakhi account savings-out` and `settle`: what the group pays back to one member."""

import click

from ivr.amounts import figures, money
from ivr.books import opened
from ivr.commands.common import Refused, numbered, settings_of
from ivr.commands.posting import (
    WHERE,
    again_option,
    amount_argument,
    group_argument,
    in_rupees,
    meeting_of,
    member_argument,
    post,
    source_option,
)
from store.entries import MemberSettled, Payout, Place, SavingsPaidOut
from store.errors import OwesMore


@click.command("savings-out")
@group_argument
@member_argument
@amount_argument
@source_option
@again_option
@click.pass_context
def savings_out(
    ctx: click.Context, group_id: str, number: int, amount: int, source: Place, again: bool
) -> None:
    """Write down that MEMBER of GROUP withdrew voluntary savings.

    Regular savings stay until she leaves (`settle`) or the group shares out.
    """
    with opened(settings_of(ctx), group_id) as ledger:
        her = numbered(ledger, number)
        left = ledger.voluntary_of(her.id) - amount
        told = [
            f"paid out to {her.name}, number {her.number}, out of {WHERE[source]}: {money(amount)}",
            f"her voluntary savings after it: {figures(left)} rupees",
        ]
        entry = SavingsPaidOut(her.id, amount, source, meeting_of(ledger))
        post(ledger, entry, told, what="this withdrawal", key=None, again=again)


@click.command()
@group_argument
@member_argument
@click.option(
    "--share",
    type=click.Choice(["none", "savings", "equally"]),
    default="none",
    show_default=True,
    help="Her share of the surplus, if the group gives one: by her savings, or the same for all.",
)
@source_option
@click.pass_context
def settle(ctx: click.Context, group_id: str, number: int, share: str, source: Place) -> None:
    """Pay out MEMBER of GROUP, who leaves: all her savings and her share, less all that she owes.

    After it nothing in the books is hers: the roll is called without her, and `sakhi member erase` forgets
    her. If she comes back, `sakhi group import` takes her in anew.
    """
    with opened(settings_of(ctx), group_id) as ledger:
        her = numbered(ledger, number)
        hers = (
            0 if share == "none" else ledger.share_of(her.id, "savings" if share == "savings" else "equally")
        )
        try:
            payout = ledger.settlement(her.id, hers)
        except OwesMore as error:
            raise Refused(in_rupees(error, ledger)) from error
        told = [f"{her.name}, number {her.number}, leaves the group", *payout_lines(payout)]
        told.append(f"she is given, out of {WHERE[source]}: {money(payout.paid)}")
        entry = MemberSettled(her.id, payout, source, meeting_of(ledger))
        key = f"settled/{her.id}/{ledger.today}"
        if post(ledger, entry, told, what=f"the settlement of {her.name}", key=key):
            click.echo(f"When she has left, forget her: sakhi member erase {group_id} {number}")


def payout_lines(payout: Payout) -> list[str]:
    """What a payout is made of, a line each."""
    parts = (
        ("her regular savings", payout.regular),
        ("her voluntary savings", payout.voluntary),
        ("her share of the surplus", payout.share),
    )
    lines = [f"  {name}: {figures(paise)}" for name, paise in parts if paise]
    for loan_id, interest, principal in payout.loans:
        lines.append(f"  less her loan {loan_id}: {figures(principal)} and interest {figures(interest)}")
    return lines
