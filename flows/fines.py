"""The fines that members owe by the group's rule: paid, put off, or waived by the group."""

from __future__ import annotations

from flows.expect import Choice, YesNo
from flows.names import called
from flows.promise import person_promised
from flows.talk import Talk
from store.entries import Fine, FineWaived
from store.fines_owed import FineOwed
from store.ledger import Ledger
from store.people import Member


async def fines(talk: Talk, ledger: Ledger, meeting_id: str) -> None:
    """Ask each member present who owes any; nothing is taken or waived without a yes."""
    to_ask = [(member, owed) for member in ledger.present() if (owed := ledger.fines_owed(member.id))]
    if to_ask:
        talk.say("fines.begin")
    for member, owed in to_ask:
        with person_promised(talk, ledger, "fine", meeting_id, member.id):
            await _fines_of(talk, ledger, meeting_id, member, owed)


async def _fines_of(
    talk: Talk, ledger: Ledger, meeting_id: str, member: Member, owed: tuple[FineOwed, ...]
) -> None:
    name, amount = called(ledger, member), sum(each.amount for each in owed)
    if ledger.group.open_balances:
        talk.say("fines.owed", name=name, amount=amount)
        for kind in ("absent", "late"):
            if count := sum(each.kind == kind for each in owed):
                talk.say(f"fines.{kind}", count=count)
    else:
        talk.say("fines.owed_quietly", name=name)
    chosen = await talk.ask(Choice("fine"), "fines.choose", to=member.id)
    if chosen != "later" and await talk.ask(
        YesNo(), f"fines.check_{chosen}", to=member.id, barge_in=False, keep=True, name=name, amount=amount
    ):
        for each in owed:
            entry = (
                Fine(meeting_id, member.id, each.amount, each.kind, each.key)
                if chosen == "pay"
                else FineWaived(meeting_id, member.id, each.key)
            )
            ledger.post(entry, once=f"{talk.moment}/{each.key}", evidence=talk.evidence)
        talk.say(f"fines.noted_{chosen}")
    else:
        talk.say("fines.later")
