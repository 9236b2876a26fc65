"""What the tests of the ledger share: books of each kind, a clock, and refusals that change nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from store_kit import TWINS, Clock, begin, open_vault

from store.entries import MeetingOpened
from store.errors import RefusedEntry
from store.ledger import Ledger
from store.vault import Vault


@pytest.fixture(params=TWINS)
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Vault]:
    with open_vault(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(vault: Vault, clock: Clock) -> Ledger:
    """Three members, ₹5,000 in the box, the meeting "M" open."""
    books = begin(vault, clock)
    books.post(MeetingOpened("M", cash_told=5_000_00), once="open")
    return books


def refused(ledger: Ledger, entry: Any, error: type[RefusedEntry] = RefusedEntry) -> RefusedEntry:
    """The refusal, after a check that it changed nothing."""
    before = ledger.vouchers
    with pytest.raises(error) as caught:
        ledger.post(entry, once="refused")
    assert ledger.vouchers == before
    return caught.value
