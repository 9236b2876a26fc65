"""The phone service with a fake Asterisk on both sides, in a thread of its own."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from uuid import UUID

import numpy as np
from line_kit import PATIENCE, FakeAsterisk
from manager_kit import FakeManager, manager
from phone_kit import Ports

from flows.turn import HungUp
from ivr.line.call import Call, Switchboard
from ivr.line.dialler import Dialler
from ivr.line.health import Health
from ivr.line.service import LineService
from ivr.line.wire import SAMPLES, PhoneWire
from ivr.sections import Line

QUIET = np.zeros(SAMPLES, np.int16)
GOODBYE = np.full(2 * SAMPLES, 77, "<i2").tobytes()


MakeDialler = Callable[[Switchboard], Dialler]


class Running:
    """A service, and the calls it answered."""

    def __init__(self, fake: FakeManager, most: int, extra: int, dialler: MakeDialler | None) -> None:
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
            line,
            "secret",
            self.answer,
            self.health,
            unanswered=self.unanswered.put,
            goodbye=GOODBYE,
            dialler=dialler,
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
def running(most: int = 3, extra: int = 0, dialler: MakeDialler | None = None) -> Iterator[Running]:
    with manager() as fake:
        one = Running(fake, most, extra, dialler)
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
