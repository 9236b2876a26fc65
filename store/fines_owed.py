"""What members owe in fines by the group's rule. It is told, never posted: that takes a yes of the group."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from store.chain import Voucher
from store.entries import FinesAgreed
from store.loans import due_day, loan_standing
from store.standing import Standing


@dataclass(frozen=True, slots=True)
class FineOwed:
    """A fine that is neither paid nor waived."""

    key: str
    """Names it in the entry that settles it."""
    member_id: str
    """Who owes it."""
    kind: Literal["absent", "late"]
    """Whether she missed a meeting, or paid an instalment late."""
    on: date
    """Day of the meeting missed, or day on which the instalment fell due."""
    amount: int
    """Paise, by the rule of that time."""


def fines_owed(standing: Standing, member_id: str) -> tuple[FineOwed, ...]:
    """All of hers, the earliest first.

    For each meeting missed; and for each loan and meeting at whose close something was unpaid although an
    instalment had fallen due since the meeting before.
    """
    owed: list[FineOwed] = []
    before = date.min
    for opened, closed in standing.sittings():
        agreed = standing.fining.agreed_before(opened.number)
        if agreed is not None:
            owed += _of_sitting(standing, member_id, agreed, opened, closed, max(before, agreed.on))
        before = closed.on
    return tuple(each for each in owed if not standing.fining.is_settled(each.key))


def _of_sitting(
    standing: Standing, member_id: str, agreed: Voucher, opened: Voucher, closed: Voucher, since: date
) -> Iterator[FineOwed]:
    assert isinstance(agreed.entry, FinesAgreed)
    rule, meeting_id = agreed.entry, getattr(opened.entry, "meeting_id", "")
    roll = standing.attendance(meeting_id).get(member_id)
    if rule.absent and roll is not None and not roll.present:
        yield FineOwed(f"absent/{meeting_id}/{member_id}", member_id, "absent", opened.on, rule.absent)
    for loan_id in standing.loans_of(member_id) if rule.late else ():
        due = _fell_due(standing, loan_id, since, closed)
        if due is not None:
            yield FineOwed(f"late/{loan_id}/{due}", member_id, "late", due, rule.late)


def _fell_due(standing: Standing, loan_id: str, since: date, closed: Voucher) -> date | None:
    """The day of the last instalment after `since`, if something was unpaid at the close; else None."""
    given, loan = standing.loans[loan_id], standing.lent[loan_id]
    if given.number > closed.number or not standing.counts(given):
        return None
    months = range(loan.terms.moratorium + loan.terms.instalments)
    days = [day for month in months if since < (day := due_day(loan.terms.first_due, month)) <= closed.on]
    if not days:
        return None
    paid = standing.paid(loan_id, before=closed.number)
    then = loan_standing(loan_id, loan.member_id, loan.terms, paid, closed.on)
    return days[-1] if then.due.total else None
