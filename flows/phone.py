"""A member calls: her balance, what is written in her name, what comes next, what was decided, the worker."""

from __future__ import annotations

from flows.balance import say_instalments, tell
from flows.confirmation import confirmation
from flows.consent import consent_anew, consent_once, is_surely_her
from flows.countersigning import countersigning, to_sign
from flows.expect import Choice, OneMember, YesNo
from flows.identity import NOBODY, Caller, is_her, knows_pin, who
from flows.message import message
from flows.message import tell as tell_of_messages
from flows.practice import practice
from flows.promise import person_promised, promise
from flows.talk import Talk
from flows.totals import say_meeting
from flows.turn import Stopped
from store.ledger import Ledger
from store.people import Member

WISHES = 10
"""How many wishes one call serves."""


class Her:
    """The member who speaks, and whether she has proved it in this call."""

    def __init__(self, talk: Talk, ledger: Ledger, member: Member, caller: Caller, *, proved: bool) -> None:
        """``proved``: whether she has said her PIN already."""
        self._talk, self._ledger, self._caller = talk, ledger, caller
        self.member = member
        self._proved = self._keyed = proved
        self.sure = proved
        """Whether it is surely she who speaks, so that she may be recorded."""

    async def proves(self) -> bool:
        """Whether she may be told of her money; she is asked once, and again only when she failed."""
        if not self._proved:
            self._proved = await is_her(self._talk, self._ledger, self.member, self._caller)
            self.sure = self._proved and is_surely_her(self._ledger, self.member, self._caller)
        return self._proved

    async def signs(self) -> bool:
        """Whether she may sign: by her PIN, also where balances are open to all."""
        self._keyed = self._keyed or await knows_pin(self._talk, self._ledger, self.member, self._caller)
        self._proved = self._proved or self._keyed
        return self._keyed


async def phone(talk: Talk, ledger: Ledger, caller: Caller = NOBODY) -> None:
    """Find out who calls, and serve her wishes until she has none (duties T10, T11, K1)."""
    try:
        with person_promised(talk, ledger, "phone"):
            her = await _her(talk, ledger, caller)
            if her:
                await _wishes(talk, ledger, her)
    except Stopped:
        pass
    talk.say("phone.bye")


async def _her(talk: Talk, ledger: Ledger, caller: Caller) -> Her | None:
    """Who speaks. From a telephone that is no member's she is told nothing before she has said her PIN."""
    if ledger.members_by_phone(caller.phone):
        talk.say("menu.welcome", group=ledger.group.name)
        return Her(talk, ledger, await who(talk, ledger, caller.phone), caller, proved=False)
    member = await talk.ask(OneMember(ledger.members()), "identity.who")
    if await knows_pin(talk, ledger, member, caller):
        return Her(talk, ledger, member, caller, proved=True)
    return None


async def _wishes(talk: Talk, ledger: Ledger, her: Her) -> None:
    member, question = her.member, "phone.choose"
    if to_sign(ledger, member):
        now = await talk.ask(YesNo(), "countersigning.now", to=member.id)
        if now and await her.signs():
            await countersigning(talk, ledger, member)
    for _ in range(WISHES):
        wish = await talk.ask(Choice("phone"), question, to=member.id)
        question = "phone.rest" if wish == "more" and question != "phone.rest" else "phone.again"
        if wish == "balance" and await her.proves():
            await tell(talk, ledger, member)
            await consent_once(talk, ledger, member, her.sure)
        elif wish == "check" and await her.proves():
            await consent_once(talk, ledger, member, her.sure)
            await confirmation(talk, ledger, member)
        elif wish == "voice" and await her.proves():
            await consent_anew(talk, ledger, member, her.sure)
        elif wish == "next":
            await _next(talk, ledger, her)
        elif wish == "last":
            _say_last(talk, ledger)
        elif wish == "worker":
            await _worker(talk, ledger, her)
        elif wish == "practice":
            await practice(talk, ledger)
            return
        elif wish == "bye":
            return


async def _next(talk: Talk, ledger: Ledger, her: Her) -> None:
    """The next meeting for anybody, her instalments for her alone."""
    say_next_meeting(talk, ledger)
    if not await her.proves():
        return
    loans = ledger.loans(her.member.id)
    for loan in loans:
        say_instalments(talk, loan)
    if not loans:
        talk.say("balance.no_loan")


def say_next_meeting(talk: Talk, ledger: Ledger) -> None:
    """The day of the next meeting, open to all."""
    if ledger.next_meeting_on:
        talk.say("phone.next_meeting", day=ledger.next_meeting_on)
    else:
        talk.say("phone.no_next_meeting")


def _say_last(talk: Talk, ledger: Ledger) -> None:
    """What the last meeting brought and decided: the group's business, open to all its members."""
    meeting = ledger.last_meeting
    if meeting is None:
        talk.say("phone.no_last_meeting")
        return
    say_meeting(talk, ledger, meeting, "phone.last_meeting")
    say_next_meeting(talk, ledger)


async def _worker(talk: Talk, ledger: Ledger, her: Her) -> None:
    with person_promised(talk, ledger, "asks for a call", member_id=her.member.id):
        await tell_of_messages(talk, ledger, her.member, her.proves)
        wish = await talk.ask(Choice("wish"), "message.choose", to=her.member.id)
        if wish == "message":
            await message(talk, ledger, her.member)
        elif wish == "call":
            promise(talk, ledger, "asks for a call", member_id=her.member.id)
