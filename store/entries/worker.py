"""What is left to the worker, and what she says to it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WorkerAsked:
    """A person was promised: the worker is to look at something."""

    meeting_id: str | None
    """The open meeting, None outside a meeting."""
    member_id: str | None
    """Whom it concerns, None for the group."""
    about: str
    """What it is about."""


@dataclass(frozen=True, slots=True)
class MessageLeft:
    """Somebody left a spoken message to the worker."""

    member_id: str | None
    """Who said it, None for a caller who is no member or did not prove who she is."""
    clip: str
    """Name of the recording, which is there for as long as it is needed."""


@dataclass(frozen=True, slots=True)
class WorkerAnswered:
    """The worker has seen to something that was left to her. A later answer takes its place."""

    of: int
    """Number of the voucher: a message, a promise, or a dispute."""
    done: bool
    """False: she knows of it; True: nothing is left to be done."""
    clip: str | None = None
    """Name of the recording of what she says to it, None when she says nothing."""
