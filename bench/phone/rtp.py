"""RTP (RFC 3550) of many calls at once, light enough to share a small machine with what it measures.

One beat of 20 ms sends a packet of each call; what comes in carries the kernel's own time of arrival, so that
a load on this process moves no figure.
"""

import asyncio
import socket
import struct
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from bench.phone import alaw
from bench.phone.sip import HOST

BEAT = 0.02
KEYS = "0123456789*#"
KEY_EVENT = 101
"""Payload type of the keys (RFC 4733), as `sip.SDP` has it."""
KEY_BEATS, BETWEEN_KEYS = 6, 4
"""Beats that a key lasts, and of silence after it."""
_STAMPED = 35
"""Linux's SO_TIMESTAMPNS: the kernel tells when a packet came, in seconds and nanoseconds of the epoch."""


@dataclass(frozen=True, slots=True)
class Clip:
    """Something to say, as packets."""

    packets: tuple[bytes, ...]
    """A-law, 20 ms each."""
    last_voiced: int
    """Which of them is the last with a voice in it."""


@dataclass(frozen=True, slots=True)
class _Key:
    key: str
    beat: int


class Stream:
    """The sound of one call, both ways. Times are seconds of the epoch."""

    def __init__(self, hiss: Sequence[bytes], keep: bool = True) -> None:
        """`hiss`: packets of what is on her line while she is silent; `keep`: all that comes in."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((HOST, 0))
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.SOL_SOCKET, _STAMPED, 1)
        self.port: int = self._socket.getsockname()[1]
        self.peer: tuple[str, int] | None = None
        self._hiss, self._keep = hiss, keep
        self._out: deque[tuple[bytes, bool] | _Key | None] = deque()
        self._number, self._stamp, self._held = Random().randrange(1 << 15), 0, 0
        self._source = Random().randrange(1 << 32)
        self.said_at = 0.0
        """When her last voiced packet, or the end of her last key, went out."""
        self.said_after = 0
        """How many packets had come by then."""
        self.packets: list[tuple[float, bytes]] = []
        """When each packet came, and what was in it."""
        self.voiced_at = 0.0
        """When the last packet with our voice in it came."""
        self.quiet = 0
        """How many packets came since: counted, so that a busy moment of this process ends no prompt."""
        self.voice_began = 0.0
        """When the first one came since she said something; 0 before."""
        self.came = 0
        """How many packets came."""
        self.came_at = 0.0
        """When the last one came."""
        asyncio.get_running_loop().add_reader(self._socket, self._receive)

    def close(self) -> None:
        """Let go of the socket."""
        asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    def say(self, clip: Clip) -> None:
        """Say it behind whatever is being said."""
        for number, packet in enumerate(clip.packets):
            self._out.append((packet, number == clip.last_voiced))

    def press(self, keys: str) -> None:
        """Press them one after the other."""
        for key in keys:
            self._out.extend(_Key(key, beat) for beat in range(KEY_BEATS))
            self._out.extend([None] * BETWEEN_KEYS)

    @property
    def saying(self) -> bool:
        """Whether something is left to be said or pressed."""
        return bool(self._out)

    def gaps(self) -> list[float]:
        """Seconds between each two packets that came and were kept."""
        times = [at for at, _ in self.packets]
        return [later - at for at, later in pairwise(times)]

    def beat(self, number: int) -> None:
        """Send what is due."""
        self._stamp += alaw.SAMPLES
        due = self._out.popleft() if self._out else None
        if self.peer is None:
            return
        if isinstance(due, _Key):
            self._send_key(due)
            return
        packet, last_voiced = due or (self._hiss[number % len(self._hiss)], False)
        self._send(8, packet, self._stamp)
        if last_voiced:
            self._said()

    def _send_key(self, key: _Key) -> None:
        if key.beat == 0:
            self._held = self._stamp
        ends = key.beat == KEY_BEATS - 1
        event = struct.pack(
            ">BBH", KEYS.index(key.key), 0x8A if ends else 0x0A, (key.beat + 1) * alaw.SAMPLES
        )
        for _ in range(3 if ends else 1):  # the end is told three times, should one be lost
            self._send(KEY_EVENT | (0x80 if key.beat == 0 else 0), event, self._held)
        if ends:
            self._said()

    def _said(self) -> None:
        self.said_at, self.said_after = time.time(), len(self.packets)
        self.voice_began = 0.0

    def _send(self, kind: int, payload: bytes, stamp: int) -> None:
        assert self.peer is not None
        self._number = self._number + 1 & 0xFFFF
        head = struct.pack(">BBHII", 0x80, kind, self._number, stamp & 0xFFFFFFFF, self._source)
        with suppress(OSError):  # who hung up hears no more
            self._socket.sendto(head + payload, self.peer)

    def _receive(self) -> None:
        with suppress(OSError):
            while True:
                data, extra, _, _ = self._socket.recvmsg(2048, 64)
                if len(data) > 12 and data[1] & 0x7F == 8:
                    seconds, nanoseconds = struct.unpack("qq", extra[0][2])
                    self._take(seconds + nanoseconds / 1e9, data[12:])

    def _take(self, at: float, payload: bytes) -> None:
        self.came += 1
        self.came_at = at
        if self._keep:
            self.packets.append((at, payload))
        self.quiet += 1
        if alaw.voiced(payload):
            self.voiced_at, self.quiet = at, 0
            self.voice_began = self.voice_began or at


class Studio:
    """Keeps the beat of all streams."""

    def __init__(self) -> None:
        self.streams: set[Stream] = set()
        self.late = 0
        """Beats that came more than a beat late: the load is too much for whoever makes it."""
        self._beat: asyncio.Future[None] | None = None

    async def next(self) -> None:
        """Wait for the next beat."""
        if self._beat is None or self._beat.done():
            self._beat = asyncio.get_running_loop().create_future()
        await self._beat

    async def run(self) -> None:
        """Keep it until cancelled."""
        loop = asyncio.get_running_loop()
        due, number = loop.time(), 0
        while True:
            for stream in tuple(self.streams):
                stream.beat(number)
            if self._beat and not self._beat.done():
                self._beat.set_result(None)
            number += 1
            due += BEAT
            if loop.time() > due + BEAT:
                self.late += 1
                due = loop.time()
            await asyncio.sleep(max(0.0, due - loop.time()))
