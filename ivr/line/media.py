"""One connection of Asterisk: frames in and out, 20 ms by 20 ms on a clock that only goes forward."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Iterable
from contextlib import suppress

from ivr.line import metrics
from ivr.line.frames import Frame, Kind, Malformed, Unpacker
from ivr.line.wire import BYTES, PhoneWire
from ivr.wire import FRAMES_PER_SECOND

FRAME = 1 / FRAMES_PER_SECOND
SILENT = 10.0
"""Seconds without a byte after which Asterisk is taken for dead: while a key is down, it sends nothing."""
UNREAD = 1 << 16
"""Bytes that Asterisk may leave unread: four seconds."""
BACKLOG = FRAMES_PER_SECOND // 2
"""Frames of sound that may wait when they came in a burst; of more the oldest are dropped."""
CHUNK = 4096


class Media:
    """Carries one call between its connection and its wire until either ends."""

    def __init__(
        self, reader: StreamReader, writer: StreamWriter, unpacker: Unpacker, wire: PhoneWire
    ) -> None:
        self._reader, self._writer, self._unpacker = reader, writer, unpacker
        self.wire = wire
        """The conversation's end."""
        self._cut = ""
        self._silent = 0
        self._sound = bytearray()
        self._keys = ""
        self.late = 0
        """Frames sent later than a frame lasts."""

    async def carry(self, first: Iterable[Frame] = ()) -> str:
        """Carry it, and tell in English why it ended. `first`: frames that came with the call's UUID."""
        listening = asyncio.create_task(self._listen(first))
        try:
            return await self._pace(listening)
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening
            self.wire.gone()

    def cut(self, why: str) -> None:
        """End it at once; `why` in English."""
        self._cut = why

    async def _listen(self, first: Iterable[Frame]) -> str:
        """Take in what comes; why it ended."""
        frames = first
        while True:
            try:
                for frame in frames:
                    if frame.kind is Kind.HANGUP:
                        return "hung up"
                    if frame.kind is Kind.ERROR:
                        return f"Asterisk's error {frame.payload.hex() or 'without number'}"
                    self._take(frame)
                data = await self._reader.read(CHUNK)
            except Malformed as error:
                return f"malformed: {error}"
            except ConnectionError:
                return "hung up"  # Asterisk resets the connection when it had not read all we said
            except OSError as error:
                return f"the connection broke: {error}"
            if not data:
                return "hung up"
            self._silent = 0
            frames = self._unpacker.feed(data)

    def _take(self, frame: Frame) -> None:
        if frame.kind is Kind.SOUND:
            self._sound += frame.payload
            del self._sound[: max(0, len(self._sound) - BACKLOG * BYTES)]
        elif frame.kind is Kind.KEY:
            self._keys += frame.key

    async def _pace(self, listening: "asyncio.Task[str]") -> str:
        """Send a frame every 20 ms; after a delay go on from there, as a burst would be lost."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while not listening.done():
            if self._cut:
                return self._cut
            self._silent += 1
            if self._silent * FRAME > SILENT:
                return f"nothing came for {SILENT:.0f} s"
            if self.wire.asked_to_end.is_set():
                self._send(Frame(Kind.HANGUP))
                return "we hung up"
            if self._writer.transport.get_write_buffer_size() > UNREAD:
                return "Asterisk takes no more sound"
            self._send(Frame(Kind.SOUND, self.wire.tick(*self._heard())))
            due += FRAME
            if loop.time() > due + FRAME:
                self.late += 1
                metrics.late_frames.inc()
                due = loop.time()
            await asyncio.sleep(max(0.0, due - loop.time()))
        return listening.result()

    def _heard(self) -> tuple[bytes, str]:
        sound = bytes(self._sound[:BYTES]).ljust(BYTES, b"\0")
        del self._sound[:BYTES]
        keys, self._keys = self._keys, ""
        return sound, keys

    def _send(self, frame: Frame) -> None:
        with suppress(OSError):  # a connection that broke ends `_listen`
            self._writer.write(frame.packed())
