"""What members save and pay, and the group's own money. Amounts are paise."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpeningBalance:
    """What the group held when it moved from paper. Posted once."""

    cash: int
    """Paise in the cash box."""
    bank: int
    """Paise in the bank."""
    savings: tuple[tuple[str, int], ...] = ()
    """(member id, paise saved so far)."""


@dataclass(frozen=True, slots=True)
class Saving:
    """A member put a saving into the cash box."""

    meeting_id: str
    """The open meeting."""
    member_id: str
    """Whose saving."""
    amount: int
    """Paise."""


@dataclass(frozen=True, slots=True)
class NoSaving:
    """A member was asked and saves nothing in this meeting."""

    meeting_id: str
    """The open meeting."""
    member_id: str
    """Who was asked."""


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


@dataclass(frozen=True, slots=True)
class BankDeposit:
    """Cash of the box was paid into the group's bank account."""

    amount: int
    """Paise."""
    slip: str
    """Number on the bank's slip."""
    meeting_id: str | None = None
    """The open meeting, None outside a meeting."""
