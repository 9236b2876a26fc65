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
    """Ask one member, read back, write down, and say her new total."""
    group, name = ledger.group, called(ledger, member)
    with person_promised(talk, ledger, "saving", meeting_id, member.id):
        amount = await agreed_amount(
            talk,
            "savings",
            to=member.id,
            most=group.cap,
            instead={"none": 0, "usual": group.saving, "full": group.saving},
            name=name,
        )
        if not amount:
            ledger.post(NoSaving(meeting_id, member.id), once=talk.moment, evidence=talk.evidence)
            talk.say("savings.none_noted")
            return
        ledger.post(Saving(meeting_id, member.id, amount), once=talk.moment, evidence=talk.evidence)
        if group.open_balances:
            talk.say("savings.noted", name=name, total=ledger.saved_by(member.id))
        else:
            talk.say("savings.noted_quietly", name=name)
