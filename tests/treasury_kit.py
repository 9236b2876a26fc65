"""What the tests of the group's own money share: books of either kind, and refusals that change nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from store_kit import Clock, begin

from store.entries import LoanGiven, LoanTerms, MeetingOpened, Saving
from store.laws import breaches
from store.ledger import Ledger
from store.vault import Vault


@pytest.fixture
def ledger(vault: Vault, clock: Clock) -> Iterator[Ledger]:
    """Three members, ₹5,000 in the box, the meeting "M" open, voluntary savings allowed; sound at the end."""
    books = begin(vault, clock)
    books.update_group(replace(books.group, voluntary=True))
    books.post(MeetingOpened("M"), once="open")
    yield books
    sound(vault, books)


def sound(vault: Vault, books: Ledger) -> None:
    """The books break no law, and are the same when they are opened again."""
    assert breaches(books) == ()
    again = Ledger(vault, books.now)
    assert again.vouchers == books.vouchers
    assert again.balances == books.balances


def save(ledger: Ledger, **amounts: int) -> None:
    """Regular savings of members in the meeting "M", paise by member."""
    for member_id, amount in amounts.items():
        once = f"{member_id} {len(ledger.vouchers)}"
        ledger.post(Saving("M", member_id, amount), once=once)


def lend(ledger: Ledger, member_id: str, loan_id: str, amount: int, rate_bp: int = 200) -> None:
    agreed = LoanTerms(amount, rate_bp, "reducing", 5, date(2026, 12, 10))
    ledger.post(LoanGiven("M", member_id, loan_id, agreed), once=loan_id)
