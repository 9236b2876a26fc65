"""Whether a member's answers may be kept as sound: asked once, changed whenever she likes."""

from __future__ import annotations

from collections.abc import Iterable

from flows.expect import YesNo
from flows.identity import Caller
from flows.names import called
from flows.promise import promise
from flows.talk import Talk
from flows.turn import NotUnderstood
from store.ledger import Ledger
from store.people import Member


def is_surely_her(ledger: Ledger, member: Member, caller: Caller) -> bool:
    """Whether it is ``member`` who speaks, once she may be told of her money.

    For that a group's rules may be enough; to be recorded it takes a PIN, or a telephone that is hers alone.
    """
    owners = [owner.id for owner in ledger.members_by_phone(caller.phone)]
    return not ledger.group.open_balances or owners == [member.id]


def keep_answers(talk: Talk, members: Iterable[Member]) -> None:
    """Keep from now on what those of ``members`` answer who agreed to it. It is surely they who speak."""
    talk.keeps = frozenset(member.id for member in members if member.consent)


async def consent_once(talk: Talk, ledger: Ledger, member: Member, sure: bool) -> None:
    """Ask her who was never asked, when it is ``sure`` that it is she who speaks.

    An answer that is not understood leaves it for another call.
    """
    if not talk.keeps_for or not sure:
        return
    if ledger.member(member.id).consent is None:
        talk.say("consent.why")
        try:
            await _ask(talk, ledger, member)
        except NotUnderstood:
            return
    keep_answers(talk, [ledger.member(member.id)])


async def consent_anew(talk: Talk, ledger: Ledger, member: Member, sure: bool) -> None:
    """She wants to change it. ``sure``: that it is she who speaks; else the worker sees to it."""
    if not talk.keeps_for:
        talk.say("consent.never")
        return
    if not sure:
        promise(talk, ledger, "recordings", member_id=member.id)
        return
    talk.say("consent.is_kept" if ledger.member(member.id).consent else "consent.is_not_kept")
    await _ask(talk, ledger, member)
    keep_answers(talk, [ledger.member(member.id)])


async def _ask(talk: Talk, ledger: Ledger, member: Member) -> None:
    talk.say("consent.days", days=talk.keeps_for)
    agreed = await talk.ask(YesNo(), "consent.ask", to=member.id, barge_in=False, name=called(ledger, member))
    ledger.set_consent(member.id, agreed)
    talk.say("consent.given" if agreed else "consent.declined")
