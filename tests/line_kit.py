"""A fake Asterisk for what the real one won't do on request, and a door for it that runs in a thread."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue
from uuid import UUID

from ivr.line.expected import Expected
from ivr.line.frames import Frame, Kind, Unpacker
from ivr.line.media import Media
from ivr.line.server import Server
from ivr.line.wire import BYTES, PhoneWire

HOST = "127.0.0.1"
PATIENCE = 20.0
"""Seconds until a test gives up waiting."""


class FakeAsterisk:
    """One connection, as Asterisk makes it for a call."""

    def __init__(self, port: int, call: UUID | None = None) -> None:
        self._socket = socket.create_connection((HOST, port), PATIENCE)
        self._unpacker = Unpacker()
        self._frames: list[Frame] = []
        if call:
            self.send(Frame(Kind.CALL, call.bytes))

    def send(self, *frames: Frame) -> None:
        self.raw(b"".join(frame.packed() for frame in frames))

    def say(self, sound: bytes) -> None:
        """A burst of sound, in frames of 20 ms."""
        self.send(*(Frame(Kind.SOUND, sound[at : at + BYTES]) for at in range(0, len(sound), BYTES)))

    def raw(self, data: bytes) -> None:
        self._socket.sendall(data)

    def receive(self) -> Frame | None:
        """The next frame; None when the connection is closed."""
        while not self._frames:
            try:
                data = self._socket.recv(4096)
            except ConnectionError:
                return None
            if not data:
                return None
            self._frames += self._unpacker.feed(data)
        return self._frames.pop(0)

    def closed(self) -> bool:
        """Wait until the other side closes."""
        while self.receive():
            pass
        return True

    def hang_up(self) -> None:
        self._socket.close()


@dataclass
class Door:
    """A server that listens, and what came through it."""

    loop: asyncio.AbstractEventLoop
    port: int
    expected: Expected[str]
    server: Server[str]
    answered: "SimpleQueue[tuple[str, UUID, PhoneWire]]" = field(default_factory=SimpleQueue)
    ended: "SimpleQueue[tuple[str, UUID, Media, str]]" = field(default_factory=SimpleQueue)

    dialled: list[FakeAsterisk] = field(default_factory=list)

    def dial(self, call: UUID | None = None) -> FakeAsterisk:
        """A connection, as Asterisk makes it for a call."""
        self.dialled.append(FakeAsterisk(self.port, call))
        return self.dialled[-1]

    def tasks(self) -> int:
        """How many tasks its loop has."""
        return len(asyncio.all_tasks(self.loop))

    def announce(self, what: str) -> UUID:
        return asyncio.run_coroutine_threadsafe(self._announce(what), self.loop).result(PATIENCE)

    async def _announce(self, what: str) -> UUID:
        return self.expected.announce(what)


@contextmanager
def door(
    allowed: tuple[str, ...] = (HOST,), seconds: float = 5.0, now: Callable[[], float] = time.monotonic
) -> Iterator[Door]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    answered: SimpleQueue[tuple[str, UUID, PhoneWire]] = SimpleQueue()
    ended: SimpleQueue[tuple[str, UUID, Media, str]] = SimpleQueue()
    expected: Expected[str] = Expected(seconds, now)
    server = Server(expected, allowed, lambda *call: answered.put(call), lambda *end: ended.put(end))
    listening, port = asyncio.run_coroutine_threadsafe(server.listen(HOST, 0), loop).result(PATIENCE)
    made = Door(loop, port, expected, server, answered, ended)
    try:
        yield made
    finally:
        for asterisk in made.dialled:
            asterisk.hang_up()
        loop.call_soon_threadsafe(listening.close)
        asyncio.run_coroutine_threadsafe(_rest(), loop).result(PATIENCE)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()


async def _rest() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
