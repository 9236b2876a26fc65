"""Stands between Sakhi and Asterisk's manager, to put in what Asterisk never sent."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue

HOST = "127.0.0.1"
MADE_UP = "MadeUp/"
"""How the channels of calls that are made up begin: what is told about them does not reach Asterisk."""
ANNOUNCED = (
    "Event: UserEvent\r\nUserEvent: SakhiCall\r\nChannel: {channel}\r\nCallerIDNum: 9876500000\r\n\r\n"
)
WITHIN = 10.0
_END = b"\r\n\r\n"
_VALUE = re.compile(rb"^(Channel|Value|ActionID|Variable): *(.*?)\r?$", re.MULTILINE)


class Between:
    """Hands everything on, both ways, and puts things in."""

    def __init__(self) -> None:
        self._listening = socket.create_server((HOST, 0))
        self.port: int = self._listening.getsockname()[1]
        self.target = 0
        """Asterisk's port."""
        self.connections = 0
        """How many Sakhi made."""
        self._made_up = 0
        self._guard = threading.Condition()
        self._sakhi: socket.socket | None = None
        self._calls: SimpleQueue[str] = SimpleQueue()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def put_in(self, data: bytes) -> None:
        """Send Sakhi something between two of Asterisk's packs, once connected. Raises TimeoutError."""
        with self._guard:
            if not self._guard.wait_for(lambda: self._sakhi is not None, WITHIN):
                raise TimeoutError("Sakhi did not come back to the manager")
            assert self._sakhi is not None
            with suppress(OSError):
                self._sakhi.sendall(data)

    def made_up_call(self) -> str:
        """Announce a call that there is not; the one-time UUID that lets it in, "" when there is no room."""
        self._made_up += 1
        self.put_in(ANNOUNCED.format(channel=f"{MADE_UP}{self._made_up}").encode())
        try:
            return self._calls.get(timeout=WITHIN)
        except Empty:
            return ""

    def end_of_made_up_call(self) -> None:
        """Tell that its channel is gone, as Asterisk does when the connection of a call ends."""
        self.put_in(f"Event: Hangup\r\nChannel: {MADE_UP}{self._made_up}\r\n\r\n".encode())

    def _accept(self) -> None:
        while True:
            try:
                sakhi, _ = self._listening.accept()
            except OSError:
                return
            try:
                asterisk = socket.create_connection((HOST, self.target))
            except OSError:
                sakhi.close()
                continue
            self.connections += 1
            threading.Thread(target=self._down, args=(asterisk, sakhi), daemon=True).start()
            threading.Thread(target=self._up, args=(sakhi, asterisk), daemon=True).start()

    def _down(self, asterisk: socket.socket, sakhi: socket.socket) -> None:
        """From Asterisk to Sakhi, pack by pack."""
        data = b""
        with suppress(OSError):
            while received := asterisk.recv(4096):
                data += received
                if not data.startswith(b"Response") and self._sakhi is not sakhi:
                    sakhi.sendall(data)  # the greeting has no end of its own
                    data = b""
                    continue
                whole, end, data = data.rpartition(_END)
                with self._guard:
                    sakhi.sendall(whole + end)
                    self._sakhi = sakhi
                    self._guard.notify_all()
        self._lost(asterisk, sakhi)

    def _up(self, sakhi: socket.socket, asterisk: socket.socket) -> None:
        """From Sakhi to Asterisk, save what is about calls that are made up."""
        data = b""
        with suppress(OSError):
            while received := sakhi.recv(4096):
                *packs, data = (data + received).split(_END)
                for pack in packs:
                    values = dict(_VALUE.findall(pack))
                    if values.get(b"Channel", b"").startswith(MADE_UP.encode()):
                        self._answer(sakhi, values)
                    else:
                        asterisk.sendall(pack + _END)
        self._lost(asterisk, sakhi)

    def _answer(self, sakhi: socket.socket, values: dict[bytes, bytes]) -> None:
        with self._guard:
            sakhi.sendall(b"Response: Success\r\nActionID: " + values.get(b"ActionID", b"") + _END)
        if values.get(b"Variable") == b"SAKHI_CALL":
            self._calls.put(values.get(b"Value", b"").decode())

    def _lost(self, *both: socket.socket) -> None:
        with self._guard:
            if self._sakhi in both:
                self._sakhi = None
        for each in both:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextmanager
def between() -> Iterator[Between]:
    """One that listens."""
    one = Between()
    try:
        yield one
    finally:
        one.close()
