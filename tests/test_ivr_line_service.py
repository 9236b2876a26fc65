"""The phone service with a fake Asterisk: what is announced is let in, what is too much is turned away."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from uuid import UUID

import numpy as np
import pytest
from line_kit import PATIENCE, FakeAsterisk
from manager_kit import FakeManager, manager
from phone_kit import Ports

from flows.turn import HungUp
from ivr.line.service import Call, LineService
from ivr.line.wire import SAMPLES, PhoneWire
from ivr.sections import Line

pytestmark = pytest.mark.filterwarnings("ignore:notifyAll:DeprecationWarning")
QUIET = np.zeros(SAMPLES, np.int16)


class Running:
    """A service, and the calls it answered."""

    def __init__(self, fake: FakeManager, most: int) -> None:
        self.fake = fake
        self.port = Ports.free().sakhi
        self.calls: SimpleQueue[Call] = SimpleQueue()
        self.ended: SimpleQueue[str] = SimpleQueue()
        line = Line(port=self.port, manager_port=fake.address[1], most_calls=most, ring=0.0)
        self.service = LineService(line, "secret", self.answer)

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

    def announced(self, caller: str) -> str:
        """What the dialplan is answered when it announces a call."""
        self.fake.event("UserEvent", UserEvent="SakhiCall", Channel="PJSIP/1", CallerIDNum=caller)
        told = self.told("Setvar")
        assert (told["Channel"], told["Variable"]) == ("PJSIP/1", "SAKHI_CALL")
        return told["Value"]


@contextmanager
def running(most: int = 3) -> Iterator[Running]:
    with manager() as fake:
        one = Running(fake, most)
        stops: SimpleQueue[Callable[[], object]] = SimpleQueue()

        async def serve() -> None:
            stop, loop = asyncio.Event(), asyncio.get_running_loop()
            stops.put(lambda: loop.call_soon_threadsafe(stop.set))
            await one.service.run(stop)

        thread = threading.Thread(target=asyncio.run, args=(serve(),))
        thread.start()
        one.told("CoreShowChannels")
        try:
            yield one
        finally:
            stops.get()()
            thread.join(PATIENCE)


def test_a_call_that_was_announced_is_answered_with_its_number() -> None:
    with running() as one:
        asterisk = FakeAsterisk(one.port, UUID(one.announced("+91 98765-43210")))
        assert one.calls.get(timeout=PATIENCE) == Call("PJSIP/1", "919876543210")
        asterisk.hang_up()
        assert one.ended.get(timeout=PATIENCE) == "she has hung up"


@pytest.mark.parametrize("caller", ["", "anonymous", "0"])
def test_a_number_that_is_kept_back_is_none(caller: str) -> None:
    with running() as one:
        asterisk = FakeAsterisk(one.port, UUID(one.announced(caller)))
        assert one.calls.get(timeout=PATIENCE).caller == ""
        asterisk.hang_up()


def test_more_calls_than_may_go_on_are_turned_away_until_one_ends() -> None:
    with running(most=2) as one:
        first = FakeAsterisk(one.port, UUID(one.announced("1001")))
        second = FakeAsterisk(one.port, UUID(one.announced("1002")))
        one.calls.get(timeout=PATIENCE)
        one.calls.get(timeout=PATIENCE)
        assert one.announced("1003") == "full"
        first.hang_up()
        one.ended.get(timeout=PATIENCE)
        while (answer := one.announced("1004")) == "full":
            pass
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
        other = FakeAsterisk(one.port, UUID(one.announced("1001")))
        broken = FakeAsterisk(one.port, UUID(one.announced("99999")))
        assert broken.closed()
        broken.hang_up()
        assert one.ended.empty()
        other.hang_up()
        one.ended.get(timeout=PATIENCE)
    assert "broke off; what was confirmed is written" in caplog.text


def test_when_the_service_ends_conversations_end_as_by_a_hangup() -> None:
    with running() as one:
        asterisk = FakeAsterisk(one.port, UUID(one.announced("1001")))
        one.calls.get(timeout=PATIENCE)
    assert one.ended.get(timeout=PATIENCE)
    asterisk.hang_up()
