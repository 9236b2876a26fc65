"""A woman at a telephone: waits until Sakhi has asked, answers, and knows when and what she heard."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from bench.phone import alaw
from bench.phone.rtp import BEAT, Clip, Stream, Studio
from bench.phone.sip import Dialog, Exchange

OVER = 0.7
"""Seconds of silence after which she takes a prompt for over: no pause within one is as long."""
DEAD = 6.0
"""Seconds without a packet after which the line is dead, as when Asterisk was killed."""
RUNG = 60.0
"""Seconds within which she is called back."""
PATIENCE = 20.0
"""Seconds that she waits for a voice."""


class Gone(Exception):
    """The call is over."""


class NothingHeard(Exception):
    """The line is up and nobody speaks."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What was said to her between two of her answers. Times are seconds of the epoch."""

    began: float
    """When the first voiced packet came."""
    ended: float
    """When the last one came."""
    waited: float | None
    """Seconds from the end of her answer to the first voiced packet; None for the first prompt."""
    codes: bytes
    """The sound of it, in A-law; empty where nothing is kept."""


class Caller:
    """One call of hers. Without `stream.keep` she knows when she hears, not what."""

    def __init__(self, dialog: Dialog, stream: Stream, studio: Studio) -> None:
        self.dialog, self.stream, self._studio = dialog, stream, studio
        self._from = 0
        self._answered = False

    async def answered(self) -> int:
        """Wait for an answer; the SIP status. Raises Gone when it is none."""
        while not (self.dialog.answered.is_set() or self.dialog.over.is_set()):
            await self._studio.next()
        self.stream.peer = self.dialog.media
        if self.dialog.over.is_set():
            raise Gone(self.dialog.status)
        return self.dialog.status

    async def begins(self) -> float:
        """Wait until Sakhi begins to speak; when. Raises Gone and NothingHeard."""
        end = time.time() + PATIENCE
        while not self.stream.voice_began:
            await self._next()
            if time.time() > end:
                raise NothingHeard(f"nothing was said for {PATIENCE:.0f} s")
        return self.stream.voice_began

    async def prompt(self) -> Prompt:
        """Hear what is said to its end, which a goodbye is too. Raises Gone and NothingHeard."""
        began = await self.begins()
        with suppress(Gone):
            await self.quiet(OVER)
        heard = self.stream.packets[self._from :]
        self._from = len(self.stream.packets)
        waited = began - self.stream.said_at if self._answered else None
        return Prompt(began, self.stream.voiced_at, waited, b"".join(codes for _, codes in heard))

    async def say(self, clip: Clip) -> None:
        """Say it. Raises Gone."""
        self.stream.say(clip)
        await self._said()

    async def press(self, keys: str) -> None:
        """Press the keys. Raises Gone."""
        self.stream.press(keys)
        await self._said()

    async def _said(self) -> None:
        self._answered = True
        while self.stream.saying:
            await self._next()

    async def pause(self, seconds: float) -> None:
        """Do nothing. Raises Gone."""
        end = time.time() + seconds
        while time.time() < end:
            await self._next()

    def latest(self, packets: int) -> bytes:
        """The sound of the last so many packets, of those since she last said something."""
        heard = self.stream.packets[max(self.stream.said_after, len(self.stream.packets) - packets) :]
        return b"".join(codes for _, codes in heard)

    def interrupted(self) -> None:
        """She spoke into what was said: the next prompt begins behind what she said."""
        self._from = self.stream.said_after

    async def quiet(self, seconds: float) -> float:
        """Wait until nothing was said for so long; when the voice ended. Raises Gone."""
        while self.stream.quiet * BEAT < seconds:
            await self._next()
        return self.stream.voiced_at

    async def ended(self) -> bool:
        """Wait until the other side hangs up; whether it did in time."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.dialog.over.wait(), PATIENCE)
        return self.dialog.over.is_set()

    def hang_up(self) -> None:
        """Put down the receiver."""
        self.dialog.hang_up()

    async def _next(self) -> None:
        dead = self.stream.came and time.time() > self.stream.came_at + DEAD
        if self.dialog.over.is_set() or dead:
            raise Gone(self.dialog.status)
        await self._studio.next()


class Phones:
    """All telephones of a measurement."""

    def __init__(self, exchange: Exchange, studio: Studio, hiss: Sequence[bytes]) -> None:
        self.exchange, self.studio, self._hiss = exchange, studio, hiss
        self._awaited: dict[str, asyncio.Future[Dialog]] = {}
        exchange.rings = self._rings

    @asynccontextmanager
    async def calling(self, number: str, keep: bool = True) -> AsyncIterator[Caller]:
        """A call from a number, hung up at the end."""
        stream = Stream(self._hiss, keep)
        dialog = self.exchange.call(number, stream.port)
        async with self._talking(dialog, stream) as caller:
            yield caller

    async def rung(self, number: str) -> Dialog:
        """Wait until a number is called; the call, not answered yet. Raises NothingHeard."""
        call: asyncio.Future[Dialog] = asyncio.get_running_loop().create_future()
        self._awaited[number] = call
        try:
            return await asyncio.wait_for(call, RUNG)
        except TimeoutError:
            raise NothingHeard(f"nobody called within {RUNG:.0f} s") from None
        finally:
            del self._awaited[number]

    def _rings(self, dialog: Dialog) -> None:
        """Whoever is not waited for is busy."""
        call = self._awaited.get(dialog.dialled)
        if call is None or call.done():
            dialog.refuse()
        else:
            call.set_result(dialog)

    @asynccontextmanager
    async def taking(self, dialog: Dialog) -> AsyncIterator[Caller]:
        """A call that came in, answered at once and hung up at the end."""
        stream = Stream(self._hiss)
        dialog.accept(stream.port)
        async with self._talking(dialog, stream) as caller:
            yield caller

    @asynccontextmanager
    async def _talking(self, dialog: Dialog, stream: Stream) -> AsyncIterator[Caller]:
        self.studio.streams.add(stream)
        try:
            yield Caller(dialog, stream, self.studio)
        finally:
            dialog.hang_up()
            self.studio.streams.discard(stream)
            stream.close()
            self.exchange.forget(dialog)


@asynccontextmanager
async def phones(asterisk: int, hiss: Sequence[bytes], port: int = 0) -> AsyncIterator[Phones]:
    """Telephones that call the Asterisk on a SIP port, and are called at `port`."""
    exchange, studio = Exchange(asterisk), Studio()
    await exchange.open(port)
    async with asyncio.TaskGroup() as group:
        beat = group.create_task(studio.run())
        try:
            yield Phones(exchange, studio, hiss)
        finally:
            await asyncio.sleep(0.3)  # so that the last goodbyes are answered
            beat.cancel()
            exchange.close()


SILENT_LINE: Sequence[bytes] = (alaw.encoded(alaw.decoded(b"\xd5" * alaw.SAMPLES)),)
"""A line on which nothing hisses."""
