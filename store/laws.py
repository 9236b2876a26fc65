"""The laws of the books, tried on everything that was ever written: what `sakhi books check` tells.

Posting keeps them one entry at a time. Here all entries are posted once more in mind, from the first, and
what the books answer is compared with sums made afresh: so an entry written by a fault of ours, or by someone
who knows how the checksums are made, is found.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from store.amounts import UNBOUNDED
from store.chain import Posting, Voucher, seal
from store.entries import BorrowingRepaid, YearClosed, payouts_of
from store.errors import RefusedEntry
from store.loans import schedule
from store.questions import Questions
from store.rules import Rules
from store.standing import Standing, moved
from store.years import is_of_a_year, last_day, year_of


def breaches(books: Questions) -> tuple[str, ...]:
    """What in the books breaks a law, in plain words; () when nothing does."""
    return (*_entries(books), *_balances(books), *_loans(books), *_borrowings(books), *_years(books))


def _entries(books: Questions) -> Iterator[str]:
    """Every voucher is what the laws make of its entry where the books then stood, under a key of its own."""
    group = replace(books.group, cap=UNBOUNDED, voluntary=True)
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


def _moved(books: Questions) -> dict[str, int]:
    moved: dict[str, int] = defaultdict(int)
    for voucher in books.vouchers:
        for leg in voucher.postings:
            moved[leg.account] += leg.amount
    return moved


def _balances(books: Questions) -> Iterator[str]:
    """What the books answer is the sum of what was moved."""
    moved = _moved(books)
    answers = {"cash": books.cash, "bank": books.bank, "surplus": -books.surplus}
    for member in books.members():
        answers[f"savings:{member.id}"] = -books.saved_by(member.id)
        answers[f"voluntary:{member.id}"] = -books.voluntary_of(member.id)
    for account, answer in answers.items():
        if answer != moved[account]:
            yield f"{account}: the books say {answer} paise, its entries {moved[account]}"
    totals = {
        "savings": -books.savings,
        "voluntary": -books.voluntary,
        "loan": books.loans_outstanding,
        "borrowed": -books.borrowed,
    }
    for kind, answer in totals.items():
        total = sum(amount for account, amount in moved.items() if account.startswith(f"{kind}:"))
        if answer != total:
            yield f"all of {kind}: the books say {answer} paise, its entries {total}"


def _loans(books: Questions) -> Iterator[str]:
    """A loan's schedule is what was lent; what is owed and the interest paid are what its entries moved."""
    sums, interest = _moved(books), _interest(books)
    for _, lent in books.lent():
        loan_id, terms = lent.loan_id, lent.terms
        loan = books.loan(loan_id)
        if sum(line.principal for line in schedule(terms)) != terms.principal:
            yield f"loan {loan_id}: its instalments are not what was lent"
        if loan is None or loan.outstanding != sums[f"loan:{loan_id}"]:
            owed = loan.outstanding if loan else 0
            yield f"loan {loan_id}: {owed} paise are owed, its entries say {sums[f'loan:{loan_id}']}"
        if books.interest_paid(loan_id) != interest[loan_id]:
            yield f"loan {loan_id}: the interest paid is not what its entries moved"


def _interest(books: Questions) -> dict[str, int]:
    """Loan → paise of interest that entries which stand moved on it."""
    interest: dict[str, int] = defaultdict(int)
    for voucher in filter(books.counts, books.vouchers):
        for _, payout in payouts_of(voucher.entry):
            for loan_id, paid, _ in payout.loans:
                interest[loan_id] += paid
        if not payouts_of(voucher.entry):
            interest[getattr(voucher.entry, "loan_id", "")] -= moved(voucher, "interest")
    return interest


def _borrowings(books: Questions) -> Iterator[str]:
    """What the group owes a lender, and the interest it paid, is what its entries moved."""
    entries = _moved(books)
    for borrowing in books.borrowings():
        account = f"borrowed:{borrowing.borrowing_id}"
        if borrowing.outstanding != -entries[account]:
            yield f"{account}: {borrowing.outstanding} paise are owed, its entries say {-entries[account]}"
    paid = sum(borrowing.interest_paid for borrowing in books.borrowings())
    if paid != sum(moved(v, "expense:interest_on_borrowing") for v in books.vouchers if _repays(books, v)):
        yield "interest on borrowings: what was paid is not what its entries moved"


def _repays(books: Questions, voucher: Voucher) -> bool:
    return isinstance(voucher.entry, BorrowingRepaid) and books.counts(voucher)


def _years(books: Questions) -> Iterator[str]:
    """What is in the accounts of a year is of open years; nothing is dated in a year after its close."""
    left = sum(amount for account, amount in _moved(books).items() if is_of_a_year(account))
    open_years = set(books.open_years())
    of_open = sum(
        leg.amount
        for voucher in books.vouchers
        if year_of(voucher.on) in open_years and not isinstance(voucher.entry, YearClosed)
        for leg in voucher.postings
        if is_of_a_year(leg.account)
    )
    if left != of_open:
        yield f"years: {left} paise of income and expenses are left, {of_open} of years that are not closed"
    until: date | None = None
    for voucher in books.vouchers:
        if until is not None and voucher.on <= until:
            yield f"entry {voucher.number}: it is dated in a year that was closed before"
        if isinstance(voucher.entry, YearClosed):
            until = last_day(voucher.entry.year)
