"""The registers on a terminal, as wide as it has room for."""

from collections.abc import Sequence

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table as RichTable
from rich.text import Text

from ivr.registers.cells import is_number, shown
from ivr.registers.sheet import Leaf, Sheet

WIDEST = 10_000
"""Columns of a terminal on which every register fits."""


def show(sheets: Sequence[Sheet], console: Console) -> None:
    """Print registers as the terminal has room for them."""
    for sheet in sheets:
        if sheet.empty:
            console.print(Text(f"{sheet.title}: —\n"))
            continue
        console.print(Text(str(sheet.title), style="bold"))
        for leaf in sheet.leaves:
            _show(sheet, leaf, console)


def _show(sheet: Sheet, leaf: Leaf, console: Console) -> None:
    for head, cell in zip(sheet.heads, leaf.about, strict=True):
        if cell is not None:
            console.print(Text(f"{head}: {shown(cell)}"))
    if leaf.lines:
        wide = on_terminal(sheet, leaf)
        unbounded = console.options.update(width=WIDEST)
        fits = Measurement.get(console, unbounded, wide).maximum <= console.width
        console.print(wide if fits else turned(sheet, leaf))
    console.print()


def on_terminal(sheet: Sheet, leaf: Leaf) -> RichTable:
    """A leaf as a table for rich to print, a line a row."""
    table = RichTable()
    for place, title in enumerate(sheet.columns):
        numeric = any(is_number(line[place]) for line in leaf.lines)
        heading = "\n".join(filter(None, (title.over, *title.lines)))
        table.add_column(Text(heading), justify="right" if numeric else "left")
    for line in leaf.lines:
        table.add_row(*(Text(shown(cell)) for cell in line), style="bold" if line is leaf.total else None)
    return table


def turned(sheet: Sheet, leaf: Leaf) -> RichTable:
    """A leaf for a terminal too narrow for its lines: a line a cell, its heading before it."""
    table = RichTable(show_header=False)
    table.add_column()
    table.add_column()
    for line in leaf.lines:
        for title, cell in zip(sheet.columns, line, strict=True):
            table.add_row(Text(str(title)), Text(shown(cell)))
        table.add_section()
    return table
