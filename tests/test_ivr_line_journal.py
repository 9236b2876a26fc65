"""A call that breaks off goes on in the next one: cut at any turn, a talk brings the same books as uncut."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from calls_kit import CALLS, reply
from flows_kit import BOOKS, FLOWS, NOW
from hypothesis import given, settings
from hypothesis import strategies as st
from test_flows_explorer import REPLIES

from flows.talk import Talk
from flows.turn import Heard, HungUp, Line, NotUnderstood, Stopped, Turn
from ivr.channel import HANGUP, SILENCE, converse, keys, said
from ivr.line.journal import Journal, Resuming
from store.errors import DiskTrouble
from store.ledger import Ledger
from store.records import MemoryRecords, Records
from store.tinydb import TinyRecords

PHONE = "+91 98765 43211"
WITHIN = timedelta(minutes=10)
FILES = sorted(CALLS.glob("*.call"))
ELSE_WITH_TRIES = {
    "call_confirm_not_understood",
    "phone_locked_across_members",
    "phone_message_without_pin",
    "phone_own_pin_forgives_no_other",
}
"""Where the number of tries left decides, and begins anew in the next call."""
ON_THE_PHONE = [
    path
    for path in FILES
    if path.stem.startswith(("balance", "call", "phone", "practice")) and path.stem not in ELSE_WITH_TRIES
]
LONG_ENOUGH = 300


@dataclass
class Caller:
    """Answers in this order, then as she answered the same question before; she is cut off at a turn."""

    answers: Sequence[Heard | HungUp]
    cut: int | None = None
    before: Sequence[tuple[Turn, Heard | HungUp]] = ()
    log: list[tuple[Turn, Heard | HungUp]] = field(default_factory=list)
    told: list[Line] = field(default_factory=list)

    def exchange(self, turn: Turn) -> Heard:
        self.told += turn.say
        if turn.expect is None:
            return SILENCE
        if len(self.log) == self.cut:
            raise HungUp
        assert len(self.log) < LONG_ENOUGH
        answer = self._answer(turn)
        self.log.append((turn, answer))
        if isinstance(answer, HungUp):
            raise answer
        return answer

    def hangup(self) -> None:
        pass

    def _answer(self, turn: Turn) -> Heard | HungUp:
        if len(self.log) < len(self.answers):
            return self.answers[len(self.log)]
        same = [at for at, (other, _) in enumerate(self.before) if other.question == turn.question]
        if not same:
            return keys("1234") if turn.secret else HANGUP
        answer = self.before[same[0]][1]
        self.before = self.before[same[0] + 1 :]
        return answer


@dataclass
class Telephone:
    """What survives a call: the books and what is kept of talks that broke off."""

    ledger: Ledger
    records: Records = field(default_factory=MemoryRecords)
    now: datetime = NOW
    calls: int = 0

    def journal(self) -> Journal:
        self.calls += 1
        return Journal(self.records, PHONE, str(self.calls), WITHIN, lambda: self.now)

    def call(self, flow: str, caller: Caller) -> Caller:
        journal = self.journal()
        broken = journal.taken()
        talk = Talk(f"phone-{self.calls}", "script")
        channel = Resuming(caller, talk, journal.about("ujala"), broken.answers if broken else ())
        with suppress(HungUp, Stopped, NotUnderstood, DiskTrouble), journal.until_over():
            converse(FLOWS[flow](talk, self.ledger), channel, talk)
        return caller

    @property
    def entries(self) -> list[object]:
        return [voucher.entry for voucher in self.ledger.vouchers]


def script(path: Path) -> tuple[str, str, list[Heard | HungUp]]:
    lines = path.read_text(encoding="utf-8").splitlines()
    head = dict(line.split(": ", 1) for line in lines[:2])
    answers = [reply(line[2:]) for line in lines if line.startswith("> ")]
    return head["talk"], head["books"], [said(each) if isinstance(each, str) else each for each in answers]


@pytest.mark.parametrize("path", ON_THE_PHONE, ids=lambda path: path.stem)
def test_a_call_cut_at_any_turn_and_again_at_the_next_brings_the_same_books(path: Path) -> None:
    flow, books, answers = script(path)
    whole = Telephone(BOOKS[books]())
    log = whole.call(flow, Caller(answers)).log
    for cut in range(len(log)):
        line = Telephone(BOOKS[books]())
        line.call(flow, Caller(answers, cut))
        second = line.call(flow, Caller((), 1, log[cut:]))
        line.call(flow, Caller((), None, second.before))
        assert line.entries == whole.entries, cut


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_any_talk_goes_on_and_keeps_what_was_confirmed(path: Path) -> None:
    flow, books, answers = script(path)
    log = Telephone(BOOKS[books]()).call(flow, Caller(answers)).log
    for cut in range(len(log)):
        line = Telephone(BOOKS[books]())
        line.call(flow, Caller(answers, cut))
        confirmed = line.entries
        line.call(flow, Caller((), None, log[cut:]))
        assert line.entries[: len(confirmed)] == confirmed


@pytest.mark.parametrize(("flow", "books"), [("phone from 12345", "shared-phone"), ("phone", "loans")])
@given(st.lists(st.lists(st.sampled_from(REPLIES), max_size=12), min_size=2, max_size=4))
@settings(max_examples=60)
def test_whatever_is_answered_in_however_many_calls_nothing_is_posted_twice(
    flow: str, books: str, calls: list[list[Heard]]
) -> None:
    line = Telephone(BOOKS[books]())
    for replies in calls:
        line.call(flow, Caller([*replies, HANGUP]))
    seen = [(type(v.entry), v.entry, v.evidence) for v in line.ledger.vouchers if v.kind == "checked"]
    assert len({voucher.once for voucher in line.ledger.vouchers}) == len(line.ledger.vouchers)
    assert len({getattr(entry, "of", None) for _, entry, _ in seen}) == len(seen)


def test_what_was_said_yes_to_is_written_though_the_service_was_killed_before_it_was() -> None:
    line = Telephone(BOOKS["loans"]())
    answers = [said("गीता"), keys("5"), keys("2")]

    class Killed(BaseException):
        pass

    class Dies(Ledger):
        def post(self, *_: object, **__: object) -> None:  # type: ignore[override]
            raise Killed

    dying = replace(line, ledger=Dies(line.ledger._vault, line.ledger.now))
    with suppress(Killed):
        dying.call("phone", Caller(answers))
    line.calls = dying.calls
    line.call("phone", Caller([keys("7")]))
    assert [voucher.kind for voucher in line.ledger.vouchers][-1] == "worker_asked"


def test_it_begins_where_it_was_and_says_so() -> None:
    line = Telephone(BOOKS["loans"]())
    line.call("phone", Caller([said("राधा"), keys("4")], cut=2))
    again = line.call("phone", Caller([keys("7")]))
    assert [told.key for told in again.told] == [
        "resume.goes_on",
        "phone.no_last_meeting",
        "phone.again",
        "phone.bye",
    ]


def test_a_secret_is_asked_again_and_the_talk_goes_on_behind_it() -> None:
    line = Telephone(BOOKS["private"]())
    answers = [said("राधा"), keys("1"), keys("1234"), keys("2"), keys("4")]
    line.call("phone", Caller(answers, cut=5))
    for wrong in range(2):
        again = line.call("phone", Caller([*[keys("9999")] * wrong, keys("1234")], cut=1 + wrong))
        asked = [told.key for told in again.told]
        assert asked[:2] == ["resume.goes_on", "identity.pin"]
        assert asked[-2:] == ["phone.no_last_meeting", "phone.again"]


def test_who_does_not_know_the_secret_hears_nothing_of_the_money() -> None:
    line = Telephone(BOOKS["private"]())
    line.call("phone", Caller([said("राधा"), keys("1"), keys("1234")], cut=3))
    again = line.call("phone", Caller([keys("9999"), keys("9998"), keys("9997"), keys("7")]))
    assert not [told for told in again.told if told.key.startswith("balance")]


def test_a_secret_is_never_kept(tmp_path: Path) -> None:
    line = Telephone(BOOKS["private"](), TinyRecords(tmp_path / "broken-off.json"))
    for pin in (keys("1234"), said("एक दो तीन चार")):
        line.call("phone", Caller([said("राधा"), keys("1"), pin], cut=3))
        kept = json.dumps([*line.records.all().values()], ensure_ascii=False)
        assert "राधा" in kept
        assert not any(secret in kept for secret in ("1234", "एक दो"))
        assert "1234" not in (tmp_path / "broken-off.json").read_text()


def test_after_a_change_of_the_books_she_is_told_what_is_true_now() -> None:
    line = Telephone(BOOKS["loans"]())
    line.call("phone", Caller([said("राधा"), keys("1")], cut=2))
    line.ledger.update_group(replace(line.ledger.group, name="आशा समूह"))
    again = line.call("phone", Caller([said("सीता"), keys("7")]))
    assert [told.key for told in again.told][:2] == ["menu.welcome", "identity.which_of_3"]


@pytest.mark.parametrize("ended", [keys("7"), keys("*9")])
def test_a_talk_that_was_finished_or_stopped_is_not_gone_on_with(ended: Heard) -> None:
    line = Telephone(BOOKS["loans"]())
    line.call("phone", Caller([said("राधा"), ended, keys("2")]))
    assert line.records.all() == {}
    assert line.journal().taken() is None


@pytest.mark.parametrize(
    ("after", "goes_on"), [(timedelta(minutes=10), True), (timedelta(minutes=11), False)]
)
def test_after_ten_minutes_it_is_forgotten(after: timedelta, goes_on: bool) -> None:
    line = Telephone(BOOKS["loans"]())
    line.call("phone", Caller([said("राधा"), keys("4")], cut=2))
    line.now = NOW + after
    other = Journal(line.records, "12345", "other", WITHIN, lambda: line.now)
    assert other.taken() is None
    assert bool(line.records.all()) is goes_on
    assert (line.journal().taken() is not None) is goes_on


def test_a_number_that_is_kept_back_keeps_nothing() -> None:
    records = MemoryRecords()
    journal = Journal(records, "", "1", WITHIN, lambda: NOW)
    assert journal.taken() is None
    journal.keep(())
    assert records.all() == {}


def test_a_call_that_is_not_over_yet_takes_nothing_back_from_the_next_one() -> None:
    line = Telephone(BOOKS["loans"]())
    first, second = line.journal(), line.journal()
    first.about("ujala").keep(())
    assert second.taken() is not None
    first.about("other").keep(())
    first.forget()
    assert [record["group"] for record in line.records.all().values()] == ["ujala"]
    second.forget()
    first.about("ujala").keep(())
    assert line.records.all() == {}


def test_who_begins_afresh_can_go_on_with_that() -> None:
    line = Telephone(BOOKS["loans"]())
    line.call("phone", Caller([said("राधा"), keys("4")], cut=2))
    again = line.journal()
    assert again.taken() is not None
    again.forget()
    assert line.journal().taken() is None
    again.about("ujala").keep(())
    assert line.journal().taken() is not None


def test_a_disk_that_fails_ends_no_call(tmp_path: Path) -> None:
    path = tmp_path / "broken-off.json"
    line = Telephone(BOOKS["loans"](), TinyRecords(path))
    path.write_text("no file of ours")
    caller = line.call("phone", Caller([said("राधा"), keys("4"), keys("7")]))
    assert [told.key for told in caller.told][-1] == "phone.bye"
