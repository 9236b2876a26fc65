"""The savings ledger: an account for each member, regular and voluntary savings side by side."""

from collections import defaultdict

from store.chain import Voucher
from store.registers.books import Books, sides
from store.registers.table import Page, Row, Table, columns, summed
from store.standing import moved

_COLUMNS = columns(
    "on voucher kind saved voluntary_saved withdrawn total voluntary_total",
    paise="saved voluntary_saved withdrawn total voluntary_total",
)


def savings(books: Books) -> Table:
    """Every movement of each member's savings in the period, with what she had before and after."""
    moves: defaultdict[str, list[Voucher]] = defaultdict(list)
    for voucher in books.within:
        for member_id in {saver for posting in voucher.postings if (saver := saver_of(posting.account))}:
            moves[member_id].append(voucher)
    earlier = {saver for account, paise in books.brought.items() if paise and (saver := saver_of(account))}
    pages = tuple(
        _page(books, member_id, moves[member_id]) for member_id in books.by_number({*moves, *earlier})
    )
    return Table(
        "savings",
        _COLUMNS,
        pages,
        columns("number name"),
    )


def saver_of(account: str) -> str | None:
    """Whose savings the account holds, None when it holds none."""
    kind, _, member_id = account.partition(":")
    return member_id if kind in ("savings", "voluntary") else None


def saved_and_withdrawn(
    books: Books, voucher: Voucher, regular: int, voluntary: int
) -> tuple[int | None, int | None, int | None]:
    """Regular savings, voluntary savings, and what was paid out; what came from paper is neither."""
    if books.is_from_paper(voucher):
        return None, None, None
    (saved, out), (freely, freely_out) = sides(regular, voucher), sides(voluntary, voucher)
    return saved, freely, (out or 0) + (freely_out or 0) or None


def _page(books: Books, member_id: str, vouchers: list[Voucher]) -> Page:
    regular, voluntary = (-books.brought.get(f"{kind}:{member_id}", 0) for kind in ("savings", "voluntary"))
    rows: list[Row] = []
    if regular or voluntary:
        rows.append((books.since, None, "opening", None, None, None, regular, voluntary))
    for voucher in vouchers:
        in_regular, in_voluntary = (
            -moved(voucher, f"{kind}:{member_id}") for kind in ("savings", "voluntary")
        )
        regular, voluntary = regular + in_regular, voluntary + in_voluntary
        moved_now = saved_and_withdrawn(books, voucher, in_regular, in_voluntary)
        rows.append((voucher.on, voucher.number, voucher.kind, *moved_now, regular, voluntary))
    total = summed(rows, _COLUMNS, "saved", "voluntary_saved", "withdrawn")
    return Page(tuple(rows), books.who(member_id), (*total[:-2], regular, voluntary))
