"""A leaver is settled, and the surplus is shared out: exact to the paisa, loans set off, over both vaults."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledger_kit import clock, refused, vault
from store_kit import Clock, begin, terms
from treasury_kit import ledger, lend, save, sound

from store.entries import (
    Fine,
    FinesAgreed,
    FineWaived,
    LoanGiven,
    MeetingClosed,
    MeetingOpened,
    MemberSettled,
    Missed,
    OpeningBalance,
    Payout,
    Repayment,
    Reversal,
    Saving,
    ShareOut,
)
from store.errors import FinesOwed, NotEnoughMoney, NotReversible, OwesMore, RefusedEntry
from store.ledger import Ledger
from store.memory import MemoryVault
from store.vault import Vault

__all__ = ["clock", "ledger", "vault"]


@pytest.fixture
def with_surplus(vault: Vault, clock: Clock) -> Ledger:
    """₹400 in the box: savings of 100, 50 and 50, and ₹200 of surplus from paper; the meeting "M" open."""
    books = begin(vault, clock, cash=0)
    books.update_group(replace(books.group, voluntary=True))
    saved = (("m1", 100_00), ("m2", 50_00), ("m3", 50_00))
    books.post(OpeningBalance(400_00, 0, saved, surplus=200_00), once="opening")
    books.post(MeetingOpened("M"), once="open")
    return books


def test_a_leaver_gets_all_that_is_hers_less_what_she_owes_and_is_erased(ledger: Ledger) -> None:
    save(ledger, m1=600_00)
    ledger.post(Saving("M", "m1", 150_00, 150_00), once="v")
    lend(ledger, "m1", "L", 500_00)
    before = ledger.cash
    payout = ledger.settlement("m1")
    assert payout == Payout(0, 600_00, 150_00, (("L", 0, 500_00),))
    ledger.post(MemberSettled("m1", payout), once="left")
    assert before - ledger.cash == payout.paid == 250_00
    assert (ledger.saved_by("m1"), ledger.voluntary_of("m1"), ledger.loans("m1")) == (0, 0, ())
    assert (ledger.passbook("m1")[-1].kind, ledger.passbook("m1")[-1].amount) == ("settled", 250_00)
    ledger.erase_member("m1")
    refused(ledger, Reversal(ledger.vouchers[-1].number, "गलत"), NotReversible)


def test_a_leaver_belongs_to_the_group_no_more_unless_her_settlement_is_undone(ledger: Ledger) -> None:
    save(ledger, m1=100_00)
    everybody = ledger.members()
    number = ledger.post(MemberSettled("m1", ledger.settlement("m1")), once="left").number
    assert [member.id for member in ledger.belonging()] == ["m2", "m3"]
    assert ledger.members() == everybody
    assert ledger.totals("M").members == len(everybody) - 1
    ledger.post(Reversal(number, "वह रुक गई"), once="stays")
    assert ledger.belonging() == everybody


def test_interest_that_is_due_is_part_of_what_a_leaver_owes(ledger: Ledger, clock: Clock) -> None:
    save(ledger, m1=600_00, m2=100_00)
    lend(ledger, "m1", "L", 300_00)
    lend(ledger, "m1", "K", 100_00)
    lend(ledger, "m2", "J", 100_00)
    clock.to(date(2026, 12, 11))
    payout = ledger.settlement("m1")
    assert payout.loans == (("L", 6_00, 300_00), ("K", 2_00, 100_00))
    number = ledger.post(MemberSettled("m1", payout), once="left").number
    assert (ledger.interest_paid("L"), ledger.interest_paid("K"), ledger.loans_outstanding) == (
        6_00,
        2_00,
        100_00,
    )
    ledger.post(Reversal(number, "रुक गई"), once="stays")
    assert [loan.payoff for loan in ledger.loans("m1")] == [306_00, 102_00]
    assert ledger.interest_paid("L") == 0


def test_who_owes_more_than_she_has_repays_first(ledger: Ledger) -> None:
    save(ledger, m1=100_00)
    lend(ledger, "m1", "L", 500_00)
    with pytest.raises(OwesMore) as caught:
        ledger.settlement("m1")
    assert caught.value.short == 400_00
    refused(ledger, MemberSettled("m1", Payout(0, 100_00, 0, (("L", 0, 500_00),))), OwesMore)
    ledger.post(Repayment("M", "m1", "L", 400_00), once="r")
    assert ledger.settlement("m1").paid == 0
    ledger.post(MemberSettled("m1", ledger.settlement("m1")), once="left")


@pytest.mark.parametrize(
    "wrong",
    [
        Payout(0, 600_01, 0),
        Payout(0, 599_99, 0),
        Payout(0, 600_00, 1),
        Payout(1, 600_00, 0),
        Payout(-1, 600_00, 0),
        Payout(0, 600_00, 0, (("L", 0, 1),)),
    ],
)
def test_a_settlement_is_what_the_books_make_of_it(ledger: Ledger, wrong: Payout) -> None:
    save(ledger, m1=600_00)
    refused(ledger, MemberSettled("m1", wrong))


def test_who_has_nothing_is_not_settled(ledger: Ledger) -> None:
    refused(ledger, MemberSettled("m2", Payout(0, 0, 0)))
    refused(ledger, MemberSettled("m2", Payout(0, 0, 0), "mattress"))  # type: ignore[arg-type]


def test_a_leaver_takes_her_share_if_the_group_says_so(with_surplus: Ledger, vault: Vault) -> None:
    books = with_surplus
    assert (books.share_of("m1", "savings"), books.share_of("m2", "equally")) == (100_00, 66_66)
    payout = books.settlement("m1", share=books.share_of("m1", "savings"))
    books.post(MemberSettled("m1", payout), once="left")
    assert (books.cash, books.surplus, payout.paid) == (200_00, 100_00, 200_00)
    refused(books, MemberSettled("m2", books.settlement("m2", share=100_01)))
    sound(vault, books)


def test_a_surplus_is_divided_by_savings_and_the_remainder_named(with_surplus: Ledger, vault: Vault) -> None:
    books = with_surplus
    books.post(Saving("M", "m2", 1), once="s")
    made = books.share_out("savings", 200_00, "kept", "cash")
    assert made.remainder == 2
    assert [(who, payout.share) for who, payout in made.payouts] == [
        ("m1", 99_99),
        ("m2", 50_00),
        ("m3", 49_99),
    ]
    books.post(made, once="shared")
    assert books.surplus == made.remainder
    assert books.savings == 200_01
    assert [line.kind for line in books.passbook("m1")] == ["opening", "share"]
    assert books.unchecked("m1") == ()
    sound(vault, books)


def test_savings_are_paid_back_at_the_end(with_surplus: Ledger, vault: Vault) -> None:
    books = with_surplus
    books.post(Saving("M", "m3", 7_00, 7_00), once="v")
    made = books.share_out("equally", 200_00, "paid back", "cash")
    books.post(made, once="shared")
    assert made.remainder == 2
    assert [payout.paid for _, payout in made.payouts] == [166_66, 116_66, 123_66]
    assert (books.cash, books.savings, books.voluntary, books.surplus) == (2, 0, 0, 2)
    for member in ("m1", "m2", "m3"):
        books.check_erasable(member)
    sound(vault, books)


def test_loans_are_set_off_against_the_share_then_voluntary_then_regular_savings(
    with_surplus: Ledger, vault: Vault
) -> None:
    books = with_surplus
    books.post(Saving("M", "m2", 10_00, 10_00), once="v")
    books.post(LoanGiven("M", "m2", "L", terms(80_00, first_due=date(2026, 12, 10))), once="l")
    without = ShareOut("savings", 200_00, 0, "kept", (("m1", Payout(100_00, 0, 0)),))
    refused(books, without)
    made = books.share_out("savings", 200_00, "kept", "cash")
    assert dict(made.payouts)["m2"] == Payout(50_00, 20_00, 10_00, (("L", 0, 80_00),))
    books.post(made, once="shared")
    assert (books.saved_by("m2"), books.voluntary_of("m2"), books.loans("m2")) == (30_00, 0, ())
    sound(vault, books)


def test_nobody_shares_out_what_is_not_there(with_surplus: Ledger) -> None:
    books = with_surplus
    refused(books, books.share_out("savings", 200_01, "kept", "cash"))
    refused(books, books.share_out("savings", 200_00, "kept", "bank"), NotEnoughMoney)
    refused(books, books.share_out("savings", 0, "kept", "cash"))
    refused(books, replace(books.share_out("savings", 200_00, "kept", "cash"), remainder=5))
    refused(books, replace(books.share_out("savings", 200_00, "kept", "cash"), divided=-5))


def test_fines_of_the_running_year_are_not_shared_before_its_close(ledger: Ledger, clock: Clock) -> None:
    save(ledger, m1=100_00)
    ledger.post(Fine("M", "m2", 50_00), once="f")
    assert (ledger.surplus, ledger.worth) == (0, 5_050_00)
    refused(ledger, ledger.share_out("savings", 50_00, "kept", "cash"), RefusedEntry)


def test_a_share_out_can_be_undone(with_surplus: Ledger, vault: Vault) -> None:
    books = with_surplus
    before = books.balances
    number = books.post(books.share_out("equally", 199_99, "paid back", "cash"), once="s").number
    books.post(Reversal(number, "गलत"), once="undone")
    assert books.balances == before
    sound(vault, books)


@given(
    saved=st.lists(st.integers(0, 10**8), min_size=3, max_size=3).filter(any),
    surplus=st.integers(1, 10**9),
    by=st.sampled_from(["savings", "equally"]),
)
def test_every_paisa_of_a_surplus_goes_to_a_member_or_stays(saved: list[int], surplus: int, by: str) -> None:
    books = begin(MemoryVault(), Clock(), cash=0)
    lines = tuple(zip(("m1", "m2", "m3"), saved, strict=True))
    books.post(OpeningBalance(sum(saved) + surplus, 0, lines, surplus=surplus), once="o")
    made = books.share_out(by, surplus, "paid back", "cash")  # type: ignore[arg-type]
    shares = [payout.share for _, payout in made.payouts]
    assert sum(shares) + made.remainder == surplus
    assert 0 <= made.remainder < sum(map(bool, saved))
    books.post(made, once="s")
    assert (books.cash, books.surplus, books.savings) == (made.remainder, made.remainder, 0)


def test_a_settlement_of_yesterday_is_reckoned_again(ledger: Ledger, clock: Clock) -> None:
    save(ledger, m1=600_00)
    lend(ledger, "m1", "L", 300_00)
    stale = ledger.settlement("m1")
    clock.forward(timedelta(days=31))
    error = refused(ledger, MemberSettled("m1", stale))
    assert "reckon it again" in str(error)


def test_fines_that_she_owes_are_paid_or_waived_before_she_leaves(ledger: Ledger) -> None:
    save(ledger, m1=600_00)
    ledger.post(MeetingClosed("M"), once="closed")
    ledger.post(FinesAgreed(None, 0, 5_00), once="rule")
    ledger.post(MeetingOpened("N"), once="n")
    ledger.post(Missed("N", "m1"), once="away")
    ledger.post(MeetingClosed("N"), once="n closed")
    error = refused(ledger, MemberSettled("m1", ledger.settlement("m1")), FinesOwed)
    assert isinstance(error, FinesOwed)
    assert error.amount == 5_00
    (owed,) = ledger.fines_owed("m1")
    ledger.post(FineWaived(None, "m1", owed.key, "leaves"), once="waived")
    ledger.post(MemberSettled("m1", ledger.settlement("m1")), once="left")
