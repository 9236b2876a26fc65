"""Closing the meeting: totals, the cash counted against the books, the next day."""

from __future__ import annotations

from flows.expect import Day, YesNo
from flows.money import agreed_amount
from flows.opening import MOST_CASH
from flows.promise import person_promised, promise
from flows.talk import Talk
from flows.totals import say_group_money
from flows.turn import NotUnderstood
from store.entries import MeetingClosed, NextMeetingSet
from store.ledger import Ledger

COUNTS = 3


async def closing(talk: Talk, ledger: Ledger, meeting_id: str) -> None:
    """Read out what the meeting brought, count the cash, set the next day, close (duties M1, M3, M7, K1)."""
    _say_totals(talk, ledger, meeting_id)
    counted = await _cash_counted(talk, ledger, meeting_id)
    with person_promised(talk, ledger, "next meeting", meeting_id):
        await _next_meeting(talk, ledger, meeting_id)
    ledger.post(
        MeetingClosed(meeting_id, counted), once=f"{talk.id}/{meeting_id}/close", evidence=talk.evidence
    )
    talk.say("closing.cash_and_bank", cash=ledger.cash, bank=ledger.bank)
    if ledger.loans_outstanding:
        talk.say("closing.loans", loans=ledger.loans_outstanding)
    else:
        talk.say("closing.no_loans")
    talk.say("closing.remember")
    talk.say("closing.bye")


def _say_totals(talk: Talk, ledger: Ledger, meeting_id: str) -> None:
    totals = ledger.totals(meeting_id)
    talk.say("closing.came", present=totals.present)
    talk.say("closing.savings", savings=totals.savings)
    if totals.principal or totals.interest:
        talk.say("closing.repaid", principal=totals.principal, interest=totals.interest)
    say_group_money(talk, totals)


async def _cash_counted(talk: Talk, ledger: Ledger, meeting_id: str) -> int | None:
    """The cash counted; a difference to the books is counted again, then written down as it is."""
    counted = None
    try:
        for count in range(1, COUNTS + 1):
            counted = await agreed_amount(talk, "closing.cash", most=MOST_CASH, least=0)
            if counted == ledger.cash:
                talk.say("closing.cash_matches")
                return counted
            talk.say("closing.cash_differs", counted=counted, booked=ledger.cash)
            if count == COUNTS or not await talk.ask(YesNo(), "closing.count_again"):
                break
    except NotUnderstood:
        promise(talk, ledger, "cash at the closing", meeting_id)
        return counted
    promise(talk, ledger, "cash differs from the books", meeting_id)
    return counted


async def _next_meeting(talk: Talk, ledger: Ledger, meeting_id: str) -> None:
    for _ in range(COUNTS):
        day = await talk.ask(Day(ledger.today), "closing.next_day")
        if await talk.ask(YesNo(), "closing.next_check", barge_in=False, day=day):
            ledger.post(NextMeetingSet(meeting_id, day), once=talk.moment, evidence=talk.evidence)
            talk.say("closing.next_noted", day=day)
            return
    raise NotUnderstood
