"""The savings of a meeting, member by member."""

from __future__ import annotations

from flows.money import agreed_amount
from flows.names import called
from flows.promise import person_promised
from flows.talk import Talk
from store.entries import NoSaving, Saving
from store.ledger import Ledger
from store.people import Member


async def savings(talk: Talk, ledger: Ledger, meeting_id: str) -> None:
    """Take this meeting's saving from each member present (duties T2, T4)."""
    to_ask = [m for m in ledger.present() if ledger.saved_in(meeting_id, m.id) is None]
    if to_ask:
        talk.say("savings.begin")
    for member in to_ask:
        await saving_of(talk, ledger, meeting_id, member)


async def saving_of(talk: Talk, ledger: Ledger, meeting_id: str, member: Member) -> None:
    """Ask one member, read back, write down, and say her new total.

    Where the group takes voluntary savings, what is above the usual saving is one, and told apart.
    """
    group, name = ledger.group, called(ledger, member)
    with person_promised(talk, ledger, "saving", meeting_id, member.id):
        amount = await agreed_amount(
            talk,
            "savings",
            to=member.id,
            most=group.cap,
            instead={"none": 0, "usual": group.saving, "full": group.saving},
            name=name,
            parted=group.saving if group.voluntary else None,
        )
        if not amount:
            ledger.post(NoSaving(meeting_id, member.id), once=talk.moment, evidence=talk.evidence)
            talk.say("savings.none_noted")
            return
        beyond = max(0, amount - group.saving) if group.voluntary else 0
        saving = Saving(meeting_id, member.id, amount, beyond)
        ledger.post(saving, once=talk.moment, evidence=talk.evidence)
        _say_noted(talk, ledger, member)


def _say_noted(talk: Talk, ledger: Ledger, member: Member) -> None:
    name, voluntary = called(ledger, member), ledger.voluntary_of(member.id)
    if not ledger.group.open_balances:
        talk.say("savings.noted_quietly", name=name)
        return
    talk.say("savings.noted", name=name, total=ledger.saved_by(member.id))
    if voluntary:
        talk.say("savings.voluntary", total=voluntary)
