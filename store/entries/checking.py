"""Whether what was written is right: what is undone, what a member says of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reversal:
    """An earlier voucher was wrong: its postings are undone, both stay readable."""

    of: int
    """Number of the voucher reversed."""
    reason: str
    """Why."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A member was asked whether what was written in her name is right. A later answer takes its place."""

    of: int
    """Number of the voucher she was told of."""
    member_id: str
    """Whom it concerns, and who answered."""
    right: bool
    """False: she disputes it, and the worker is to look at it."""
