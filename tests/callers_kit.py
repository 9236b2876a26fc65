"""Who calls, and what was left to the worker before: for the golden calls and the explorer."""

from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from flows.door import Known, door, goodbye, serve
from flows.identity import Caller
from flows.phone import phone
from flows.talk import Talk
from flows.turn import Heard, Turn
from flows.worker import Desk, worker
from store.entries import (
    Attended,
    BankDeposit,
    Checked,
    Countersigned,
    Fine,
    FinesAgreed,
    LoanGiven,
    LoanTerms,
    MeetingClosed,
    MeetingOpened,
    MessageLeft,
    Missed,
    Repayment,
    Saving,
    SignatoriesNamed,
    WorkerAnswered,
    WorkerAsked,
)
from store.ledger import Ledger
from store.people import Group
from store.pins import PinCheck
from store.records import MemoryRecords
from store.strangers import Strangers
from store.tries import PhoneTries
from store.worker import WorkerPin

Flow = Coroutine[Turn, Heard, Any]
STRANGER = "55555"
EARLIER = ("earlier", "earlier 2", "earlier 3")
"""Keys under which the stranger left something, if anything was posted under them."""
OTHERS = tuple(
    Group(f"other-{number}", name, 100_00, 2, 50_000_00, number=number)
    for number, name in enumerate(("आशा समूह", "दीप", "किरण समूह"), start=4)
)
PROMISES = (
    *("front door", "phone", "asks for a call", "PIN", "PIN locked", "telephone locked", "call", "balance"),
    *("attendance", "saving", "repayment", "correction", "next meeting", "cash at the opening"),
    *("cash at the closing", "cash differs from the books", "recordings", "paid ahead", "fine"),
    "group money",
)


def calling(ledger: Ledger, number: str, wrong: tuple[str, ...] = ()) -> Caller:
    """Who calls from ``number``, from which PINs of these members were tried and wrong before."""
    tries = PhoneTries(MemoryRecords(), number, ledger.now)
    for whose in wrong:
        tries.tried(whose, lambda: PinCheck.WRONG)
    return Caller(number, tries=tries)


def from_all(talk: Talk, ledger: Ledger) -> Flow:
    """A call from a telephone that all members of the group use."""
    for member in ledger.members():
        ledger.update_member(replace(member, phones=(*member.phones, "77777")))
    return phone(talk, ledger, calling(ledger, "77777"))


class Shelf:
    """One group's books, as those of all groups."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def groups(self) -> Sequence[Group]:
        return (self._ledger.group,)

    @contextmanager
    def taken(self, group: str) -> Iterator[Ledger]:
        yield self._ledger


def strangers_of(ledger: Ledger) -> Strangers:
    strangers = Strangers(MemoryRecords(), ledger.now)
    for once in EARLIER:
        strangers.left(STRANGER, ledger.group.id, once)
    return strangers


def desk(ledger: Ledger, *, pin: str = "2468") -> Desk:
    workers = WorkerPin(MemoryRecords(), ledger.now)
    if pin:
        workers.set(pin)
    phone_of = strangers_of(ledger).phone_of
    return Desk(Shelf(ledger), workers, lambda group, clip: None, phone_of, ledger.now)


async def whole_call(
    talk: Talk, ledger: Ledger, number: str, others: int = 0, hers: int = 0, works: bool = False
) -> None:
    """A call to a line with ``others`` groups besides; ``hers`` of them know the number too."""
    ledger.update_group(replace(ledger.group, number=1))
    knows = (ledger.group,) if ledger.members_by_phone(number) else ()
    known = Known((ledger.group, *OTHERS[:others]), (*knows, *OTHERS[:hers]), worker=works)
    errand = await door(talk, known)
    caller = calling(ledger, number)
    if errand is None:
        await goodbye(talk)
    elif errand.what == "worker":
        await worker(talk, desk(ledger), caller)
    else:
        await serve(talk, ledger, errand.what, caller, strangers_of(ledger))


CALLS_IN: dict[str, Callable[[Talk, Ledger], Flow]] = {
    "phone": from_all,
    "line from 55555": partial(whole_call, number=STRANGER),
    "line from 55555, several groups": partial(whole_call, number=STRANGER, others=2),
    "line from a number kept back": partial(whole_call, number=""),
    "line from 98765 43211": partial(whole_call, number="98765 43211", others=1),
    "line from 12345, two groups": partial(whole_call, number="12345", others=2, hers=1),
    "line from 12345, three groups": partial(whole_call, number="12345", others=2, hers=2),
    "line from 12345, four groups": partial(whole_call, number="12345", others=3, hers=3),
    "line from 98765 43211, the worker's": partial(whole_call, number="98765 43211", works=True),
    "line from 22222, the worker's": partial(whole_call, number="22222", works=True),
    "worker without a PIN": lambda talk, ledger: worker(talk, desk(ledger, pin=""), Caller()),
}


def answered(begin: Callable[[], Ledger]) -> Ledger:
    """राधा and a stranger left messages; the worker has heard, answered and done some."""
    ledger = begin()
    of = ledger.post(MessageLeft("m1", "clip 1"), once="m1").number
    ledger.post(WorkerAnswered(of, done=True), once="done")
    ledger.post(MessageLeft("m1", "clip 2"), once="m1 again")
    for member_id, once in (("m1", "m1 third"), (None, EARLIER[0])):
        of = ledger.post(MessageLeft(member_id, "clip 3"), once=once).number
        ledger.post(WorkerAnswered(of, done=False, clip="answer"), once=f"answer {of}")
    of = ledger.post(MessageLeft(None, "clip 4"), once=EARLIER[1]).number
    ledger.post(WorkerAnswered(of, done=True), once="done too")
    return ledger


def many_left(begin: Callable[[], Ledger]) -> Ledger:
    """As many messages wait as may."""
    ledger = begin()
    for number, once in enumerate(EARLIER):
        ledger.post(MessageLeft("m1", f"clip {number}"), once=f"m1 {number}")
        ledger.post(MessageLeft(None, f"clip {number}"), once=once)
    return ledger


def one_left(begin: Callable[[], Ledger]) -> Ledger:
    """राधा left a message."""
    ledger = begin()
    ledger.post(MessageLeft("m1", "clip"), once="m1")
    return ledger


def lent(begin: Callable[[], Ledger]) -> Ledger:
    """In the last meeting the group lent, and took cash to the bank."""
    ledger = begin()
    ledger.post(MeetingOpened("lending"), once="lending")
    terms = LoanTerms(500_00, 200, "reducing", 5, ledger.today + timedelta(days=30))
    ledger.post(LoanGiven("lending", "m3", "new", terms), once="lent")
    ledger.post(BankDeposit(200_00, "7", "lending"), once="deposited")
    ledger.post(MeetingClosed("lending"), once="lending closed")
    return ledger


def everything_left(begin: Callable[[], Ledger]) -> Ledger:
    """Everything there is for the worker: messages, promises, and entries of each kind disputed."""
    ledger = begin()
    ledger.update_member(replace(ledger.member("m1"), phones=("98765 43211",)))
    ledger.post(MessageLeft("m1", "clip"), once="m1")
    ledger.post(MessageLeft(None, "clip"), once=EARLIER[0])
    ledger.post(MessageLeft(None, "clip"), once="kept back")
    ledger.post(WorkerAsked(None, None, "phone"), once=EARLIER[1])
    for about in PROMISES:
        ledger.post(WorkerAsked(None, "m2" if about != "front door" else None, about), once=about)
    for entry in ledger.unchecked("m1"):
        ledger.post(Checked(entry.number, "m1", False), once=f"wrong {entry.number}")
    ledger.post(SignatoriesNamed(None, ("m2",)), once="named")
    banked = ledger.post(BankDeposit(100_00, "1"), once="banked").number
    ledger.post(Countersigned((banked,), "m2", False), once="not banked")
    return ledger


def to_sign(begin: Callable[[], Ledger]) -> Ledger:
    """राधा checks, as second signatory, what others wrote: in two closed meetings, and outside any."""
    ledger = begin()
    ledger.post(SignatoriesNamed(None, ("m1",)), once="named")
    for number in (1, 2):
        meeting = f"meeting {number}"
        ledger.post(MeetingOpened(meeting), once=f"open {number}")
        for member_id in ("m1", "m2", "m3"):
            ledger.post(Attended(meeting, member_id), once=f"{number} here {member_id}")
            ledger.post(Saving(meeting, member_id, 100_00), once=f"{number} saved {member_id}")
        if number == 2:
            terms = LoanTerms(500_00, 200, "reducing", 5, ledger.today)
            ledger.post(LoanGiven(meeting, "m3", "L", terms), once="lent to m3")
            ledger.post(Fine(meeting, "m2", 5_00, "late"), once="m2 fined")
        ledger.post(MeetingClosed(meeting, ledger.cash), once=f"close {number}")
    ledger.post(BankDeposit(100_00, "1"), once="after the meetings")
    return ledger


def fined(ledger: Ledger) -> Ledger:
    """Five weeks later: सीता missed a meeting, and neither her instalment nor गीता's was paid in it."""
    ledger.post(FinesAgreed(None, 5_00, 2_00), once="rule")
    later = ledger.now() + timedelta(days=35)
    ledger.now = lambda: later
    ledger.post(MeetingOpened("earlier"), once="open")
    for entry in (Attended("earlier", "m1"), Missed("earlier", "m2"), Attended("earlier", "m3")):
        ledger.post(entry, once=f"roll {entry.member_id}")
    ledger.post(Repayment("earlier", "m1", "loan-m1", 220_00), once="in time")
    ledger.post(MeetingClosed("earlier", ledger.cash), once="close")
    return ledger


LEFT: dict[str, Callable[[Callable[[], Ledger]], Ledger]] = {
    "answered": answered,
    "one-left": one_left,
    "many-left": many_left,
    "lent-last": lent,
    "everything-left": everything_left,
    "to-sign": to_sign,
}
