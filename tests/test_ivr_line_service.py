"""The phone service with a fake Asterisk: what is announced is let in, what is too much is turned away."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from uuid import UUID

import numpy as np
import pytest
from line_kit import PATIENCE, FakeAsterisk
from manager_kit import FakeManager, manager
from phone_kit import Ports

from flows.turn import HungUp
from ivr.line.admission import Place
from ivr.line.call import Call
from ivr.line.frames import Kind
from ivr.line.health import Health
from ivr.line.service import LineService
from ivr.line.wire import SAMPLES, PhoneWire
from ivr.sections import Line

pytestmark = pytest.mark.filterwarnings("ignore:notifyAll:DeprecationWarning")
QUIET = np.zeros(SAMPLES, np.int16)
GOODBYE = np.full(2 * SAMPLES, 77, "<i2").tobytes()


class Running:
    """A service, and the calls it answered."""

    def __init__(self, fake: FakeManager, most: int, extra: int) -> None:
        self.fake = fake
        self.port = Ports.free().sakhi
        self.dialled: list[FakeAsterisk] = []
        self.stop: Callable[[], object] = lambda: None
        self.calls: SimpleQueue[Call] = SimpleQueue()
        self.ended: SimpleQueue[str] = SimpleQueue()
        line = Line(
            port=self.port, manager_port=fake.address[1], most_calls=most, extra_calls=extra, ring=0.0
        )
        self.health = Health(Path.cwd())
        self.unanswered: SimpleQueue[Call] = SimpleQueue()
        self.service = LineService(
            line, "secret", self.answer, self.health, unanswered=self.unanswered.put, goodbye=GOODBYE
        )

    def dial(self, announced: str) -> FakeAsterisk:
        """The connection that Asterisk makes when it was told the one-time UUID."""
        self.dialled.append(FakeAsterisk(self.port, UUID(announced)))
        return self.dialled[-1]

    def answer(self, call: Call, number: UUID, wire: PhoneWire) -> None:
        self.calls.put(call)
        if call.caller == "99999":
            raise RuntimeError("a flow that breaks")
        try:
            while True:
                wire.step(QUIET)
        except HungUp as gone:
            self.ended.put(str(gone))

    def told(self, name: str) -> dict[str, str]:
        while True:
            action = self.fake.told.get(timeout=PATIENCE)
            if action["Action"] == name:
                return action

    def announced(self, caller: str, channel: str = "") -> str:
        """What the dialplan is answered when it announces a call."""
        channel = channel or f"PJSIP/{caller}"
        self.fake.event("UserEvent", UserEvent="SakhiCall", Channel=channel, CallerIDNum=caller)
        told = self.told("Setvar")
        assert (told["Channel"], told["Variable"]) == (channel, "SAKHI_CALL")
        return told["Value"]


@contextmanager
def running(most: int = 3, extra: int = 0) -> Iterator[Running]:
    with manager() as fake:
        one = Running(fake, most, extra)
        stops: SimpleQueue[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = SimpleQueue()

        async def serve() -> None:
            stop = asyncio.Event()
            stops.put((asyncio.get_running_loop(), stop))
            await one.service.run(stop)

        thread = threading.Thread(target=asyncio.run, args=(serve(),))
        thread.start()
        one.told("CoreShowChannels")
        loop, stop = stops.get()
        one.stop = lambda: loop.call_soon_threadsafe(stop.set)
        try:
            yield one
        finally:
            with suppress(RuntimeError):  # it has stopped already
                one.stop()
            thread.join(PATIENCE)
            for asterisk in one.dialled:
                asterisk.hang_up()


def test_a_call_that_was_announced_is_answered_with_its_number() -> None:
    with running() as one:
        asterisk = one.dial(one.announced("+91 98765-43210"))
        assert one.calls.get(timeout=PATIENCE) == Call("PJSIP/+91 98765-43210", "919876543210")
        asterisk.hang_up()
        assert one.ended.get(timeout=PATIENCE) == "she has hung up"


@pytest.mark.parametrize("caller", ["", "anonymous", "0"])
def test_a_number_that_is_kept_back_is_none(caller: str) -> None:
    with running() as one:
        asterisk = one.dial(one.announced(caller))
        assert one.calls.get(timeout=PATIENCE).caller == ""
        asterisk.hang_up()


def test_more_calls_than_may_go_on_are_turned_away_until_one_ends() -> None:
    with running(most=2) as one:
        first = one.dial(one.announced("1001"))
        second = one.dial(one.announced("1002"))
        one.calls.get(timeout=PATIENCE)
        one.calls.get(timeout=PATIENCE)
        assert one.announced("1003") == "full"
        first.hang_up()
        one.ended.get(timeout=PATIENCE)
        while (answer := one.announced("1004")) == "full":
            pass
        assert one.unanswered.get(timeout=PATIENCE).caller == "1003"
        assert UUID(answer)
        second.hang_up()


def test_a_call_that_came_while_asterisk_could_not_tell_is_answered() -> None:
    with running() as one:
        waiting = {"Context": "sakhi-inbound", "Application": "Wait", "CallerIDNum": "1001"}
        one.fake.event("CoreShowChannel", Channel="PJSIP/talking", ChannelStateDesc="Up", **waiting)
        one.fake.event("CoreShowChannel", Channel="PJSIP/waiting", ChannelStateDesc="Ring", **waiting)
        assert one.told("Setvar")["Channel"] == "PJSIP/waiting"


def test_a_conversation_that_breaks_ends_its_call_alone(caplog: pytest.LogCaptureFixture) -> None:
    with running() as one:
        other = one.dial(one.announced("1001"))
        broken = one.dial(one.announced("99999"))
        assert broken.closed()
        broken.hang_up()
        assert one.ended.empty()
        other.hang_up()
        one.ended.get(timeout=PATIENCE)
    assert "broke off; what was confirmed is written" in caplog.text


def test_a_caller_without_a_place_is_told_so_before_others_find_the_line_busy() -> None:
    with running(most=1, extra=1) as one:
        asterisks = [one.dial(one.announced(each)) for each in ("1001", "1002")]
        places = {(call.caller, call.place) for call in (one.calls.get(timeout=PATIENCE) for _ in asterisks)}
        assert places == {("1001", Place.TALK), ("1002", Place.TOLD)}
        assert one.announced("1003") == "full"
        assert one.unanswered.get(timeout=PATIENCE).caller == "1003"
        for asterisk in asterisks:
            asterisk.hang_up()


def test_who_hangs_up_while_it_rings_leaves_her_place_to_the_next() -> None:
    with running(most=1) as one:
        first = one.announced("1001")
        assert one.announced("1002") == "full"
        one.fake.event("Hangup", Channel="PJSIP/1001")
        while one.announced("1003") == "full":
            pass
        assert one.dial(first).closed()


def test_a_call_is_announced_once_however_often_asterisk_tells_of_it() -> None:
    with running() as one:
        call = one.announced("1001")
        waiting = {"Context": "sakhi-inbound", "Application": "Wait", "CallerIDNum": "1001"}
        one.fake.event("CoreShowChannel", Channel="PJSIP/1001", ChannelStateDesc="Ring", **waiting)
        assert one.announced("1002") != call
        asterisk = one.dial(call)
        assert one.calls.get(timeout=PATIENCE).caller == "1001"
        asterisk.hang_up()


@pytest.mark.parametrize("told", ["Hangup", "CoreShowChannelsComplete"])
def test_a_talk_whose_channel_is_gone_ends(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.line.service.LINGERING", 0.0)
    with running() as one:
        stays, gone = (one.dial(one.announced(each)) for each in ("1001", "1002"))
        one.calls.get(timeout=PATIENCE)
        one.calls.get(timeout=PATIENCE)
        if told == "CoreShowChannelsComplete":
            one.fake.drop()
            one.told("CoreShowChannels")
            one.fake.event("CoreShowChannel", Channel="PJSIP/1001")
        one.fake.event(told, Channel="PJSIP/1002")
        assert one.ended.get(timeout=PATIENCE)
        assert gone.closed()
        assert one.ended.empty()
        stays.hang_up()


def test_health_tells_whether_the_line_can_work() -> None:
    with running() as one:
        one.health.model = True
        one.dial(one.announced("1001"))
        one.calls.get(timeout=PATIENCE)
        report = one.health.report()
        assert (report["ok"], report["calls"], report["manager"]) == (True, 1, True)
        assert datetime.fromisoformat(report["last_event"])
    assert not one.health.report()["ok"]


def test_when_the_service_ends_a_goodbye_is_said_and_conversations_end_as_by_a_hangup() -> None:
    with running() as one:
        asterisk = one.dial(one.announced("1001"))
        one.calls.get(timeout=PATIENCE)
        one.stop()
        frames = []
        while frame := asterisk.receive():
            frames.append(frame)
        assert GOODBYE in b"".join(frame.payload for frame in frames)
        assert frames[-1].kind is Kind.HANGUP
        assert one.ended.get(timeout=PATIENCE)


def test_a_conversation_that_does_not_end_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.line.service.LEAVING", 0.2)
    stuck = threading.Event()
    with running() as one:
        monkeypatch.setattr(one.service, "_answer", lambda *_: stuck.wait(PATIENCE))
        asterisk = one.dial(one.announced("1001"))
        asterisk.receive()
        one.stop()
        assert asterisk.closed()
        stuck.set()
