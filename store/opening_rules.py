"""The law of what a group brings from paper: a cut-off sheet balances, and is written once."""

from collections.abc import Iterable

from store.amounts import check_count
from store.chain import Posting
from store.entries import OpeningBalance
from store.errors import NoSuchMember, RefusedEntry, SheetUnbalanced
from store.standing import Standing, members_of
from store.treasury_rules import check_new_borrowing


def opened(entry: OpeningBalance, members: frozenset[str], standing: Standing) -> tuple[Posting, ...]:
    """What an opening balance moves, the terms of its loans checked before. Raises RefusedEntry."""
    _check(entry, members, standing)
    legs = (
        Posting("cash", entry.cash),
        Posting("bank", entry.bank),
        *(Posting(f"loan:{loan.loan_id}", loan.terms.principal) for loan in entry.loans),
        *(Posting(f"savings:{member_id}", -paise) for member_id, paise in entry.savings),
        *(Posting(f"voluntary:{member_id}", -paise) for member_id, paise in entry.voluntary),
        *(Posting(f"borrowed:{each.borrowing_id}", -each.terms.principal) for each in entry.borrowings),
    )
    beyond = sum(leg.amount for leg in legs)
    if entry.surplus is None:
        return (*legs, Posting("opening", -beyond))
    if beyond != entry.surplus:
        raise SheetUnbalanced(beyond - entry.surplus)
    return (*legs, Posting("surplus", -entry.surplus))


def _check(entry: OpeningBalance, members: frozenset[str], standing: Standing) -> None:
    if standing.opening_balance is not None and standing.counts(standing.opening_balance):
        raise RefusedEntry("the opening balance is written already; reverse it to write another")
    for member_id in members_of(entry):
        if member_id not in members:
            raise NoSuchMember(member_id)
    saved = (paise for _, paise in (*entry.savings, *entry.voluntary))
    for amount in (entry.cash, entry.bank, *saved):
        check_count(amount)
    _check_new((loan.loan_id for loan in entry.loans), standing.loans, "loan")
    _check_new((each.borrowing_id for each in entry.borrowings), (), "borrowing")
    for borrowing in entry.borrowings:
        check_new_borrowing(borrowing.borrowing_id, standing.treasury)


def _check_new(ids: Iterable[str], there: Iterable[str], what: str) -> None:
    used = set(there)
    for each in ids:
        if each in used:
            raise RefusedEntry(f"a {what} {each} exists already; give each its own id")
        used.add(each)
