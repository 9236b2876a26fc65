"""Fines by the group's rule: told as owed, settled by a fine or waived, never twice."""

from datetime import date
from typing import Any

import pytest
from store_kit import Clock, begin, terms

from store.entries import (
    AbsenceTold,
    Attended,
    Fine,
    FinesAgreed,
    FineWaived,
    LoanGiven,
    MeetingClosed,
    MeetingOpened,
    Missed,
    Repayment,
    Reversal,
)
from store.errors import AmountNotAllowed, RefusedEntry
from store.fines_owed import FineOwed
from store.laws import breaches
from store.ledger import Ledger
from store.memory import MemoryVault


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(clock: Clock) -> Ledger:
    """m1 owes 200 and interest on the 10th of each month from December on; the rule is of November."""
    books = begin(MemoryVault(), clock)
    books.post(LoanGiven(None, "m1", "L", terms()), once="lent")
    books.post(FinesAgreed(None, late=5_00, absent=2_00), once="rule")
    return books


def meet(ledger: Ledger, clock: Clock, on: date, *, away: str = "", paid: int = 0) -> None:
    """A meeting on a day, from which one member is away and in which m1 pays something."""
    clock.to(on)
    meeting = f"{on:%d-%m}"
    ledger.post(MeetingOpened(meeting), once=f"{on} open")
    for member in ("m1", "m2"):
        here = Attended(meeting, member) if member not in away else Missed(meeting, member)
        ledger.post(here, once=f"{on} {member}")
    if paid:
        ledger.post(Repayment(meeting, "m1", "L", paid), once=f"{on} paid")
    ledger.post(MeetingClosed(meeting), once=f"{on} close")


def test_a_meeting_missed_is_owed_for(ledger: Ledger, clock: Clock) -> None:
    meet(ledger, clock, date(2026, 11, 12), away="m2")
    owed = FineOwed("absent/12-11/m2", "m2", "absent", date(2026, 11, 12), 2_00)
    assert ledger.fines_owed("m2") == (owed,)
    assert ledger.fines_owed("m1") == ()
    ledger.post(AbsenceTold("12-11", "m2", "ill"), once="why")
    assert ledger.fines_owed("m2") == (owed,)  # whether that excuses her, the group says


def test_an_instalment_paid_in_the_meeting_after_it_fell_due_is_not_late(
    ledger: Ledger, clock: Clock
) -> None:
    meet(ledger, clock, date(2026, 12, 12), paid=220_00)
    assert ledger.fines_owed("m1") == ()


@pytest.mark.parametrize("paid", [0, 219_99])
def test_an_instalment_not_paid_in_full_by_then_is_late_once(ledger: Ledger, clock: Clock, paid: int) -> None:
    meet(ledger, clock, date(2026, 12, 12), paid=paid)
    meet(ledger, clock, date(2026, 12, 26))  # nothing more fell due
    owed = ledger.fines_owed("m1")
    assert [(each.kind, each.on, each.amount) for each in owed] == [("late", date(2026, 12, 10), 5_00)]
    meet(ledger, clock, date(2027, 1, 12))
    assert [each.on for each in ledger.fines_owed("m1")] == [date(2026, 12, 10), date(2027, 1, 10)]


def test_nothing_is_owed_for_what_was_before_the_rule_or_under_an_older_one(clock: Clock) -> None:
    ledger = begin(MemoryVault(), clock)
    meet(ledger, clock, date(2026, 11, 12), away="m2")
    ledger.post(FinesAgreed(None, 0, 2_00), once="rule")
    assert ledger.fines_owed("m2") == ()
    meet(ledger, clock, date(2026, 12, 12), away="m2")
    ledger.post(FinesAgreed(None, 0, 3_00), once="dearer")
    meet(ledger, clock, date(2027, 1, 12), away="m2")
    assert [each.amount for each in ledger.fines_owed("m2")] == [2_00, 3_00]
    ledger.post(FinesAgreed(None, 0, 0), once="none")
    meet(ledger, clock, date(2027, 2, 12), away="m2")
    assert len(ledger.fines_owed("m2")) == 2


def test_a_fine_is_paid_once_waived_once_and_owed_again_when_that_is_undone(
    ledger: Ledger, clock: Clock
) -> None:
    meet(ledger, clock, date(2026, 12, 12), away="m1 m2")
    absent, late = (each.key for each in ledger.fines_owed("m1"))
    ledger.post(MeetingOpened("next"), once="next")
    paid = ledger.post(Fine("next", "m1", 2_00, "absent", absent), once="paid").number
    ledger.post(FineWaived("next", "m1", late, "बीमार थीं"), once="waived")
    assert ledger.fines_owed("m1") == ()
    for again in (Fine("next", "m1", 2_00, "", absent), FineWaived("next", "m1", absent)):
        with pytest.raises(RefusedEntry, match="owes no fine"):
            ledger.post(again, once="again")
    ledger.post(Reversal(paid, "गलत"), once="undone")
    assert [each.key for each in ledger.fines_owed("m1")] == [absent]
    assert breaches(ledger) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        Fine("next", "m1", 2_00, "", "absent/12-12/m2"),  # another's
        FineWaived(None, "m1", "absent/12-12/m1"),  # she was there
        FineWaived(None, "m1", ""),
    ],
)
def test_nobody_settles_what_she_does_not_owe(ledger: Ledger, clock: Clock, wrong: Any) -> None:
    meet(ledger, clock, date(2026, 12, 12), away="m2", paid=220_00)
    ledger.post(MeetingOpened("next"), once="next")
    with pytest.raises(RefusedEntry, match="owes no fine"):
        ledger.post(wrong, once="wrong")


@pytest.mark.parametrize("wrong", [FinesAgreed(None, -1, 0), FinesAgreed(None, 0, 2.5)])  # type: ignore[arg-type]
def test_a_rule_is_in_whole_paise(ledger: Ledger, wrong: FinesAgreed) -> None:
    with pytest.raises(AmountNotAllowed):
        ledger.post(wrong, once="wrong")
    assert ledger.fines_agreed == FinesAgreed(None, 5_00, 2_00)
