"""Whether what was written is right: what is undone, what a member says of it."""

from dataclasses import dataclass

WORKER = "worker"
"""The worker among the signatories; no member has this id."""


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


@dataclass(frozen=True, slots=True)
class SignatoriesNamed:
    """The group named who checks, as second signatory, what others write. A later one takes its place."""

    meeting_id: str | None
    """The open meeting, None outside a meeting."""
    signatories: tuple[str, ...]
    """Member ids, or "worker"; () for nobody."""


@dataclass(frozen=True, slots=True)
class Countersigned:
    """A second signatory confirmed or disputed what others wrote. A later answer of hers takes its place."""

    of: tuple[int, ...]
    """Numbers of the vouchers, none of them her own."""
    by: str
    """Her member id, or "worker"; she proved herself by her PIN."""
    right: bool
    """False: she disputes them, and the worker is to look at them."""
    note: str = ""
    """What is wrong with them."""
