"""`sakhi registers`: the registers on the terminal, as CSV and as XLSX."""

from pathlib import Path

import click
from rich.console import Console
from rich.measure import Measurement

from ivr.books import opened
from ivr.commands.common import Refused, settings_of
from ivr.registers import Sheet, on_terminal, sheet_of, turned, write_all
from store.registers import REGISTERS

WIDEST = 10_000
"""Columns of a terminal on which every register fits."""


@click.command()
@click.argument("group_id", metavar="[GROUP]", required=False)
@click.option(
    "--register",
    "chosen",
    multiple=True,
    type=click.Choice(list(REGISTERS)),
    help="Only this one; may be given several times. Without it, all of them.",
)
@click.option(
    "--to",
    "form",
    type=click.Choice(["terminal", "csv", "xlsx"]),
    default="terminal",
    show_default=True,
    help="csv: a file a register; xlsx: one workbook, a sheet a register.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the files; else the current one.")
@click.pass_context
def registers(
    ctx: click.Context, group_id: str | None, chosen: tuple[str, ...], form: str, out: Path | None
) -> None:
    """Show the registers of GROUP, or write them to files; GROUP is not needed where there is one.

    Every heading stands in Hindi and English, money in rupees.
    """
    if form == "terminal" and out is not None:
        raise Refused("--out is for files; say --to csv or --to xlsx as well")
    with opened(settings_of(ctx), group_id) as ledger:
        sheets = [sheet_of(REGISTERS[name](ledger)) for name in REGISTERS if not chosen or name in chosen]
        group = ledger.group.id
    if form == "terminal":
        show(sheets, Console())
        return
    for path in write_all(sheets, form, out or Path(), group):
        click.echo(path)


def show(sheets: list[Sheet], console: Console) -> None:
    """Print registers as the terminal has room for them."""
    for sheet in sheets:
        if not sheet.rows:
            console.print(f"{sheet.title}: —\n")
            continue
        wide = on_terminal(sheet)
        unbounded = console.options.update(width=WIDEST)
        fits = Measurement.get(console, unbounded, wide).maximum <= console.width
        console.print(wide if fits else turned(sheet))
        console.print()
