"""Meetings, the roll call and what is asked of the books, through the ledger, over both vaults."""

from datetime import date, timedelta
from typing import Any

import pytest
from ledger_kit import clock, ledger, refused, vault
from store_kit import Clock, terms

from store.entries import (
    AbsenceTold,
    Attended,
    BankDeposit,
    Checked,
    Fine,
    LoanGiven,
    MeetingClosed,
    MeetingOpened,
    Missed,
    NextMeetingSet,
    NoSaving,
    Repayment,
    Reversal,
    Saving,
    WorkerAsked,
)
from store.errors import (
    AmountNotAllowed,
    MeetingAlreadyOpen,
    NoOpenMeeting,
    NoSuchMember,
    NotReversible,
    RefusedEntry,
)
from store.ledger import Ledger
from store.questions import MeetingTotals, MemberEntry
from store.standing import Attendance, Meeting
from store.vault import Vault

__all__ = ["clock", "ledger", "vault"]


def test_who_was_not_asked_differs_from_who_saves_nothing(ledger: Ledger) -> None:
    ledger.post(NoSaving("M", "m2"), once="n")
    assert ledger.saved_in("M", "m2") == 0
    assert ledger.saved_in("M", "m1") is None
    assert ledger.saved_by("m1") == 0
    ledger.post(Reversal(ledger.vouchers[-1].number, "गलत हो गया"), once="r")
    assert ledger.saved_in("M", "m2") is None


def test_a_repeated_key_is_a_no_op_even_after_the_meeting(ledger: Ledger, clock: Clock, vault: Vault) -> None:
    ledger.post(Saving("M", "m1", 100_00), once="s")
    ledger.post(MeetingClosed("M"), once="close")
    assert Ledger(vault, clock).post(Saving("M", "m1", 100_00), once="s").repeated


def test_a_meeting_opens_once(ledger: Ledger) -> None:
    refused(ledger, MeetingOpened("M"), MeetingAlreadyOpen)
    error = refused(ledger, MeetingOpened("N"), MeetingAlreadyOpen)
    assert isinstance(error, MeetingAlreadyOpen)
    assert error.meeting_id == "M"
    ledger.post(MeetingClosed("M"), once="close")
    refused(ledger, MeetingOpened("M"), MeetingAlreadyOpen)
    ledger.post(MeetingOpened("N"), once="next")
    assert ledger.meeting == Meeting("N", ledger.now(), None)


def test_entries_of_a_meeting_need_it_open(ledger: Ledger) -> None:
    refused(ledger, Saving("N", "m1", 100_00), NoOpenMeeting)
    ledger.post(MeetingClosed("M"), once="close")
    refused(ledger, Attended("M", "m1"), NoOpenMeeting)
    refused(ledger, MeetingClosed("M"), NoOpenMeeting)
    assert ledger.meeting is None
    assert ledger.last_undoable() is None
    assert ledger.present() == ()


def test_a_meeting_from_opening_to_closing(ledger: Ledger, clock: Clock) -> None:
    assert ledger.last_meeting is None
    opened = ledger.now()
    ledger.post(NextMeetingSet("M", date(2026, 12, 9)), once="d1")
    ledger.post(NextMeetingSet("M", date(2026, 12, 10)), once="d2")
    assert ledger.meeting == Meeting("M", opened, 5_000_00, next_on=date(2026, 12, 10))
    clock.forward(timedelta(hours=2))
    ledger.post(MeetingClosed("M", cash_counted=4_990_00), once="close")
    ledger.post(BankDeposit(1_000_00, "77"), once="bank")
    assert ledger.meeting is None
    assert ledger.last_meeting == Meeting(
        "M", opened, 5_000_00, ledger.now(), 4_990_00, 5_000_00, date(2026, 12, 10)
    )
    assert ledger.cash == 4_000_00
    assert ledger.bank == 1_000_00
    assert ledger.meetings() == (ledger.last_meeting,)


@pytest.mark.parametrize("amount", [-1, 2.5, False])
def test_cash_told_or_counted_is_whole_paise(ledger: Ledger, amount: Any) -> None:
    refused(ledger, MeetingClosed("M", amount), AmountNotAllowed)
    ledger.post(MeetingClosed("M", 0), once="close")
    refused(ledger, MeetingOpened("N", amount), AmountNotAllowed)


def test_roll_call_keeps_the_last_word(ledger: Ledger) -> None:
    ledger.post(Missed("M", "m1", "बीमार"), once="1")
    ledger.post(Attended("M", "m2"), once="2")
    assert ledger.attendance("M") == {"m1": Attendance(False, "बीमार"), "m2": Attendance(True)}
    ledger.post(Attended("M", "m1"), once="3")
    assert [member.id for member in ledger.present()] == ["m1", "m2"]
    ledger.post(Reversal(ledger.vouchers[-1].number, "नहीं आई"), once="4")
    assert ledger.attendance("M")["m1"] == Attendance(False, "बीमार")
    assert ledger.attendance("unknown") == {}


def test_why_a_member_was_away_can_be_told_after_the_meeting(ledger: Ledger) -> None:
    ledger.post(Missed("M", "m1", "बीमार"), once="1")
    ledger.post(Attended("M", "m2"), once="2")
    ledger.post(MeetingClosed("M"), once="close")
    ledger.post(AbsenceTold("M", "m1", "शादी"), once="3")
    assert ledger.attendance("M")["m1"] == Attendance(False, "शादी")
    for member, meeting in (("m2", "M"), ("m3", "M"), ("m1", "never")):
        refused(ledger, AbsenceTold(meeting, member, "शादी"), RefusedEntry)
    refused(ledger, AbsenceTold("M", "nobody", "शादी"), NoSuchMember)


def test_last_undoable_skips_what_was_reversed_and_what_is_not_money_asked(ledger: Ledger) -> None:
    assert ledger.last_undoable() is None
    first = ledger.post(Saving("M", "m1", 100_00), once="s1").number
    second = ledger.post(NoSaving("M", "m2"), once="s2").number
    ledger.post(WorkerAsked("M", "m2", "बचत"), once="w")
    for expected in (second, first):
        voucher = ledger.last_undoable()
        assert voucher is not None
        assert voucher.number == expected
        ledger.post(Reversal(expected, "गलत"), once=f"r{expected}")
    assert ledger.last_undoable() is None


def test_last_entries_come_latest_first_and_show_what_was_reversed(ledger: Ledger) -> None:
    number = ledger.post(Saving("M", "m1", 100_00), once="s1").number
    ledger.post(Reversal(number, "गलत"), once="r")
    ledger.post(Saving("M", "m2", 70_00), once="other")
    loan = ledger.post(LoanGiven("M", "m1", "L", terms()), once="loan").number
    ledger.post(Repayment("M", "m1", "L", 50_00), once="pay")
    ledger.post(Fine("M", "m1", 5_00, "देर"), once="fine")
    ledger.post(NoSaving("M", "m1"), once="none")
    day = ledger.today
    assert ledger.last_entries("m1", 3) == (
        MemberEntry(day, "fine", 5_00, False, loan + 2),
        MemberEntry(day, "repayment", 50_00, False, loan + 1),
        MemberEntry(day, "loan", 1_000_00, False, loan),
    )
    assert ledger.passbook("m1")[0] == MemberEntry(day, "saving", 100_00, True, number)


def test_a_member_is_asked_about_each_entry_once(ledger: Ledger) -> None:
    saving = ledger.post(Saving("M", "m1", 100_00), once="s").number
    fine = ledger.post(Fine("M", "m1", 5_00), once="f").number
    ledger.post(Saving("M", "m2", 70_00), once="other")
    assert [one.number for one in ledger.unchecked("m1")] == [saving, fine]
    ledger.post(Checked(saving, "m1", True), once="c1")
    assert [one.number for one in ledger.unchecked("m1")] == [fine]
    ledger.post(Reversal(fine, "गलत"), once="r")
    assert ledger.unchecked("m1") == ()


def test_what_is_disputed_stays_so_until_it_is_undone_or_found_right(ledger: Ledger) -> None:
    saving = ledger.post(Saving("M", "m1", 100_00), once="s").number
    fine = ledger.post(Fine("M", "m1", 5_00), once="f").number
    ledger.post(Checked(saving, "m1", False), once="c1")
    ledger.post(Checked(fine, "m1", False), once="c2")
    assert [one.of for one in ledger.disputed()] == [saving, fine]
    ledger.post(Checked(saving, "m1", True), once="c3")
    ledger.post(Reversal(fine, "गलत"), once="r")
    assert ledger.disputed() == ()


def test_only_money_of_her_own_is_checked(ledger: Ledger) -> None:
    saving = ledger.post(Saving("M", "m1", 100_00), once="s").number
    none = ledger.post(NoSaving("M", "m1"), once="n").number
    for entry in (Checked(saving, "m2", True), Checked(none, "m1", True), Checked(99, "m1", True)):
        refused(ledger, entry, RefusedEntry)
    refused(ledger, Reversal(ledger.post(Checked(saving, "m1", True), once="c").number, "x"), NotReversible)


def test_totals_of_a_meeting_leave_out_what_was_reversed(ledger: Ledger, clock: Clock) -> None:
    ledger.post(Attended("M", "m1"), once="a")
    ledger.post(Missed("M", "m2"), once="b")
    ledger.post(Saving("M", "m1", 100_00), once="s")
    wrong = ledger.post(Saving("M", "m1", 900_00), once="wrong").number
    ledger.post(Reversal(wrong, "गलत"), once="undo")
    ledger.post(LoanGiven("M", "m1", "L", terms(first_due=ledger.today)), once="loan")
    ledger.post(Repayment("M", "m1", "L", 100_00), once="pay")
    ledger.post(Fine("M", "m2", 5_00), once="fine")
    ledger.post(BankDeposit(300_00, "9", "M"), once="bank")
    assert ledger.totals("M") == MeetingTotals(
        present=1,
        members=3,
        savings=100_00,
        principal=80_00,
        interest=20_00,
        fines=5_00,
        lent=1_000_00,
        deposited=300_00,
    )
