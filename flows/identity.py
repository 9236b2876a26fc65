"""Who is calling, and whether it is her: a telephone number alone opens nothing."""

from __future__ import annotations

from flows.expect import Digits, OneMember, YesNo
from flows.expect.pick import Pick
from flows.names import called
from flows.promise import promise
from flows.talk import Talk
from flows.turn import NotUnderstood
from store.ledger import Ledger
from store.people import Member, PinCheck

SHARED_BY = 3
"""Of how many members a list can be remembered."""


async def who(talk: Talk, ledger: Ledger, caller: str) -> Member:
    """The member who speaks. ``caller``: the number she calls from, if it is known; it may be shared."""
    owners = ledger.members_by_phone(caller) if caller else ()
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


async def is_her(talk: Talk, ledger: Ledger, member: Member, spoken: bool) -> bool:
    """Whether ``member`` may be told of her money. ``spoken``: whether a PIN may be said or must be keyed."""
    if ledger.group.open_balances:
        return True
    if not member.has_pin:
        talk.say("identity.no_pin")
        promise(talk, ledger, "PIN", member_id=member.id)
        return False
    while True:
        pin = await talk.ask(Digits(4, 8, secret=True, spoken=spoken), "identity.pin")
        check = ledger.check_pin(member.id, pin)
        if check is PinCheck.RIGHT:
            return True
        if check is not PinCheck.WRONG:
            talk.say("identity.locked")
            return False
        talk.say("identity.wrong_pin")
