"""What members save, withdraw and pay besides loans. Amounts are paise."""

from dataclasses import dataclass
from typing import Literal

Place = Literal["cash", "bank"]
"""Where the group's money lies: in the cash box, or in its bank account."""


@dataclass(frozen=True, slots=True)
class Saving:
    """A member put a saving into the cash box."""

    meeting_id: str
    """The open meeting."""
    member_id: str
    """Whose saving."""
    amount: int
    """Paise."""
    voluntary: int = 0
    """Paise of it beyond what the group agreed on: she may withdraw them, unlike the rest, her thrift."""


@dataclass(frozen=True, slots=True)
class NoSaving:
    """A member was asked and saves nothing in this meeting."""

    meeting_id: str
    """The open meeting."""
    member_id: str
    """Who was asked."""


@dataclass(frozen=True, slots=True)
class SavingsPaidOut:
    """A member withdrew voluntary savings. Regular ones are paid back when she leaves, or shared out."""

    member_id: str
    """Whose savings."""
    amount: int
    """Paise."""
    source: Place = "cash"
    """Out of what they were paid."""
    meeting_id: str | None = None
    """The open meeting, None outside a meeting."""
