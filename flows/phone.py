"""A member calls: her balance, what is written in her name, what comes next, what was decided, the worker."""

from __future__ import annotations

from flows.balance import say_instalments, tell
from flows.confirmation import confirmation
from flows.consent import consent_anew, consent_once, is_surely_her
from flows.expect import Choice, YesNo
from flows.identity import NOBODY, Caller, is_her, who
from flows.names import called
from flows.practice import practice
from flows.promise import person_promised, promise
from flows.talk import Talk
from flows.turn import Stopped
from store.ledger import Ledger
from store.people import Member

OWN = ("balance", "check", "voice")
"""Wishes for which it must be she who speaks."""
WISHES = 8
"""How many wishes one call serves."""


async def phone(talk: Talk, ledger: Ledger, caller: Caller = NOBODY) -> None:
    """Find out who calls, and serve her wishes until she has none (duties T10, T11, K1)."""
    talk.say("menu.welcome", group=ledger.group.name)
    try:
        with person_promised(talk, ledger, "phone"):
            member = await who(talk, ledger, caller.phone)
            await _wishes(talk, ledger, member, caller)
    except Stopped:
        pass
    talk.say("phone.bye")


async def _wishes(talk: Talk, ledger: Ledger, member: Member, caller: Caller) -> None:
    proved = sure = False
    for number in range(WISHES):
        wish = await talk.ask(Choice("phone"), "phone.more" if number else "phone.choose", to=member.id)
        if wish in OWN and not proved:
            proved = await is_her(talk, ledger, member, caller)
            if not proved:
                continue
            sure = is_surely_her(ledger, member, caller)
        if wish == "balance":
            await tell(talk, ledger, member)
            await consent_once(talk, ledger, member, sure)
        elif wish == "check":
            await consent_once(talk, ledger, member, sure)
            await confirmation(talk, ledger, member)
        elif wish == "voice":
            await consent_anew(talk, ledger, member, sure)
        elif wish == "next":
            _say_next(talk, ledger, member, proved or ledger.group.open_balances)
        elif wish == "last":
            _say_last(talk, ledger)
        elif wish == "worker":
            await _worker(talk, ledger, member)
        elif wish == "practice":
            await practice(talk, ledger)
            return
        else:
            return


def _say_next(talk: Talk, ledger: Ledger, member: Member, proved: bool) -> None:
    """The next meeting for anybody, her instalments for her alone."""
    say_next_meeting(talk, ledger)
    if not proved:
        return
    for loan in ledger.loans(member.id):
        say_instalments(talk, loan)


def say_next_meeting(talk: Talk, ledger: Ledger) -> None:
    """The day of the next meeting, open to all."""
    if ledger.next_meeting_on:
        talk.say("phone.next_meeting", day=ledger.next_meeting_on)
    else:
        talk.say("phone.no_next_meeting")


def _say_last(talk: Talk, ledger: Ledger) -> None:
    """What the last meeting brought: the group's business, open to all its members."""
    meeting = ledger.last_meeting
    if meeting is None:
        talk.say("phone.no_last_meeting")
        return
    totals = ledger.totals(meeting.id)
    talk.say("phone.last_meeting", day=meeting.opened_at.date())
    talk.say("phone.came", present=totals.present, savings=totals.savings)
    if totals.principal or totals.interest:
        talk.say("closing.repaid", principal=totals.principal, interest=totals.interest)


async def _worker(talk: Talk, ledger: Ledger, member: Member) -> None:
    with person_promised(talk, ledger, "asks for a call", member_id=member.id):
        if await talk.ask(YesNo(), "phone.worker", to=member.id, name=called(ledger, member)):
            promise(talk, ledger, "asks for a call", member_id=member.id)
