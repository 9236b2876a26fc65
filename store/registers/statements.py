"""What a period came to: receipts and payments, trial balance, income and expense, balance sheet."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import zip_longest

from store.entries import Reversal, YearClosed
from store.registers.books import Books, debit_credit, moved_by
from store.registers.heads import head_of, heads, in_order, is_asset
from store.registers.table import Column, Page, Row, Table, columns
from store.standing import moved
from store.years import is_expense, is_income

Lines = Sequence[tuple[str, int]]
"""Heads and paise."""


def receipts(books: Books) -> Table:
    """What there was, what came and what went in the period, and what there is: both sides are one sum.

    What was brought from paper counts as there before; money taken from the cash box to the bank is neither.
    """
    held = dict(books.brought)
    came: defaultdict[str, int] = defaultdict(int)
    went: defaultdict[str, int] = defaultdict(int)
    for voucher in books.within:
        if books.is_from_paper(voucher):
            for account, paise in moved_by([voucher]).items():
                held[account] = held.get(account, 0) + paise
        elif moved(voucher, "cash") + moved(voucher, "bank"):
            undoes = isinstance(voucher.entry, Reversal)
            for posting in voucher.postings:
                if posting.account not in ("cash", "bank"):
                    is_receipt = (posting.amount < 0) != undoes
                    side = came if is_receipt else went
                    side[head_of(posting.account)] += -posting.amount if is_receipt else posting.amount
    _to_its_side(came, went)
    left = [("opening_cash", held.get("cash", 0)), ("opening_bank", held.get("bank", 0))]
    right = [("closing_cash", books.cash), ("closing_bank", books.bank)]
    return _two_sides(
        "receipts",
        columns("receipt received payment paid", paise="received paid"),
        [*left, *((head, came[head]) for head in in_order(came))],
        [*((head, went[head]) for head in in_order(went)), *right],
    )


def _to_its_side(came: dict[str, int], went: dict[str, int]) -> None:
    """More taken back than came in the period stands on the other side; one with nothing is left out."""
    for side, other in ((came, went), (went, came)):
        for head in [head for head, paise in side.items() if paise <= 0]:
            if paise := side.pop(head):
                other[head] = other.get(head, 0) - paise


def trial_balance(books: Books) -> Table:
    """The balance of every head on the last day: debits and credits are one sum."""
    cols = columns("account debit credit", paise="debit credit")
    rows: list[Row] = [(head, *debit_credit(paise)) for head, paise in heads(books.balances).items() if paise]
    return Table("trial", cols, (Page(tuple(rows), total=(None, *_sums(rows, cols))),))


def income_and_expense(books: Books) -> Table:
    """What the group earned and spent in the period, and what is left of it."""
    changed = moved_by(v for v in books.within if not isinstance(v.entry, YearClosed))
    earned = heads(changed)
    income = [(head, -paise) for head, paise in earned.items() if is_income(head) and paise]
    expense = [(head, paise) for head, paise in earned.items() if is_expense(head) and paise]
    left = sum(paise for _, paise in income) - sum(paise for _, paise in expense)
    cols = columns("expense_head spent income_head earned", paise="spent earned")
    return _two_sides(
        "income",
        cols,
        [*expense, *([("surplus_of_period", left)] if left > 0 else [])],
        [*income, *([("deficit_of_period", -left)] if left < 0 else [])],
    )


def balance_sheet(books: Books) -> Table:
    """What the group owes and owns, and what it has, on the last day: both sides are one sum."""
    held = heads(books.balances)
    flows = sum(paise for head, paise in held.items() if is_income(head) or is_expense(head))
    assets = [(head, paise) for head, paise in held.items() if is_asset(head) and paise]
    owed = [
        (head, -paise)
        for head, paise in held.items()
        if paise and not (is_asset(head) or is_income(head) or is_expense(head))
    ]
    if flows:
        owed.append(("surplus_not_closed" if flows < 0 else "deficit_not_closed", -flows))
    cols = columns("liability owed asset held", paise="owed held")
    return _two_sides("balance", cols, owed, assets)


def _two_sides(key: str, cols: tuple[Column, ...], left: Lines, right: Lines) -> Table:
    rows: list[Row] = [(*one, *other) for one, other in zip_longest(left, right, fillvalue=(None, None))]
    _, paid = sums = _sums(rows, cols)
    assert sums == [paid, paid], f"the two sides of {key} differ: {sums} paise"
    return Table(key, cols, (Page(tuple(rows), total=(None, paid, None, paid)),))


def _sums(rows: Sequence[Row], cols: Sequence[Column]) -> list[int]:
    return [
        sum(cell for row in rows if isinstance(cell := row[at], int))
        for at, column in enumerate(cols)
        if column.paise
    ]
