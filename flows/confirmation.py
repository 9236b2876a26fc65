"""A member says whether what was written in her name is right."""

from __future__ import annotations

from flows.expect import YesNo
from flows.names import called
from flows.promise import promise
from flows.talk import Talk
from store.entries import Checked
from store.ledger import Ledger
from store.people import Member

MOST = 5
"""How many entries she is asked about in one call, the latest first: more tire."""


async def confirmation(talk: Talk, ledger: Ledger, member: Member) -> bool:
    """Ask about each entry she was not asked about; what she disputes is left to the worker (duty T3).

    Whether she disputes any.
    """
    disputed = False
    unchecked = ledger.unchecked(member.id)[::-1][:MOST]
    if not unchecked:
        talk.say("confirmation.nothing")
    for entry in unchecked:
        right = await talk.ask(
            YesNo(),
            f"confirmation.{entry.kind}",
            to=member.id,
            barge_in=False,
            keep=True,
            name=called(ledger, member),
            amount=entry.amount,
            day=entry.on,
            number=entry.number,  # unspoken: entries that sound the same are told apart when a talk goes on
        )
        ledger.post(Checked(entry.number, member.id, right), once=talk.moment, evidence=talk.evidence)
        if right:
            talk.say("confirmation.noted")
        else:
            disputed = True
            promise(talk, ledger, "disputed", member_id=member.id)
    return disputed
