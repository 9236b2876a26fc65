"""We call a member before a meeting or an instalment, and praise her for saving regularly."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flows.balance import say_instalments
from flows.expect import YesNo
from flows.identity import NOBODY, Caller, can_prove, is_her
from flows.phone import say_next_meeting
from flows.reach import Outcome, reach
from flows.talk import Talk
from flows.turn import NotUnderstood
from store.calls import Result
from store.ledger import Ledger
from store.people import Member

WORTH_PRAISE = 3
"""Meetings in a row in which she saved."""
TELLINGS = 3


async def call_remind(
    talk: Talk, ledger: Ledger, member: Member, outcome: Outcome, caller: Caller = NOBODY
) -> None:
    """Tell her of the next meeting, of her instalments, and that she saves well (duties T4, K1, K6, M8)."""

    async def business() -> Result:
        loans = ledger.loans(member.id) if can_prove(ledger, member) else ()
        _say_meeting(talk, ledger, member)
        if loans and not await is_her(talk, ledger, member, caller):
            return "not proved"
        for telling in range(TELLINGS):
            if telling:
                _say_meeting(talk, ledger, member)
            for loan in loans:
                say_instalments(talk, loan)
            try:
                if not await talk.ask(YesNo(), "balance.again", tries=1):
                    break
            except NotUnderstood:
                break
        return "reached"

    await reach(talk, ledger, member, outcome, business)


def _say_meeting(talk: Talk, ledger: Ledger, member: Member) -> None:
    say_next_meeting(talk, ledger)
    streak = ledger.saving_streak(member.id)
    if streak >= WORTH_PRAISE:
        talk.say("call_remind.praise", times=streak)
    else:
        talk.say("call_remind.bring_saving")


def coming(ledger: Ledger, member: Member, days: int) -> tuple[str, ...]:
    """What to remind her of: a meeting or an instalment within `days`, once a month of what is overdue."""
    return () if ledger.meeting else tuple(_coming(ledger, member, days))


def _coming(ledger: Ledger, member: Member, days: int) -> Iterator[str]:
    until = ledger.today + timedelta(days)
    if ledger.next_meeting_on and ledger.next_meeting_on <= until:
        yield f"meeting {ledger.next_meeting_on}"
    for loan in ledger.loans(member.id) if can_prove(ledger, member) else ():
        if loan.overdue:
            yield f"overdue {loan.loan_id} {ledger.today:%Y-%m}"
        elif loan.due.total:
            yield f"instalment {loan.loan_id} {ledger.today}"
        elif loan.next_due and loan.next_due.on <= until:
            yield f"instalment {loan.loan_id} {loan.next_due.on}"
