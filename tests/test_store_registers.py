"""The registers, built from books that were kept through the ledger."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from store_kit import Clock, begin, terms

from store.entries import (
    Attended,
    BankDeposit,
    BankWithdrawal,
    Borrowed,
    BorrowingRepaid,
    Checked,
    Expense,
    Fine,
    Income,
    LoanGiven,
    MeetingClosed,
    MeetingOpened,
    Missed,
    NextMeetingSet,
    OpeningBalance,
    Repayment,
    Reversal,
    Saving,
    SavingsPaidOut,
    VoluntarySaving,
    WorkerAsked,
)
from store.ledger import Ledger
from store.memory import MemoryVault, copy_of
from store.registers import OF_A_MEETING, OF_A_MEMBER, REGISTERS, Books, Cell, Page, Scope, Table

NOV, DEC, JAN = date(2026, 11, 10), date(2026, 12, 10), date(2027, 1, 10)
Row = tuple[Cell, ...]


@pytest.fixture
def ledger() -> Ledger:
    """Two meetings: the first with two corrections, the second with all that a group does with its money."""
    clock = Clock(NOV)
    books = begin(MemoryVault(), clock, cash=0)
    books.update_group(replace(books.group, voluntary=True))
    books.post(OpeningBalance(2_000_00, 0, (("m1", 500_00),)), once="o")
    books.post(MeetingOpened("M", 2_000_00), once="m")
    books.post(Missed("M", "m3", "शादी"), once="a3")
    books.post(Attended("M", "m1"), once="a1")
    books.post(Saving("M", "m1", 100_00), once="s1")
    wrong = books.post(Saving("M", "m2", 900_00), once="s2").number
    books.post(Reversal(wrong, "गलत"), once="r")
    books.post(LoanGiven("M", "m2", "L1", terms(rate_bp=150), "बकरी"), once="l1")
    wrong = books.post(LoanGiven("M", "m3", "L2", terms(100_00)), once="l2").number
    books.post(Reversal(wrong, "गलत"), once="r2")
    books.post(NextMeetingSet("M", DEC), once="next")
    books.post(MeetingClosed("M", 1_050_00), once="c")
    clock.to(DEC)
    books.post(MeetingOpened("N"), once="n")
    books.post(Attended("N", "m1"), once="a1n")
    books.post(Attended("N", "m2"), once="a2n")
    books.post(Repayment("N", "m2", "L1", 115_00), once="p")
    books.post(VoluntarySaving("N", "m1", 40_00), once="v")
    books.post(SavingsPaidOut("m1", 15_00, meeting_id="N"), once="out")
    books.post(Fine("N", "m1", 5_00, "देर"), once="f")
    books.post(BankDeposit(1_000_00, "5", "N"), once="b")
    books.post(BankWithdrawal(200_00, "77", "N"), once="w")
    books.post(Borrowed("B7", "स्टेट बैंक", terms(3_000_00, rate_bp=100, first_due=DEC)), once="bo")
    books.post(BorrowingRepaid("B7", 600_00, 30_00, receipt="R1"), once="br")
    books.post(Income("grant", 2_500_00, "bank"), once="g")
    books.post(Expense("travel", 12_00, "cash", "बस", "N"), once="e")
    books.post(WorkerAsked("N", "m2", "PIN"), once="asked")
    return books


def register(ledger: Ledger, name: str, scope: Scope | None = None) -> Table:
    return REGISTERS[name](Books(ledger, scope))


def only(ledger: Ledger, name: str, scope: Scope | None = None) -> Page:
    (page,) = register(ledger, name, scope).pages
    return page


def named(table: Table, row: Row) -> dict[str, Cell]:
    return dict(zip((column.key for column in table.columns), row, strict=True))


def test_attendance_and_savings_stand_side_by_side_meeting_by_meeting(ledger: Ledger) -> None:
    table = register(ledger, "attendance")
    assert [column.over for column in table.columns if column.key == "present"] == [NOV, DEC]
    (page,) = table.pages
    assert page.rows == (
        (1, "राधा", 500_00, True, 100_00, 0, True, 0, 25_00, 2, 125_00, 625_00),
        (2, "सीता", 0, None, 0, 0, True, 0, 0, 1, 0, 0),
        (3, "राधा", 0, False, 0, 0, None, 0, 0, 0, 0, 0),
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
        (DEC, 17, "voluntary_saving", None, 40_00, None, 600_00, 40_00),
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
    assert radha.rows[1][2] == "voluntary_saving"


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


def test_the_cash_book_opens_and_closes_each_day(ledger: Ledger) -> None:
    page = only(ledger, "cashbook")
    assert page.rows[:9] == (
        (NOV, None, "opening", None, None, None, None, None, 0),
        (NOV, 1, "opening_balance", None, None, None, 2_000_00, None, 2_000_00),
        (NOV, 5, "saving", 1, "राधा", None, 100_00, None, 2_100_00),
        (NOV, 6, "saving", 2, "सीता", None, 900_00, None, 3_000_00),
        (NOV, 7, "reversal", 2, "सीता", 6, None, 900_00, 2_100_00),
        (NOV, 8, "loan_given", 2, "सीता", None, None, 1_000_00, 1_100_00),
        (NOV, 9, "loan_given", 3, "राधा", None, None, 100_00, 1_000_00),
        (NOV, 10, "reversal", 3, "राधा", 9, 100_00, None, 1_100_00),
        (NOV, None, "closing", None, None, None, 3_100_00, 2_000_00, 1_100_00),
    )
    assert page.rows[9] == (DEC, None, "opening", None, None, None, None, None, 1_100_00)
    assert page.rows[-1][-1] == page.total[-1] == ledger.cash  # type: ignore[index]


def test_the_bank_book_has_the_slips(ledger: Ledger) -> None:
    table = register(ledger, "bankbook")
    lines = [named(table, row) for row in table.pages[0].rows]
    assert [(line["kind"], line["slip"], line["bank"]) for line in lines] == [
        ("opening", None, 0),
        ("bank_deposit", "5", 1_000_00),
        ("bank_withdrawal", "77", 800_00),
        ("borrowed", None, 3_800_00),
        ("borrowing_repaid", None, 3_170_00),
        ("income", None, 5_670_00),
        ("closing", None, 5_670_00),
    ]


def test_a_period_without_money_carries_the_balance_over(ledger: Ledger) -> None:
    quiet = Scope(date(2026, 11, 20), date(2026, 11, 30))
    assert [row[2:] for row in only(ledger, "cashbook", quiet).rows] == [("closing", *[None] * 5, 1_100_00)]
    assert only(ledger, "bankbook", quiet).rows == ()


def test_the_general_ledger_has_every_head(ledger: Ledger) -> None:
    assert [page.about for page in register(ledger, "ledger").pages] == [
        (head,)
        for head in (
            *("cash", "bank", "loan", "savings", "voluntary", "borrowed:B7", "opening"),
            *("interest", "fines", "grants", "expense:interest_on_borrowing", "expense:travel"),
        )
    ]


def test_borrowings_are_told_lender_by_lender(ledger: Ledger) -> None:
    table = register(ledger, "borrowings")
    (page,) = table.pages
    assert page.about[:4] == ("B7", "स्टेट बैंक", DEC, 3_000_00)
    assert [row[3:] for row in page.rows] == [
        (3_000_00, None, None, 3_000_00),
        (None, 600_00, 30_00, 2_400_00),
    ]
    assert page.total == (None, None, None, 3_000_00, 600_00, 30_00, 2_400_00)


def test_receipts_and_payments_of_a_month_are_one_sum(ledger: Ledger) -> None:
    december = Scope(date(2026, 12, 1), date(2026, 12, 10))
    assert only(ledger, "receipts", december).rows == (
        ("opening_cash", 1_100_00, "voluntary", 15_00),
        ("opening_bank", 0, "borrowed:B7", 600_00),
        ("loan", 100_00, "expense:interest_on_borrowing", 30_00),
        ("voluntary", 40_00, "expense:travel", 12_00),
        ("borrowed:B7", 3_000_00, "closing_cash", 433_00),
        ("interest", 15_00, "closing_bank", 5_670_00),
        ("fines", 5_00, None, None),
        ("grants", 2_500_00, None, None),
    )


def test_what_was_taken_back_in_a_later_month_is_a_payment_of_that_month(ledger: Ledger) -> None:
    ledger.post(Reversal(5, "गलत"), once="corrected later")
    rows = only(ledger, "receipts", Scope(since=date(2026, 12, 1))).rows
    assert ("savings", 100_00) in [row[2:] for row in rows]


def test_what_came_from_paper_is_no_receipt(ledger: Ledger) -> None:
    rows = only(ledger, "receipts").rows
    assert rows[0][:2] == ("opening_cash", 2_000_00)
    assert "opening" not in {row[0] for row in rows}


def test_the_statements_of_the_year(ledger: Ledger) -> None:
    assert only(ledger, "income").rows == (
        ("expense:interest_on_borrowing", 30_00, "interest", 15_00),
        ("expense:travel", 12_00, "fines", 5_00),
        ("surplus_of_period", 2_478_00, "grants", 2_500_00),
    )
    assert only(ledger, "balance").rows == (
        ("savings", 600_00, "cash", 433_00),
        ("voluntary", 25_00, "bank", 5_670_00),
        ("borrowed:B7", 2_400_00, "loan", 900_00),
        ("opening", 1_500_00, None, None),
        ("surplus_not_closed", 2_478_00, None, None),
    )
    total = only(ledger, "trial").total
    assert total is not None
    assert total[1] == total[2]


def test_a_loss_stands_on_the_other_side() -> None:
    books = begin(MemoryVault(), Clock(NOV))
    books.post(Expense("meeting", 50_00), once="e")
    assert only(books, "income").rows == (("expense:meeting", 50_00, "deficit_of_period", 50_00),)
    assert ("deficit_not_closed", -50_00) in [row[:2] for row in only(books, "balance").rows]


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


def test_a_clock_behind_the_books_hides_nothing(ledger: Ledger) -> None:
    ledger.now = Clock(NOV)
    assert Books(ledger).within == ledger.vouchers
    assert only(ledger, "cashbook").rows[-1][-1] == ledger.cash


def test_only_known_registers_can_be_had_for_a_member_or_a_meeting() -> None:
    assert set(REGISTERS) > OF_A_MEMBER | OF_A_MEETING


def test_a_clock_set_back_within_a_day_loses_no_entry_between_two_periods() -> None:
    clock = Clock(DEC)
    books = begin(MemoryVault(), clock)
    clock.moment = clock.moment.replace(day=9, hour=23)
    books.post(Expense("meeting", 50_00), once="dated a day earlier")
    until, since = Scope(until=date(2026, 12, 9)), Scope(since=DEC)
    clock.to(DEC)
    assert Books(books, until).within + Books(books, since).within == books.vouchers
