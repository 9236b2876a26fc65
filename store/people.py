"""The group, its members and their PINs: kept beside the vouchers, so that a person can be erased."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from store.pins import Pin, pin_of, pin_record


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
    number: int = 0
    """By which its members name it on the telephone, 1 to 99; no two groups share one. 0: it has none."""
    voluntary: bool = False
    """True when a member may save more than agreed, as savings that she may withdraw."""
    treasury: bool = False
    """True when the meeting asks for other income, expenses and bank slips."""


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
    consent: bool | None = None
    """Whether she agreed that her answers are kept as sound; None while she was not asked."""
    has_pin: bool = False
    """True when a PIN is set."""
    teaches: bool = False
    """True when she agreed, besides, that what is kept teaches the ears."""


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
    consent: bool | None = None
    """Whether she agreed that her answers are kept as sound; None while she was not asked."""


_CONSENT = {True: "yes", False: "no", None: None}
_AGREED = {"yes": True, "no": False, True: True}


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
    record = asdict(member) | {"phones": list(member.phones), "pin": pin_record(pin) if pin else None}
    record["consent"] = _CONSENT[member.consent]
    del record["has_pin"]
    return record


def person_of(record: Mapping[str, Any]) -> Person:
    """The inverse of `person_record`.

    Books once held no more of her consent than true or false, and false where nobody had asked.
    """
    fields = dict(record)
    fields["consent"] = _AGREED.get(fields["consent"])
    kept = fields.pop("pin")
    return Person.of(Member(**{**fields, "phones": tuple(fields["phones"])}), pin_of(kept) if kept else None)


def same_phone(one: str, other: str) -> bool:
    """Whether two spellings name one phone: the last ten digits agree (0, +91 and spaces do not matter)."""
    return bool(phone_key(one)) and phone_key(one) == phone_key(other)


def phone_key(phone: str) -> str:
    """What the spellings of one phone share: its last ten digits."""
    return "".join(filter(str.isdigit, phone))[-10:]
