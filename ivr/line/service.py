"""The phone service: announces each call that Asterisk has, lets it in, and holds its talk in a thread."""

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from time import monotonic
from typing import TypeVar
from uuid import UUID

from ivr.line import metrics
from ivr.line.admission import Admission, Place
from ivr.line.call import Call, Switchboard
from ivr.line.dialler import VARIABLE, Dialler
from ivr.line.expected import Expected
from ivr.line.health import Health
from ivr.line.load import Load
from ivr.line.manager import Event, Manager, ManagerDown, Refused
from ivr.line.media import Media
from ivr.line.server import Server
from ivr.line.systemd import ALIVE, READY, STOPPING, notify
from ivr.line.wire import PhoneWire
from ivr.sections import Line
from ivr.wire import FRAMES_PER_SECOND

T = TypeVar("T")
log = logging.getLogger(__name__)

ANNOUNCED = "SakhiCall"
"""Name of the event with which the dialplan tells of a call."""
CONTEXT = "sakhi-inbound"
"""Where the dialplan lets a call wait for us."""
FULL = "full"
"""What the dialplan is told instead of a call's one-time UUID."""
GRACE = 10.0
"""Seconds that a call may take to come in, besides ringing."""
LEAVING = 8.0
"""Seconds within which the conversations end when the service does."""
LINGERING = 2.0
"""Seconds that a call may go on after Asterisk told that its channel is gone: mostly it ended by itself."""
LOOKS = 15
"""Seconds between two looks which calls Asterisk has, should an event have been lost."""


Answer = Callable[[Call, UUID, PhoneWire], None]
"""Holds the conversation of a call, to its end."""


class LineService:
    """Brings calls and conversations together until it is told to stop."""

    def __init__(
        self,
        settings: Line,
        secret: str,
        answer: Answer,
        health: Health,
        *,
        unanswered: Callable[[Call], object] = lambda _: None,
        goodbye: bytes = b"",
        dialler: Callable[[Switchboard], Dialler] | None = None,
    ) -> None:
        """`unanswered` is told of a call that had no place, or ended before we answered.

        `goodbye`: last words when the service ends or a talk breaks; `dialler` makes what calls out, None
        when nothing does.
        """
        self._settings, self._answer, self._health = settings, answer, health
        self._unanswered, self._goodbye = unanswered, goodbye
        self._expected: Expected[Call] = Expected(settings.ring + GRACE, monotonic)
        self._server = Server(self._expected, {settings.asterisk}, self._let_in, self._ended)
        self._manager = Manager(
            (settings.asterisk, settings.manager_port), settings.manager_user, secret, self._told, self._up
        )
        self._admission = Admission(settings.most_calls, settings.extra_calls, monotonic)
        self._load = Load(self._admission, goodbye)
        self._listed: set[str] = set()
        self._asked = 0.0
        self._talks: set[threading.Thread] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._dialler = dialler(self) if dialler else None

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop`; conversations that go on then end with the goodbye. Raises OSError."""
        self._loop = asyncio.get_running_loop()
        listening, port = await self._server.listen(self._settings.host, self._settings.port)
        self._manager.start()
        self._health.manager_up = lambda: self._manager.up
        self._health.talking = lambda: len(self._server.calls)
        self._health.open = True
        log.info("the phone line is open on %s:%d", self._settings.host, port)
        notify(READY)
        watching = asyncio.create_task(self._watch())
        if self._dialler:
            self._dialler.start()
        try:
            await stop.wait()
        finally:
            self._health.open = False
            notify(STOPPING)
            watching.cancel()
            listening.close()
            if self._dialler:
                await asyncio.to_thread(self._dialler.stop)
            await self._part()
            await asyncio.to_thread(self._manager.stop)

    async def _part(self) -> None:
        """Let the conversations end; who does not in time is cut off. What was confirmed is written."""
        while call := self._expected.withdraw(lambda _: True):
            if call.task is None:
                await asyncio.to_thread(self._unanswered, call)
        for _, media in self._server.calls.values():
            media.wire.part(self._goodbye)
        until = monotonic() + LEAVING
        while (self._server.calls or self._talks) and monotonic() < until:
            await asyncio.sleep(1 / FRAMES_PER_SECOND)
        for _, media in self._server.calls.values():
            media.cut("the service ended")

    async def _watch(self) -> None:
        """Look each second how the calls go, and now and then which of them Asterisk has."""
        seconds = 0
        while True:
            await asyncio.sleep(1)
            notify(ALIVE)
            self._load.look([media for _, media in self._server.calls.values()], self._count(Place.TALK))
            metrics.manager_up.set(self._manager.up)
            seconds += 1
            if seconds % LOOKS == 0 and self._manager.up:
                await asyncio.to_thread(self._ask)

    def _count(self, place: Place) -> int:
        return sum(call.place is place for call in self._calls())

    def _calls(self) -> list[Call]:
        return [*self._expected.awaited, *(call for call, _ in self._server.calls.values())]

    def _up(self) -> None:
        metrics.manager_connects.inc()
        self._ask()

    def _ask(self) -> None:
        """Which calls came and went while Asterisk could not tell us: it tells of each channel there is."""
        self._asked = monotonic()
        try:
            self._manager.tell("CoreShowChannels")
        except (ManagerDown, Refused) as error:
            log.warning("Asterisk could not be asked for its calls: %s", error)

    def _told(self, event: Event) -> None:
        """In the manager's thread: something has come to pass in Asterisk."""
        assert self._loop is not None
        self._health.last_event = datetime.now().astimezone().isoformat(timespec="seconds")
        if _is_ringing(event):
            self._comes(Call(event.get("Channel", ""), _number(event.get("CallerIDNum", ""))))
        if event["Event"] == "CoreShowChannel":
            self._listed |= {event.get("Channel", ""), event.get("Uniqueid", "")}
        elif event["Event"] == "CoreShowChannelsComplete":
            there, asked = frozenset(self._listed), self._asked
            self._listed, self._asked = set(), 0.0  # a list that nobody asked for ends no call
            self._over(lambda call: call.channel not in there and call.since < asked)
        elif event["Event"] == "Hangup":
            names = {event.get("Channel", ""), event.get("Uniqueid", "")}
            self._over(lambda call: call.channel in names)
        if self._dialler:
            self._dialler.told(event)

    def _comes(self, call: Call) -> None:
        announced = self._in_loop(lambda: self._announced(call))
        if announced is None:
            return
        try:
            self._manager.tell("Setvar", Channel=call.channel, Variable=VARIABLE, Value=announced)
        except (ManagerDown, Refused) as error:
            log.warning("a call could not be taken: %s", error)
        if announced == FULL:
            metrics.turned_away("busy")
            self._in_loop(lambda: self._owe(call))

    def _announced(self, call: Call) -> str | None:
        """What the dialplan is told; None for a call that was announced before."""
        if any(call.channel == other.channel for other in self._expected.awaited):
            return None
        place = self._admission.place(self._count(Place.TALK), self._count(Place.TOLD))
        if place is not Place.TALK:
            log.warning("a call had no place: %d may talk at once", self._admission.limit)
        if place is Place.BUSY or not self._health.open:
            return FULL
        return str(self._expected.announce(replace(call, place=place)))

    def _over(self, which: Callable[[Call], bool]) -> None:
        """The channels of these calls are no more: nobody comes in from them, and whoever is in, leaves."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._withdraw, which)
        self._loop.call_soon_threadsafe(self._loop.call_later, LINGERING, self._cut, which)

    def _withdraw(self, which: Callable[[Call], bool]) -> None:
        while call := self._expected.withdraw(lambda call: call.task is None and which(call)):
            metrics.calls.labels("in", "before we answered").inc()
            self._owe(call)

    def _owe(self, call: Call) -> None:
        """Have it noted that nobody answered; the disk may be slow, and other calls ring."""
        asyncio.get_running_loop().run_in_executor(None, self._unanswered, call)

    def _cut(self, which: Callable[[Call], bool]) -> None:
        for call, media in self._server.calls.values():
            if which(call):
                media.cut("its channel is gone")

    @property
    def up(self) -> bool:
        """Whether Asterisk can be told to call."""
        return self._manager.up

    @property
    def has_room(self) -> bool:
        """Whether there is a line that is not kept for those who call in."""
        return self._in_loop(lambda: self._count(Place.TALK) < max(1, self._admission.limit - 1))

    def numbers(self) -> frozenset[str]:
        """The numbers that are on the line, or about to be."""
        return self._in_loop(lambda: frozenset(call.caller for call in self._calls()))

    def expect(self, call: Call, seconds: float) -> UUID:
        """Let a call come in within `seconds`, once, under this UUID."""
        return self._in_loop(lambda: self._expected.announce(call, seconds))

    def dismiss(self, call: Call) -> None:
        """Let it come in no more."""
        self._in_loop(lambda: self._expected.withdraw(lambda other: other == call))

    def tell(self, action: str, variables: Mapping[str, str] | None = None, **values: str) -> Event:
        """Have Asterisk do something; its answer. Raises ManagerDown and Refused."""
        return self._manager.tell(action, variables, **values)

    def _in_loop(self, ask: Callable[[], T]) -> T:
        """Ask, from another thread, what only the event loop may be asked."""
        assert self._loop is not None

        async def asked() -> T:
            return ask()

        return asyncio.run_coroutine_threadsafe(asked(), self._loop).result()

    def _let_in(self, call: Call, number: UUID, wire: PhoneWire) -> None:
        talk = threading.Thread(
            target=self._converse, args=(call, number, wire), name=f"call {number}", daemon=True
        )
        self._talks.add(talk)
        metrics.going_on.labels(call.place.value).inc()
        talk.start()

    def _converse(self, call: Call, number: UUID, wire: PhoneWire) -> None:
        try:
            if call.task is None or (self._dialler and self._dialler.answered(call)):
                self._answer(call, number, wire)
        except Exception:
            log.exception("call %s broke off; what was confirmed is written", number)
            wire.part(self._goodbye)
        finally:
            wire.hangup()
            self._talks.discard(threading.current_thread())

    def _ended(self, call: Call, number: UUID, media: Media, why: str) -> None:
        log.info("call %s ended: %s; %d frames late", number, why, media.late)
        metrics.going_on.labels(call.place.value).dec()
        if call.place is Place.TOLD:
            metrics.turned_away("told")
        else:
            metrics.ended("out" if call.task else "in", why)


def _is_ringing(event: Event) -> bool:
    """Whether the event tells of a call that waits for us."""
    if event["Event"] == "UserEvent":
        return event.get("UserEvent") == ANNOUNCED
    waits = event.get("Context") == CONTEXT and event.get("Application") == "Wait"
    return event["Event"] == "CoreShowChannel" and waits and event.get("ChannelStateDesc") == "Ring"


def _number(caller: str) -> str:
    """The number of a caller; empty for one that is kept back."""
    digits = "".join(filter(str.isdigit, caller))
    return digits if len(digits) > 2 else ""
