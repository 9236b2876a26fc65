"""The calls that may come in: each was announced a moment ago, and comes in once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID, uuid4

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Awaited(Generic[T]):
    what: T
    until: float


class Expected(Generic[T]):
    """What is known of each call that is awaited, by its one-time UUID. Not for use by several threads."""

    def __init__(self, seconds: float, now: Callable[[], float]) -> None:
        """`seconds`: how long a call is awaited; `now`: a clock that only goes forward, in seconds."""
        self._seconds = seconds
        self._now = now
        self._awaited: dict[UUID, _Awaited[T]] = {}

    def announce(self, what: T, seconds: float | None = None) -> UUID:
        """The UUID, which nobody can guess, that lets `what` in; it may be awaited longer than others are."""
        self._forget()
        call = uuid4()
        self._awaited[call] = _Awaited(what, self._now() + (seconds or self._seconds))
        return call

    @property
    def awaited(self) -> tuple[T, ...]:
        """What was announced and has not come in."""
        self._forget()
        return tuple(one.what for one in self._awaited.values())

    def withdraw(self, which: Callable[[T], bool]) -> T | None:
        """Await no longer what `which` picks; it, or None when it was not awaited."""
        self._forget()
        picked = next((call for call, one in self._awaited.items() if which(one.what)), None)
        return self._awaited.pop(picked).what if picked else None

    def take(self, call: UUID) -> T | None:
        """What was announced; None for a UUID that is not awaited, came once already, or comes too late."""
        self._forget()
        awaited = self._awaited.pop(call, None)
        return awaited.what if awaited else None

    def _forget(self) -> None:
        now = self._now()
        self._awaited = {call: one for call, one in self._awaited.items() if one.until >= now}
