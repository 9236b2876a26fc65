"""PINs: salted, slow to guess, and locked for longer every time that guesses were wrong."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from store.errors import RefusedEntry

SCRYPT_COST = 2**14
"""scrypt N; with r = 8 and p = 1 one check takes 16 MiB and about 50 ms on a small board (RFC 7914)."""

TRIES = 3
"""Wrong PINs in a row before a lock."""

LOCKS = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=24))
"""How long the first, the second and every later lock lasts."""


class PinCheck(Enum):
    """What came of saying a PIN."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    NONE_SET = "none_set"


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong PINs, and the lock that came of them."""

    wrong: int = 0
    """Wrong tries since the last lock."""
    locks: int = 0
    """Locks so far: each lasts longer than the one before."""
    locked_until: datetime | None = None
    """No try counts before this moment, timezone-aware."""

    def locked(self, now: datetime) -> bool:
        """Whether no try counts now."""
        return self.locked_until is not None and now < self.locked_until

    def failed(self, now: datetime) -> "Tries":
        """What it is after one more wrong try."""
        if self.wrong + 1 < TRIES:
            return replace(self, wrong=self.wrong + 1)
        return Tries(0, self.locks + 1, now + LOCKS[min(self.locks, len(LOCKS) - 1)])


@dataclass(frozen=True, slots=True)
class Pin:
    """A PIN as it is kept, with its tries in a row."""

    salt: str
    """16 random bytes, hex."""
    key: str
    """scrypt of the digits, hex."""
    tries: Tries = Tries()
    """Wrong tries since the last right one."""

    @classmethod
    def of(cls, digits: str) -> "Pin":
        """A new PIN with a fresh salt. Raises RefusedEntry when it has not 4 to 8 digits."""
        if not (digits.isascii() and digits.isdigit() and 4 <= len(digits) <= 8):
            raise RefusedEntry("a PIN has 4 to 8 digits")
        salt = secrets.token_bytes(16)
        return cls(salt.hex(), _scrypt(digits, salt))

    def tried(self, digits: str, now: datetime) -> tuple[PinCheck, "Pin"]:
        """The answer to a try and the PIN as it is to be kept from then on."""
        if self.tries.locked(now):
            return PinCheck.LOCKED, self
        if hmac.compare_digest(self.key, _scrypt(digits, bytes.fromhex(self.salt))):
            return PinCheck.RIGHT, replace(self, tries=Tries())
        tries = self.tries.failed(now)
        return PinCheck.LOCKED if tries.locked(now) else PinCheck.WRONG, replace(self, tries=tries)


def pin_record(pin: Pin) -> dict[str, Any]:
    """A PIN as a JSON object."""
    until = pin.tries.locked_until
    return {
        "salt": pin.salt,
        "key": pin.key,
        "wrong": pin.tries.wrong,
        "locks": pin.tries.locks,
        "locked_until": until.isoformat() if until else None,
    }


def pin_of(record: Mapping[str, Any]) -> Pin:
    """The inverse of `pin_record`."""
    until = record["locked_until"]
    tries = Tries(record["wrong"], record["locks"], datetime.fromisoformat(until) if until else None)
    return Pin(record["salt"], record["key"], tries)


def _scrypt(digits: str, salt: bytes) -> str:
    return hashlib.scrypt(digits.encode(), salt=salt, n=SCRYPT_COST, r=8, p=1, dklen=32).hex()
