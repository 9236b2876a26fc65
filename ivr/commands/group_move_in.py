"""`sakhi group move-in`: a group brings its paper books, by a cut-off sheet that balances."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ivr.amounts import figures, money
from ivr.books import opened
from ivr.commands.common import Refused, settings_of
from ivr.commands.posting import post
from ivr.cutoff import read_cutoff
from ivr.listing import BadListing
from store.entries import OpeningBalance
from store.ledger import Ledger
from store.standing import loans_in


@click.command("move-in")
@click.argument("group_id", metavar="GROUP")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def move_in(ctx: click.Context, group_id: str, file: Path) -> None:
    """Write down what GROUP brings from its paper books, listed in FILE, CSV or XLSX: all of it, or nothing.

    Cash, bank and loans must be as much as savings, borrowings and what was earned, or it is refused.
    The members come first: `sakhi group import`. docs/cutoff.csv is a sample, docs/books.md explains it.
    """
    with opened(settings_of(ctx), group_id) as ledger:
        try:
            sheet = read_cutoff(file, ledger.members(), _used(ledger))
        except BadListing as error:
            raise Refused("\n".join([f"nothing was written from {file}:", *error.problems])) from error
        Console().print(_table(ledger, sheet))
        post(ledger, sheet, _told(sheet), what="the cut-off sheet", key="move-in")


def _used(ledger: Ledger) -> set[str]:
    """The ids of all loans that were ever written, but for those of a sheet that stands."""
    written = (v for v in ledger.vouchers if not (isinstance(v.entry, OpeningBalance) and ledger.counts(v)))
    return {loan.loan_id for voucher in written for loan in loans_in(voucher.entry)}


def _told(sheet: OpeningBalance) -> list[str]:
    savings = sum(paise for _, paise in sheet.savings)
    voluntary = sum(paise for _, paise in sheet.voluntary)
    lines = [
        ("cash box", sheet.cash),
        ("bank account", sheet.bank),
        ("loans to members", sum(loan.terms.principal for loan in sheet.loans)),
        ("savings", savings),
        ("voluntary savings", voluntary),
        *((f"owed to {each.lender}, {each.borrowing_id}", each.terms.principal) for each in sheet.borrowings),
        ("surplus, or loss if negative", sheet.surplus or 0),
    ]
    return [f"{name}: {money(paise)}" for name, paise in lines]


def _table(ledger: Ledger, sheet: OpeningBalance) -> Table:
    table = Table("No.", "Name", "Savings", "Voluntary", "Loans")
    for column in table.columns[2:]:
        column.justify = "right"
    saved, voluntary = dict(sheet.savings), dict(sheet.voluntary)
    for member in ledger.members():
        owed = sum(loan.terms.principal for loan in sheet.loans if loan.member_id == member.id)
        sums = (saved.get(member.id, 0), voluntary.get(member.id, 0), owed)
        table.add_row(str(member.number), Text(member.name), *map(figures, sums))
    return table
