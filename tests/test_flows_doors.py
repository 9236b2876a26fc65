"""A telephone's number alone opens nothing, no stranger learns a name, and no PIN is told or kept."""

import json
from collections.abc import Sequence

import pytest
from callers_kit import STRANGER, Shelf, desk, strangers_of
from flows_kit import BOOKS, FLOWS, fresh

from flows.door import Errand, Known, door
from flows.expect import Got, NotAllowed, OneGroup
from flows.identity import Caller
from flows.prompts import text_of
from flows.talk import Talk
from flows.turn import Line
from flows.worker import Desk, worker
from ivr.channel import HANGUP, Reply, ScriptedCaller, converse, driven, keys, note, said
from store.chain import record_of
from store.entries import Checked, MessageLeft, WorkerAnswered
from store.ledger import Ledger
from store.people import Group

MONEY = {"amount", "total", "outstanding", "overdue", "due", "principal"}
WRONG = [keys("9999")] * 3
UJALA = Group("ujala", "उजाला समूह", 1, 1, 1, number=1)
DEEP = Group("deep", "दीप", 1, 1, 1, number=12)


def held(flow: str, ledger: Ledger, replies: Sequence[Reply]) -> ScriptedCaller:
    caller, talk = ScriptedCaller(*replies), Talk("call", "script")
    converse(FLOWS[flow](talk, ledger), caller, talk)
    return caller


def told(caller: ScriptedCaller) -> list[Line]:
    return [line for step in caller.transcript for line in step.turn.say]


@pytest.mark.parametrize("door", ["1", "2", "3", "8"])
def test_her_own_telephone_opens_no_door_without_her_pin(door: str) -> None:
    ledger = BOOKS["private"]()
    caller = held("phone from 98765 43211", ledger, ["हाँ", keys(door), *WRONG, keys("7")])
    assert [line for line in told(caller) if MONEY & set(line.slots)] == []
    assert not any(isinstance(voucher.entry, Checked) for voucher in ledger.vouchers)


def test_her_own_telephone_opens_no_balance_at_the_kiosks_flow() -> None:
    caller = held("balance from 98765 43211", BOOKS["private"](), ["हाँ", *WRONG])
    assert [line for line in told(caller) if MONEY & set(line.slots)] == []


@pytest.mark.parametrize("books", ["private", "shared-phone"])
def test_a_stranger_hears_no_name_and_no_money(books: str) -> None:
    for wish in ("1", "2", "3"):
        ledger = BOOKS[books]()
        replies = [keys(wish), *([keys("1"), HANGUP] if wish == "3" else [HANGUP])]
        caller, talk = ScriptedCaller(*replies), Talk("call", "script")
        with pytest.raises(type(HANGUP)):
            converse(FLOWS["line from 55555"](talk, ledger), caller, talk)
        heard = " ".join(text_of(line) for line in told(caller))
        names = [member.spoken for member in ledger.members()]
        assert not any(name in heard for name in (ledger.group.name, *names, "रुपये"))


def test_a_spoken_pin_is_neither_told_nor_kept() -> None:
    ledger = BOOKS["shared-phone"]()
    replies = [keys("1"), "जाँच", "एक दो तीन चार", *["हाँ"] * 4, "दीदी को संदेश", keys("2"), keys("7")]
    caller = held("phone from 12345", ledger, replies)
    heard = [text_of(line) for line in told(caller)]
    kept = json.dumps([record_of(voucher) for voucher in ledger.vouchers], ensure_ascii=False)
    for text in (*heard, kept):
        assert not any(pin in text for pin in ("एक दो तीन", "1234"))


def test_a_group_is_named_with_and_without_what_it_is() -> None:
    which = OneGroup([UJALA, DEEP])
    for text in ("उजाला समूह", "उजाला", "समूह उजाला", "[unk] उजाला", "एक", "नंबर एक"):
        assert which.parse(said(text)) == Got(UJALA)
    assert which.parse(keys("12")) == which.parse(said("दीप समूह")) == Got(DEEP)
    assert which.parse(said("आशा")) is None
    assert isinstance(which.parse(keys("7")), NotAllowed)
    assert {"उजाला समूह", "उजाला", "दीप", "बारह"} <= set(which.phrases())


def test_groups_of_one_name_are_told_apart_by_number() -> None:
    twins = [UJALA, Group("other", "उजाला", 1, 1, 1, number=2)]
    assert OneGroup(twins).parse(said("उजाला")) is None
    assert OneGroup(twins).parse(keys("2")) == Got(twins[1])


def test_a_group_without_a_number_can_be_named_only() -> None:
    which = OneGroup([Group("old", "आशा", 1, 1, 1)])
    assert which.phrases() == ("आशा", "आशा")
    assert isinstance(which.parse(keys("0")), NotAllowed)


def test_where_there_is_no_group_yet_a_caller_is_sent_to_the_worker() -> None:
    talk = Talk("call", "script")
    assert driven(door(talk, Known(())), ScriptedCaller()) is None
    farewell = talk.farewell()
    assert farewell and [line.key for line in farewell.say] == ["door.go_to_worker"]


def test_a_message_goes_where_the_last_one_went() -> None:
    known = Known((UJALA, DEEP), left_to="deep")
    assert driven(door(Talk("call", "script"), known), ScriptedCaller("संदेश")) == Errand("message", "deep")


def test_an_entry_names_the_recording_that_goes_with_it() -> None:
    ledger = BOOKS["private"]()
    held("line from 55555", ledger, [keys("2"), note("the note")])
    talk = Talk("worker", "script")
    replies = [keys("2468"), "जवाब", note("the answer"), "आगे"]
    converse(worker(talk, desk(ledger), Caller()), ScriptedCaller(*replies), talk)
    named = {v.kind: v.evidence.clips for v in ledger.vouchers if v.evidence and v.evidence.clips}
    assert "the note" in named["message_left"] and "the answer" in named["worker_answered"]


class Erasing:
    """The recordings that a worker's talk erases."""

    def __init__(self) -> None:
        self.erased: list[tuple[str, str]] = []

    def forget(self, group: str, clip: str) -> None:
        self.erased.append((group, clip))


def at_desk(ledger: Ledger, erasing: Erasing) -> Desk:
    made = desk(ledger)
    return Desk(Shelf(ledger), made.pin, erasing.forget, strangers_of(ledger).phone_of, made.now)


@pytest.mark.parametrize(("consent", "erased"), [(None, True), (False, True), (True, False)])
def test_a_message_that_is_seen_to_is_erased_unless_she_agreed_that_her_voice_is_kept(
    consent: bool | None, erased: bool
) -> None:
    ledger, erasing = fresh(), Erasing()
    if consent is not None:
        ledger.set_consent("m1", consent)
    ledger.post(MessageLeft("m1", "clip"), once="left")
    for reply in (keys("1"), keys("2")):
        talk = Talk(f"call {reply.keys}", "script")
        converse(worker(talk, at_desk(ledger, erasing), Caller()), ScriptedCaller(keys("2468"), reply), talk)
        assert erasing.erased == ([("ujala", "clip")] if erased and reply.keys == "2" else [])


def test_what_could_not_be_erased_before_is_erased_at_the_next_talk() -> None:
    ledger, erasing = fresh(), Erasing()
    of = ledger.post(MessageLeft(None, "clip"), once="left").number
    ledger.post(WorkerAnswered(of, done=True), once="done")
    talk = Talk("call", "script")
    converse(worker(talk, at_desk(ledger, erasing), Caller(STRANGER)), ScriptedCaller(keys("2468")), talk)
    assert ("ujala", "clip") in erasing.erased
