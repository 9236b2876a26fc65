"""What the tests of the conversations share: made-up books in many states, and the conversations by name."""

import errno
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

from callers_kit import CALLS_IN, LEFT, calling, fined
from money_kit import MONEY

from flows.balance import balance
from flows.busy import busy
from flows.call_absent import call_absent
from flows.call_confirm import call_confirm
from flows.call_remind import call_remind
from flows.closing import closing
from flows.correction import correction
from flows.expect import Choice, Count, Day, Digits, Expect, OneGroup, OneMember, Rupees, VoiceNote, YesNo
from flows.fines import fines
from flows.identity import Caller
from flows.meeting import meeting
from flows.menu import menu
from flows.opening import opening
from flows.phone import phone
from flows.practice import practice
from flows.reach import Outcome
from flows.repayment import repayments
from flows.resume import goes_on
from flows.roll_call import roll_call
from flows.savings import savings
from flows.talk import Talk
from flows.treasury import treasury
from flows.turn import Heard, NotUnderstood, Turn
from store.chain import Voucher
from store.entries import (
    Attended,
    Fine,
    LoanTerms,
    MeetingClosed,
    MeetingOpened,
    Missed,
    NextMeetingSet,
    OpeningBalance,
    OpeningLoan,
    Repayment,
    Reversal,
    Saving,
)
from store.errors import DiskTrouble
from store.ledger import Ledger
from store.memory import MemoryVault
from store.people import Group
from store.vault import Vault

TODAY = date(2026, 11, 10)
NOW = datetime(2026, 11, 10, 11, tzinfo=timezone(timedelta(hours=5, minutes=30)))
OPEN = Group("ujala", "उजाला समूह", saving=100_00, quorum=2, cap=50_000_00, open_balances=True)
M = "2026-11-10"
Flow = Coroutine[Turn, Heard, Any]


NAMES = ("राधा", "सीता", "गीता")


def fresh(group: Group = OPEN, names: tuple[str, ...] = NAMES, vault: Vault | None = None) -> Ledger:
    """Members, some cash, and no loan."""
    ledger = Ledger.found(vault or MemoryVault(), group, lambda: NOW)
    for number, name in enumerate(names, start=1):
        ledger.add_member(number, name, phones=(f"98765 4321{number}",))
    ledger.post(OpeningBalance(5_000_00, 2_000_00, (("m1", 1_000_00), ("m2", 800_00))), once="opening")
    return ledger


def lend(ledger: Ledger, member_id: str, first_due: date, principal: int = 1_000_00) -> Ledger:
    terms = LoanTerms(principal, 200, "reducing", 5, first_due)
    ledger.post(OpeningLoan(member_id, f"loan-{member_id}", terms), once=f"loan {member_id}")
    return ledger


def with_loans() -> Ledger:
    """सीता owes an instalment due today, गीता one overdue, राधा one in two weeks."""
    ledger = lend(fresh(), "m2", TODAY)
    lend(ledger, "m3", TODAY - timedelta(days=40))
    return lend(ledger, "m1", TODAY + timedelta(days=14))


def in_session(ledger: Ledger, *absent: str) -> Ledger:
    """The meeting is open and the roll was called."""
    ledger.post(MeetingOpened(M), once="open today")
    for member in ledger.members():
        if member.id not in absent:
            ledger.post(Attended(M, member.id), once=f"here {member.id}")
    return ledger


def one_saved() -> Ledger:
    ledger = in_session(fresh())
    ledger.post(Saving(M, "m1", 500_00), once="wrong")
    return ledger


def private(pin: str = "1234", vault: Vault | None = None) -> Ledger:
    """Balances are each member's own secret; राधा has a PIN."""
    ledger = lend(fresh(replace(OPEN, open_balances=False), vault=vault), "m1", TODAY + timedelta(days=5))
    ledger.set_pin("m1", pin)
    return ledger


def locked_for_a_day() -> Ledger:
    """राधा's PIN was wrong nine times today."""
    ledger = private()
    for before in (2, 1, 0):
        ledger.now = partial(NOW.__sub__, timedelta(hours=before))
        for _ in range(3):
            ledger.check_pin("m1", "9999")
    return ledger


def after_a_meeting() -> Ledger:
    """राधा saved, repaid and was fined; the saving was corrected."""
    ledger = in_session(with_loans())
    ledger.post(Saving(M, "m1", 500_00), once="wrong")
    ledger.post(Reversal(len(ledger.vouchers), "wrong"), once="undo")
    ledger.post(Saving(M, "m1", 50_00), once="right")
    ledger.post(Repayment(M, "m1", "loan-m1", 100_00), once="paid")
    ledger.post(Fine(M, "m1", 5_00, "late"), once="fined")
    return ledger


def shared_phone() -> Ledger:
    """राधा and सीता share one telephone; each has a PIN, and राधा has been told of nothing yet."""
    ledger = private()
    ledger.set_pin("m2", "4321")
    for member_id in ("m1", "m2"):
        ledger.update_member(replace(ledger.member(member_id), phones=("12345", "67890")))
    ledger.update_member(replace(ledger.member("m3"), phones=("67890",)))
    in_session(ledger)
    ledger.post(Saving(M, "m1", 100_00), once="saved")
    ledger.post(Fine(M, "m1", 5_00, "late"), once="fined")
    ledger.post(Repayment(M, "m1", "loan-m1", 50_00), once="paid")
    ledger.post(NextMeetingSet(M, TODAY + timedelta(days=7)), once="next")
    ledger.post(MeetingClosed(M, ledger.cash), once="closed")
    return ledger


def after_meetings(ledger: Ledger, times: int = 3) -> Ledger:
    """So many meetings were held: राधा saved in each, सीता was ill, nobody knows where गीता was."""
    for number in range(1, times + 1):
        meeting_id = f"meeting {number}"
        ledger.post(MeetingOpened(meeting_id), once=f"open {number}")
        ledger.post(Attended(meeting_id, "m1"), once=f"here {number}")
        ledger.post(Missed(meeting_id, "m2", "ill"), once=f"ill {number}")
        ledger.post(Missed(meeting_id, "m3"), once=f"away {number}")
        ledger.post(Saving(meeting_id, "m1", 100_00), once=f"saved {number}")
        ledger.post(NextMeetingSet(meeting_id, TODAY + timedelta(days=1)), once=f"next {number}")
        ledger.post(MeetingClosed(meeting_id, ledger.cash), once=f"close {number}")
    return ledger


class FullDisk(MemoryVault):
    """Takes ``room`` more vouchers and then has no room: a disk that fills up can't be had in every test."""

    room = 6

    def append(self, voucher: Voucher) -> None:
        if voucher.number > self.room:
            raise DiskTrouble(Path("ujala.json"), OSError(errno.ENOSPC, "No space left on device"))
        super().append(voucher)


async def every_answer(talk: Talk, ledger: Ledger) -> None:
    """Asks for each kind of answer that there is, to hear its help."""
    expects: list[Expect[Any]] = [
        YesNo(),
        Choice("menu"),
        Rupees(100_00),
        Count(2, 5),
        Digits(4, 4),
        Day(ledger.today),
        OneMember(ledger.members()),
        VoiceNote(),
        OneGroup([ledger.group]),
    ]
    for expect in expects:
        talk.say("menu.welcome", group=expect.kind)
        with suppress(NotUnderstood):
            await talk.ask(expect, "menu.choose")


async def a_note(talk: Talk, ledger: Ledger) -> None:
    """Takes a spoken note and plays it back."""
    recording = await talk.record("menu.choose")
    talk.play(recording)


async def how_many(talk: Talk, ledger: Ledger) -> None:
    """Asks for a count twice."""
    for most in (5, 30):
        await talk.ask(Count(2, most), "menu.choose")


def where_kept(flow: Callable[[Talk, Ledger], Flow]) -> Callable[[Talk, Ledger], Flow]:
    """The conversation over a channel that keeps answers as sound for 90 days."""

    def keeping(talk: Talk, ledger: Ledger) -> Flow:
        talk.keeps_for = 90
        return flow(talk, ledger)

    return keeping


def agreed() -> Ledger:
    """राधा agreed to be recorded, सीता declined, गीता was not asked; a meeting is open."""
    ledger = in_session(with_loans())
    for member_id, answer in (("m1", True), ("m2", False)):
        ledger.set_consent(member_id, answer)
    return ledger


BOOKS: dict[str, Callable[[], Ledger]] = {
    "fresh": fresh,
    "few": lambda: fresh(replace(OPEN, quorum=3)),
    "two-radhas": lambda: fresh(names=("राधा", "सीता", "राधा")),
    "three-radhas": lambda: fresh(names=("राधा", "राधा", "राधा")),
    "full-disk": lambda: fresh(vault=FullDisk()),
    "after-a-meeting": after_a_meeting,
    "in-session": lambda: in_session(fresh()),
    "in-session-loans": lambda: in_session(with_loans()),
    "in-session-private": lambda: in_session(private(), "m2", "m3"),
    "one-saved": one_saved,
    "loans": with_loans,
    "private": private,
    "locked-for-a-day": locked_for_a_day,
    "shared-phone": shared_phone,
    **{name: partial(left, shared_phone) for name, left in LEFT.items()},
    **{name: partial(begun, fresh) for name, begun in MONEY.items()},
    "takes-voluntary": lambda: in_session(fresh(replace(OPEN, voluntary=True))),
    "three-meetings": lambda: after_meetings(with_loans()),
    "three-private-meetings": lambda: after_meetings(private()),
    "agreed": agreed,
    "fined-private": lambda: in_session(fined(private())),
    "fined": lambda: in_session(fined(with_loans())),
}

FLOWS: dict[str, Callable[[Talk, Ledger], Flow]] = {
    "opening": opening,
    "roll_call": lambda talk, ledger: roll_call(talk, ledger, M),
    "savings": lambda talk, ledger: savings(talk, ledger, M),
    "fines": lambda talk, ledger: fines(talk, ledger, M),
    "repayments": lambda talk, ledger: repayments(talk, ledger, M),
    "correction": lambda talk, ledger: correction(talk, ledger, M),
    "treasury": lambda talk, ledger: treasury(talk, ledger, M),
    "closing": lambda talk, ledger: closing(talk, ledger, M),
    "meeting": meeting,
    "practice": practice,
    "balance": balance,
    "balance from 98765 43211": lambda talk, ledger: balance(talk, ledger, Caller("98765 43211")),
    "balance with keyed PIN": lambda talk, ledger: balance(talk, ledger, Caller(spoken_pin=False)),
    "menu": menu,
    "phone from 98765 43211": lambda talk, ledger: phone(talk, ledger, calling(ledger, "98765 43211")),
    "phone from 67890": lambda talk, ledger: phone(talk, ledger, calling(ledger, "67890")),
    "phone from 12345": lambda talk, ledger: phone(talk, ledger, calling(ledger, "12345")),
    "phone from 12345, two PINs wrong before": (
        lambda talk, ledger: phone(talk, ledger, calling(ledger, "12345", wrong=("ujala/m1", "ujala/m1")))
    ),
    "call_confirm to m1": lambda talk, ledger: call_confirm(talk, ledger, ledger.member("m1"), Outcome()),
    "call_remind to m1": lambda talk, ledger: call_remind(talk, ledger, ledger.member("m1"), Outcome()),
    "call_absent to m2": lambda talk, ledger: call_absent(talk, ledger, ledger.member("m2"), Outcome()),
    "call_absent to m3": lambda talk, ledger: call_absent(talk, ledger, ledger.member("m3"), Outcome()),
    "busy": lambda talk, ledger: busy(talk, calls_back=True),
    "busy without a number": lambda talk, ledger: busy(talk, calls_back=False),
    "kept phone from 12345": where_kept(lambda talk, ledger: phone(talk, ledger, calling(ledger, "12345"))),
    "kept phone from 98765 43211": where_kept(
        lambda talk, ledger: phone(talk, ledger, calling(ledger, "98765 43211"))
    ),
    "kept phone from 98765 43212": where_kept(
        lambda talk, ledger: phone(talk, ledger, calling(ledger, "98765 43212"))
    ),
    "kept call_confirm to m1": where_kept(
        lambda talk, ledger: call_confirm(talk, ledger, ledger.member("m1"), Outcome())
    ),
    "kept meeting": where_kept(meeting),
    "kept practice": where_kept(practice),
    "goes_on": lambda talk, ledger: goes_on(talk),
    **CALLS_IN,
    "every_answer": every_answer,
    "how_many": how_many,
    "a_note": a_note,
}
