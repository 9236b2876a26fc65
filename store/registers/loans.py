"""Loans to members: an account for each, and the list of all."""

from datetime import date

from store.chain import Voucher
from store.entries import LoanGiven, OpeningLoan
from store.loans import LoanStanding, monthly_percent, schedule
from store.registers.books import Books
from store.registers.table import Page, Row, Table, columns, summed

_LEDGER = columns(
    "on voucher kind lent due_principal due_interest repaid interest_paid outstanding",
    paise="lent due_principal due_interest repaid interest_paid outstanding",
)
_HEADS = columns(
    "loan number name purpose given_on principal rate_percent method instalments due overdue",
    paise="principal due overdue",
)
_LIST = columns(
    "loan number name purpose given_on principal rate_percent method instalments repaid "
    "interest_paid outstanding due overdue next_on next_amount",
    paise="principal repaid interest_paid outstanding due overdue next_amount",
)
Loan = LoanGiven | OpeningLoan
_LENT, _DUE, _PAID = range(3)
"""The order of what happens on one day."""


def loan_ledger(books: Books) -> Table:
    """Each loan that was running in the period, whole: what was lent, falls due and was paid, and how it was
    split."""
    pages = (_account(books, *lent) for lent in books.lent_in_scope())
    return Table("loan", _LEDGER, tuple(page for page in pages if page), _HEADS)


def loan_list(books: Books) -> Table:
    """Every loan that stands, in a line: what was lent, recovered, is outstanding, due and overdue."""
    rows = tuple(_line(books, *lent) for lent in books.lent_in_scope())
    money = [column.key for column in _LIST if column.paise]
    return Table(
        "loanlist", _LIST, (Page(rows, total=summed(rows, _LIST, *money) if rows else None),), fixed=3
    )


def _told(books: Books, given: Voucher, loan: Loan) -> Row:
    """What was agreed: the first columns of both registers."""
    terms = loan.terms
    return (
        loan.loan_id,
        *books.who(loan.member_id),
        loan.purpose,
        given.on,
        terms.principal,
        monthly_percent(terms),
        terms.method,
        terms.instalments,
    )


def _standing(books: Books, loan: Loan) -> LoanStanding:
    standing = books.loan(loan.loan_id)
    assert standing is not None
    return standing


def _line(books: Books, given: Voucher, loan: Loan) -> Row:
    standing = _standing(books, loan)
    coming = standing.next_due
    return (
        *_told(books, given, loan),
        standing.principal - standing.outstanding,
        books.interest_paid(standing.loan_id),
        standing.outstanding,
        standing.due.total,
        standing.overdue,
        coming.on if coming else None,
        coming.total if coming else None,
    )


def _account(books: Books, given: Voucher, loan: Loan) -> Page | None:
    account, standing = f"loan:{loan.loan_id}", _standing(books, loan)
    if not _running(books, account, standing):
        return None
    moves: list[tuple[date, int, Row]] = [
        (given.on, _LENT, (given.on, given.number, given.kind, loan.terms.principal, *[None] * 4))
    ]
    for line in schedule(loan.terms):
        row: Row = (line.on, None, "instalment", None, line.principal, line.interest, None, None)
        moves.append((line.on, _DUE, row))
    payments = (paid for paid in books.paid(loan.loan_id) if paid.interest or paid.principal)
    for voucher, paid in zip(books.repayments(loan.loan_id), payments, strict=True):
        split = (paid.principal, paid.interest)
        moves.append(
            (voucher.on, _PAID, (voucher.on, voucher.number, voucher.kind, None, None, None, *split))
        )
    rows, owed = [], 0
    for _, what, row in sorted(moves, key=lambda move: move[:2]):
        owed += loan.terms.principal if what == _LENT else 0
        owed -= row[6] if isinstance(row[6], int) else 0
        rows.append((*row, owed))
    total = summed(rows, _LEDGER, "lent", "due_principal", "due_interest", "repaid", "interest_paid")
    about = (*_told(books, given, loan), standing.due.total, standing.overdue)
    return Page(tuple(rows), about, (*total[:-1], owed))


def _running(books: Books, account: str, standing: LoanStanding) -> bool:
    """Whether anything was owed in the period."""
    return bool(
        standing.outstanding
        or books.brought.get(account)
        or any(posting.account == account for voucher in books.within for posting in voucher.postings)
    )
