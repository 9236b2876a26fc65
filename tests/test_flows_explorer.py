"""Every conversation under every class of reply, and cut off at every turn: the books stay whole."""

import random
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from calls_kit import CALLS, reply
from flows_kit import BOOKS, FLOWS, M
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.expect import Got
from flows.prompts import keys as prompt_keys
from flows.prompts import text_of
from flows.talk import Talk
from flows.turn import Heard, HungUp, NotUnderstood, Stopped, Turn
from ivr.channel import CUT, HANGUP, NOISE, SILENCE, converse, keys, note, said
from store.entries import (
    BankDeposit,
    BankWithdrawal,
    Entry,
    Expense,
    Income,
    Repayment,
    Reversal,
    Saving,
)
from store.errors import DiskTrouble
from store.ledger import Ledger

REPLIES = [
    *map(said, ["हाँ", "नहीं", "सौ", "दो सौ पचास रुपये", "सौ-पचास", "आज नहीं", "राधा", "अगले सोमवार", "[unk]"]),
    *map(said, ["बीमार", "दोबारा", "मदद", "रुको", "आगे", "बंद", "गलत हो गया", "[unk] हाँ", "एक दो तीन चार"]),
    *map(said, ["आमदनी", "खर्च", "बैंक", "ब्याज", "जमा", "किराया", "कुछ नहीं"]),
    *map(keys, ["1", "2", "3", "0", "100", "99999", "*", "*0", "*7", "*9", "1234", "#9", "*5"]),
    *(SILENCE, NOISE, CUT, note("note")),
]
EASY = {"digits": keys("1234"), "note": note("note")}
STARTS = [
    ("meeting", "loans"),
    ("fines", "fined"),
    ("meeting", "held-before"),
    ("meeting", "few"),
    ("meeting", "two-radhas"),
    ("meeting", "one-saved"),
    ("meeting", "asks-for-money"),
    ("treasury", "asks-for-money"),
    ("meeting", "takes-voluntary"),
    ("practice", "loans"),
    ("balance", "private"),
    ("balance", "two-radhas"),
    ("balance", "loans"),
    ("balance from 98765 43211", "private"),
    ("balance with keyed PIN", "private"),
    ("menu", "loans"),
    ("phone from 12345", "shared-phone"),
    ("phone from 12345, two PINs wrong before", "shared-phone"),
    ("phone from 98765 43211", "private"),
    ("phone from 98765 43211", "loans"),
    ("phone from 12345", "to-sign"),
    ("line from 55555", "answered"),
    ("line from 55555, several groups", "shared-phone"),
    ("line from 12345, two groups", "shared-phone"),
    ("line from 98765 43211, the worker's", "everything-left"),
    ("line from a number kept back", "many-left"),
    ("call_confirm to m1", "three-meetings"),
    ("call_confirm to m1", "three-private-meetings"),
    ("call_remind to m1", "three-private-meetings"),
    ("call_remind to m1", "loans"),
    ("call_absent to m2", "three-meetings"),
    ("call_absent to m3", "three-meetings"),
    ("kept phone from 12345", "shared-phone"),
    ("kept phone from 98765 43211", "agreed"),
]
MEMBERS_MONEY = (Saving, Repayment)
GROUPS_MONEY = (Income, Expense, BankDeposit, BankWithdrawal)
LONG_ENOUGH = 400
FILES = sorted(CALLS.glob("*.call"))


class Explorer:
    """A caller who gives the replies she was told, then answers as asked, and watches every posting."""

    def __init__(self, ledger: Ledger, replies: Iterator[Heard | HungUp]) -> None:
        self._ledger = ledger
        self._replies = replies
        self._asked = 0
        self._posted = len(ledger.vouchers)
        self._last: tuple[Turn, Heard] | None = None
        self.reached: set[str] = set()

    def exchange(self, turn: Turn) -> Heard:
        self.check_postings()
        self.reached |= {line.key for line in turn.say}
        assert all(text_of(line).strip() for line in turn.say)
        if turn.expect is None:
            return SILENCE
        assert turn.question and turn.phrases
        if turn.keep:
            assert turn.to and self._ledger.member(turn.to).consent and not turn.secret
        self._asked += 1
        assert self._asked < LONG_ENOUGH, "the conversation does not end"
        heard = next(self._replies, None) or EASY.get(turn.expect.kind, keys("1"))
        if isinstance(heard, HungUp):
            raise heard
        self._last = (turn, heard)
        return heard

    def hangup(self) -> None:
        self.check_postings()

    def check_postings(self) -> None:
        for voucher in self._ledger.vouchers[self._posted :]:
            assert sum(posting.amount for posting in voucher.postings) == 0
            if isinstance(voucher.entry, (*MEMBERS_MONEY, *GROUPS_MONEY, Reversal)):
                self._check_consent(voucher.entry)
        self._posted = len(self._ledger.vouchers)

    def _check_consent(self, entry: Entry) -> None:
        """Money moves only right after a yes to its own read-back, which could not be talked over."""
        assert self._last is not None
        turn, heard = self._last
        assert turn.expect is not None and turn.question is not None
        assert turn.expect.parse(heard) == Got(True)
        assert not turn.barge_in
        if isinstance(entry, (*MEMBERS_MONEY, *GROUPS_MONEY)):
            assert re.fullmatch(r"\w+\.(\w+\.)?check(_\w+)?", turn.question.key)
            assert turn.question.slots["amount"] == entry.amount
            assert turn.to == getattr(entry, "member_id", None)


def explore(flow: str, books: str, replies: Sequence[Heard | HungUp]) -> tuple[Ledger, Explorer]:
    ledger = BOOKS[books]()
    caller = Explorer(ledger, iter(replies))
    talk = Talk("explored", "script")
    with suppress(HungUp, Stopped, NotUnderstood, DiskTrouble):
        converse(FLOWS[flow](talk, ledger), caller, talk)
    return ledger, caller


@pytest.mark.parametrize(("flow", "books"), STARTS, ids=lambda value: value)
@given(st.lists(st.sampled_from(REPLIES), max_size=40), st.booleans())
@settings(max_examples=40)
def test_whatever_is_answered_the_talk_ends_and_the_books_are_whole(
    flow: str, books: str, replies: list[Heard], hangs_up: bool
) -> None:
    ledger, _ = explore(flow, books, [*replies, HANGUP] if hangs_up else replies)
    assert ledger.cash >= 0
    assert Ledger.pretend(ledger).vouchers == ledger.vouchers


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_hangup_at_every_turn_keeps_what_was_confirmed_and_nothing_else(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = dict(line.split(": ", 1) for line in lines[:2])
    answers = [reply(line[2:]) for line in lines if line.startswith("> ")]
    replies = [said(answer) if isinstance(answer, str) else answer for answer in answers]
    whole = [voucher.entry for voucher in explore(head["talk"], head["books"], replies)[0].vouchers]
    counts = []
    for turn in range(len(replies) + 1):
        ledger, _ = explore(head["talk"], head["books"], [*replies[:turn], HANGUP])
        assert [voucher.entry for voucher in ledger.vouchers] == whole[: len(ledger.vouchers)]
        counts.append(len(ledger.vouchers))
    assert counts == sorted(counts)


@pytest.mark.parametrize("books", ["loans", "held-before", "few", "two-radhas"])
def test_a_meeting_cut_off_at_any_turn_can_be_taken_up_and_closed(books: str) -> None:
    turn, ended = 0, False
    while not ended:
        ledger = BOOKS[books]()
        for attempt, replies in enumerate(([None] * turn + [HANGUP], [])):
            answers = [keys("1") if answer is None else answer for answer in replies]
            caller, talk = Explorer(ledger, iter(answers)), Talk(f"try {attempt}", "script")
            try:
                converse(FLOWS["meeting"](talk, ledger), caller, talk)
            except HungUp:
                continue
            ended = attempt == 0
            break
        assert ledger.meeting is None
        assert ledger.last_meeting is not None and ledger.last_meeting.id == M
        for member in ledger.members():
            assert ledger.saved_in(M, member.id) == 100
        turn += 1
    assert turn > 10


def test_every_prompt_is_reached() -> None:
    reached: set[str] = set()
    for path in FILES:
        lines = path.read_text(encoding="utf-8").splitlines()
        head = dict(line.split(": ", 1) for line in lines[:2])
        answers = [reply(line[2:]) for line in lines if line.startswith("> ")]
        replies = [said(answer) if isinstance(answer, str) else answer for answer in answers]
        reached |= explore(head["talk"], head["books"], replies)[1].reached
    chance = random.Random(7)
    for flow, books in STARTS * 25:
        replies = chance.choices(REPLIES, k=chance.randrange(60))
        reached |= explore(flow, books, replies)[1].reached
    elsewhere = {
        "names.numbered",
        "talk.recording_gone",
        "busy.closing",
        "resume.goes_on",
    }  # said without a flow
    unreached = " ".join(sorted(prompt_keys() - reached - elsewhere))
    assert unreached == ""
