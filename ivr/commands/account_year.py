"""`sakhi account close-year` and `share-out`: a financial year ends, and the surplus is divided."""

import re

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ivr.amounts import figures, money
from ivr.books import opened
from ivr.commands.common import Refused, settings_of
from ivr.commands.posting import WHERE, RupeesType, group_argument, in_rupees, meeting_of, post, source_option
from store.entries import Place, ShareOut, YearClosed
from store.errors import OwesMore
from store.ledger import Ledger
from store.payouts import By, Savings
from store.years import year_name


class YearType(click.ParamType[int]):
    """A financial year as it is written: 2025-26; the year in which it began."""

    name = "year"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The year in which it began; fails on what is no year."""
        said = re.fullmatch(r"(\d{4})-(\d{2})", str(value))
        if said is None or year_name(int(said[1])) != said[0]:
            self.fail(f"{value!r} is no financial year; write it as 2025-26, April to March", param, ctx)
        return int(said[1])


@click.command("close-year")
@group_argument
@click.argument("year", type=YearType())
@click.pass_context
def close_year(ctx: click.Context, group_id: str, year: int) -> None:
    """Close the financial YEAR of GROUP, as in 2025-26: its income and expenses become surplus, for good.

    Nothing can be written into a closed year; a mistake in it is undone in the running one.
    """
    with opened(settings_of(ctx), group_id) as ledger:
        result = ledger.year(year)
        entry = YearClosed(year, sum(result.income.values()), sum(result.expenses.values()))
        told = [
            f"close the year {year_name(year)} of {ledger.group.name}, for good",
            f"income: {money(entry.income)}",
            f"expenses: {money(entry.expenses)}",
            f"{'surplus' if result.surplus >= 0 else 'loss'} of the year: {money(abs(result.surplus))}",
        ]
        post(ledger, entry, told, what=f"the close of {year_name(year)}", key=f"year/{year}")


@click.command("share-out")
@group_argument
@click.option(
    "--by",
    type=click.Choice(["savings", "equally"]),
    required=True,
    help="In proportion to regular savings, or the same for each who has any.",
)
@click.option("--amount", type=RupeesType(), help="Rupees of the surplus to divide; else all of it.")
@click.option(
    "--savings",
    type=click.Choice(["kept", "paid-back"]),
    default="kept",
    show_default=True,
    help="Whether all savings are paid back, too.",
)
@click.option("--settle-loans", is_flag=True, help="Set running loans off against what the borrowers get.")
@source_option
@click.pass_context
def share_out(
    ctx: click.Context,
    group_id: str,
    by: By,
    amount: int | None,
    savings: str,
    settle_loans: bool,
    source: Place,
) -> None:
    """Divide the surplus of GROUP's closed years among its members, to the paisa.

    What does not divide stays in the surplus. While loans run it is refused, unless they are settled by it.
    """
    with opened(settings_of(ctx), group_id) as ledger:
        _refuse_running(ledger, settle_loans)
        paid_back: Savings = "paid back" if savings == "paid-back" else "kept"
        divided = max(0, ledger.surplus) if amount is None else amount
        made = _made(ledger, by, divided, paid_back, source)
        Console().print(_table(ledger, made))
        told = [
            f"divided: {money(divided)}, {'by savings' if by == 'savings' else 'equally'}",
            f"left in the surplus, for it does not divide: {money(made.remainder)}",
            f"savings are {paid_back}; paid in all out of {WHERE[source]}: {money(_paid(made))}",
        ]
        post(ledger, made, told, what="the share-out of today", key=f"share-out/{ledger.today}")


def _made(ledger: Ledger, by: By, divided: int, savings: Savings, source: Place) -> ShareOut:
    try:
        made = ledger.share_out(by, divided, savings, source)
    except OwesMore as error:
        raise Refused(in_rupees(error, ledger)) from error
    return ShareOut(
        made.by, made.divided, made.remainder, made.savings, made.payouts, source, meeting_of(ledger)
    )


def _refuse_running(ledger: Ledger, settle_loans: bool) -> None:
    names = [member.name for member in ledger.members() if ledger.loans(member.id)]
    if names and not settle_loans:
        raise Refused(
            f"loans are running ({', '.join(names)}); have them repaid, or set them off with --settle-loans"
        )


def _paid(made: ShareOut) -> int:
    return sum(payout.paid for _, payout in made.payouts)


def _table(ledger: Ledger, made: ShareOut) -> Table:
    names = {member.id: (str(member.number), member.name) for member in ledger.members()}
    table = Table("No.", "Name", "Share", "Savings", "Loans", "Is given")
    for column in table.columns[2:]:
        column.justify = "right"
    for member_id, payout in made.payouts:
        number, name = names.get(member_id, ("", member_id))
        sums = (payout.share, payout.regular + payout.voluntary, -payout.owed, payout.paid)
        table.add_row(number, Text(name), *map(figures, sums))
    return table
