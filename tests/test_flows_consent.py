"""Which answers are kept as sound: those worth it, of members who agreed and surely speak; never a PIN."""

from contextlib import suppress

import pytest
from flows_kit import BOOKS, FLOWS, M, fresh

from flows.expect import Digits, YesNo
from flows.talk import Talk
from flows.turn import Heard, Stopped, Turn
from ivr.channel import ScriptedCaller, converse, keys, said
from store.entries import Checked, Saving
from store.ledger import Ledger


def told(flow: str, books: str, *replies: str | Heard) -> tuple[Ledger, list[Turn]]:
    """What became of the books, and what was asked."""
    ledger, caller, talk = BOOKS[books](), ScriptedCaller(*replies), Talk("call", "script")
    with suppress(Stopped):
        converse(FLOWS[flow](talk, ledger), caller, talk)
    return ledger, [step.turn for step in caller.transcript if step.turn.expect]


def kept(turns: list[Turn]) -> list[str]:
    return [turn.question.key for turn in turns if turn.keep and turn.question]


def test_after_a_yes_each_confirmation_is_kept_and_nothing_else() -> None:
    ledger, turns = told(
        *("kept phone from 12345", "shared-phone"),
        "एक",
        "जाँच",
        keys("1234"),
        *["हाँ"] * 5,
        "हिसाब",
        "नहीं",
        "बस",
    )
    assert ledger.member("m1").consent is True
    entries = ["repayment", "fine", "saving", "loan"]
    assert kept(turns) == [f"confirmation.{kind}" for kind in entries]


@pytest.mark.parametrize("flow", ["kept phone from 12345", "phone from 12345"])
def test_after_a_no_or_where_nothing_is_kept_nothing_is(flow: str) -> None:
    no = ["नहीं"] if flow.startswith("kept") else []
    ledger, turns = told(flow, "shared-phone", "एक", "जाँच", keys("1234"), *no, *["हाँ"] * 4, "बस")
    assert ledger.member("m1").consent is (False if no else None)
    assert kept(turns) == []


def test_she_changes_it_by_voice_and_it_holds_from_then_on() -> None:
    ledger, turns = told(
        *("kept phone from 98765 43211", "agreed"), "हाँ", "आवाज़", "नहीं", "जाँच", "हाँ", "आवाज़", "हाँ", "बस"
    )
    assert ledger.member("m1").consent is True
    assert kept(turns) == []


def test_of_who_is_perhaps_another_nothing_is_kept() -> None:
    _, turns = told("kept phone from 98765 43212", "agreed", "नहीं", "राधा", "जाँच", "हाँ", "बस")
    assert kept(turns) == []


def test_in_a_meeting_only_those_who_agreed_are_kept() -> None:
    _, turns = told("kept meeting", "agreed", "दो सौ", "हाँ", "सौ", "हाँ", "रुको", "बंद")
    assert {turn.to for turn in turns if turn.keep} == {"m1"}
    assert kept(turns) == ["savings.how_much", "savings.check"]


def test_a_practice_is_kept_of_nobody() -> None:
    _, turns = told("kept practice", "agreed", "दो सौ", "हाँ", "रुको", "बंद")
    assert kept(turns) == []


def test_a_pin_is_never_kept() -> None:
    asked = Turn((), Digits(4, 8, secret=True), keep=True)
    assert not asked.keeps(said("एक दो तीन चार"))
    assert not Turn((), YesNo(), keep=True).keeps(keys("1"))
    assert not Turn((), YesNo(), keep=True).keeps(said("[unk]"))
    assert Turn((), YesNo(), keep=True).keeps(said("हाँ"))


def test_an_entry_names_the_recordings_of_what_was_heard() -> None:
    amount = Heard("सौ", confidence=1.0, sound=said("सौ").sound, recording="a" * 32)
    ledger, _ = told("kept meeting", "agreed", amount, keys("1"), "रुको", "बंद")
    (saving,) = (voucher for voucher in ledger.vouchers if isinstance(voucher.entry, Saving))
    assert saving.entry == Saving(M, "m1", 100_00)
    assert saving.evidence is not None
    assert (saving.evidence.heard, saving.evidence.clips) == ("सौ / 1", ("a" * 32, ""))


def test_each_confirmation_has_its_own_yes_and_no_other() -> None:
    yes = [Heard("हाँ", confidence=1.0, sound=said("").sound, recording=letter * 32) for letter in "ab"]
    ledger, _ = told(
        *("kept phone from 12345", "shared-phone"),
        "एक",
        "जाँच",
        keys("1234"),
        "हाँ",
        *yes,
        keys("1"),
        "हाँ",
        "बस",
    )
    evidence = [v.evidence for v in ledger.vouchers if isinstance(v.entry, Checked)]
    assert [each.clips for each in evidence if each] == [("a" * 32,), ("b" * 32,), (), ()]


def test_an_answer_without_a_recording_is_evidence_as_before() -> None:
    ledger, _ = told("phone from 98765 43211", "loans", "हाँ", "जाँच", "हाँ", "बस")
    assert isinstance(ledger.vouchers[-1].entry, Checked)
    assert ledger.vouchers[-1].evidence is not None and ledger.vouchers[-1].evidence.clips == ()


def test_what_she_answered_outlives_the_process() -> None:
    ledger = fresh()
    assert ledger.member("m1").consent is None
    ledger.set_consent("m1", False)
    assert ledger.pretend().member("m1").consent is False
