"""Asterisk's manager interface, through `asterisk-ami`, kept up for as long as the line is open.

What version 0.1.7 of the library does not do by itself: its reader ends after three seconds of silence, and
over an error in a listener; who waits for a response inside a listener waits in vain; it sends part of a long
action, and two threads' actions through each other; a value with a line break is an action of its own; it
leaves sockets open. So each connection is a `_Client` with these mended, events are handled in a thread of
their own, and a connection that was lost is made anew, after a pause that grows.
"""

import logging
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from typing import Any

from asterisk.ami import AMIClient, SimpleAction

log = logging.getLogger(__name__)

Event = Mapping[str, str]
"""What Asterisk tells; its name is under "Event"."""
ANSWER = 3.0
"""Seconds within which Asterisk answers an action."""
ALIVE = 10.0
"""Seconds between two looks whether a connection still carries."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
"""Seconds before connecting again: at first, and at most."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


class ManagerDown(Exception):
    """Asterisk can't be told anything now."""


class Refused(Exception):
    """Asterisk would not do what it was told; its own message."""


class Manager:
    """A connection to the manager interface that comes back when it was lost.

    `on_event` is called with each event, one after the other, in a thread of its own; `on_up` likewise,
    whenever a connection has been made: what happened while there was none must be asked for.
    """

    def __init__(
        self,
        address: tuple[str, int],
        user: str,
        secret: str,
        on_event: Callable[[Event], None],
        on_up: Callable[[], None] = lambda: None,
    ) -> None:
        self._address, self._user, self._secret = address, user, secret
        self._on_event, self._on_up = on_event, on_up
        self._client: _Client | None = None
        self._wanted = threading.Event()
        self._told: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._keep_up, self._handle)]
        self._stop = threading.Event()

    @property
    def up(self) -> bool:
        """Whether there is a connection."""
        return self._client is not None

    def start(self) -> None:
        """Connect, and keep connected."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let the connection go, once what was told is handled. Calling it again does nothing."""
        self._stop.set()
        if client := self._client:
            client.lost.set()
        self._threads[0].join()
        self._told.put(None)
        self._threads[1].join()

    def tell(self, action: str, variables: Mapping[str, str] | None = None, **values: str) -> Event:
        """Have Asterisk do something; its answer. Raises ManagerDown and Refused."""
        client = self._client
        if client is None:
            raise ManagerDown(f"there is no connection to Asterisk's manager at {self._address[0]}")
        return client.tell(action, variables or {}, values)

    def _keep_up(self) -> None:
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            try:
                with _Client(self._address, self._told_of) as client:
                    client.tell("Login", {}, {"Username": self._user, "Secret": self._secret})
                    pause = FIRST_PAUSE
                    self._serve(client)
            except (OSError, ManagerDown) as error:
                log.warning("Asterisk's manager at %s:%d can't be reached: %s", *self._address, error)
            except Refused as error:
                log.error("Asterisk's manager refuses the user %s: %s; see manager.conf", self._user, error)
            self._stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _serve(self, client: "_Client") -> None:
        self._client = client
        self._told.put(self._on_up)
        log.info("connected to Asterisk's manager")
        try:
            while not client.lost.wait(ALIVE):
                client.tell("Ping", {}, {})
        finally:
            self._client = None

    def _told_of(self, event: Event) -> None:
        self._told.put(lambda: self._on_event(event))

    def _handle(self) -> None:
        while handle := self._told.get():
            try:
                handle()
            except Exception:
                log.exception("an event of Asterisk's could not be handled; the line goes on")


@contextmanager
def connected(address: tuple[str, int], user: str, secret: str) -> Iterator["Callable[..., Event]"]:
    """What tells Asterisk one action after the other, for a look; no events. Raises OSError and as it does.

    It is called with the action's name and its values, and raises ManagerDown and Refused.
    """
    with _Client(address, lambda _: None) as client:
        client.tell("Login", {}, {"Username": user, "Secret": secret, "Events": "off"})
        yield lambda action, **values: client.tell(action, {}, values)


class _Client(AMIClient):  # type: ignore[misc]
    """One connection, with the library's faults mended. Raises OSError when it can't be made."""

    def __init__(self, address: tuple[str, int], on_event: Callable[[Event], None]) -> None:
        super().__init__(*address, timeout=ANSWER)
        self.lost = threading.Event()
        """Set when the connection carries no more."""
        self._tell_of = on_event
        self._sending = threading.Lock()

    def __enter__(self) -> "_Client":
        try:
            self.connect()
        except OSError:
            self._socket.close()
            raise
        self._socket.settimeout(None)
        return self

    def __exit__(self, *_: object) -> None:
        self.lost.set()
        self.finished.set()
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def tell(self, name: str, variables: Mapping[str, str], values: Mapping[str, str]) -> Event:
        """Raises ManagerDown and Refused."""
        action = SimpleAction(name, **{key: _plain(value) for key, value in values.items()})
        action.variables = {key: _plain(value) for key, value in variables.items()}
        try:
            response = self.send_action(action).response
        except OSError as error:
            self.lost.set()
            raise ManagerDown(str(error)) from error
        finally:
            self._futures.pop(action.keys.get("ActionID"), None)
        if response is None:
            self.lost.set()
            raise ManagerDown(f"no answer to {name} within {ANSWER:.0f} s")
        if response.is_error():
            raise Refused(f"{name}: {response.keys.get('Message', 'no reason given')}")
        return dict(response.keys)

    def send(self, pack: Any) -> None:
        """Send all of it, and no two at once."""
        with self._sending:
            self._socket.sendall(f"{pack}\r\n".encode())

    def listen(self) -> None:
        """Read until the connection ends, however it ends."""
        try:
            super().listen()
        except (
            Exception
        ) as error:  # the library lets a peer that is no Asterisk, or none at all, end the thread
            log.debug("the manager's connection ended: %r", error)
        finally:
            self.lost.set()

    def fire_recv_event(self, event: Any) -> None:
        """Hand an event on, to be handled elsewhere."""
        self._tell_of({"Event": event.name, **event.keys})


def _plain(value: str) -> str:
    """`value` on one line."""
    return _CONTROL.sub(" ", value)
