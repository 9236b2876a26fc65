"""A fake of Asterisk's manager, for what the real one won't do on request."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from queue import SimpleQueue

Action = dict[str, str]
GREETING = b"Asterisk Call Manager/10.0.0\r\n"
Answers = Callable[[Action], str | None]
"""The answer to an action, without its ActionID; None for none."""


def content(_: Action) -> str | None:
    return "Response: Success\r\nMessage: all right"


class FakeManager:
    """Takes connections one after the other, and keeps what it was told."""

    def __init__(self, answers: Answers = content, greeting: bytes = GREETING) -> None:
        self.answers, self._greeting = answers, greeting
        self.told: SimpleQueue[Action] = SimpleQueue()
        self.connected: SimpleQueue[None] = SimpleQueue()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address: tuple[str, int] = self._listening.getsockname()
        self._peer: socket.socket | None = None
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def send(self, data: bytes) -> None:
        """Send bytes to whoever is connected."""
        assert self._peer is not None
        self._peer.sendall(data)

    def event(self, name: str, **keys: str) -> None:
        lines = [f"Event: {name}", *(f"{key}: {value}" for key, value in keys.items())]
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode())

    def drop(self) -> None:
        """Break the connection, as a restart does."""
        assert self._peer is not None
        with suppress(OSError):
            self._peer.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        if self._peer:
            self.drop()
        self._thread.join(10)

    def _accept(self) -> None:
        while True:
            try:
                self._peer, _ = self._listening.accept()
            except OSError:
                return
            with self._peer:
                self._peer.sendall(self._greeting)
                self.connected.put(None)
                with suppress(OSError):
                    self._serve(self._peer)

    def _serve(self, peer: socket.socket) -> None:
        data = b""
        while received := peer.recv(4096):
            *packs, data = (data + received).split(b"\r\n\r\n")
            for pack in packs:
                lines = [line.partition(": ") for line in pack.decode().split("\r\n")]
                action = {key: value for key, _, value in lines}
                self.told.put(action)
                if answer := self.answers(action):
                    peer.sendall(f"{answer}\r\nActionID: {action['ActionID']}\r\n\r\n".encode())


@contextmanager
def manager(answers: Answers = content, greeting: bytes = GREETING) -> Iterator[FakeManager]:
    fake = FakeManager(answers, greeting)
    try:
        yield fake
    finally:
        fake.close()
