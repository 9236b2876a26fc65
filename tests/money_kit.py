"""Books of money that was there before, and of the group's own: for the golden calls and the explorer."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from store.entries import (
    BankDeposit,
    BankWithdrawal,
    Checked,
    Entry,
    Expense,
    Income,
    LoanTerms,
    MeetingClosed,
    MeetingOpened,
    MemberSettled,
    OpeningBalance,
    OpeningLoan,
    Reversal,
    SavingsPaidOut,
)
from store.ledger import Ledger

Begin = Callable[[], Ledger]
TODAY = "2026-11-10"
"""The meeting of that day."""


def held_before(begin: Begin) -> Ledger:
    """A meeting was held and closed before."""
    ledger = begin()
    ledger.post(MeetingOpened("earlier"), once="open")
    ledger.post(MeetingClosed("earlier", 5_000_00), once="close")
    return ledger


def from_paper(begin: Begin) -> Ledger:
    """राधा brought savings of both kinds and a loan from paper, by a cut-off sheet."""
    ledger = begin()
    ledger.post(Reversal(1, "a sheet comes instead"), once="no opening")
    terms = LoanTerms(500_00, 200, "reducing", 5, ledger.today + timedelta(days=20))
    sheet = OpeningBalance(
        cash=5_000_00,
        bank=0,
        savings=(("m1", 1_000_00), ("m2", 800_00)),
        voluntary=(("m1", 300_00),),
        loans=(OpeningLoan("m1", "old", terms),),
        surplus=3_400_00,
    )
    ledger.post(sheet, once="sheet")
    return ledger


def paid_out(begin: Begin) -> Ledger:
    """राधा withdrew voluntary savings, had her part of a share-out, and was settled."""
    ledger = from_paper(begin)
    ledger.post(SavingsPaidOut("m1", 100_00), once="withdrawn")
    ledger.post(ledger.share_out("equally", 2_000_00, "kept", "cash"), once="shared")
    ledger.post(MemberSettled("m1", ledger.settlement("m1")), once="settled")
    return ledger


def paid_out_met(begin: Begin) -> Ledger:
    """The others meet without her."""
    ledger = paid_out(begin)
    ledger.post(MeetingOpened(f"{ledger.today}"), once="open today")
    return ledger


def paid_out_disputed(begin: Begin) -> Ledger:
    """She says that what she was paid is wrong."""
    ledger = paid_out(begin)
    for entry in ledger.unchecked("m1"):
        ledger.post(Checked(entry.number, "m1", False), once=f"wrong {entry.number}")
    return ledger


def asks_for_money(begin: Begin, *entries: Entry) -> Ledger:
    """A meeting that asks for the group's other money, of which those are written."""
    ledger = begin()
    ledger.update_group(replace(ledger.group, treasury=True))
    ledger.post(MeetingOpened(TODAY), once="open today")
    for number, entry in enumerate(entries):
        ledger.post(entry, once=f"money {number}")
    return ledger


def without_money(begin: Begin) -> Ledger:
    """There is nothing in the box, nor in the bank."""
    ledger = asks_for_money(begin)
    ledger.post(Reversal(1, "nothing was brought"), once="no opening")
    return ledger


SALE = Income("sale", 200_00, meeting_id=TODAY)
MONEY: dict[str, Callable[[Begin], Ledger]] = {
    "held-before": held_before,
    "from-paper": from_paper,
    "paid-out": paid_out,
    "paid-out-met": paid_out_met,
    "paid-out-disputed": paid_out_disputed,
    "asks-for-money": asks_for_money,
    "without-money": without_money,
    "earned-last": lambda begin: asks_for_money(begin, SALE),
    "spent-last": lambda begin: asks_for_money(begin, Expense("travel", 80_00, meeting_id=TODAY)),
    "deposited-last": lambda begin: asks_for_money(begin, BankDeposit(500_00, "417", TODAY)),
    "withdrawn-last": lambda begin: asks_for_money(begin, BankWithdrawal(300_00, "9", TODAY)),
    "spent-it-all": lambda begin: asks_for_money(begin, SALE, BankDeposit(5_200_00, "1")),
}
