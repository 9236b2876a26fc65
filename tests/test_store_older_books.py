"""Books that earlier versions wrote open as they are, break no law, and go on."""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from store_kit import Clock

from store.chain import record_of
from store.entries import Saving, YearClosed
from store.laws import breaches
from store.ledger import Ledger
from store.tinydb import TinyVault

DATA = Path(__file__).parent / "data"
OLDER = ["books_without_recordings.json", "books_before_accounts.json"]
"""Without recordings, and before the group's own money was kept: each with all that could be written then."""


@pytest.fixture(params=OLDER)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copy(DATA / request.param, tmp_path / "ujala.json"))


def test_older_books_break_no_law_and_every_voucher_is_as_it_was(old: Path) -> None:
    written = json.loads(old.read_text(encoding="utf-8"))["vouchers"]
    with TinyVault(old) as vault:
        ledger = Ledger(vault, Clock(date(2027, 4, 2)))
        assert breaches(ledger) == ()
        assert [record_of(voucher) for voucher in ledger.vouchers] == list(written.values())


def test_older_books_hold_what_they_held(tmp_path: Path) -> None:
    old = Path(shutil.copy(DATA / "books_before_accounts.json", tmp_path / "ujala.json"))
    with TinyVault(old) as vault:
        ledger = Ledger(vault, Clock(date(2026, 3, 1)))
        assert (ledger.bank, ledger.savings, ledger.borrowed, ledger.surplus) == (4_700_00, 3_600_00, 0, 0)
        assert ledger.cash == 7_000_00 + 100_00 - 1_000_00 + 333_33 + 5_00 - 700_00 + 150_50
        assert ledger.worth == ledger.cash + 4_700_00 + ledger.loans_outstanding - 3_600_00
        assert [line.kind for line in ledger.passbook("m3")] == ["loan", "repayment"]


def test_the_first_year_of_older_books_is_closed_with_what_came_from_paper(tmp_path: Path) -> None:
    old = Path(shutil.copy(DATA / "books_before_accounts.json", tmp_path / "ujala.json"))
    with TinyVault(old) as vault:
        ledger = Ledger(vault, Clock(date(2026, 4, 2)))
        result = ledger.year(2025)
        worth = ledger.worth
        ledger.post(YearClosed(2025, result.surplus, 0), once="close")
        assert ledger.surplus == worth == ledger.worth
        assert breaches(ledger) == ()
        with pytest.raises(Exception, match="is not open"):
            ledger.post(Saving("B", "m1", 1_00), once="late")
