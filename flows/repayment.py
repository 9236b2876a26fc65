"""The repayments of a meeting, loan by loan."""

from __future__ import annotations

from datetime import timedelta

from flows.money import agreed_amount
from flows.names import called
from flows.prepayment import prepayment
from flows.promise import person_promised
from flows.talk import Talk
from store.entries import NoRepayment, Repayment
from store.ledger import Ledger
from store.loans import LoanStanding
from store.people import Member

# A meeting is held every week to every month: what falls due before the next one is asked for now.
AHEAD = timedelta(days=31)


async def repayments(talk: Talk, ledger: Ledger, meeting_id: str) -> None:
    """Take the instalments due from the members present (duties K6, M8)."""
    to_ask = [
        (member, loan)
        for member in ledger.present()
        for loan in ledger.loans(member.id)
        if ledger.repaid_in(meeting_id, loan.loan_id) is None and _is_asked(ledger, loan)
    ]
    if to_ask:
        talk.say("repayment.begin")
    for member, loan in to_ask:
        await repayment_of(talk, ledger, meeting_id, member, loan)


def _is_asked(ledger: Ledger, loan: LoanStanding) -> bool:
    coming = loan.next_due is not None and loan.next_due.on <= ledger.today + AHEAD
    return bool(loan.due.total) or coming


async def repayment_of(
    talk: Talk, ledger: Ledger, meeting_id: str, member: Member, loan: LoanStanding
) -> None:
    """Say what is due, ask what she pays (part of it, too), read back, write down, and say what remains."""
    name, is_open = called(ledger, member), ledger.group.open_balances
    instalment = _say_due(talk, name, loan, is_open)
    with person_promised(talk, ledger, "repayment", meeting_id, member.id):
        amount = await agreed_amount(
            talk,
            "repayment",
            to=member.id,
            most=min(loan.payoff, ledger.group.cap),
            instead={"none": 0, "full": min(instalment, ledger.group.cap)},
            too_much="repayment.too_much" if is_open else "repayment.too_much_quietly",
            name=name,
        )
        if not amount:
            entry = NoRepayment(meeting_id, member.id, loan.loan_id)
            ledger.post(entry, once=talk.moment, evidence=talk.evidence)
            talk.say("repayment.none_noted")
            return
        paid = Repayment(meeting_id, member.id, loan.loan_id, amount)
        interest_before = ledger.interest_paid(loan.loan_id)
        ledger.post(paid, once=talk.moment, evidence=talk.evidence)
        interest = ledger.interest_paid(loan.loan_id) - interest_before
        _say_paid(talk, ledger, loan.loan_id, amount - interest, interest)
        if amount >= 2 * instalment and _can_be_chosen(ledger, loan.loan_id):
            await prepayment(talk, ledger, meeting_id, member, loan.loan_id)


def _can_be_chosen(ledger: Ledger, loan_id: str) -> bool:
    loan = ledger.loan(loan_id)
    return loan is not None and loan.ahead > 0 and loan.outstanding > 0


def _say_due(talk: Talk, name: str, loan: LoanStanding, is_open: bool) -> int:
    """Say the instalment, due by now or next; its sum in paise."""
    if loan.due.total:
        if is_open:
            late = "repayment.overdue" if loan.overdue else "repayment.due"
            talk.say(late, name=name, due=loan.due.total)
            talk.say("repayment.parts", interest=loan.due.interest, principal=loan.due.principal)
        return loan.due.total
    assert loan.next_due is not None
    coming = loan.next_due
    instalment = min(coming.interest + coming.principal, loan.payoff)
    if is_open:
        talk.say("repayment.coming", name=name, due=instalment, day=coming.on)
        talk.say("repayment.parts", interest=coming.interest, principal=coming.principal)
    return instalment


def _say_paid(talk: Talk, ledger: Ledger, loan_id: str, principal: int, interest: int) -> None:
    loan = ledger.loan(loan_id)
    if loan is None or not ledger.group.open_balances:
        talk.say("repayment.noted_quietly")
        return
    talk.say("repayment.noted", interest=interest, principal=principal)
    if loan.outstanding:
        talk.say("repayment.remains", outstanding=loan.outstanding)
    else:
        talk.say("repayment.settled")
