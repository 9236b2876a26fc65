"""In a group that takes voluntary savings, what is above the usual saving is one, and told apart."""

from contextlib import suppress
from dataclasses import replace

import pytest
from flows_kit import M, fresh, in_session

from flows.meeting import meeting
from flows.savings import savings
from flows.talk import Talk
from flows.turn import HungUp
from ivr.channel import HANGUP, Reply, ScriptedCaller, converse, said
from store.entries import Saving
from store.ledger import Ledger

YES, NO = said("हाँ"), said("नहीं")


def with_voluntary(taken: bool = True, open_balances: bool = True) -> Ledger:
    ledger = in_session(fresh())
    ledger.update_group(replace(ledger.group, voluntary=taken, open_balances=open_balances))
    return ledger


def heard(ledger: Ledger, *replies: Reply) -> list[str]:
    """What was asked and said while the first member saved, and the others nothing."""
    talk, caller = Talk("call", "script"), ScriptedCaller(*replies)
    converse(savings(talk, ledger, M), caller, talk)
    return [line.key for step in caller.transcript for line in step.turn.say]


def rest(ledger: Ledger) -> list[Reply]:
    return [said("आज नहीं"), YES] * (len(ledger.present()) - 1)


def first_saving(ledger: Ledger) -> Saving:
    return next(v.entry for v in ledger.vouchers if isinstance(v.entry, Saving))


def test_what_is_above_the_usual_saving_is_voluntary_and_read_back_apart() -> None:
    ledger = with_voluntary()
    said_to_her = heard(ledger, said("डेढ़ सौ रुपये"), YES, *rest(ledger))
    assert "savings.check_more" in said_to_her
    assert "savings.voluntary" in said_to_her
    saving = first_saving(ledger)
    assert (saving.amount, saving.voluntary) == (150_00, 50_00)
    assert ledger.voluntary_of(saving.member_id) == 50_00
    assert ledger.saved_in(M, saving.member_id) == 150_00


@pytest.mark.parametrize("amount", ["सौ रुपये", "पचास रुपये"])
def test_the_usual_saving_and_less_are_regular(amount: str) -> None:
    ledger = with_voluntary()
    assert "savings.check_more" not in heard(ledger, said(amount), YES, *rest(ledger))
    assert first_saving(ledger).voluntary == 0


def test_without_that_rule_all_of_a_saving_is_regular() -> None:
    ledger = with_voluntary(taken=False)
    assert "savings.check_more" not in heard(ledger, said("डेढ़ सौ रुपये"), YES, *rest(ledger))
    assert (first_saving(ledger).amount, ledger.voluntary) == (150_00, 0)


def test_a_no_to_the_parts_writes_nothing_and_asks_again() -> None:
    ledger = with_voluntary()
    heard(ledger, said("डेढ़ सौ रुपये"), NO, said("दो सौ रुपये"), YES, *rest(ledger))
    saving = first_saving(ledger)
    assert (saving.amount, saving.voluntary) == (200_00, 100_00)


def test_no_total_is_told_where_balances_are_not_open() -> None:
    ledger = with_voluntary(open_balances=False)
    said_to_her = heard(ledger, said("डेढ़ सौ रुपये"), YES, *rest(ledger))
    assert "savings.voluntary" not in said_to_her
    assert "savings.noted_quietly" in said_to_her


def test_a_wrong_saving_is_taken_back_with_its_voluntary_part() -> None:
    ledger = with_voluntary()
    talk = Talk("call", "script")
    wrong = [said("डेढ़ सौ रुपये"), YES, said("गलत हो गया"), YES, said("सौ रुपये"), YES]
    with suppress(HungUp):
        converse(meeting(talk, ledger), ScriptedCaller(*wrong, HANGUP), talk)
    assert (ledger.voluntary, ledger.saved_in(M, "m1"), ledger.saved_by("m1")) == (0, 100_00, 1_100_00)
