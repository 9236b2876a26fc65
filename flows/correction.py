""" "गलत हो गया": the last amount of the meeting is taken back and asked anew."""

from __future__ import annotations

from flows.expect import YesNo
from flows.names import called
from flows.promise import person_promised
from flows.repayment import repayment_of
from flows.savings import saving_of
from flows.talk import Talk
from store.chain import Voucher
from store.entries import NoRepayment, NoSaving, Repayment, Reversal, Saving
from store.ledger import Ledger
from store.people import Member


async def correction(talk: Talk, ledger: Ledger, meeting_id: str) -> None:
    """Read the last entry out, reverse it with a yes, and ask that member again."""
    wrong = ledger.last_undoable()
    if wrong is None:
        talk.say("correction.nothing")
        return
    with person_promised(talk, ledger, "correction", meeting_id):
        await _correct(talk, ledger, meeting_id, wrong)


async def _correct(talk: Talk, ledger: Ledger, meeting_id: str, wrong: Voucher) -> None:
    entry = wrong.entry
    assert isinstance(entry, Saving | NoSaving | Repayment | NoRepayment)
    member = ledger.member(entry.member_id)
    if not await _is_wrong(talk, called(ledger, member), entry):
        talk.say("correction.kept")
        return
    reversal = Reversal(wrong.number, "said to be wrong in the meeting")
    ledger.post(reversal, once=talk.moment, evidence=talk.evidence)
    talk.say("correction.done")
    await _ask_anew(talk, ledger, meeting_id, member, entry)


async def _is_wrong(talk: Talk, name: str, entry: Saving | NoSaving | Repayment | NoRepayment) -> bool:
    kind = "saving" if isinstance(entry, Saving | NoSaving) else "repayment"
    if isinstance(entry, Saving | Repayment):
        key = f"correction.{kind}"
        return await talk.ask(YesNo(), key, barge_in=False, name=name, amount=entry.amount)
    return await talk.ask(YesNo(), f"correction.no_{kind}", barge_in=False, name=name)


async def _ask_anew(
    talk: Talk,
    ledger: Ledger,
    meeting_id: str,
    member: Member,
    entry: Saving | NoSaving | Repayment | NoRepayment,
) -> None:
    if isinstance(entry, Saving | NoSaving):
        await saving_of(talk, ledger, meeting_id, member)
        return
    loan = ledger.loan(entry.loan_id)
    assert loan is not None
    await repayment_of(talk, ledger, meeting_id, member, loan)
