"""The phone service: announces each call that Asterisk has, lets it in, and holds its talk in a thread."""

import asyncio
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from ivr.line.expected import Expected
from ivr.line.manager import Event, Manager, ManagerDown, Refused
from ivr.line.media import Media
from ivr.line.server import Server
from ivr.line.wire import PhoneWire
from ivr.sections import Line

log = logging.getLogger(__name__)

ANNOUNCED = "SakhiCall"
"""Name of the event with which the dialplan tells of a call."""
CONTEXT = "sakhi-inbound"
"""Where the dialplan lets a call wait for us."""
VARIABLE = "SAKHI_CALL"
"""What the dialplan waits for: the one-time UUID of the call, or `FULL`."""
FULL = "full"
GRACE = 10.0
"""Seconds that a call may take to come in, besides ringing."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that Asterisk has."""

    channel: str
    """Asterisk's name of it."""
    caller: str
    """The number it comes from; empty when that is kept back."""


Answer = Callable[[Call, UUID, PhoneWire], None]
"""Holds the conversation of a call, to its end."""


class LineService:
    """Brings calls and conversations together until it is told to stop."""

    def __init__(self, settings: Line, secret: str, answer: Answer) -> None:
        self._settings, self._answer = settings, answer
        self._expected: Expected[Call] = Expected(settings.ring + GRACE, monotonic)
        self._server = Server(self._expected, {settings.asterisk}, self._let_in, self._ended)
        self._manager = Manager(
            (settings.asterisk, settings.manager_port), settings.manager_user, secret, self._told, self._ask
        )
        self._talks: set[threading.Thread] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop`; conversations that go on then end as by a hang-up. Raises OSError."""
        self._loop = asyncio.get_running_loop()
        listening, port = await self._server.listen(self._settings.host, self._settings.port)
        self._manager.start()
        log.info("the phone line is open on %s:%d", self._settings.host, port)
        try:
            await stop.wait()
        finally:
            listening.close()
            await asyncio.to_thread(self._manager.stop)
            for wire in self._server.calls.values():
                wire.gone()
            await asyncio.to_thread(self._rest)

    def _ask(self) -> None:
        """Which calls came while Asterisk could not tell us: it tells of each channel there is."""
        try:
            self._manager.tell("CoreShowChannels")
        except (ManagerDown, Refused) as error:
            log.warning("calls that ring already could not be asked for: %s", error)

    def _told(self, event: Event) -> None:
        """In the manager's thread: a call has come to Asterisk."""
        if not _is_ringing(event):
            return
        call = Call(event["Channel"], _number(event.get("CallerIDNum", "")))
        assert self._loop is not None
        answer = asyncio.run_coroutine_threadsafe(self._announced(call), self._loop).result()
        try:
            self._manager.tell("Setvar", Channel=call.channel, Variable=VARIABLE, Value=answer)
        except (ManagerDown, Refused) as error:
            log.warning("a call could not be taken: %s", error)

    async def _announced(self, call: Call) -> str:
        if len(self._server.calls) + self._expected.waiting >= self._settings.most_calls:
            log.warning("a call was turned away: %d go on, and no more may", self._settings.most_calls)
            return FULL
        return str(self._expected.announce(call))

    def _let_in(self, call: Call, number: UUID, wire: PhoneWire) -> None:
        talk = threading.Thread(target=self._converse, args=(call, number, wire), name=f"call {number}")
        self._talks.add(talk)
        talk.start()

    def _converse(self, call: Call, number: UUID, wire: PhoneWire) -> None:
        try:
            self._answer(call, number, wire)
        except Exception:
            log.exception("call %s broke off; what was confirmed is written", number)
        finally:
            wire.hangup()
            self._talks.discard(threading.current_thread())

    def _ended(self, number: UUID, media: Media, why: str) -> None:
        log.info("call %s ended: %s; %d frames late", number, why, media.late)

    def _rest(self) -> None:
        for talk in tuple(self._talks):
            talk.join()


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
