"""A member hears her own money: savings, loan, next instalment, last entries."""

from __future__ import annotations

from flows.expect import YesNo
from flows.identity import NOBODY, Caller, is_her, who
from flows.names import called
from flows.promise import person_promised
from flows.talk import Talk
from flows.turn import NotUnderstood, Stopped
from store.ledger import Ledger
from store.loans import LoanStanding
from store.people import Member

LAST_ENTRIES = 3
TELLINGS = 5


async def balance(talk: Talk, ledger: Ledger, caller: Caller = NOBODY) -> None:
    """Tell one member what is hers, once it is sure that it is her."""
    talk.say("balance.welcome")
    try:
        with person_promised(talk, ledger, "balance"):
            member = await who(talk, ledger, caller.phone)
            if await is_her(talk, ledger, member, caller):
                await tell(talk, ledger, member)
    except Stopped:
        pass
    talk.say("balance.bye")


async def tell(talk: Talk, ledger: Ledger, member: Member) -> None:
    """Say what is hers, and again when she wants to hear it again."""
    for _ in range(TELLINGS):
        talk.say("balance.savings", name=called(ledger, member), total=ledger.saved_by(member.id))
        voluntary = ledger.voluntary_of(member.id)
        if voluntary:
            talk.say("balance.voluntary", total=voluntary)
        loans = ledger.loans(member.id)
        for loan in loans:
            _say_loan(talk, loan)
        if not loans:
            talk.say("balance.no_loan")
        _say_entries(talk, ledger, member)
        try:
            if not await talk.ask(YesNo(), "balance.again", tries=1):
                return
        except NotUnderstood:
            return


def _say_loan(talk: Talk, loan: LoanStanding) -> None:
    talk.say("balance.loan", outstanding=loan.outstanding)
    say_instalments(talk, loan)


def say_instalments(talk: Talk, loan: LoanStanding) -> None:
    """What is overdue or due today, and the next instalment."""
    if loan.overdue:
        talk.say("balance.overdue", overdue=loan.overdue)
    elif loan.due.total:
        talk.say("balance.due", due=loan.due.total)
    if loan.next_due is not None:
        amount = loan.next_due.principal + loan.next_due.interest
        talk.say("balance.next", amount=amount, day=loan.next_due.on)


def _say_entries(talk: Talk, ledger: Ledger, member: Member) -> None:
    stand = [entry for entry in ledger.passbook(member.id)[::-1] if not entry.reversed]
    if stand:
        talk.say("balance.entries")
    for entry in stand[:LAST_ENTRIES]:
        talk.say(f"balance.entry_{entry.kind}", amount=entry.amount, day=entry.on)
