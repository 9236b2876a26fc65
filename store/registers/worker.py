"""What was left to the worker."""

from store.matters import matters
from store.registers.books import Books
from store.registers.table import Page, Table, columns


def worker(books: Books) -> Table:
    """Messages, promises and disputed entries, and how far the worker is with each."""
    rows = tuple(
        (matter.on, *books.who(matter.member_id), matter.about, matter.voucher, matter.state)
        for matter in matters(books)
    )
    return Table("worker", columns("on number name about voucher state"), (Page(rows),))
