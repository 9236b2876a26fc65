"""The dialler with a switchboard that does what a real Asterisk won't do on request."""

import threading
from collections.abc import Collection, Mapping
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from campaign_kit import RADHA, SITA, Home, home

from ivr.line.call import Call
from ivr.line.dialler import Dialler
from ivr.line.manager import Event, ManagerDown, Refused
from store.calls import Result
from store.people import phone_key


class Board:
    """A switchboard: keeps what it was told, and refuses or vanishes when it should."""

    def __init__(self, one: Home) -> None:
        self._one = one
        self.up = self.has_room = True
        self.on_the_line: set[str] = set()
        self.expected: dict[UUID, Call] = {}
        self.told: list[dict[str, str]] = []
        self.trouble: Exception | None = None
        self.clock = 0.0
        self.tried = threading.Event()

    def numbers(self) -> Collection[str]:
        return self.on_the_line

    def expect(self, call: Call, seconds: float) -> UUID:
        number = uuid4()
        self.expected[number] = call
        return number

    def dismiss(self, call: Call) -> None:
        self.expected = {number: other for number, other in self.expected.items() if other != call}

    def tell(self, action: str, variables: Mapping[str, str] | None = None, **values: str) -> Event:
        if action == "Originate":
            (task,) = (call.task for call in self.expected.values() if call.channel == values["ChannelId"])
            assert task is not None
            states = {kept.id: kept.state for kept in self._one.queue.tasks()}
            assert states[task.id] == "dialling", "it is in the queue before Asterisk hears of it"
        self.told.append({"Action": action, **(variables or {}), **values})
        self.tried.set()
        if self.trouble:
            raise self.trouble
        return {}


class Running:
    """A dialler on its switchboard, with a member to call."""

    def __init__(self, folder: Path, **rules: object) -> None:
        self.home = home(folder, **rules)
        self.board = Board(self.home)
        self.dialler = Dialler(
            self.home.settings.outbound, self.home.campaign, self.board, lambda: self.board.clock
        )

    def channels(self) -> list[str]:
        """The unique ids of the calls that Asterisk was told to make."""
        return [told["ChannelId"] for told in self.board.told if told["Action"] == "Originate"]

    def hangup(self, channel: str, cause: str) -> None:
        self.dialler.told({"Event": "Hangup", "Channel": "PJSIP/7", "Uniqueid": channel, "Cause": cause})

    def refused(self, channel: str) -> None:
        self.dialler.told({"Event": "OriginateResponse", "Response": "Failure", "Uniqueid": channel})

    def state(self) -> tuple[str, str | None]:
        (task,) = self.home.queue.tasks()
        return task.state, task.result


@pytest.fixture
def one(tmp_path: Path) -> Running:
    running = Running(tmp_path, prefix="+91", caller_id="1234", ring=20.0)
    running.home.add()
    return running


def test_asterisk_is_told_whom_to_call_and_under_which_one_time_number(one: Running) -> None:
    one.dialler.turn()
    one.dialler.turn()
    (told,) = one.board.told
    ((number, call),) = one.board.expected.items()
    assert told == {
        "Action": "Originate",
        "SAKHI_CALL": str(number),
        "Channel": "PJSIP/+919876543211@trunk",
        "Context": "sakhi-outbound",
        "Exten": "s",
        "Priority": "1",
        "Timeout": "20000",
        "Async": "true",
        "ChannelId": call.channel,
        "CallerID": "1234",
    }
    assert call.caller == RADHA and call.task is not None


def test_nothing_but_digits_reaches_the_trunk(tmp_path: Path) -> None:
    one = Running(tmp_path)
    one.home.add(phone="12345&Local/9@evil\r\nAction: Command")
    one.dialler.turn()
    assert one.board.told[0]["Channel"] == "PJSIP/123459@trunk"


@pytest.mark.parametrize(
    ("cause", "state"),
    [
        ("17", ("waiting", "busy")),
        ("19", ("waiting", "no answer")),
        ("21", ("waiting", "no answer")),
        ("16", ("waiting", "no answer")),
        ("1", ("done", "wrong number")),
        ("28", ("done", "wrong number")),
        ("34", ("waiting", "failed")),
        ("", ("waiting", "failed")),
    ],
)
@pytest.mark.parametrize("response_first", [True, False])
def test_the_cause_of_a_hangup_says_what_came_of_it(
    one: Running, cause: str, state: tuple[str, Result], response_first: bool
) -> None:
    one.dialler.turn()
    (channel,) = one.channels()
    if response_first:
        one.refused(channel)
    one.hangup(channel, cause)
    one.refused(channel)
    one.hangup(channel, "17")
    assert one.state() == state
    assert one.board.expected == {}


def test_other_calls_hang_up_without_a_word_about_ours(one: Running) -> None:
    one.dialler.turn()
    one.hangup("1790000000.7", "17")
    one.refused("1790000000.7")
    one.dialler.told({"Event": "OriginateResponse", "Response": "Success", "Uniqueid": one.channels()[0]})
    one.board.clock += 29
    one.dialler.turn()
    assert one.state() == ("dialling", None)


def test_a_call_that_could_not_be_made_rests_the_dialling_longer_each_time(tmp_path: Path) -> None:
    one = Running(tmp_path, lines=1)
    one.home.add()
    one.home.add("absent", "M", member="m2", phone=SITA)
    one.dialler.turn()
    one.refused(one.channels()[0])
    one.board.clock += 2
    one.dialler.turn()
    assert [state for state, _ in one.home.states().values()] == ["waiting", "waiting"]
    one.board.clock += 29
    one.dialler.turn()
    assert len(one.channels()) == 1
    one.board.clock += 1
    one.dialler.turn()
    assert len(one.channels()) == 2
    one.hangup(one.channels()[1], "38")
    one.home.clock.moment = one.home.clock.moment.replace(hour=13)
    one.board.clock += 59
    one.dialler.turn()
    assert len(one.channels()) == 2
    one.board.clock += 1
    one.dialler.turn()
    assert len(one.channels()) == 3


def test_when_asterisk_refuses_it_counts_as_a_try(one: Running) -> None:
    one.board.trouble = Refused("Originate: Permission denied")
    one.dialler.turn()
    assert one.state() == ("waiting", "failed")
    assert one.board.expected == {}


def test_when_the_manager_dies_nobody_knows_and_nobody_is_called_again_at_once(one: Running) -> None:
    one.board.trouble = ManagerDown("gone")
    one.dialler.turn()
    one.board.trouble, one.board.up = None, False
    assert one.state() == ("dialling", None)
    one.board.clock += 31
    one.dialler.turn()
    assert one.state() == ("waiting", "failed")
    one.board.up = True
    one.board.clock += 3600
    one.dialler.turn()
    assert len(one.channels()) == 1, "the pause of half an hour is the queue's"


@pytest.mark.parametrize("lack", ["up", "has_room"])
def test_without_asterisk_or_a_line_nobody_is_dialled(one: Running, lack: str) -> None:
    setattr(one.board, lack, False)
    one.dialler.turn()
    assert one.state() == ("waiting", None)
    setattr(one.board, lack, True)
    one.dialler.turn()
    assert one.state() == ("dialling", None)


def test_a_number_that_is_on_the_line_is_not_dialled(one: Running) -> None:
    one.board.on_the_line = {"919876543211"}
    one.dialler.turn()
    assert one.state() == ("waiting", None)


def test_as_many_are_called_at_once_as_there_are_lines(tmp_path: Path) -> None:
    one = Running(tmp_path, lines=1)
    one.home.add()
    one.home.add("absent", "M", member="m2", phone=SITA)
    one.dialler.turn()
    one.dialler.turn()
    assert len(one.channels()) == 1
    one.hangup(one.channels()[0], "17")
    one.dialler.turn()
    assert len(one.channels()) == 2


def test_who_answers_is_no_longer_dialled_whatever_asterisk_says(one: Running) -> None:
    one.dialler.turn()
    (call,) = one.board.expected.values()
    assert one.dialler.answered(call)
    one.hangup(call.channel, "16")
    one.board.clock += 3600
    one.dialler.turn()
    assert one.state() == ("answered", None)
    assert not one.dialler.answered(call)


def test_a_call_given_up_is_not_talked_in(one: Running) -> None:
    one.dialler.turn()
    (call,) = one.board.expected.values()
    one.hangup(call.channel, "16")
    assert not one.dialler.answered(call)


def test_no_telephone_rings_on_when_the_line_closes(one: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.line.dialler.BETWEEN_LOOKS", 0.01)
    one.dialler.start()
    assert one.board.tried.wait(20)
    one.dialler.stop()
    assert one.board.told[-1] == {"Action": "Hangup", "Channel": one.channels()[0]}
    assert one.state() == ("waiting", "no answer")


def test_after_a_restart_what_was_left_is_put_in_order_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ivr.line.dialler.BETWEEN_LOOKS", 0.01)
    one = Running(tmp_path)
    one.home.add()
    one.home.campaign.next([])
    one.home.add("absent", "M", member="m2", phone=SITA)
    one.dialler.start()
    assert one.board.tried.wait(20)
    one.dialler.stop()
    first, second = one.home.queue.tasks()
    assert (first.state, first.result, len(first.tries)) == ("waiting", "failed", 1)
    assert one.board.told[0]["Channel"] == f"PJSIP/{phone_key(SITA)}@trunk"
    assert second.result == "no answer"


def test_a_queue_that_cannot_be_read_stops_nothing_for_good(
    one: Running, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("ivr.line.dialler.BETWEEN_LOOKS", 0.01)
    path = one.home.settings.line_folder / "calls.json"
    sound = path.read_bytes()
    path.write_bytes(sound[:-9])
    one.dialler.start()
    while "calls can't be made now" not in caplog.text:
        one.board.tried.wait(0.01)
    path.write_bytes(sound)
    assert one.board.tried.wait(20)
    one.dialler.stop()
