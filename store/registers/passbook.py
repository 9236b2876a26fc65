"""The member's passbook: all her money with the group on one page."""

from collections import defaultdict

from store.chain import Voucher
from store.entries import Reversal, payouts_of
from store.registers.books import Books, sides
from store.registers.savings import saved_and_withdrawn
from store.registers.table import Page, Row, Table, columns, summed
from store.standing import moved

_COLUMNS = columns(
    "on voucher kind saved voluntary_saved withdrawn lent repaid interest_paid fined share savings_total "
    "outstanding",
    paise="saved voluntary_saved withdrawn lent repaid interest_paid fined share savings_total outstanding",
)


def passbook(books: Books) -> Table:
    """Savings, loans, interest and fines of each member in the period, with what she has and owes."""
    moves: defaultdict[str, list[Voucher]] = defaultdict(list)
    for voucher in books.within:
        if voucher.postings:
            for member_id in books.concerned(voucher):
                moves[member_id].append(voucher)
    there = {member.id for member in books.members()}
    pages = tuple(
        _page(books, member_id, moves[member_id]) for member_id in books.by_number({*there, *moves})
    )
    return Table(
        "passbook",
        _COLUMNS,
        pages,
        columns("number name"),
    )


def _page(books: Books, member_id: str, vouchers: list[Voucher]) -> Page:
    loans = books.loan_accounts(member_id)
    saved = -sum(books.brought.get(f"{kind}:{member_id}", 0) for kind in ("savings", "voluntary"))
    owed = sum(books.brought.get(account, 0) for account in loans)
    rows: list[Row] = []
    if saved or owed:
        rows.append((books.since, None, "opening", *[None] * 8, saved, owed))
    for voucher in vouchers:
        regular, voluntary = (-moved(voucher, f"{kind}:{member_id}") for kind in ("savings", "voluntary"))
        borrowed = sum(moved(voucher, account) for account in loans)
        saved, owed = saved + regular + voluntary, owed + borrowed
        rows.append(
            (
                *(voucher.on, voucher.number, voucher.kind),
                *saved_and_withdrawn(books, voucher, regular, voluntary),
                *((None, None) if books.is_from_paper(voucher) else sides(borrowed, voucher)),
                *_paid(books, voucher, member_id),
                *(saved, owed),
            )
        )
    total = summed(rows, _COLUMNS, *[column.key for column in _COLUMNS[3:-2]])
    return Page(tuple(rows), books.who(member_id), (*total[:-2], saved, owed))


def _paid(books: Books, voucher: Voucher, member_id: str) -> tuple[int | None, int | None, int | None]:
    """Interest and fines that she paid, and her share of the surplus."""
    about, sign = books.about(voucher), -1 if isinstance(voucher.entry, Reversal) else 1
    for whose, payout in payouts_of(about):
        if whose == member_id:
            interest = sum(part for _, part, _ in payout.loans)
            return sign * interest or None, None, sign * payout.share or None
    if getattr(about, "member_id", None) != member_id:
        return None, None, None
    return -moved(voucher, "interest") or None, -moved(voucher, "fines") or None, None
