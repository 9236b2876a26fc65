"""A call that Asterisk has, and what is asked of the line for one of ours."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol
from uuid import UUID

from ivr.line.admission import Place
from ivr.line.manager import Event
from store.calls import Task


@dataclass(frozen=True, slots=True)
class Call:
    """A call that Asterisk has."""

    channel: str
    """Asterisk's name of it; for a call of ours its unique id, which we chose."""
    caller: str
    """The number at the other end; empty when that is kept back."""
    place: Place = Place.TALK
    """What becomes of it."""
    task: Task | None = None
    """What we call for; None when she calls."""
    since: float = field(default_factory=monotonic, compare=False)
    """When we learnt of it, in seconds of a clock that only goes forward."""


class Switchboard(Protocol):
    """What the dialler needs of the line. For several threads."""

    @property
    def up(self) -> bool:
        """Whether Asterisk can be told to call."""
        ...

    @property
    def has_room(self) -> bool:
        """Whether there is a line that is not kept for those who call in."""
        ...

    def numbers(self) -> Collection[str]:
        """The numbers that are on the line, or about to be."""
        ...

    def expect(self, call: Call, seconds: float) -> UUID:
        """Let a call come in within `seconds`, once, under this UUID."""
        ...

    def dismiss(self, call: Call) -> None:
        """Let it come in no more."""
        ...

    def tell(self, action: str, variables: Mapping[str, str] | None = None, **values: str) -> Event:
        """Have Asterisk do something; its answer. Raises ManagerDown and Refused."""
        ...
