"""The registers of members, loans and meetings, built from books that were kept through the ledger."""

from collections.abc import Callable
from datetime import date

import pytest
from registers_kit import DEC, JAN, NOV, ledger, named, only, register
from store_kit import Clock, begin

from store.entries import (
    Checked,
    Countersigned,
    FinesAgreed,
    FineWaived,
    MeetingClosed,
    MeetingOpened,
    MemberSettled,
    Missed,
    Repayment,
    Reversal,
    Saving,
    SavingsPaidOut,
    SignatoriesNamed,
)
from store.ledger import Ledger
from store.memory import MemoryVault, copy_of
from store.registers import OF_A_MEETING, OF_A_MEMBER, REGISTERS, Scope, Table

__all__ = ["ledger"]


def test_attendance_and_savings_stand_side_by_side_meeting_by_meeting(ledger: Ledger) -> None:
    table = register(ledger, "attendance")
    assert [column.over for column in table.columns if column.key == "present"] == [NOV, DEC]
    (page,) = table.pages
    assert page.rows == (
        (1, "राधा", 500_00, True, 100_00, None, True, 0, 25_00, 2, 125_00, 625_00),
        (2, "सीता", 0, None, 0, None, True, 0, None, 1, 0, 0),
        (3, "राधा", 0, False, 0, None, None, 0, None, 0, 0, 0),
    )
    assert page.total == (None, None, 500_00, 1, 100_00, 0, 2, 0, 25_00, 3, 125_00, 625_00)


def test_what_moves_outside_the_meetings_stands_apart_in_the_attendance_register(ledger: Ledger) -> None:
    ledger.post(SavingsPaidOut("m1", 5_00), once="later")
    table = register(ledger, "attendance")
    radha = named(table, table.pages[0].rows[0])
    assert (radha["saved_in_meetings"], radha["moved_otherwise"], radha["savings_total"]) == (
        125_00,
        -5_00,
        620_00,
    )


def test_the_savings_ledger_keeps_regular_and_voluntary_savings_of_each_apart(ledger: Ledger) -> None:
    table = register(ledger, "savings")
    assert [page.about for page in table.pages] == [(1, "राधा"), (2, "सीता")]
    radha, sita = table.pages
    assert radha.rows == (
        (NOV, 1, "opening_balance", None, None, None, 500_00, 0),
        (NOV, 5, "saving", 100_00, None, None, 600_00, 0),
        (DEC, 17, "saving", None, 40_00, None, 600_00, 40_00),
        (DEC, 18, "savings_paid_out", None, None, 15_00, 600_00, 25_00),
    )
    assert radha.total == (None, None, None, 100_00, 40_00, 15_00, 600_00, 25_00)
    assert [row[2:] for row in sita.rows] == [
        ("saving", 900_00, None, None, 900_00, 0),
        ("reversal", -900_00, None, None, 0, 0),
    ]


def test_a_year_begins_with_what_was_brought_forward(ledger: Ledger) -> None:
    (radha,) = register(ledger, "savings", Scope(since=date(2026, 12, 1), member_id="m1")).pages
    assert radha.rows[0] == (date(2026, 12, 1), None, "opening", None, None, None, 600_00, 0)
    assert radha.rows[1][3:5] == (None, 40_00)


def test_a_month_that_is_over_stays_as_it_was_shown(ledger: Ledger) -> None:
    november = Scope(until=date(2026, 11, 30))
    before = {name: register(ledger, name, november) for name in REGISTERS}
    ledger.post(Reversal(5, "गलत"), once="corrected later")
    assert {name: register(ledger, name, november) for name in REGISTERS} == before
    assert register(ledger, "savings").pages[0].rows[-1][:3] == (DEC, 27, "reversal")


def test_the_passbook_tells_all_of_one_member(ledger: Ledger) -> None:
    table = register(ledger, "passbook", Scope(member_id="m2"))
    (page,) = table.pages
    assert page.about == (2, "सीता")
    lent, repaid = (named(table, row) for row in page.rows[2:])
    assert (lent["kind"], lent["lent"], lent["outstanding"]) == ("loan_given", 1_000_00, 1_000_00)
    assert (repaid["repaid"], repaid["interest_paid"], repaid["outstanding"]) == (100_00, 15_00, 900_00)
    assert page.total is not None
    assert named(table, page.total)["saved"] == 0


def test_every_member_has_a_passbook(ledger: Ledger) -> None:
    assert [page.about for page in register(ledger, "passbook").pages] == [
        (1, "राधा"),
        (2, "सीता"),
        (3, "राधा"),
    ]
    assert register(ledger, "passbook").pages[0].rows[-1][2] == "fine"


def test_a_loans_account_has_its_instalments_and_how_each_payment_was_split(ledger: Ledger) -> None:
    table = register(ledger, "loan")
    (page,) = table.pages
    heads = dict(zip((column.key for column in table.heads), page.about, strict=True))
    assert (heads["loan"], heads["name"], heads["purpose"], heads["rate_percent"]) == (
        "L1",
        "सीता",
        "बकरी",
        "1.5",
    )
    assert (heads["due"], heads["overdue"]) == (100_00, 0)
    assert page.rows[:4] == (
        (NOV, 8, "loan_given", 1_000_00, None, None, None, None, 1_000_00),
        (DEC, None, "instalment", None, 200_00, 15_00, None, None, 1_000_00),
        (DEC, 16, "repayment", None, None, None, 100_00, 15_00, 900_00),
        (JAN, None, "instalment", None, 200_00, 12_00, None, None, 900_00),
    )
    assert page.total == (None, None, None, 1_000_00, 1_000_00, 45_00, 100_00, 15_00, 900_00)


def test_the_list_of_loans_tells_what_is_due(ledger: Ledger) -> None:
    table = register(ledger, "loanlist")
    (row,) = table.pages[0].rows
    assert named(table, row) == {
        "loan": "L1",
        "number": 2,
        "name": "सीता",
        "purpose": "बकरी",
        "given_on": NOV,
        "principal": 1_000_00,
        "rate_percent": "1.5",
        "method": "reducing",
        "instalments": 5,
        "repaid": 100_00,
        "interest_paid": 15_00,
        "outstanding": 900_00,
        "due": 100_00,
        "overdue": 0,
        "next_on": JAN,
        "next_amount": 212_00,
    }


def test_a_settled_loan_has_nothing_next(ledger: Ledger) -> None:
    ledger.post(Repayment("N", "m2", "L1", 900_00), once="all")
    assert only(ledger, "loanlist").rows[0][-2:] == (None, None)


def test_the_proceedings_are_a_page_a_meeting(ledger: Ledger) -> None:
    table = register(ledger, "proceedings")
    first, second = table.pages
    heads = dict(zip((column.key for column in table.heads), first.about, strict=True))
    assert heads == {
        "on": NOV,
        "serial": 1,
        "present_count": 1,
        "members_count": 3,
        "quorum": 2,
        "quorum_met": False,
        "cash_told": 2_000_00,
        "cash_counted": 1_050_00,
        "cash_booked": 1_100_00,
        "cash_differs": -50_00,
        "next_meeting_on": DEC,
    }
    assert first.rows == (
        ("saving", None, None, 100_00, None, None, None),
        ("loan_given", 2, "सीता", 1_000_00, None, None, "बकरी"),
        ("missed", 3, "राधा", None, None, None, "शादी"),
    )
    assert first.signers == ((1, "राधा"),)
    assert second.rows == (
        ("voluntary_saving", None, None, 40_00, None, None, None),
        ("repayment", 2, "सीता", 115_00, 100_00, 15_00, None),
        ("savings_paid_out", 1, "राधा", 15_00, None, None, None),
        ("fine", 1, "राधा", 5_00, None, None, "देर"),
        ("bank_deposit", None, None, 1_000_00, None, None, "5"),
        ("bank_withdrawal", None, None, 200_00, None, None, "77"),
        ("expense", None, None, 12_00, None, None, "travel:बस"),
        ("worker_asked", 2, "सीता", None, None, None, "PIN"),
    )


def test_the_proceedings_tell_what_the_second_signatories_said_and_which_fines_were_waived(
    ledger: Ledger,
) -> None:
    ledger.post(FinesAgreed("N", late=0, absent=2_00), once="rule")
    ledger.post(MeetingClosed("N"), once="closed")
    ledger.post(MeetingOpened("O"), once="o2")
    ledger.post(Missed("O", "m2"), once="away")
    ledger.post(MeetingClosed("O"), once="closed again")
    ledger.post(MeetingOpened("P"), once="p2")
    (owed,) = ledger.fines_owed("m2")
    ledger.post(FineWaived("P", "m2", owed.key, "बीमार"), once="waived")
    ledger.post(SignatoriesNamed("P", ("m3", "worker")), once="named")
    repaid, deposited = (v.number for v in ledger.vouchers if v.kind in ("repayment", "bank_deposit"))
    saved = next(
        v.number for v in ledger.vouchers if v.kind == "saving" and v.entry == Saving("M", "m1", 100_00)
    )
    ledger.post(Countersigned((repaid, deposited), "m3", True), once="seen")
    ledger.post(Countersigned((saved,), "m3", False), once="seen wrong")
    ledger.post(Countersigned((saved,), "m3", True), once="seen again")
    ledger.post(Countersigned((deposited,), "m3", False, "पर्ची नहीं है"), once="no slip")
    first, second, _, last = register(ledger, "proceedings").pages
    assert first.rows[-1] == ("found_right", 3, "राधा", None, None, None, f"{saved}")
    assert second.rows[-2:] == (
        ("found_wrong", 3, "राधा", None, None, None, f"{deposited}: पर्ची नहीं है"),
        ("found_right", 3, "राधा", None, None, None, f"{repaid}"),
    )
    assert last.rows == (("fine_waived", 2, "सीता", None, None, None, "बीमार"),)


def test_who_left_the_group_counts_only_in_the_meetings_before(ledger: Ledger) -> None:
    ledger.post(MeetingClosed("N"), once="closed")
    ledger.post(MemberSettled("m1", ledger.settlement("m1"), "bank"), once="left")
    assert isinstance(ledger.now, Clock)
    ledger.now.to(JAN)
    ledger.post(MeetingOpened("O"), once="o2")
    assert [page.about[3] for page in register(ledger, "proceedings").pages] == [3, 3, 2]


def test_one_meeting_can_be_had_alone(ledger: Ledger) -> None:
    assert [page.about[1] for page in register(ledger, "proceedings", Scope(meeting_on=DEC)).pages] == [2]


def test_the_worker_sees_promises_and_what_is_disputed_to_this_day(ledger: Ledger) -> None:
    first, *_, repaid = (
        entry.number for entry in (*ledger.unchecked("m1"), *ledger.unchecked("m2")) if entry.number < 17
    )
    ledger.post(Checked(first, "m1", False), once="c1")
    ledger.post(Checked(repaid, "m2", False), once="c2")
    ledger.post(Checked(repaid, "m2", True), once="c3")
    promised = (DEC, 2, "सीता", "PIN", None, "open")
    assert only(ledger, "worker").rows == (promised, (DEC, 1, "राधा", "entry", first, "open"))
    ledger.post(Reversal(first, "गलत"), once="undone")
    assert only(ledger, "worker").rows == (promised,)


def test_an_erased_member_leaves_her_id_only(ledger: Ledger) -> None:
    group = {"id": "g", "name": "g", "saving": 1, "quorum": 1, "cap": 1}
    erased = Ledger(copy_of(group, (), ledger.vouchers), ledger.now)
    assert only(erased, "attendance").rows[-1][:2] == (None, "m3")
    assert register(erased, "passbook").pages[0].about == (None, "m1")


@pytest.mark.parametrize("name", sorted(OF_A_MEMBER))
def test_a_members_registers_show_nobody_else(ledger: Ledger, name: str) -> None:
    table = register(ledger, name, Scope(member_id="m2"))
    told = {cell for page in table.pages for row in (page.about, *page.rows) for cell in row}
    assert "सीता" in told
    assert "राधा" not in told


def whole(table: Table, name: str) -> None:
    assert table.title_key == name
    assert 0 <= table.fixed < len(table.columns)
    for page in table.pages:
        assert len(page.about) == len(table.heads)
        lines = [*page.rows, *([page.total] if page.total is not None else [])]
        assert all(len(line) == len(table.columns) for line in lines)


@pytest.mark.parametrize("name", REGISTERS)
@pytest.mark.parametrize("make", [lambda ledger: ledger, lambda _: begin(MemoryVault(), Clock(NOV), cash=0)])
def test_every_register_is_whole_also_of_empty_books(
    ledger: Ledger, name: str, make: Callable[[Ledger], Ledger]
) -> None:
    whole(register(make(ledger), name), name)


def test_only_known_registers_can_be_had_for_a_member_or_a_meeting() -> None:
    assert set(REGISTERS) > OF_A_MEMBER | OF_A_MEETING
