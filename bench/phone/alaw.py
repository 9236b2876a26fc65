"""A-law (ITU-T G.711), code by code as Asterisk makes it, and packets of 20 ms of it."""

import numpy as np
import numpy.typing as npt

from speech.audio import Samples

RATE = 8000
"""Samples per second, in Hz."""
SAMPLES = 160
"""Samples of one packet: 20 ms."""
QUIET = 400
"""What stays under it, of 32768, is no voice: the line's own hiss, and the edges of a word."""

Codes = npt.NDArray[np.uint8]


def _code(sample: int) -> int:
    mask, size = (0xD5, sample) if sample >= 0 else (0x55, -sample - 1)
    segment = max(0, (size >> 8).bit_length())
    return (segment << 4 | size >> (segment + 3 if segment else 4) & 0x0F) ^ mask


def _sample(code: int) -> int:
    code ^= 0x55
    segment, size = code >> 4 & 0x07, (code & 0x0F) << 4
    size = size + 8 if not segment else (size + 0x108) << (segment - 1)
    return size if code & 0x80 else -size


_CODES: Codes = np.array([_code(sample) for sample in range(-32768, 32768)], np.uint8)
_SAMPLES: Samples = np.array([_sample(code) for code in range(256)], np.int16)
_QUIET_CODES = bytes(code for code in range(256) if abs(_sample(code)) < QUIET)


def encoded(samples: Samples) -> bytes:
    """One byte a sample."""
    return _CODES[samples.astype(np.int32) + 32768].tobytes()


def decoded(codes: bytes) -> Samples:
    """The samples again."""
    return _SAMPLES[np.frombuffer(codes, np.uint8)]


def voiced(codes: bytes) -> bool:
    """Whether there is a voice in a packet."""
    return len(codes.translate(None, _QUIET_CODES)) > SAMPLES // 16


def packets(samples: Samples) -> list[bytes]:
    """The samples as packets, the last one filled up with silence."""
    codes = encoded(np.pad(samples, (0, -len(samples) % SAMPLES)))
    return [codes[at : at + SAMPLES] for at in range(0, len(codes), SAMPLES)]
