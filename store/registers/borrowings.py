"""What the group borrowed from a bank, its federation or another lender: an account for each borrowing."""

from collections import defaultdict

from store.chain import Voucher
from store.loans import monthly_percent
from store.registers.books import Books, sides
from store.registers.table import Cell, Page, Row, Table, columns, summed
from store.standing import moved

_COLUMNS = columns(
    "on voucher kind borrowed repaid interest_given still_owed",
    paise="borrowed repaid interest_given still_owed",
)
_HEADS = columns(
    "borrowing lender borrowed_on principal rate_percent method instalments due overdue next_on next_amount",
    paise="principal due overdue next_amount",
)
_ACCOUNT = "borrowed:"
_INTEREST = "expense:interest_on_borrowing"


def borrowings(books: Books) -> Table:
    """What came from each lender and what went back to it in the period, and what is still owed."""
    moves: defaultdict[str, list[Voucher]] = defaultdict(list)
    for voucher in books.within:
        for posting in voucher.postings:
            if posting.account.startswith(_ACCOUNT):
                moves[posting.account].append(voucher)
    earlier = {account for account, paise in books.brought.items() if account.startswith(_ACCOUNT) and paise}
    pages = tuple(_page(books, account, moves[account]) for account in sorted({*moves, *earlier}))
    return Table("borrowings", _COLUMNS, pages, _HEADS)


def _page(books: Books, account: str, vouchers: list[Voucher]) -> Page:
    owed = -books.brought.get(account, 0)
    rows: list[Row] = [(books.since, None, "opening", None, None, None, owed)] if owed else []
    for voucher in vouchers:
        amount = -moved(voucher, account)
        owed += amount
        turned = (None, None) if books.is_from_paper(voucher) else sides(amount, voucher)
        rows.append(
            (voucher.on, voucher.number, voucher.kind, *turned, moved(voucher, _INTEREST) or None, owed)
        )
    total = summed(rows, _COLUMNS, "borrowed", "repaid", "interest_given")
    return Page(tuple(rows), _about(books, account.removeprefix(_ACCOUNT)), (*total[:-1], owed))


def _about(books: Books, borrowing_id: str) -> Row:
    written = books.lender(borrowing_id)
    assert written is not None
    voucher, agreed = written
    terms = agreed.terms
    about: tuple[Cell, ...] = (
        *(borrowing_id, agreed.lender, voucher.on),
        *(terms.principal, monthly_percent(terms), terms.method, terms.instalments),
    )
    standing = books.borrowing(borrowing_id)
    if standing is None:
        return (*about, None, None, None, None)
    coming = standing.next_due
    following = (coming.on, coming.total) if coming else (None, None)
    return (*about, standing.due.total, standing.overdue, *following)
