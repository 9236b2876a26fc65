"""The group's other money in a meeting: what it earned and spent, what went to the bank and came from it."""

from __future__ import annotations

from typing import Literal

from flows.expect import Choice, Digits
from flows.money import agreed_amount
from flows.promise import person_promised
from flows.talk import Talk
from store.entries import (
    BankDeposit,
    BankWithdrawal,
    Expense,
    ExpenseHead,
    Income,
    IncomeHead,
    Place,
)
from store.ledger import Ledger

MOST = 10
"""How many entries a meeting is asked for, one after the other."""
LONGEST_SLIP = 12
"""Digits."""
INCOME: dict[str, tuple[IncomeHead, Place]] = {
    "interest": ("bank_interest", "bank"),
    "sale": ("sale", "cash"),
    "grant": ("grant", "bank"),
    "fee": ("membership_fee", "cash"),
    "other": ("other", "cash"),
}
"""What may be earned, and where it is put."""
EXPENSES: dict[str, tuple[ExpenseHead, Place]] = {
    "travel": ("travel", "cash"),
    "stationery": ("stationery", "cash"),
    "bank": ("bank_charge", "bank"),
    "meeting": ("meeting", "cash"),
    "other": ("other", "cash"),
}
"""What may be spent on, and out of what."""

What = Literal["income", "expense", "bank"]


async def treasury(talk: Talk, ledger: Ledger, meeting_id: str) -> None:
    """Ask for other income, expenses and bank slips until there are no more (duties T5, M4, M9)."""
    if not ledger.group.treasury:
        return
    totals = ledger.totals(meeting_id)
    if totals.income or totals.expenses:
        talk.say("treasury.written", income=totals.income, expenses=totals.expenses)
    with person_promised(talk, ledger, "group money", meeting_id):
        for _ in range(MOST):
            what = await talk.ask(Choice("treasury"), "treasury.what")
            if what == "nothing":
                return
            await ASK[what](talk, ledger, meeting_id)


async def income(talk: Talk, ledger: Ledger, meeting_id: str) -> None:
    """Ask what was earned, read it back, write it down."""
    kind = await talk.ask(Choice("income"), "treasury.which_income")
    head, into = INCOME[kind]
    amount = await _amount(talk, "treasury.income", ledger.group.cap, kind)
    if amount:
        entry = Income(head, amount, into, meeting_id=meeting_id)
        ledger.post(entry, once=talk.moment, evidence=talk.evidence)
        _say_noted(talk, ledger)


async def expense(talk: Talk, ledger: Ledger, meeting_id: str) -> None:
    """Ask what was spent, read it back, write it down."""
    kind = await talk.ask(Choice("expense"), "treasury.which_expense")
    head, source = EXPENSES[kind]
    most = _most(talk, ledger, source)
    amount = await _amount(talk, "treasury.expense", most, kind) if most else 0
    if amount:
        entry = Expense(head, amount, source, meeting_id=meeting_id)
        ledger.post(entry, once=talk.moment, evidence=talk.evidence)
        _say_noted(talk, ledger)


async def bank(talk: Talk, ledger: Ledger, meeting_id: str) -> None:
    """Ask for the number of the bank's slip and the amount, read both back, write it down."""
    way = await talk.ask(Choice("bank"), "treasury.which_bank")
    make, source = (BankDeposit, "cash") if way == "deposit" else (BankWithdrawal, "bank")
    most = _most(talk, ledger, source)
    if not most:
        return
    slip = await talk.ask(Digits(1, LONGEST_SLIP), "treasury.slip")
    if ledger.slip_written(make, slip):
        talk.say("treasury.slip_written")
        return
    amount = await _amount(talk, "treasury.bank", most, way, slip=slip)
    if amount:
        ledger.post(make(amount, slip, meeting_id), once=talk.moment, evidence=talk.evidence)
        _say_noted(talk, ledger)


ASK = {"income": income, "expense": expense, "bank": bank}
"""How each is asked for."""


async def _amount(talk: Talk, question: str, most: int, kind: str, slip: str = "") -> int:
    told = f"check_{kind}"
    return await agreed_amount(talk, question, most=most, instead={"none": 0}, told=told, slip=slip)


def _most(talk: Talk, ledger: Ledger, source: str) -> int:
    """The most that can be taken out of the box or the bank; 0, and it is said, where no rupee is."""
    held = ledger.cash if source == "cash" else ledger.bank
    if held < 100:
        talk.say("treasury.nothing_there")
        return 0
    return min(held, ledger.group.cap)


def _say_noted(talk: Talk, ledger: Ledger) -> None:
    talk.say("treasury.noted", cash=ledger.cash, bank=ledger.bank)
