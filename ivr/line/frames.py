"""The frames of AudioSocket, without any socket.

A frame is a byte that tells its kind, two bytes with the length of what follows, the highest first, and that
(Asterisk, "AudioSocket protocol"). Sound is 16-bit linear at 8 kHz, little-endian.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

RATE = 8000
"""Samples per second of the sound, in Hz."""
HEAD = 3
LONGEST_SOUND = 2 * RATE // 5
"""Bytes of one frame of sound at most: 200 ms. Asterisk sends 20 ms at a time."""
LONGEST_ERROR = 255
KEYS = frozenset(b"0123456789*#")
OTHER_KEYS = frozenset(b"ABCD")
"""Keys that a line may carry and no telephone has."""


class Kind(IntEnum):
    """What a frame carries."""

    HANGUP = 0x00
    CALL = 0x01
    """The UUID of the call, 16 bytes: the first frame of all."""
    KEY = 0x03
    """One key, in ASCII, when it is let go."""
    SOUND = 0x10
    ERROR = 0xFF
    """Asterisk's own trouble."""


_LENGTHS = {
    Kind.HANGUP: range(1),
    Kind.CALL: range(16, 17),
    Kind.KEY: range(1, 2),
    Kind.SOUND: range(0, LONGEST_SOUND + 1, 2),
    Kind.ERROR: range(LONGEST_ERROR + 1),
}


class Malformed(Exception):
    """What came is not AudioSocket."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame."""

    kind: Kind
    """What it carries."""
    payload: bytes = b""
    """That."""

    def packed(self) -> bytes:
        """The bytes of it."""
        return bytes((self.kind,)) + len(self.payload).to_bytes(2, "big") + self.payload

    @property
    def call(self) -> UUID:
        """Which call a frame of kind CALL begins."""
        return UUID(bytes=self.payload)

    @property
    def key(self) -> str:
        """The key of a frame of kind KEY; empty for one that no telephone has."""
        return self.payload.decode("ascii") if self.payload[0] in KEYS else ""


class Unpacker:
    """Makes frames of the bytes of one connection, however they were cut."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are whole by now. Raises Malformed as soon as it is sure; what is cut waits."""
        self._rest += data
        while len(self._rest) >= HEAD:
            kind, length = _head(self._rest)
            if len(self._rest) < HEAD + length:
                return
            payload = bytes(self._rest[HEAD : HEAD + length])
            del self._rest[: HEAD + length]
            if kind is Kind.KEY and payload[0] not in KEYS | OTHER_KEYS:
                raise Malformed(f"{payload!r} is no key")
            yield Frame(kind, payload)


def _head(data: bytearray) -> tuple[Kind, int]:
    try:
        kind = Kind(data[0])
    except ValueError:
        raise Malformed(f"{data[0]:#04x} is no kind of frame that is known here") from None
    length = int.from_bytes(data[1:HEAD], "big")
    if length not in _LENGTHS[kind]:
        raise Malformed(f"a frame of kind {kind.name} can't have {length} bytes")
    return kind, length
