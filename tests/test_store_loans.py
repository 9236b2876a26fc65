"""Loans against tables worked by hand."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_kit import terms

from store.loans import Due, Instalment, Paid, due_day, loan_standing, month_interest, schedule, split


def on(month: int, day: int = 10, year: int = 2027) -> date:
    return date(year, month, day)


def test_reducing_schedule_worked_by_hand() -> None:
    # ₹1,000 at 2 % a month in three parts: 1000.00, 666.67 and 333.34 outstanding.
    assert schedule(terms(instalments=3, first_due=on(1))) == (
        Instalment(on(1), 333_33, 20_00),
        Instalment(on(2), 333_33, 13_33),
        Instalment(on(3), 333_34, 6_67),
    )


def test_flat_schedule_worked_by_hand() -> None:
    assert schedule(terms(method="flat", instalments=3, first_due=on(1))) == (
        Instalment(on(1), 333_33, 20_00),
        Instalment(on(2), 333_33, 20_00),
        Instalment(on(3), 333_34, 20_00),
    )


def test_due_day_of_the_31st_falls_on_the_last_day_of_a_short_month() -> None:
    assert [due_day(date(2027, 12, 31), n) for n in range(4)] == [
        date(2027, 12, 31),
        date(2028, 1, 31),
        date(2028, 2, 29),
        date(2028, 3, 31),
    ]


@pytest.mark.parametrize(("base", "interest"), [(24, 0), (25, 1), (74, 1), (75, 2), (0, 0)])
def test_half_a_paisa_of_interest_rounds_up(base: int, interest: int) -> None:
    assert month_interest(base, 200) == interest


def paid_on_time(method: str) -> list[Paid]:
    lines = schedule(terms(method=method, first_due=on(1)))
    return [Paid(line.on, line.interest, line.principal) for line in lines]


@pytest.mark.parametrize("method", ["flat", "reducing"])
@pytest.mark.parametrize("late", [0, 2, 15])
def test_paying_what_is_due_follows_the_schedule_even_some_days_late(method: str, late: int) -> None:
    agreed = terms(method=method, first_due=on(1))
    paid: list[Paid] = []
    for line in schedule(agreed):
        today = line.on + timedelta(days=late)
        standing = loan_standing("L", "m", agreed, paid, today)
        assert standing.due == Due(line.interest, line.principal)
        assert standing.overdue == (line.total if late else 0)
        parts = split(agreed, paid, standing.due.total, today)
        assert parts == standing.due
        paid.append(Paid(today, parts.interest, parts.principal))
    settled = loan_standing("L", "m", agreed, paid, on(12))
    assert (settled.outstanding, settled.payoff, settled.next_due) == (0, 0, None)


@pytest.mark.parametrize("method", ["flat", "reducing"])
def test_paying_some_days_early_follows_the_schedule(method: str) -> None:
    agreed = terms(method=method, first_due=on(1))
    paid: list[Paid] = []
    for line in schedule(agreed):
        today = line.on - timedelta(days=3)
        standing = loan_standing("L", "m", agreed, paid, today)
        assert standing.due == Due(0, 0)
        assert standing.next_due == line
        parts = split(agreed, paid, line.total, today)
        assert parts == Due(line.interest, line.principal)
        paid.append(Paid(today, parts.interest, parts.principal))
        assert loan_standing("L", "m", agreed, paid, line.on).due == Due(0, 0)
    assert loan_standing("L", "m", agreed, paid, on(12)).payoff == 0


def test_two_months_missed_worked_by_hand() -> None:
    standing = loan_standing("L", "m", terms(first_due=on(1)), [], on(2))
    # 20 + 20 interest on the whole ₹1,000, two parts of ₹200; January's are overdue.
    assert standing.due == Due(40_00, 400_00)
    assert standing.overdue == 220_00
    assert standing.next_due == Instalment(on(3), 200_00, 12_00)
    assert standing.payoff == 1_040_00


def test_part_payment_goes_to_interest_first() -> None:
    agreed = terms(first_due=on(1))
    assert split(agreed, [], 15_00, on(1)) == Due(15_00, 0)
    assert split(agreed, [Paid(on(1), 15_00, 0)], 15_00, on(1)) == Due(5_00, 10_00)
    standing = loan_standing("L", "m", agreed, [Paid(on(1), 15_00, 0), Paid(on(1), 5_00, 10_00)], on(1))
    assert standing.due == Due(0, 190_00)
    assert standing.overdue == 0


def test_settling_early_pays_the_running_month_only() -> None:
    agreed = terms(first_due=on(2))
    assert loan_standing("L", "m", agreed, [], on(1, 20)).payoff == 1_000_00  # no interest month has begun
    assert loan_standing("L", "m", agreed, [], on(2, 1)).payoff == 1_020_00
    assert split(agreed, [], 1_020_00, on(2, 1)) == Due(20_00, 1_000_00)


def test_a_payment_ahead_lowers_the_interest_that_follows() -> None:
    agreed = terms(first_due=on(1))
    paid = [Paid(on(1), 20_00, 500_00)]
    standing = loan_standing("L", "m", agreed, paid, on(1))
    assert standing.next_due == Instalment(on(2), 0, 10_00)
    assert loan_standing("L", "m", agreed, paid, on(3)).due == Due(20_00, 100_00)


def test_interest_of_a_month_is_charged_once_when_part_of_it_was_paid_ahead() -> None:
    agreed = terms(first_due=on(1))
    early = split(agreed, [], 5_00, on(1, 5))
    assert early == Due(5_00, 0)
    assert loan_standing("L", "m", agreed, [Paid(on(1, 5), 5_00, 0)], on(1)).due == Due(15_00, 200_00)


def test_reducing_interest_goes_on_after_the_last_instalment_and_flat_does_not() -> None:
    reducing = loan_standing("L", "m", terms(first_due=on(1), instalments=2), [], on(4))
    flat = loan_standing("L", "m", terms(first_due=on(1), instalments=2, method="flat"), [], on(4))
    assert reducing.due == Due(80_00, 1_000_00)
    assert flat.due == Due(40_00, 1_000_00)
    assert reducing.next_due is flat.next_due is None


def test_a_loan_without_interest_paid_ahead_has_its_next_due_later() -> None:
    agreed = terms(first_due=on(1), rate_bp=0)
    assert loan_standing("L", "m", agreed, [Paid(on(1), 0, 600_00)], on(1)).next_due == Instalment(
        on(4), 200_00, 0
    )


@given(
    principal=st.integers(1, 10**7),
    rate_bp=st.integers(0, 500),
    method=st.sampled_from(["flat", "reducing"]),
    instalments=st.integers(1, 24),
    payments=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 10**6)), max_size=12),
    lost=st.sets(st.integers(0, 11), max_size=3),
)
def test_no_paisa_is_lost_whatever_is_paid_when(
    principal: int,
    rate_bp: int,
    method: str,
    instalments: int,
    payments: list[tuple[int, int]],
    lost: set[int],
) -> None:
    agreed = terms(principal, method, instalments, on(1), rate_bp)
    assert sum(line.principal for line in schedule(agreed)) == principal
    today, paid = date(2026, 12, 10), list[Paid]()
    for days, wish in payments:
        today += timedelta(days=days)
        before = loan_standing("L", "m", agreed, paid, today)
        if not before.payoff:
            break
        amount = min(wish, before.payoff)
        parts = split(agreed, paid, amount, today)
        assert parts.total == amount
        assert parts.interest >= 0
        assert 0 <= parts.principal <= before.outstanding
        paid.append(Paid(today, parts.interest, parts.principal))
        after = loan_standing("L", "m", agreed, paid, today)
        assert after.payoff == before.payoff - amount
    kept = [payment for place, payment in enumerate(paid) if place not in lost]  # as after reversals
    standing = loan_standing("L", "m", agreed, kept, today)
    assert standing.due.interest >= 0
    assert standing.outstanding == principal - sum(payment.principal for payment in kept)
    assert 0 <= standing.overdue <= standing.due.total <= standing.payoff
