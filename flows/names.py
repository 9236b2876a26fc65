"""How a member is called so that she alone is meant."""

from __future__ import annotations

from flows.hindi import normalize
from flows.prompts import text_of
from flows.turn import Line
from store.ledger import Ledger
from store.people import Member


def called(ledger: Ledger, member: Member) -> str:
    """Her spoken name; with her number when another member is spoken of by the same."""
    spoken = normalize(member.spoken)
    if sum(normalize(other.spoken) == spoken for other in ledger.members()) == 1:
        return member.spoken
    return text_of(Line("names.numbered", {"name": member.spoken, "number": member.number}))
