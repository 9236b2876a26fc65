"""Members and their PINs, over both vaults."""

from dataclasses import replace
from datetime import timedelta

import pytest
from ledger_kit import clock, vault
from store_kit import Clock, begin

from store.entries import MeetingOpened, Saving
from store.errors import NoSuchMember, NumberTaken, RefusedEntry
from store.ledger import Ledger
from store.people import Member, Newcomer
from store.pins import PinCheck
from store.vault import Vault

__all__ = ["clock", "vault"]

RIGHT, WRONG, LOCKED, NONE_SET = PinCheck.RIGHT, PinCheck.WRONG, PinCheck.LOCKED, PinCheck.NONE_SET


@pytest.fixture
def ledger(vault: Vault, clock: Clock) -> Ledger:
    return begin(vault, clock, cash=0)


def test_two_members_may_share_a_name_but_not_a_number(ledger: Ledger) -> None:
    assert [(m.number, m.name) for m in ledger.members()] == [(1, "राधा"), (2, "सीता"), (3, "राधा")]
    with pytest.raises(NumberTaken) as caught:
        ledger.add_member(2, "गीता")
    assert caught.value.number == 2
    with pytest.raises(NumberTaken):
        ledger.update_member(replace(ledger.member("m1"), number=3))
    assert len(ledger.members()) == 3


def test_several_are_taken_in_at_once(ledger: Ledger, vault: Vault, clock: Clock) -> None:
    came = ledger.add_members(
        [Newcomer(9, "Gita", "गीता", ("9876543210",), "4071", consent=True), Newcomer(4, "राधा")]
    )
    assert came == (
        Member("m9", 9, "Gita", "गीता", ("9876543210",), consent=True, has_pin=True),
        Member("m4", 4, "राधा", "राधा"),
    )
    for books in (ledger, Ledger(vault, clock)):
        assert [member.number for member in books.members()] == [1, 2, 3, 4, 9]
        assert books.check_pin("m9", "4071") is RIGHT
    assert ledger.add_members([]) == ()


REFUSED = {
    "a number that is taken": Newcomer(2, "रीता"),
    "a number that came just before": Newcomer(8, "रीता"),
    "no name": Newcomer(9, " "),
    "no number": Newcomer(0, "रीता"),
    "a PIN that is none": Newcomer(9, "रीता", pin="12"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_when_one_newcomer_is_refused_none_is_taken_in(
    ledger: Ledger, vault: Vault, clock: Clock, why: str
) -> None:
    with pytest.raises(RefusedEntry):
        ledger.add_members([Newcomer(8, "गीता"), REFUSED[why], Newcomer(10, "मीना")])
    for books in (ledger, Ledger(vault, clock)):
        assert [member.number for member in books.members()] == [1, 2, 3]


@pytest.mark.parametrize(("number", "name"), [(0, "गीता"), (-1, "गीता"), (4, " ")])
def test_a_member_has_a_number_and_a_name(ledger: Ledger, number: int, name: str) -> None:
    with pytest.raises(RefusedEntry):
        ledger.add_member(number, name)


def test_a_phone_may_belong_to_several_members_however_it_is_spelled(ledger: Ledger) -> None:
    for spelled in ("9876543210", "+91 98765-43210", "098765 43210"):
        assert [member.id for member in ledger.members_by_phone(spelled)] == ["m1", "m2"]
    assert ledger.members_by_phone("9876543211") == ()
    assert ledger.members_by_phone("") == ()


def test_what_is_changed_of_a_member_stays_changed(ledger: Ledger, vault: Vault, clock: Clock) -> None:
    ledger.set_pin("m1", "1234")
    changed = replace(ledger.member("m1"), name="राधा बाई", spoken="राधा बाई", phones=("1",), consent=True)
    assert ledger.update_member(changed) == changed
    assert Ledger(vault, clock).member("m1") == Member(
        "m1", 1, "राधा बाई", "राधा बाई", ("1",), consent=True, has_pin=True
    )
    assert Ledger(vault, clock).check_pin("m1", "1234") is RIGHT


def test_an_unknown_member_is_an_error(ledger: Ledger) -> None:
    for ask in (
        lambda: ledger.member("m9"),
        lambda: ledger.set_pin("m9", "1234"),
        lambda: ledger.check_pin("m9", "1234"),
        lambda: ledger.update_member(replace(ledger.member("m1"), id="m9")),
    ):
        with pytest.raises(NoSuchMember):
            ask()


def test_an_id_is_never_used_again(ledger: Ledger) -> None:
    ledger.update_member(replace(ledger.member("m2"), number=7))
    assert ledger.add_member(2, "गीता", spoken="गीता दीदी") == Member("m2-2", 2, "गीता", "गीता दीदी")
    ledger.update_member(replace(ledger.member("m2-2"), number=8))
    assert ledger.add_member(2, "मीना").id == "m2-3"


def test_a_pin_is_right_or_wrong(ledger: Ledger, vault: Vault) -> None:
    assert ledger.check_pin("m1", "1234") is NONE_SET
    assert not ledger.member("m1").has_pin
    ledger.set_pin("m1", "1234")
    assert ledger.member("m1").has_pin
    assert ledger.check_pin("m1", "1234") is RIGHT
    assert ledger.check_pin("m1", "1235") is WRONG
    assert "1234" not in [*vault.load().members[0]["pin"].values()]


def test_the_same_pin_is_kept_with_another_salt(ledger: Ledger, vault: Vault) -> None:
    ledger.set_pin("m1", "1234")
    ledger.set_pin("m2", "1234")
    kept = [record["pin"] for record in vault.load().members if record["pin"]]
    assert len({pin["salt"] for pin in kept}) == len({pin["key"] for pin in kept}) == 2


@pytest.mark.parametrize("digits", ["", "123", "123456789", "12a4", "१२३४"])
def test_a_pin_has_four_to_eight_digits(ledger: Ledger, digits: str) -> None:
    with pytest.raises(RefusedEntry):
        ledger.set_pin("m1", digits)


def test_three_wrong_tries_lock_longer_every_time_and_survive_a_restart(
    ledger: Ledger, vault: Vault, clock: Clock
) -> None:
    ledger.set_pin("m1", "1234")
    for delay in (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=24), timedelta(hours=24)):
        tries = [Ledger(vault, clock).check_pin("m1", "9999") for _ in range(3)]
        assert tries == [WRONG, WRONG, LOCKED]
        clock.forward(delay - timedelta(seconds=1))
        assert Ledger(vault, clock).check_pin("m1", "1234") is LOCKED
        clock.forward(timedelta(seconds=1))
    again = Ledger(vault, clock)
    assert again.check_pin("m1", "1234") is RIGHT
    assert [again.check_pin("m1", "9999") for _ in range(2)] == [WRONG, WRONG]
    assert again.check_pin("m1", "1234") is RIGHT
    assert again.check_pin("m1", "9999") is WRONG


def test_a_new_pin_lifts_the_lock(ledger: Ledger) -> None:
    ledger.set_pin("m1", "1234")
    for _ in range(3):
        ledger.check_pin("m1", "9999")
    ledger.set_pin("m1", "4321")
    assert ledger.check_pin("m1", "4321") is RIGHT


def test_people_are_no_part_of_the_chain(ledger: Ledger) -> None:
    ledger.post(MeetingOpened("M"), once="m")
    ledger.post(Saving("M", "m2", 100), once="s")
    assert "सीता" not in repr(ledger.vouchers)
