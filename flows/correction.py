""" "गलत हो गया": the last amount of the meeting is taken back and asked anew."""

from __future__ import annotations

from flows.expect import YesNo
from flows.names import called
from flows.promise import person_promised
from flows.repayment import repayment_of
from flows.savings import saving_of
from flows.talk import Talk
from flows.treasury import bank, expense, income
from flows.turn import NotUnderstood
from store.chain import Voucher
from store.entries import Expense, Income, NoRepayment, NoSaving, Repayment, Reversal, Saving
from store.errors import NotEnoughMoney
from store.ledger import Ledger


async def correction(talk: Talk, ledger: Ledger, meeting_id: str) -> None:
    """Read the last entry out, reverse it with a yes, and ask that member again."""
    wrong = ledger.last_undoable()
    if wrong is None:
        talk.say("correction.nothing")
        return
    with person_promised(talk, ledger, "correction", meeting_id):
        await _correct(talk, ledger, meeting_id, wrong)


async def _correct(talk: Talk, ledger: Ledger, meeting_id: str, wrong: Voucher) -> None:
    if not await _is_wrong(talk, ledger, wrong):
        talk.say("correction.kept")
        return
    reversal = Reversal(wrong.number, "said to be wrong in the meeting")
    try:
        ledger.post(reversal, once=talk.moment, evidence=talk.evidence)
    except NotEnoughMoney:
        raise NotUnderstood from None  # it was spent meanwhile: a person has to look at it
    talk.say("correction.done")
    await _ask_anew(talk, ledger, meeting_id, wrong)


async def _is_wrong(talk: Talk, ledger: Ledger, wrong: Voucher) -> bool:
    member_id, amount = getattr(wrong.entry, "member_id", None), getattr(wrong.entry, "amount", 0)
    name = called(ledger, ledger.member(member_id)) if member_id else ""
    return await talk.ask(YesNo(), f"correction.{wrong.kind}", barge_in=False, name=name, amount=amount)


async def _ask_anew(talk: Talk, ledger: Ledger, meeting_id: str, wrong: Voucher) -> None:
    match wrong.entry:
        case Saving() | NoSaving() as entry:
            await saving_of(talk, ledger, meeting_id, ledger.member(entry.member_id))
        case Repayment() | NoRepayment() as entry:
            loan = ledger.loan(entry.loan_id)
            assert loan is not None
            await repayment_of(talk, ledger, meeting_id, ledger.member(entry.member_id), loan)
        case Income():
            await income(talk, ledger, meeting_id)
        case Expense():
            await expense(talk, ledger, meeting_id)
        case _:
            await bank(talk, ledger, meeting_id)
