"""The group, its members and their PINs: kept beside the vouchers, so that a person can be erased."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

SCRYPT_COST = 2**14
"""scrypt N; with r = 8 and p = 1 one check takes 16 MiB and about 50 ms on a small board (RFC 7914)."""

TRIES = 3
"""Wrong PINs in a row before a lock."""

LOCKS = (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=24))
"""How long the first, the second and every later lock lasts."""


@dataclass(frozen=True, slots=True)
class Group:
    """A self-help group and its rules."""

    id: str
    """Unique among the worker's groups."""
    name: str
    """As it is written and spoken."""
    saving: int
    """The usual saving of a member in a meeting, paise."""
    quorum: int
    """Members who must be present."""
    cap: int
    """The largest amount one entry may have, paise."""
    open_balances: bool = False
    """True when any member may hear the others' balances."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the group."""

    id: str
    """Never changes, never used again."""
    number: int
    """Her number in the group, 1 or more; no two members share one."""
    name: str
    """As it is written; two members may share one."""
    spoken: str
    """As the voice should say it."""
    phones: tuple[str, ...] = ()
    """Her phone numbers; a phone may belong to several members."""
    consent: bool = False
    """True when she agreed that her voice is kept."""
    has_pin: bool = False
    """True when a PIN is set."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who is to be taken in as a member."""

    number: int
    """Her number in the group, 1 or more."""
    name: str
    """As it is written."""
    spoken: str = ""
    """As the voice should say it; the name when empty."""
    phones: tuple[str, ...] = ()
    """Her phone numbers."""
    pin: str | None = None
    """4 to 8 digits, None when she has none."""
    consent: bool = False
    """True when she agreed that her voice is kept."""


class PinCheck(Enum):
    """What came of saying a PIN."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"
    NONE_SET = "none_set"


@dataclass(frozen=True, slots=True)
class Pin:
    """A PIN as it is kept: salted, slow to guess, with its tries."""

    salt: str
    """16 random bytes, hex."""
    key: str
    """scrypt of the digits, hex."""
    wrong: int = 0
    """Wrong tries in a row since the last lock or right try."""
    locks: int = 0
    """Locks since the last right try."""
    locked_until: datetime | None = None
    """No try counts before this moment, timezone-aware."""

    @classmethod
    def of(cls, digits: str) -> "Pin":
        """A new PIN with a fresh salt."""
        salt = secrets.token_bytes(16)
        return cls(salt.hex(), _scrypt(digits, salt))

    def tried(self, digits: str, now: datetime) -> tuple[PinCheck, "Pin"]:
        """The answer to a try and the PIN as it is to be kept from then on."""
        if self.locked_until and now < self.locked_until:
            return PinCheck.LOCKED, self
        if hmac.compare_digest(self.key, _scrypt(digits, bytes.fromhex(self.salt))):
            return PinCheck.RIGHT, replace(self, wrong=0, locks=0, locked_until=None)
        if self.wrong + 1 < TRIES:
            return PinCheck.WRONG, replace(self, wrong=self.wrong + 1)
        until = now + LOCKS[min(self.locks, len(LOCKS) - 1)]
        return PinCheck.LOCKED, replace(self, wrong=0, locks=self.locks + 1, locked_until=until)


@dataclass(frozen=True, slots=True)
class Person:
    """A member and her PIN: what the vault keeps."""

    member: Member
    """Who she is; `has_pin` is always that of `pin`."""
    pin: Pin | None
    """Her PIN, None when not set."""

    @classmethod
    def of(cls, member: Member, pin: Pin | None) -> "Person":
        """The pair, with `has_pin` told truly."""
        return cls(replace(member, has_pin=pin is not None), pin)


def person_record(person: Person) -> dict[str, Any]:
    """A person as a JSON object."""
    member, pin = person.member, person.pin
    record = asdict(member) | {"phones": list(member.phones), "pin": asdict(pin) if pin else None}
    del record["has_pin"]
    if pin and pin.locked_until:
        record["pin"]["locked_until"] = pin.locked_until.isoformat()
    return record


def person_of(record: Mapping[str, Any]) -> Person:
    """The inverse of `person_record`."""
    fields = dict(record)
    kept = fields.pop("pin")
    pin = None
    if kept:
        until = kept["locked_until"]
        pin = Pin(**{**kept, "locked_until": datetime.fromisoformat(until) if until else None})
    return Person.of(Member(**{**fields, "phones": tuple(fields["phones"])}), pin)


def same_phone(one: str, other: str) -> bool:
    """Whether two spellings name one phone: the last ten digits agree (0, +91 and spaces do not matter)."""
    return bool(phone_key(one)) and phone_key(one) == phone_key(other)


def phone_key(phone: str) -> str:
    """What the spellings of one phone share: its last ten digits."""
    return "".join(filter(str.isdigit, phone))[-10:]


def _scrypt(digits: str, salt: bytes) -> str:
    return hashlib.scrypt(digits.encode(), salt=salt, n=SCRYPT_COST, r=8, p=1, dklen=32).hex()
