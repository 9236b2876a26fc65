"""A meeting from its opening to its close, without money."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class MeetingOpened:
    """A meeting began."""

    meeting_id: str
    """New, unique in these books."""
    cash_told: int | None = None
    """Paise the members said are in the box, None when not asked."""


@dataclass(frozen=True, slots=True)
class Attended:
    """A member is here. A later Attended or Missed of the same meeting takes its place."""

    meeting_id: str
    """The open meeting."""
    member_id: str
    """Who is here."""


@dataclass(frozen=True, slots=True)
class Missed:
    """A member is not here."""

    meeting_id: str
    """The open meeting."""
    member_id: str
    """Who is away."""
    reason: str | None = None
    """Why, None when not known."""


@dataclass(frozen=True, slots=True)
class AbsenceTold:
    """Why a member missed a meeting, learnt after it. It stands in place of an earlier reason."""

    meeting_id: str
    """The meeting, which need not be open."""
    member_id: str
    """Who was away."""
    reason: str
    """Why."""


@dataclass(frozen=True, slots=True)
class NextMeetingSet:
    """The day of the next meeting was agreed; a later one takes its place."""

    meeting_id: str
    """The open meeting."""
    on: date
    """Day of the next meeting."""


@dataclass(frozen=True, slots=True)
class MeetingClosed:
    """The meeting ended. A count that differs from the books is kept as it is; no posting hides it."""

    meeting_id: str
    """The open meeting."""
    cash_counted: int | None = None
    """Paise counted in the box, None when not counted."""
