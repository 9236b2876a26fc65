"""The laws of the books, tried on everything that was ever written: what `sakhi books check` tells.

Posting keeps them one entry at a time. Here all entries are posted once more in mind, from the first, and
what the books answer is compared with sums made afresh: so an entry written by a fault of ours, or by someone
who knows how the checksums are made, is found.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from store.chain import Posting, seal
from store.entries import LoanGiven, LoanTerms, OpeningLoan
from store.errors import RefusedEntry
from store.loans import schedule
from store.questions import Questions
from store.rules import Rules
from store.standing import Standing

NO_CAP = 10**15
"""Paise: the cap of today says nothing of entries made under another."""


def breaches(books: Questions) -> tuple[str, ...]:
    """What in the books breaks a law, in plain words; () when nothing does."""
    return (*_entries(books), *_balances(books), *_loans(books))


def _entries(books: Questions) -> Iterator[str]:
    """Every voucher is what the laws make of its entry where the books then stood, under a key of its own."""
    group = replace(books.group, cap=NO_CAP)
    named = Standing(books.vouchers).member_ids()
    members = frozenset(named | {member.id for member in books.members()})
    standing, before = Standing(), None
    for voucher in books.vouchers:
        if voucher.once in standing.once:
            yield f"entry {voucher.number}: its key was used by entry {standing.once[voucher.once].number}"
        if before is not None and (before.at - voucher.at).days >= 1:
            yield f"entry {voucher.number}: it is older than the one before"
        if seal(voucher) != voucher:
            yield f"entry {voucher.number}: it was changed after it was written"
        try:
            legs = Rules(group, members, standing, voucher.on).postings(voucher.entry)
            if sorted(legs) != sorted(voucher.postings):
                yield f"entry {voucher.number}: it moves {_told(voucher.postings)} and not {_told(legs)}"
        except RefusedEntry as error:
            yield f"entry {voucher.number}: {error}"
        standing.apply(voucher)
        before = voucher


def _told(legs: tuple[Posting, ...]) -> str:
    return ", ".join(f"{leg.amount} paise to {leg.account}" for leg in legs) or "nothing"


def _balances(books: Questions) -> Iterator[str]:
    """What the books answer is the sum of what was moved."""
    moved: dict[str, int] = defaultdict(int)
    for voucher in books.vouchers:
        for leg in voucher.postings:
            moved[leg.account] += leg.amount
    answers = {"cash": books.cash, "bank": books.bank}
    answers |= {f"savings:{member.id}": -books.saved_by(member.id) for member in books.members()}
    for account, answer in answers.items():
        if answer != moved[account]:
            yield f"{account}: the books say {answer} paise, its entries {moved[account]}"
    for prefix, answer in (("savings:", -books.savings), ("loan:", books.loans_outstanding)):
        total = sum(amount for account, amount in moved.items() if account.startswith(prefix))
        if answer != total:
            yield f"all of {prefix[:-1]}: the books say {answer} paise, its entries {total}"


def _loans(books: Questions) -> Iterator[str]:
    """A loan's schedule is what was lent; what is owed and the interest paid are what its entries moved."""
    moved: dict[str, int] = defaultdict(int)
    interest: dict[str, int] = defaultdict(int)
    for voucher in books.vouchers:
        for leg in voucher.postings:
            moved[leg.account] += leg.amount
            if leg.account == "interest" and books.counts(voucher):
                interest[getattr(voucher.entry, "loan_id", "")] -= leg.amount
    for loan_id, terms in _lent(books):
        loan = books.loan(loan_id)
        if sum(line.principal for line in schedule(terms)) != terms.principal:
            yield f"loan {loan_id}: its instalments are not what was lent"
        if loan is None or loan.outstanding != moved[f"loan:{loan_id}"]:
            owed = loan.outstanding if loan else 0
            yield f"loan {loan_id}: {owed} paise are owed, its entries say {moved[f'loan:{loan_id}']}"
        if books.interest_paid(loan_id) != interest[loan_id]:
            yield f"loan {loan_id}: the interest paid is not what its entries moved"


def _lent(books: Questions) -> Iterator[tuple[str, LoanTerms]]:
    for voucher in filter(books.counts, books.vouchers):
        if isinstance(voucher.entry, LoanGiven | OpeningLoan):
            yield voucher.entry.loan_id, voucher.entry.terms
