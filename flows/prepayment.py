"""A member paid much more than was asked: instalments smaller, or fewer, or the next ones paid?"""

from __future__ import annotations

from flows.expect import Choice, YesNo
from flows.promise import person_promised
from flows.talk import Talk
from flows.turn import NotUnderstood
from store.entries import AheadChosen
from store.ledger import Ledger
from store.people import Member

ROUNDS = 3


async def prepayment(talk: Talk, ledger: Ledger, meeting_id: str, member: Member, loan_id: str) -> None:
    """Ask what the money paid ahead is to do, and write it down after a yes; else it pays the next ones.

    What she paid is in the books already, and stays there whatever is answered.
    """
    with person_promised(talk, ledger, "paid ahead", meeting_id, member.id):
        for _ in range(ROUNDS):
            chosen = await talk.ask(Choice("ahead"), "prepayment.choose", to=member.id)
            if chosen == "next":
                talk.say("prepayment.next")
                return
            if await talk.ask(YesNo(), f"prepayment.{chosen}", to=member.id, barge_in=False):
                entry = AheadChosen(
                    meeting_id, member.id, loan_id, "lower" if chosen == "lower" else "shorten"
                )
                ledger.post(entry, once=talk.moment, evidence=talk.evidence)
                _say_next(talk, ledger, loan_id)
                return
        raise NotUnderstood


def _say_next(talk: Talk, ledger: Ledger, loan_id: str) -> None:
    loan = ledger.loan(loan_id)
    if ledger.group.open_balances and loan and loan.next_due:
        talk.say("prepayment.noted", due=loan.next_due.total, day=loan.next_due.on)
    else:
        talk.say("repayment.noted_quietly")
