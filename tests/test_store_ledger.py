"""The laws of the books, through the ledger, over both vaults."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from store_kit import GROUP, TWINS, Clock, begin, open_vault, terms

from store.entries import (
    Attended,
    BankDeposit,
    Evidence,
    Fine,
    LoanGiven,
    MeetingClosed,
    MeetingOpened,
    Missed,
    NextMeetingSet,
    NoRepayment,
    NoSaving,
    OpeningBalance,
    OpeningLoan,
    Repayment,
    Reversal,
    Saving,
    WorkerAsked,
)
from store.errors import (
    AboveDue,
    AmountNotAllowed,
    ClockBehind,
    MeetingAlreadyOpen,
    NoGroupYet,
    NoOpenMeeting,
    NoSuchLoan,
    NoSuchMember,
    NotEnoughMoney,
    NotReversible,
    OnceReused,
    RefusedEntry,
)
from store.ledger import Ledger
from store.loans import Due
from store.memory import MemoryVault
from store.questions import MeetingTotals, MemberEntry
from store.standing import Attendance, Meeting
from store.vault import Vault


@pytest.fixture(params=TWINS)
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Vault]:
    with open_vault(request.param, tmp_path) as opened:
        yield opened


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(vault: Vault, clock: Clock) -> Ledger:
    """Three members, ₹5,000 in the box, the meeting "M" open."""
    books = begin(vault, clock)
    books.post(MeetingOpened("M", cash_told=5_000_00), once="open")
    return books


def refused(ledger: Ledger, entry: Any, error: type[RefusedEntry]) -> RefusedEntry:
    """The refusal, after a check that it changed nothing."""
    before = ledger.vouchers
    with pytest.raises(error) as caught:
        ledger.post(entry, once="refused")
    assert ledger.vouchers == before
    return caught.value


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


def test_who_was_not_asked_differs_from_who_saves_nothing(ledger: Ledger) -> None:
    ledger.post(NoSaving("M", "m2"), once="n")
    assert ledger.saved_in("M", "m2") == 0
    assert ledger.saved_in("M", "m1") is None
    assert ledger.saved_by("m1") == 0
    ledger.post(Reversal(ledger.vouchers[-1].number, "गलत हो गया"), once="r")
    assert ledger.saved_in("M", "m2") is None


def test_said_twice_is_written_once(ledger: Ledger) -> None:
    first = ledger.post(Saving("M", "m1", 100_00), once="s")
    again = ledger.post(Saving("M", "m1", 100_00), once="s", evidence=Evidence("phone", "सौ", 0.5))
    assert again == replace(first, repeated=True)
    assert ledger.saved_by("m1") == 100_00


def test_a_repeated_key_is_a_no_op_even_after_the_meeting(ledger: Ledger, clock: Clock, vault: Vault) -> None:
    ledger.post(Saving("M", "m1", 100_00), once="s")
    ledger.post(MeetingClosed("M"), once="close")
    assert Ledger(vault, clock).post(Saving("M", "m1", 100_00), once="s").repeated


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


def test_an_unknown_member_is_refused(ledger: Ledger) -> None:
    error = refused(ledger, Saving("M", "m9", 100_00), NoSuchMember)
    assert isinstance(error, NoSuchMember)
    assert error.member_id == "m9"
    ledger.post(WorkerAsked(None, None, "बैंक का कागज़"), once="w")


def test_a_loan_from_sanction_to_the_last_paisa(ledger: Ledger, clock: Clock) -> None:
    ledger.post(LoanGiven("M", "m1", "L", terms(), "बकरी"), once="loan")
    assert ledger.cash == 4_000_00
    assert ledger.loans_outstanding == 1_000_00
    assert ledger.repaid_in("M", "L") is None
    ledger.post(MeetingClosed("M"), once="close")
    clock.to(date(2026, 12, 12))
    ledger.post(MeetingOpened("N"), once="open2")
    (loan,) = ledger.loans("m1")
    assert loan.due == Due(20_00, 200_00)
    assert loan.overdue == 220_00
    ledger.post(Repayment("N", "m1", "L", loan.due.total), once="pay")
    assert ledger.repaid_in("N", "L") == 220_00
    assert ledger.interest_paid("L") == 20_00
    assert ledger.loans_outstanding == 800_00
    assert ledger.cash == 4_220_00
    error = refused(ledger, Repayment("N", "m1", "L", 800_01), AboveDue)
    assert isinstance(error, AboveDue)
    assert (error.amount, error.payoff) == (800_01, 800_00)
    ledger.post(Repayment("N", "m1", "L", 800_00), once="all")
    assert ledger.loans("m1") == ()
    settled = ledger.loan("L")
    assert settled is not None
    assert settled.payoff == 0
    refused(ledger, Repayment("N", "m1", "L", 1), NoSuchLoan)


def test_asked_for_a_repayment_and_paid_none(ledger: Ledger) -> None:
    ledger.post(LoanGiven("M", "m1", "L", terms()), once="loan")
    ledger.post(NoRepayment("M", "m1", "L"), once="none")
    assert ledger.repaid_in("M", "L") == 0


def test_a_loan_is_repaid_by_its_owner_only(ledger: Ledger) -> None:
    ledger.post(LoanGiven("M", "m1", "L", terms()), once="loan")
    refused(ledger, Repayment("M", "m2", "L", 100_00), NoSuchLoan)
    refused(ledger, NoRepayment("M", "m1", "K"), NoSuchLoan)


@pytest.mark.parametrize(
    "wrong",
    [
        terms(method="compound"),
        terms(instalments=0),
        terms(rate_bp=-1),
        terms(first_due=date(2026, 11, 9)),
    ],
)
def test_terms_that_make_no_sense_are_refused(ledger: Ledger, wrong: Any) -> None:
    refused(ledger, LoanGiven("M", "m1", "L", wrong), RefusedEntry)


def test_a_loan_id_serves_once(ledger: Ledger) -> None:
    ledger.post(LoanGiven("M", "m1", "L", terms()), once="loan")
    ledger.post(Reversal(ledger.vouchers[-1].number, "गलत नाम"), once="undo")
    assert ledger.loan("L") is None
    refused(ledger, LoanGiven("M", "m2", "L", terms()), RefusedEntry)


def test_the_box_never_pays_out_more_than_it_holds(ledger: Ledger) -> None:
    error = refused(ledger, LoanGiven("M", "m1", "L", terms(5_000_01)), NotEnoughMoney)
    assert isinstance(error, NotEnoughMoney)
    assert (error.account, error.amount, error.held) == ("cash", 5_000_01, 5_000_00)
    saving = ledger.post(Saving("M", "m1", 100_00), once="s").number
    ledger.post(BankDeposit(5_100_00, "8", "M"), once="bank")
    refused(ledger, Reversal(saving, "गलत"), NotEnoughMoney)


def test_a_group_moves_from_paper(vault: Vault, clock: Clock) -> None:
    ledger = begin(vault, clock, cash=0)
    opening = OpeningBalance(700_00, 4_000_00, (("m1", 2_000_00), ("m2", 1_500_00)))
    ledger.post(opening, once="o")
    ledger.post(OpeningLoan("m3", "old", terms(first_due=date(2026, 10, 10)), "बीज"), once="ol")
    assert (ledger.cash, ledger.bank, ledger.savings) == (700_00, 4_000_00, 3_500_00)
    (loan,) = ledger.loans("m3")
    assert loan.due == Due(40_00, 400_00)
    assert loan.overdue == 220_00
    refused(ledger, opening, RefusedEntry)
    ledger.post(Reversal(1, "गलत गिना"), once="undo")
    assert (ledger.cash, ledger.bank, ledger.savings) == (0, 0, 0)
    refused(ledger, OpeningBalance(1, 0, (("m9", 1),)), NoSuchMember)
    refused(ledger, OpeningBalance(-1, 0), AmountNotAllowed)
    refused(ledger, OpeningBalance(0, 0, (("m1", -1),)), AmountNotAllowed)
    ledger.post(replace(opening, cash=800_00), once="o2")
    assert ledger.cash == 800_00


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


def test_a_loan_partly_repaid_is_not_reversed(ledger: Ledger) -> None:
    loan = ledger.post(LoanGiven("M", "m1", "L", terms()), once="loan").number
    pay = ledger.post(Repayment("M", "m1", "L", 100_00), once="pay").number
    refused(ledger, Reversal(loan, "गलत"), NotReversible)
    ledger.post(Reversal(pay, "गलत"), once="r1")
    assert ledger.repaid_in("M", "L") is None
    ledger.post(Reversal(loan, "गलत"), once="r2")
    assert ledger.loans_outstanding == 0


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
    ledger.post(LoanGiven("M", "m1", "L", terms()), once="loan")
    ledger.post(Repayment("M", "m1", "L", 50_00), once="pay")
    ledger.post(Fine("M", "m1", 5_00, "देर"), once="fine")
    ledger.post(NoSaving("M", "m1"), once="none")
    day = ledger.today
    assert ledger.last_entries("m1", 3) == (
        MemberEntry(day, "fine", 5_00, False),
        MemberEntry(day, "repayment", 50_00, False),
        MemberEntry(day, "loan", 1_000_00, False),
    )
    assert ledger.passbook("m1")[0] == MemberEntry(day, "saving", 100_00, True)


def test_a_saving_brought_from_paper_is_in_the_passbook(vault: Vault, clock: Clock) -> None:
    ledger = begin(vault, clock, cash=0)
    ledger.post(OpeningBalance(0, 9_00, (("m1", 9_00),)), once="o")
    assert ledger.passbook("m1") == (MemberEntry(ledger.today, "opening", 9_00, False),)
    assert ledger.passbook("m2") == ()


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
