"""What groups agree on besides equal instalments, against tables worked by hand: each sum is in a comment."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_kit import terms

from store.entries import LoanTerms
from store.entries.lending import Ahead
from store.loans import Due, Paid, due_day, loan_standing, monthly_percent, schedule, split

FIRST = date(2027, 1, 10)
NINE_HUNDRED = terms(900_00, instalments=3, first_due=FIRST)


def table(agreed: LoanTerms) -> list[tuple[int, int, int]]:
    """Month of the year, principal and interest of each instalment."""
    return [(line.on.month, line.principal, line.interest) for line in schedule(agreed)]


def rest(agreed: LoanTerms, paid: list[Paid], today: date) -> list[tuple[int, int, int]]:
    """What falls due after today, when each is paid on its day, as `table` tells it."""
    lines, paid = [], list(paid)
    while (line := loan_standing("L", "m", agreed, paid, today).next_due) is not None:
        lines.append((line.on.month, line.principal, line.interest))
        today = line.on
        parts = split(agreed, paid, line.total, today)
        assert parts == Due(line.interest, line.principal)
        paid.append(Paid(today, parts.interest, parts.principal))
    assert loan_standing("L", "m", agreed, paid, today).payoff == 0
    return lines


def test_a_yearly_rate_is_a_twelfth_a_month_to_the_paisa() -> None:
    # 10 % a year: 1,000.00, 666.67 and 333.34 times 10/1200 are 8.333, 5.5556 and 2.778.
    yearly = replace(terms(rate_bp=10_00, instalments=3, first_due=FIRST), rate_months=12)
    assert table(yearly) == [(1, 333_33, 8_33), (2, 333_33, 5_56), (3, 333_34, 2_78)]
    assert table(replace(yearly, rate_bp=24_00)) == table(terms(instalments=3, first_due=FIRST))


def test_a_rate_is_written_in_percent_a_month() -> None:
    assert [monthly_percent(terms(rate_bp=bp)) for bp in (0, 5, 150, 200, 10_00)] == [
        "0",
        "0.05",
        "1.5",
        "2",
        "10",
    ]
    assert monthly_percent(replace(terms(rate_bp=10_00), rate_months=12)) == "0.8333"


@pytest.mark.parametrize(("base", "interest"), [(59, 0), (60, 1), (179, 1), (180, 2)])
def test_half_a_paisa_of_a_yearly_rate_rounds_up_too(base: int, interest: int) -> None:
    # 10 % a year on 60 paise is exactly half a paisa a month.
    one = replace(terms(base, rate_bp=10_00, instalments=1, first_due=FIRST), rate_months=12)
    assert table(one) == [(1, base, interest)]


def test_in_a_moratorium_interest_alone_falls_due() -> None:
    # 2 % of 900 is 18; from March on 300 fewer each month: 18, 12, 6.
    assert table(replace(NINE_HUNDRED, moratorium=2)) == [
        (1, 0, 18_00),
        (2, 0, 18_00),
        (3, 300_00, 18_00),
        (4, 300_00, 12_00),
        (5, 300_00, 6_00),
    ]


def test_deferred_interest_falls_due_with_the_first_instalment_and_bears_none() -> None:
    deferred = replace(NINE_HUNDRED, moratorium=2, deferred=True)
    # January, February and March: 3 times 18. No interest on the 36 that waited.
    assert table(deferred) == [(3, 300_00, 54_00), (4, 300_00, 12_00), (5, 300_00, 6_00)]
    flat = replace(deferred, method="flat")
    assert table(flat) == [(3, 300_00, 54_00), (4, 300_00, 18_00), (5, 300_00, 18_00)]


def test_deferred_interest_is_owed_and_not_due() -> None:
    deferred = replace(NINE_HUNDRED, moratorium=2, deferred=True)
    standing = loan_standing("L", "m", deferred, [], date(2027, 2, 20))
    assert (standing.due, standing.overdue) == (Due(0, 0), 0)
    assert standing.payoff == 936_00  # 900, and 18 of January and of February
    # 50 paid in February: 36 are the interest that waits, 14 principal. March: 2 % of 886 is 17.72.
    parts = split(deferred, [], 50_00, date(2027, 2, 20))
    assert parts == Due(36_00, 14_00)
    paid = [Paid(date(2027, 2, 20), 36_00, 14_00)]
    assert loan_standing("L", "m", deferred, paid, date(2027, 3, 10)).due == Due(17_72, 286_00)


def test_a_loan_repaid_in_one_piece() -> None:
    # 1,000 at 2 % for six months: 20 a month, in the end or month by month.
    one_piece = replace(terms(instalments=1, first_due=FIRST), moratorium=5, deferred=True)
    assert table(one_piece) == [(6, 1_000_00, 120_00)]
    assert table(replace(one_piece, deferred=False)) == [
        *((month, 0, 20_00) for month in range(1, 6)),
        (6, 1_000_00, 20_00),
    ]


def test_instalments_rounded_up_to_ten_rupees_leave_a_smaller_last_one() -> None:
    # 353.33 → 360, of which 20 is interest; 660 left, 13.20: 346.53 → 350; 323.20 left, 6.464.
    rounded = replace(terms(instalments=3, first_due=FIRST), round_to=10_00)
    assert table(rounded) == [(1, 340_00, 20_00), (2, 336_80, 13_20), (3, 323_20, 6_46)]


def test_flat_instalments_rounded_up_to_a_rupee() -> None:
    # 353.33 → 354 twice; 1,000 less 2 times 334 is 332.
    rounded = replace(terms(method="flat", instalments=3, first_due=FIRST), round_to=1_00)
    assert table(rounded) == [(1, 334_00, 20_00), (2, 334_00, 20_00), (3, 332_00, 20_00)]


def test_rounding_may_end_a_small_loan_early() -> None:
    # 100 in 24 parts of 4.17, rounded up to 10, without interest: ten months.
    assert table(replace(terms(100_00, instalments=24, first_due=FIRST, rate_bp=0), round_to=10_00))[-1] == (
        10,
        10_00,
        0,
    )


@pytest.mark.parametrize(
    ("ahead", "remaining"),
    [
        # 1,000 in five parts; 620 paid in January: 20 interest, 200 due and 400 ahead; 400 are left.
        ("next", [(2, 0, 8_00), (3, 0, 8_00), (4, 200_00, 8_00), (5, 200_00, 4_00)]),
        ("shorten", [(2, 200_00, 8_00), (3, 200_00, 4_00)]),
        ("lower", [(2, 100_00, 8_00), (3, 100_00, 6_00), (4, 100_00, 4_00), (5, 100_00, 2_00)]),
    ],
)
def test_what_is_paid_ahead_does_what_was_chosen(ahead: Ahead, remaining: list[tuple[int, int, int]]) -> None:
    agreed = terms(first_due=FIRST)
    assert split(agreed, [], 620_00, FIRST) == Due(20_00, 600_00)
    assert rest(agreed, [Paid(FIRST, 20_00, 600_00, ahead)], FIRST) == remaining


def test_lowered_instalments_leave_the_remainder_to_the_last() -> None:
    # 1,000.00 less 899.99 in four parts: 25.00 three times, and 25.01.
    remaining = rest(terms(first_due=FIRST, rate_bp=0), [Paid(FIRST, 0, 899_99, "lower")], FIRST)
    assert [principal for _, principal, _ in remaining] == [25_00, 25_00, 25_00, 25_01]


def test_paying_only_what_is_due_changes_no_instalment_whatever_was_chosen() -> None:
    agreed = terms(first_due=FIRST)
    for ahead in ("next", "shorten", "lower"):
        assert rest(agreed, [Paid(FIRST, 20_00, 200_00, ahead)], FIRST) == table(agreed)[1:]


ANY_TERMS = st.builds(
    lambda principal, bp, method, parts, months, moratorium, deferred, round_to: LoanTerms(
        principal, bp, method, parts, FIRST, months, moratorium, deferred and moratorium > 0, round_to
    ),
    st.integers(1, 10**7),
    st.integers(0, 36_00),
    st.sampled_from(["flat", "reducing"]),
    st.integers(1, 24),
    st.sampled_from([1, 12]),
    st.integers(0, 6),
    st.booleans(),
    st.sampled_from([1, 100, 500, 1000]),
)
AHEAD = st.sampled_from(["next", "shorten", "lower"])


@given(ANY_TERMS)
def test_instalments_make_up_the_principal_and_paid_on_their_days_they_settle_it(agreed: LoanTerms) -> None:
    lines = schedule(agreed)
    assert sum(line.principal for line in lines) == agreed.principal
    assert all(line.principal >= 0 and line.interest >= 0 for line in lines)
    assert all(line.total % agreed.round_to == 0 for line in lines[agreed.moratorium : -1])
    paid: list[Paid] = []
    for line in lines:
        assert loan_standing("L", "m", agreed, paid, line.on).due == Due(line.interest, line.principal)
        assert split(agreed, paid, line.total, line.on) == Due(line.interest, line.principal)
        paid.append(Paid(line.on, line.interest, line.principal))
    settled = loan_standing("L", "m", agreed, paid, lines[-1].on)
    assert (settled.outstanding, settled.due, settled.payoff, settled.next_due) == (0, Due(0, 0), 0, None)


@given(ANY_TERMS, st.lists(st.tuples(st.integers(0, 60), st.integers(1, 10**6), AHEAD), max_size=12))
def test_whatever_is_paid_when_no_paisa_is_lost_and_nobody_pays_too_much(
    agreed: LoanTerms, payments: list[tuple[int, int, Ahead]]
) -> None:
    today, paid = date(2026, 12, 10), list[Paid]()
    for days, wish, ahead in payments:
        today = date.fromordinal(today.toordinal() + days)
        before = loan_standing("L", "m", agreed, paid, today)
        if not before.payoff:
            break
        amount = min(wish, before.payoff)
        parts = split(agreed, paid, amount, today)
        assert parts.total == amount
        assert 0 <= parts.principal <= before.outstanding
        assert parts.interest >= 0
        paid.append(Paid(today, parts.interest, parts.principal, ahead))
        after = loan_standing("L", "m", agreed, paid, today)
        assert after.payoff == before.payoff - amount
        assert 0 <= after.overdue <= after.due.total <= after.payoff
    last_day = due_day(FIRST, agreed.moratorium + agreed.instalments)
    assert loan_standing("L", "m", agreed, paid, max(today, last_day)).due.principal == (
        agreed.principal - sum(payment.principal for payment in paid)
    )


@given(ANY_TERMS, st.integers(0, 300), st.integers(1, 10**6), st.integers(1, 10**6), AHEAD)
def test_two_payments_of_a_day_come_to_the_same_in_either_order_and_at_once(
    agreed: LoanTerms, days: int, one: int, other: int, ahead: Ahead
) -> None:
    today = date.fromordinal(date(2026, 12, 20).toordinal() + days)
    payoff = loan_standing("L", "m", agreed, [], today).payoff
    one, other = min(one, payoff), min(other, payoff - min(one, payoff))

    def after(*amounts: int) -> tuple[object, int]:
        paid: list[Paid] = []
        for amount in filter(None, amounts):
            parts = split(agreed, paid, amount, today)
            paid.append(Paid(today, parts.interest, parts.principal, ahead))
        return loan_standing("L", "m", agreed, paid, today), sum(payment.interest for payment in paid)

    assert after(one, other) == after(other, one) == after(one + other)
