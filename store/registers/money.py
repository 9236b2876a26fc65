"""The cash book and the bank book: day by day, each day opened and closed with what there was."""

from itertools import groupby

from store.chain import Voucher
from store.entries import Reversal
from store.registers.books import Books, debit_credit
from store.registers.table import Cell, Column, Page, Row, Table, columns, summed
from store.standing import moved


def cash_book(books: Books) -> Table:
    """Every voucher that moved cash, corrections too, with what was left after it."""
    cols = columns(
        "on voucher kind number name reverses cash_in cash_out cash", paise="cash_in cash_out cash"
    )
    return Table("cashbook", cols, (_page(books, "cash", cols),))


def bank_book(books: Books) -> Table:
    """Every voucher that moved money of the bank account, with the bank's slip and what was left after it."""
    cols = columns(
        "on voucher kind number name slip reverses bank_in bank_out bank", paise="bank_in bank_out bank"
    )
    return Table("bankbook", cols, (_page(books, "bank", cols),))


def _page(books: Books, account: str, cols: tuple[Column, ...]) -> Page:
    held = books.brought.get(account, 0)
    keys = [column.key for column in cols]
    rows: list[Row] = []

    def line(came: int | None, went: int | None, named: dict[str, Cell]) -> Row:
        cells = {**named, f"{account}_in": came, f"{account}_out": went, account: held}
        return tuple(cells.get(key) for key in keys)

    moves = [(voucher, amount) for voucher in books.within if (amount := moved(voucher, account))]
    for day, of_day in groupby(moves, lambda move: move[0].on):
        came = went = 0
        rows.append(line(None, None, {"on": day, "kind": "opening"}))
        for voucher, amount in of_day:
            held += amount
            came, went = came + max(0, amount), went + max(0, -amount)
            rows.append(line(*debit_credit(amount), _particulars(books, voucher)))
        rows.append(line(came, went, {"on": day, "kind": "closing"}))
    if not moves:
        return Page((line(None, None, {"on": books.until, "kind": "closing"}),) if held else ())
    written = [row for row in rows if row[keys.index("voucher")] is not None]
    total = summed(written, cols, f"{account}_in", f"{account}_out")
    return Page(tuple(rows), total=(*total[:-1], held))


def _particulars(books: Books, voucher: Voucher) -> dict[str, Cell]:
    about = books.about(voucher)
    number, name = books.who(getattr(about, "member_id", None))
    return {
        "on": voucher.on,
        "voucher": voucher.number,
        "kind": voucher.kind,
        "number": number,
        "name": name,
        "slip": getattr(about, "slip", None),
        "reverses": voucher.entry.of if isinstance(voucher.entry, Reversal) else None,
    }
