"""Fines by the group's own rule. Amounts are paise."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FinesAgreed:
    """The group agreed what is fined, for the meetings opened from then on. A later one takes its place."""

    meeting_id: str | None
    """The open meeting, None outside a meeting."""
    late: int
    """Paise for an instalment not paid in full when the meeting after it fell due closes; 0 for none."""
    absent: int
    """Paise for a meeting missed; 0 for none."""


@dataclass(frozen=True, slots=True)
class Fine:
    """A member paid a fine into the cash box."""

    meeting_id: str
    """The open meeting."""
    member_id: str
    """Who paid."""
    amount: int
    """Paise."""
    reason: str = ""
    """What for."""
    owed: str = ""
    """The key of what she owed by the group's rule (`store.fines_owed`), "" for a fine beside it."""


@dataclass(frozen=True, slots=True)
class FineWaived:
    """The group lets a member off a fine that she owes by its rule."""

    meeting_id: str | None
    """The open meeting, None outside a meeting."""
    member_id: str
    """Who owes it."""
    owed: str
    """Its key."""
    reason: str = ""
    """Why."""
