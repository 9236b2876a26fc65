"""`sakhi account show`: what the group holds and owes, what is its own, and what its years brought."""

from collections.abc import Iterable

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ivr.amounts import figures
from ivr.books import opened
from ivr.commands.common import settings_of
from ivr.commands.posting import group_argument
from store.ledger import Ledger
from store.treasury import BorrowingStanding
from store.years import YearResult, year_name, year_of

Rows = Iterable[tuple[str, int]]


@click.command()
@group_argument
@click.pass_context
def show(ctx: click.Context, group_id: str) -> None:
    """Show what GROUP holds and owes, what is its own, and what each year not closed brought."""
    with opened(settings_of(ctx), group_id) as ledger:
        console = Console()
        console.print(_table("Holds", _held(ledger)))
        console.print(_table("Owes", _owed(ledger)))
        for borrowing in ledger.borrowings():
            if borrowing.outstanding:
                console.print(Text(_told(borrowing)))
        console.print(_table("Its own", _own(ledger)))
        for year in sorted({*ledger.open_years(), year_of(ledger.today)}):
            console.print(_table(year_name(year), _result(ledger.year(year))))


def _held(ledger: Ledger) -> Rows:
    yield "cash box", ledger.cash
    yield "bank account", ledger.bank
    yield "loans to members", ledger.loans_outstanding


def _owed(ledger: Ledger) -> Rows:
    yield "savings of members", ledger.savings
    yield "voluntary savings of members", ledger.voluntary
    yield "lenders", ledger.borrowed


def _own(ledger: Ledger) -> Rows:
    yield "surplus, which can be shared out", ledger.surplus
    yield "of years not closed, and from paper", ledger.worth - ledger.surplus


def _told(borrowing: BorrowingStanding) -> str:
    told = f"{borrowing.borrowing_id} of {borrowing.lender}: {figures(borrowing.outstanding)} left"
    if borrowing.due.total:
        told += f", {figures(borrowing.due.total)} due now"
    coming = borrowing.next_due
    return told + (f", next {figures(coming.total)} on {coming.on:%d-%m-%Y}" if coming else "")


def _result(result: YearResult) -> Rows:
    for account, paise in result.income.items():
        yield _words(account), paise
    for account, paise in result.expenses.items():
        yield _words(account), -paise
    yield "result", result.surplus


def _table(title: str, rows: Rows) -> Table:
    table = Table(title, "Rupees")
    table.columns[1].justify = "right"
    for name, paise in rows:
        table.add_row(name, figures(paise))
    return table


def _words(account: str) -> str:
    return account.removeprefix("income:").removeprefix("expense:").replace("_", " ")
