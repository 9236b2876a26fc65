"""Who is calling, and whether it is her: a telephone number alone opens nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from flows.expect import Digits, OneMember, YesNo
from flows.expect.pick import Pick
from flows.names import called
from flows.promise import promise, tell_worker
from flows.talk import Talk
from flows.turn import NotUnderstood
from store.ledger import Ledger
from store.matters import matters
from store.people import Member
from store.pins import PinCheck

SHARED_BY = 3
"""Of how many members a list can be remembered."""
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


class Tries(Protocol):
    """The wrong PINs of one telephone, whoever's they were (`store.tries.PhoneTries`)."""

    def locked_until(self) -> datetime | None:
        """Until when no PIN is taken from it; None when one is."""
        ...

    def tried(self, whose: str, check: Callable[[], PinCheck]) -> PinCheck:
        """What ``check`` says of a PIN, unless the telephone is locked, as it may be by this very try."""
        ...


@dataclass(frozen=True, slots=True)
class Caller:
    """What is known of who speaks before she says a word."""

    phone: str = ""
    """The number she calls from; empty when there is none, or it is kept back."""
    spoken_pin: bool = True
    """Whether a PIN may be said; else it must be keyed."""
    tries: Tries | None = None
    """The wrong PINs of her telephone; None where there is none."""


NOBODY = Caller()
"""Who stands before the kiosk or types."""


async def who(talk: Talk, ledger: Ledger, phone: str) -> Member:
    """The member who speaks. ``phone``: the number she calls from, if it is known; it may be shared."""
    owners = ledger.members_by_phone(phone) if phone else ()
    if len(owners) == 1:
        name = called(ledger, owners[0])
        if await talk.ask(YesNo(), "identity.is_it_you", name=name):
            return owners[0]
    elif 1 < len(owners) <= SHARED_BY:
        try:
            return await _which(talk, ledger, owners)
        except NotUnderstood:
            pass  # perhaps it is none of them
    return await talk.ask(OneMember(ledger.members()), "identity.who")


async def _which(talk: Talk, ledger: Ledger, owners: tuple[Member, ...]) -> Member:
    """Which of the two or three who share the telephone, by name or by her place in the list."""
    which = Pick(OneMember(owners), owners)
    a, b, *more = (called(ledger, owner) for owner in owners)
    if more:
        return await talk.ask(which, "identity.which_of_3", tries=2, a=a, b=b, c=more[0])
    return await talk.ask(which, "identity.which_of_2", tries=2, a=a, b=b)


def can_prove(ledger: Ledger, member: Member) -> bool:
    """Whether ``member`` can be told of her money at all: in the open, or with a PIN that she has."""
    return ledger.group.open_balances or member.has_pin


async def is_her(talk: Talk, ledger: Ledger, member: Member, caller: Caller = NOBODY) -> bool:
    """Whether ``member`` may be told of her money: by the group's rules, or by her PIN."""
    return ledger.group.open_balances or await knows_pin(talk, ledger, member, caller)


async def knows_pin(talk: Talk, ledger: Ledger, member: Member, caller: Caller) -> bool:
    """Whether the PIN of ``member`` is known; three that are wrong lock it, and the worker is told."""
    if not member.has_pin:
        talk.say("identity.no_pin")
        if not _waits_for_pin(ledger, member):
            promise(talk, ledger, "PIN", member_id=member.id)
        return False

    def tell() -> None:
        if ledger.locked_until(member.id):
            tell_worker(talk, ledger, "PIN locked", member_id=member.id)
        else:
            tell_worker(talk, ledger, "telephone locked", member_id=member.id)

    secret = Secret(
        f"{ledger.group.id}/{member.id}",
        lambda pin: ledger.check_pin(member.id, pin),
        lambda: ledger.locked_until(member.id),
        ledger.now,
    )
    right = await knows(talk, secret, caller, tell)
    if not right:
        talk.say("identity.worker_told")
    return right


@dataclass(frozen=True, slots=True)
class Secret:
    """Somebody's PIN."""

    whose: str
    """Unique among all who have one."""
    check: Callable[[str], PinCheck]
    """Tries digits."""
    locked_until: Callable[[], datetime | None]
    """Until when none are taken; None when they are."""
    now: Callable[[], datetime]
    """The time, timezone-aware."""


async def knows(talk: Talk, secret: Secret, caller: Caller, locked: Callable[[], None]) -> bool:
    """Ask for a PIN until it is right or locked. ``locked`` is called when these tries have locked it.

    Raises NotUnderstood and Stopped.
    """
    if _say_locked(talk, secret, caller):
        return False
    while True:
        pin = await talk.ask(Digits(4, 8, secret=True, spoken=caller.spoken_pin), "identity.pin")
        check = _check(secret, pin, caller)
        if check is PinCheck.RIGHT:
            return True
        if check is not PinCheck.WRONG:
            _say_locked(talk, secret, caller)
            locked()
            return False
        talk.say("identity.wrong_pin")


def _check(secret: Secret, pin: str, caller: Caller) -> PinCheck:
    if caller.tries is None:
        return secret.check(pin)
    return caller.tries.tried(secret.whose, lambda: secret.check(pin))


def _say_locked(talk: Talk, secret: Secret, caller: Caller) -> bool:
    """Whether no PIN is taken now; then it is told for how long."""
    phone = caller.tries.locked_until() if caller.tries else None
    untils = [until for until in (phone, secret.locked_until()) if until]
    if not untils:
        return False
    talk.say("identity.phone_locked" if phone else "identity.locked")
    wait = max(untils) - secret.now()
    if wait > HOUR:
        talk.say("identity.again_in_hours", hours=math.ceil(wait / HOUR))
    else:
        talk.say("identity.again_in_minutes", minutes=math.ceil(wait / MINUTE))
    return True


def _waits_for_pin(ledger: Ledger, member: Member) -> bool:
    """Whether the worker was promised for her PIN and has not seen to it."""
    mine = (matter for matter in matters(ledger) if matter.member_id == member.id)
    return any(matter.about == "PIN" and matter.state != "done" for matter in mine)
