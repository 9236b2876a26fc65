"""What a meeting brought, told afterwards: the group's business, open to all its members."""

from __future__ import annotations

from flows.talk import Talk
from store.ledger import Ledger
from store.questions import MeetingTotals
from store.standing import Meeting


def say_meeting(talk: Talk, ledger: Ledger, meeting: Meeting, key: str) -> None:
    """Say with the prompt ``key`` which meeting is meant, then who came and what money moved."""
    totals = ledger.totals(meeting.id)
    talk.say(key, day=meeting.opened_at.date())
    talk.say("phone.came", present=totals.present, savings=totals.savings)
    if totals.principal or totals.interest:
        talk.say("closing.repaid", principal=totals.principal, interest=totals.interest)
    if totals.fines:
        talk.say("phone.fines", fines=totals.fines)
    if totals.lent:
        talk.say("phone.lent", lent=totals.lent)
    if totals.deposited:
        talk.say("phone.deposited", deposited=totals.deposited)
    say_group_money(talk, totals)


def say_group_money(talk: Talk, totals: MeetingTotals) -> None:
    """Say what else the group earned and spent."""
    if totals.income:
        talk.say("closing.income", income=totals.income)
    if totals.expenses:
        talk.say("closing.expenses", expenses=totals.expenses)
