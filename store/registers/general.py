"""The general ledger: every account of the group, with the accounts of single members taken together."""

from collections import defaultdict

from store.chain import Voucher
from store.registers.books import Books, debit_credit
from store.registers.heads import head_of, heads
from store.registers.table import Page, Row, Table, columns, summed

_COLUMNS = columns("on voucher kind number name debit credit running", paise="debit credit running")


def general_ledger(books: Books) -> Table:
    """Each account with what it was debited and credited in the period; what the group owes is minus."""
    moves: defaultdict[str, list[tuple[Voucher, int]]] = defaultdict(list)
    for voucher in books.within:
        for posting in voucher.postings:
            moves[head_of(posting.account)].append((voucher, posting.amount))
    earlier = heads(books.brought)
    pages = (_page(books, head, earlier.get(head, 0), moves[head]) for head in heads({**earlier, **moves}))
    return Table(
        "ledger",
        _COLUMNS,
        tuple(pages),
        columns("account"),
    )


def _page(books: Books, head: str, held: int, moves: list[tuple[Voucher, int]]) -> Page:
    rows: list[Row] = []
    if held:
        rows.append((books.since, None, "opening", None, None, None, None, held))
    for voucher, amount in moves:
        held += amount
        who = books.who(getattr(books.about(voucher), "member_id", None))
        rows.append((voucher.on, voucher.number, voucher.kind, *who, *debit_credit(amount), held))
    total = summed(rows, _COLUMNS, "debit", "credit")
    return Page(tuple(rows), (head,), (*total[:-1], held))
