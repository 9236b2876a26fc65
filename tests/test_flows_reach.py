"""Our own calls: what came of them, whenever they break off, and what calls for one."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from flows_kit import TODAY, M, after_meetings, fresh, in_session, lend, private, with_loans
from store_kit import Clock

from flows.call_absent import call_absent, missed
from flows.call_confirm import call_confirm, unconfirmed
from flows.call_remind import call_remind, coming
from flows.reach import Outcome
from flows.talk import Talk
from flows.turn import HungUp
from ivr.channel import HANGUP, SILENCE, Reply, ScriptedCaller, converse, keys, said
from store.entries import Checked, MeetingOpened, NextMeetingSet, Reversal
from store.ledger import Ledger

FLOWS = {"confirm": call_confirm, "remind": call_remind, "absent": call_absent}
YES, NO = keys("1"), keys("2")
WRONG_PIN = [keys(pin) for pin in ("1111", "1112", "1113")]


def outcome(what: str, ledger: Ledger, member_id: str, *replies: Reply) -> tuple[str, list[str]]:
    """What came of the call, and the prompts said in it."""
    came, talk, caller = Outcome(), Talk("call", "script"), ScriptedCaller(*replies)
    with suppress(HungUp):
        converse(FLOWS[what](talk, ledger, ledger.member(member_id), came), caller, talk)
    return came.result, [line.key for step in caller.transcript for line in step.turn.say]


@pytest.mark.parametrize(
    ("what", "replies", "result"),
    [
        ("confirm", [YES, YES, YES, YES, YES], "reached"),
        ("confirm", [YES, YES, NO, YES, YES], "disputed"),
        ("confirm", [HANGUP], "not there"),
        ("confirm", [YES, HANGUP], "cut off"),
        ("confirm", [YES, YES, HANGUP], "cut off"),
        ("confirm", [YES, said("रुको"), said("बंद")], "cut off"),
        ("confirm", [YES, SILENCE, SILENCE, SILENCE], "not understood"),
        ("confirm", [NO], "not there"),
        ("confirm", [said("बाद में कीजिए")], "not there"),
        ("confirm", [SILENCE, SILENCE, SILENCE], "not there"),
        ("confirm", [said("रुको"), said("बंद")], "not there"),
        ("confirm", [keys("3"), YES], "opted out"),
        ("confirm", [said("फ़ोन मत करो"), NO], "not there"),
        ("confirm", [keys("3"), SILENCE, SILENCE, SILENCE], "not there"),
        ("confirm", [keys("3"), HANGUP], "not there"),
        ("remind", [YES, NO], "reached"),
        ("remind", [YES, YES, YES, YES], "reached"),
        ("remind", [YES, HANGUP], "cut off"),
    ],
)
def test_what_came_of_a_call(what: str, replies: list[Reply], result: str) -> None:
    assert outcome(what, after_meetings(with_loans()), "m1", *replies)[0] == result


@pytest.mark.parametrize("what", ["confirm", "remind"])
def test_no_money_is_told_before_her_pin(what: str) -> None:
    result, keys_said = outcome(what, after_meetings(private()), "m1", YES, *WRONG_PIN)
    assert result == "not proved"
    assert not [key for key in keys_said if key.startswith(("balance.", "confirmation."))]


def test_who_can_prove_nothing_hears_of_the_meeting_alone() -> None:
    ledger = lend(after_meetings(private()), "m2", TODAY)
    result, said = outcome("remind", ledger, "m2", YES, NO)
    assert result == "reached"
    assert "phone.next_meeting" in said
    assert not [key for key in said if key.startswith(("balance.due", "identity."))]


def test_a_yes_into_our_greeting_is_none() -> None:
    caller, talk = ScriptedCaller(NO), Talk("call", "script")
    ledger = fresh()
    converse(call_absent(talk, ledger, ledger.member("m1"), Outcome()), caller, talk)
    assert not caller.transcript[0].turn.barge_in


def test_she_is_asked_why_only_when_nobody_knows() -> None:
    ledger = after_meetings(with_loans())
    assert outcome("absent", ledger, "m3", YES, said("शादी"))[0] == "reached"
    assert ledger.attendance("meeting 3")["m3"].reason == "family"
    _, said_again = outcome("absent", ledger, "m3", YES)
    assert "call_absent.why" not in said_again


def test_entries_are_to_be_confirmed_until_they_are_or_are_old() -> None:
    ledger = after_meetings(fresh())
    radha = ledger.member("m1")
    first, second, third = unconfirmed(ledger, radha)
    ledger.post(Checked(int(third), "m1", False), once="a")
    ledger.post(Reversal(int(second), "wrong"), once="b")
    assert unconfirmed(ledger, radha) == (first,)
    clock = Clock(TODAY + timedelta(days=31))
    ledger.now = clock
    assert unconfirmed(ledger, radha) == ()


def test_nobody_is_called_while_the_group_meets() -> None:
    ledger = after_meetings(with_loans())
    assert unconfirmed(ledger, ledger.member("m1"))
    assert missed(ledger, ledger.member("m3"))
    assert coming(ledger, ledger.member("m2"), 1)
    ledger.post(MeetingOpened(M), once="open")
    assert unconfirmed(ledger, ledger.member("m1")) == ()
    assert missed(ledger, ledger.member("m3")) == ()
    assert coming(ledger, ledger.member("m2"), 1) == ()


def test_who_missed_the_last_meeting_is_called_for_some_days() -> None:
    ledger = after_meetings(fresh())
    assert missed(ledger, ledger.member("m1")) == ()
    assert missed(ledger, ledger.member("m2")) == ("meeting 3",)
    ledger.now = Clock(TODAY + timedelta(days=11))
    assert missed(ledger, ledger.member("m2")) == ()
    assert missed(fresh(), fresh().member("m1")) == ()


def test_a_meeting_and_instalments_are_to_be_reminded_of_when_they_are_near() -> None:
    ledger = after_meetings(with_loans())
    radha, sita, gita = ledger.members()
    assert coming(ledger, radha, 0) == ()
    assert coming(ledger, radha, 1) == (f"meeting {TODAY + timedelta(days=1)}",)
    assert coming(ledger, radha, 14)[1] == f"instalment loan-m1 {TODAY + timedelta(days=14)}"
    assert coming(ledger, sita, 0) == (f"instalment loan-m2 {TODAY}",)
    assert coming(ledger, gita, 0) == (f"overdue loan-m3 {TODAY:%Y-%m}",)
    ledger.now = Clock(TODAY + timedelta(days=2))
    assert not [what for what in coming(ledger, radha, 3) if what.startswith("meeting")]


def test_who_can_prove_nothing_is_not_called_about_money() -> None:
    ledger = lend(after_meetings(private()), "m2", TODAY)
    sita = replace(ledger.member("m2"), has_pin=False)
    assert unconfirmed(ledger, sita) == ()
    assert coming(ledger, sita, 0) == ()


def test_saving_is_praised_for_meetings_in_a_row() -> None:
    ledger = after_meetings(fresh(), times=4)
    assert [ledger.saving_streak(member.id) for member in ledger.members()] == [4, 0, 0]
    ledger.post(MeetingOpened(M), once="open")
    assert ledger.saving_streak("m1") == 4


def test_the_next_meeting_is_none_once_it_is_over() -> None:
    ledger = in_session(fresh())
    assert ledger.next_meeting_on is None
    ledger.post(NextMeetingSet(M, TODAY + timedelta(days=7)), once="next")
    assert ledger.next_meeting_on == TODAY + timedelta(days=7)
    ledger.now = Clock(TODAY + timedelta(days=8))
    assert ledger.next_meeting_on is None
