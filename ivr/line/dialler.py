"""Makes the calls that are due: has Asterisk dial them, and learns what came of each.

A call is in the queue as "dialling" before Asterisk hears of it, so a crash at any moment calls nobody twice
for one thing. How Asterisk tells the end of a call that nobody took: an `OriginateResponse` and, if there was
a channel, a `Hangup` with the cause (ITU-T Q.850), in either order.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic
from uuid import uuid4

from ivr.line import metrics
from ivr.line.call import Call, Switchboard
from ivr.line.campaign import Campaign
from ivr.line.manager import Event, ManagerDown, Refused
from ivr.sections import Outbound
from store.calls import Result, Task
from store.errors import BooksError
from store.people import phone_key

log = logging.getLogger(__name__)

CONTEXT = "sakhi-outbound"
"""Where the dialplan goes on with a call of ours that was answered."""
VARIABLE = "SAKHI_CALL"
"""The one-time UUID of the call, for the dialplan."""
OURS = "sakhi-"
"""How the unique ids of our calls begin."""
GRACE = 10.0
"""Seconds besides ringing until a call of which nothing is heard counts as failed."""
CAUSE_WITHIN = 1.0
"""Seconds within which the cause follows when Asterisk could not make a call."""
BETWEEN_LOOKS = 1.0
FILL_EVERY = 300.0
"""Seconds between two looks into the books, whom to call."""
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 1800.0
"""Seconds without dialling after a call that the trunk could not make; each one more doubles it."""
CAUSES: dict[str, Result] = {
    "1": "wrong number",
    "16": "no answer",
    "17": "busy",
    "18": "no answer",
    "19": "no answer",
    "20": "no answer",
    "21": "no answer",
    "22": "wrong number",
    "28": "wrong number",
}
"""What a cause means; every other is the network's or ours: "failed"."""


@dataclass(slots=True)
class _Dialled:
    """A call that is being dialled."""

    call: Call
    task: Task
    until: float
    """When it is given up without news, in seconds of a clock that only goes forward."""


class Dialler:
    """Dials what is due in a thread of its own. Events and conversations come from other threads."""

    def __init__(
        self,
        rules: Outbound,
        campaign: Campaign,
        line: Switchboard,
        now: Callable[[], float] = monotonic,
    ) -> None:
        """`now`: a clock that only goes forward, in seconds."""
        self._rules, self._campaign, self._line, self._now = rules, campaign, line, now
        self._dialled: dict[str, _Dialled] = {}
        self._guard = threading.Lock()
        self._pause = 0.0
        self._rests_until = self._fills_at = now()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="dialler", daemon=True)

    def start(self) -> None:
        """Put in order what an earlier process left, and dial from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Dial no more, and let no telephone ring on."""
        self._stop.set()
        self._thread.join()
        for one in self._taken_if(lambda _: True):
            with suppress(ManagerDown, Refused):
                self._line.tell("Hangup", Channel=one.call.channel)
            self._came_of(one, "no answer")

    def turn(self) -> None:
        """Give up what nothing is heard of, and dial what may be dialled now. Raises BooksError."""
        now = self._now()
        for one in self._taken_if(lambda one: one.until < now):
            self._came_of(one, "failed")
        if now >= self._fills_at:
            self._fills_at = now + FILL_EVERY
            self._campaign.fill()
        while self._line.up and self._line.has_room and self._now() >= self._rests_until:
            task = self._campaign.next(self._line.numbers())
            if task is None:
                return
            self._dial(task)

    def told(self, event: Event) -> None:
        """Something has come to pass in Asterisk; most of it is not ours."""
        name = event.get("Uniqueid", "")
        if event["Event"] == "Hangup":
            for one in self._taken_if(lambda one: one.call.channel == name):
                self._came_of(one, CAUSES.get(event.get("Cause", ""), "failed"))
        elif event["Event"] == "OriginateResponse" and event.get("Response") == "Failure":
            with self._guard:
                if name in self._dialled:
                    self._dialled[name].until = self._now() + CAUSE_WITHIN

    def answered(self, call: Call) -> bool:
        """A call of ours has come in; False when it was given up meanwhile. Raises BooksError."""
        self._pause = 0.0
        return any(self._campaign.answered(one.task) for one in self._taken_if(lambda one: one.call == call))

    def _work(self) -> None:
        self._try(self._campaign.recover)
        while not self._stop.wait(BETWEEN_LOOKS):
            self._try(self.turn)

    def _try(self, what: Callable[[], None]) -> None:
        try:
            what()
        except BooksError as error:
            log.error("calls can't be made now: %s", error)
        except Exception:
            log.exception("calls could not be made; the line goes on")

    def _dial(self, task: Task) -> None:
        call = Call(f"{OURS}{uuid4()}", task.phone, task=task)
        number = self._rules.prefix + phone_key(task.phone)
        seconds = self._rules.ring + GRACE
        with self._guard:
            self._dialled[call.channel] = _Dialled(call, task, self._now() + seconds)
        shown = {"CallerID": self._rules.caller_id} if self._rules.caller_id else {}
        variables = {VARIABLE: str(self._line.expect(call, seconds))}
        try:
            self._line.tell(
                "Originate",
                variables,
                Channel=self._rules.channel.format(number=number),
                Context=CONTEXT,
                Exten="s",
                Priority="1",
                Timeout=str(round(self._rules.ring * 1000)),
                Async="true",
                ChannelId=call.channel,
                **shown,
            )
            log.info("a call is dialled: %s", task.purpose)
        except ManagerDown:
            log.warning("whether a call was dialled is not known: Asterisk's manager is gone")
        except Refused as error:
            log.error("Asterisk makes no calls for us: %s; see manager.conf", error)
            for one in self._taken_if(lambda one: one.call == call):
                self._came_of(one, "failed")

    def _taken_if(self, which: Callable[[_Dialled], bool]) -> list[_Dialled]:
        with self._guard:
            taken = [one for one in self._dialled.values() if which(one)]
            for one in taken:
                del self._dialled[one.call.channel]
            return taken

    def _came_of(self, one: _Dialled, result: Result) -> None:
        self._line.dismiss(one.call)
        metrics.calls.labels("out", result).inc()
        if result == "failed":
            self._pause = min(2 * self._pause or FIRST_PAUSE, LONGEST_PAUSE)
            self._rests_until = self._now() + self._pause
            log.warning("a call could not be made; nobody is called for %.0f s", self._pause)
        else:
            self._pause = 0.0
            log.info("a call was not taken: %s", result)
        self._campaign.came_of(one.task, result)
