"""The second signature: others' entries are confirmed or disputed by whom the group named, never her own."""

from typing import Any

import pytest
from store_kit import Clock, begin, terms

from store.entries import (
    BankDeposit,
    Countersigned,
    Entry,
    Evidence,
    LoanGiven,
    MeetingOpened,
    Reversal,
    Saving,
    SignatoriesNamed,
    WorkerAnswered,
)
from store.errors import NotReversible, RefusedEntry
from store.laws import breaches
from store.ledger import Ledger
from store.matters import SIGNATORY, matters
from store.memory import MemoryVault


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture
def ledger(vault: MemoryVault) -> Ledger:
    """m3 and the worker check; entries 4 to 8 are two savings, a loan, a deposit and m3's own saving."""
    books = begin(vault, Clock())
    books.post(MeetingOpened("M"), once="open")
    post(books, SignatoriesNamed("M", ("m3", "worker")))
    post(books, Saving("M", "m1", 100_00), "kiosk")
    post(books, Saving("M", "m2", 50_00), "kiosk", said_by="m3")
    post(books, LoanGiven("M", "m1", "L", terms()), "terminal")
    post(books, BankDeposit(500_00, "7", "M"), "terminal")
    post(books, Saving("M", "m3", 10_00), "kiosk", said_by="m3")
    return books


def post(ledger: Ledger, entry: Entry, channel: str = "kiosk", said_by: str | None = None) -> int:
    evidence = Evidence(channel, "हाँ", 1.0, said_by)
    return ledger.post(entry, once=str(len(ledger.vouchers)), evidence=evidence).number


def waiting(ledger: Ledger, by: str) -> list[int]:
    return [voucher.number for voucher in ledger.unsigned(by)]


def test_each_checks_what_is_not_her_own_and_was_written_since_there_are_signatories(ledger: Ledger) -> None:
    assert waiting(ledger, "m3") == [4, 6, 7]  # 5 was said by her, 8 is her own saving
    assert waiting(ledger, "worker") == [4, 5, 8]  # she wrote 6 and 7 at the terminal
    assert waiting(ledger, "m1") == []


def test_what_one_signatory_confirmed_waits_for_nobody(ledger: Ledger, vault: MemoryVault) -> None:
    post(ledger, Countersigned((4, 6, 7), "m3", True))
    assert (waiting(ledger, "m3"), waiting(ledger, "worker")) == ([], [5, 8])
    assert ledger.disputed_by_signatories() == ()
    assert breaches(ledger) == ()
    again = Ledger(vault, Clock())
    assert waiting(again, "worker") == [5, 8]


def test_what_is_disputed_is_left_to_the_worker_until_it_is_undone_or_confirmed(ledger: Ledger) -> None:
    dispute = post(ledger, Countersigned((4, 6), "m3", False, "राशि गलत"))
    assert [(of.number, said.number) for of, said in ledger.disputed_by_signatories()] == [
        (4, dispute),
        (6, dispute),
    ]
    (matter,) = matters(ledger)
    assert (matter.number, matter.about, matter.member_id, matter.voucher) == (dispute, SIGNATORY, "m3", 4)
    post(ledger, WorkerAnswered(dispute, False))
    assert matters(ledger)[0].state == "heard"
    post(ledger, Reversal(4, "गलत"))
    assert [of.number for of, _ in ledger.disputed_by_signatories()] == [6]
    post(ledger, Countersigned((6,), "m3", True))
    assert (ledger.disputed_by_signatories(), matters(ledger)) == ((), ())


def test_a_reversal_is_checked_by_another_than_whose_entry_it_undoes(ledger: Ledger) -> None:
    undone = post(ledger, Reversal(4, "गलत"))
    own = post(ledger, Reversal(8, "गलत"))
    assert waiting(ledger, "m3") == [6, 7, undone]
    assert own in waiting(ledger, "worker")


def test_a_signatory_may_change_her_mind_but_not_strike_out_what_she_said(ledger: Ledger) -> None:
    said = post(ledger, Countersigned((4,), "m3", True))
    with pytest.raises(NotReversible):
        post(ledger, Reversal(said, "गलत"))
    post(ledger, Countersigned((4,), "m3", False))
    assert [of.number for of, _ in ledger.disputed_by_signatories()] == [4]


@pytest.mark.parametrize(
    "refused",
    [
        Countersigned((4,), "m2", True),  # no signatory
        Countersigned((5,), "m3", True),  # she said it herself
        Countersigned((8,), "m3", False),  # about her own money
        Countersigned((6,), "worker", True),  # the worker wrote it
        Countersigned((2,), "m3", True),  # moves no money
        Countersigned((), "m3", True),
        Countersigned((4, 4), "m3", True),
        Countersigned((99,), "m3", True),
        Countersigned((0,), "m3", True),
        SignatoriesNamed("M", ("m1", "m1")),
        SignatoriesNamed("M", ("m9",)),
    ],
)
def test_nobody_signs_what_is_hers_or_nothing(ledger: Ledger, refused: Any) -> None:
    before = ledger.vouchers
    with pytest.raises(RefusedEntry):
        post(ledger, refused)
    assert ledger.vouchers == before


def test_when_others_are_named_those_before_sign_no_more(ledger: Ledger) -> None:
    post(ledger, SignatoriesNamed(None, ("m1",)))
    assert ledger.signatories == ("m1",)
    assert (waiting(ledger, "m3"), waiting(ledger, "m1")) == ([], [5, 7, 8])
    post(ledger, SignatoriesNamed(None, ()))
    assert waiting(ledger, "m1") == []
