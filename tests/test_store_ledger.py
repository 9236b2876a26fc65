"""The laws of posting, through the ledger, over both vaults."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from ledger_kit import clock, ledger, refused, vault
from store_kit import GROUP, Clock, begin, terms

from store.entries import (
    BankDeposit,
    Evidence,
    Fine,
    LoanGiven,
    MeetingOpened,
    Reversal,
    Saving,
    WorkerAsked,
)
from store.errors import (
    AmountNotAllowed,
    ClockBehind,
    NoGroupYet,
    NoSuchMember,
    NotReversible,
    OnceReused,
    RefusedEntry,
)
from store.ledger import Ledger
from store.memory import MemoryVault
from store.vault import Vault

__all__ = ["clock", "ledger", "vault"]


def test_an_empty_vault_has_no_group(vault: Vault, clock: Clock) -> None:
    with pytest.raises(NoGroupYet):
        Ledger(vault, clock)


def test_a_group_is_founded_once(vault: Vault, clock: Clock) -> None:
    Ledger.found(vault, GROUP, clock)
    with pytest.raises(RefusedEntry):
        Ledger.found(vault, GROUP, clock)


def test_rules_of_the_group_can_change(ledger: Ledger, vault: Vault, clock: Clock) -> None:
    ledger.update_group(replace(GROUP, saving=200_00))
    assert ledger.group.saving == Ledger(vault, clock).group.saving == 200_00


def test_books_opened_again_answer_the_same(ledger: Ledger, vault: Vault, clock: Clock) -> None:
    ledger.post(
        LoanGiven("M", "m2", "L", terms(), "सिलाई मशीन"),
        once="loan",
        evidence=Evidence("kiosk", "हाँ", 0.9, "m2"),
    )
    ledger.post(Saving("M", "m1", 100_00), once="s")
    again = Ledger(vault, clock)
    assert again.vouchers == ledger.vouchers
    assert again.members() == ledger.members()
    assert again.loans("m2") == ledger.loans("m2")
    assert again.cash == ledger.cash == 4_100_00


def test_saving_moves_money_into_the_box_and_to_the_member(ledger: Ledger) -> None:
    receipt = ledger.post(Saving("M", "m1", 100_00), once="s1")
    assert (receipt.number, receipt.once, receipt.at, receipt.repeated) == (3, "s1", ledger.now(), False)
    ledger.post(Saving("M", "m1", 50_00), once="s2")
    assert ledger.saved_by("m1") == ledger.saved_in("M", "m1") == ledger.savings == 150_00
    assert ledger.cash == 5_150_00


def test_said_twice_is_written_once(ledger: Ledger) -> None:
    first = ledger.post(Saving("M", "m1", 100_00), once="s")
    again = ledger.post(Saving("M", "m1", 100_00), once="s", evidence=Evidence("phone", "सौ", 0.5))
    assert again == replace(first, repeated=True)
    assert ledger.saved_by("m1") == 100_00


def test_a_key_used_for_something_else_is_refused(ledger: Ledger) -> None:
    number = ledger.post(Saving("M", "m1", 100_00), once="s").number
    with pytest.raises(OnceReused) as caught:
        ledger.post(Saving("M", "m1", 200_00), once="s")
    assert (caught.value.once, caught.value.number) == ("s", number)
    assert ledger.saved_by("m1") == 100_00


@pytest.mark.parametrize("amount", [0, -1, GROUP.cap + 1, 1.5, True, "100"])
def test_an_amount_out_of_bounds_is_refused(ledger: Ledger, amount: Any) -> None:
    for entry in (
        Saving("M", "m1", amount),
        Fine("M", "m1", amount),
        BankDeposit(amount, "7"),
        LoanGiven("M", "m1", "L", terms(amount)),
    ):
        error = refused(ledger, entry, AmountNotAllowed)
        assert isinstance(error, AmountNotAllowed)
        assert (error.amount, error.cap) == (amount, GROUP.cap)


def test_the_cap_itself_is_allowed(ledger: Ledger) -> None:
    ledger.post(Saving("M", "m1", GROUP.cap), once="s")
    assert ledger.saved_by("m1") == GROUP.cap


def test_an_unknown_member_is_refused(ledger: Ledger) -> None:
    error = refused(ledger, Saving("M", "m9", 100_00), NoSuchMember)
    assert isinstance(error, NoSuchMember)
    assert error.member_id == "m9"
    ledger.post(WorkerAsked(None, None, "बैंक का कागज़"), once="w")


def test_a_reversal_undoes_the_money_and_both_stay(ledger: Ledger) -> None:
    number = ledger.post(Saving("M", "m1", 100_00), once="s").number
    ledger.post(Reversal(number, "गलत हो गया"), once="r")
    assert (ledger.cash, ledger.saved_by("m1"), ledger.saved_in("M", "m1")) == (5_000_00, 0, None)
    assert [voucher.kind for voucher in ledger.vouchers[-2:]] == ["saving", "reversal"]
    assert not ledger.counts(ledger.vouchers[number - 1])


def test_what_cannot_be_reversed(ledger: Ledger) -> None:
    number = ledger.post(Saving("M", "m1", 100_00), once="s").number
    undo = ledger.post(Reversal(number, "गलत"), once="r").number
    for of, why in (
        (number, f"voucher {undo}"),
        (undo, "reversal stands"),
        (2, "opened stands"),
        (99, "no such"),
    ):
        error = refused(ledger, Reversal(of, "फिर"), NotReversible)
        assert isinstance(error, NotReversible)
        assert error.number == of
        assert why in str(error)
    refused(ledger, Reversal(0, "फिर"), NotReversible)


def test_a_clock_a_day_behind_is_refused(ledger: Ledger, clock: Clock) -> None:
    clock.forward(timedelta(hours=-3))
    ledger.post(Saving("M", "m1", 100_00), once="a little behind")
    clock.to(date(1970, 1, 1))
    error = refused(ledger, Saving("M", "m1", 100_00), ClockBehind)
    assert isinstance(error, ClockBehind)
    assert error.now == clock()


def test_practice_leaves_the_books_alone(ledger: Ledger, vault: Vault, clock: Clock) -> None:
    ledger.set_pin("m1", "1234")
    before = vault.load()
    practice = ledger.pretend()
    assert (practice.vouchers, practice.members(), practice.group) == (
        ledger.vouchers,
        ledger.members(),
        ledger.group,
    )
    practice.post(Saving("M", "m1", 100_00), once="s")
    practice.add_member(9, "नई")
    assert practice.saved_by("m1") == 100_00
    assert ledger.saved_by("m1") == 0
    assert vault.load() == before


def test_the_chain_shows_an_edit_in_memory_too(clock: Clock) -> None:
    vault = MemoryVault()
    ledger = begin(vault, clock)
    assert ledger.vouchers[0].prev == "0" * 64
    ledger.post(MeetingOpened("M"), once="m")
    assert ledger.vouchers[1].prev == ledger.vouchers[0].hash
