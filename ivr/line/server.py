"""The door for Asterisk's calls: lets in only those announced, from the machine that brings them."""

import asyncio
import logging
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Generic, TypeVar
from uuid import UUID

from ivr.line import metrics
from ivr.line.expected import Expected
from ivr.line.frames import Frame, Kind, Malformed, Unpacker
from ivr.line.media import CHUNK, Media
from ivr.line.wire import PhoneWire

T = TypeVar("T")
log = logging.getLogger(__name__)

KNOCKING = 3.0
"""Seconds that a connection has to tell which call it is."""
AT_ONCE = 64
"""Connections that may be knocking at the same time."""


class Server(Generic[T]):
    """Takes in the calls of `expected` and hands each, with what was announced of it, to `answer`.

    `answer` is given what was announced and the wire, and starts the conversation; it must not wait for it.
    """

    def __init__(
        self,
        expected: Expected[T],
        allowed: Collection[str],
        answer: Callable[[T, UUID, PhoneWire], None],
        ended: Callable[[T, UUID, Media, str], None] = lambda *_: None,
    ) -> None:
        self._expected, self._allowed, self._answer, self._ended = expected, allowed, answer, ended
        self._knocking = 0
        self.calls: dict[UUID, tuple[T, Media]] = {}
        """The calls that are going on, with what was announced of each."""

    async def listen(self, host: str, port: int) -> tuple[asyncio.Server, int]:
        """Open the door; the port, which the system chose where `port` is 0. Raises OSError."""
        server = await asyncio.start_server(self._let_in, host, port)
        return server, server.sockets[0].getsockname()[1]

    async def _let_in(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            await self._connection(reader, writer)
        except Exception:
            log.exception("a connection to the phone line ended badly; the other calls go on")
        finally:
            with suppress(OSError):
                writer.close()

    async def _connection(self, reader: StreamReader, writer: StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        if peer is None or peer[0] not in self._allowed:
            metrics.refused.labels("address").inc()
            log.warning(
                "a connection from %s was refused: only Asterisk's address may call", peer and peer[0]
            )
            return
        if self._knocking >= AT_ONCE:
            metrics.refused.labels("too many").inc()
            log.warning("too many connections at once from %s; one was refused", peer[0])
            return
        unpacker = Unpacker()
        self._knocking += 1
        try:
            call, rest = await asyncio.wait_for(_which_call(reader, unpacker), KNOCKING)
        except (Malformed, TimeoutError, OSError) as error:
            metrics.refused.labels("no call").inc()
            log.warning("a connection from %s was no call: %s", peer[0], error or "it said nothing in time")
            return
        finally:
            self._knocking -= 1
        announced = self._expected.take(call)
        if announced is None:
            metrics.refused.labels("not awaited").inc()
            log.warning("a connection from %s was refused: its call is not awaited, or came before", peer[0])
            return
        wire = PhoneWire()
        media = Media(reader, writer, unpacker, wire)
        self.calls[call] = announced, media
        try:
            self._answer(announced, call, wire)
            why = await media.carry(rest)
        finally:
            del self.calls[call]
        self._ended(announced, call, media, why)


async def _which_call(reader: StreamReader, unpacker: Unpacker) -> tuple[UUID, list[Frame]]:
    """The call that the first frame names, and what came right behind it. Raises Malformed, OSError."""
    while data := await reader.read(CHUNK):
        frames = list(unpacker.feed(data))
        if frames:
            if frames[0].kind is not Kind.CALL:
                raise Malformed(f"it began with a frame of kind {frames[0].kind.name}")
            return frames[0].call, frames[1:]
    raise Malformed("it closed without a word")
