"""Wrong PINs by telephone: who guesses at one member's after another's is locked out by her telephone.

A right PIN forgives the telephone the wrong tries at that very PIN, and no others: who knows one PIN can't
go on guessing at her neighbour's by saying her own in between. Numbers that are kept back count as one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from store.chain import Record
from store.people import phone_key
from store.pins import PinCheck, Tries
from store.records import Records

WITHHELD = "withheld"
"""The key of all numbers that are kept back."""

FORGOTTEN = timedelta(days=30)
"""After so long without a wrong PIN a telephone begins anew."""


@dataclass(frozen=True, slots=True)
class TriedPhone:
    """What was tried from one telephone."""

    wrong: dict[str, int] = field(default_factory=dict)
    """Wrong tries since the last lock, by whose PIN was tried."""
    locks: int = 0
    """Locks so far."""
    locked_until: datetime | None = None
    """No try counts before this moment."""
    last: datetime | None = None
    """When a PIN was wrong last."""

    @property
    def tries(self) -> Tries:
        """Whoever's they were."""
        return Tries(sum(self.wrong.values()), self.locks, self.locked_until)

    def old(self, now: datetime) -> bool:
        """Whether it was long ago."""
        return self.last is None or now - max(self.last, self.locked_until or self.last) >= FORGOTTEN

    def right(self, whose: str) -> "TriedPhone":
        """Without the wrong tries at this PIN."""
        return replace(self, wrong={who: times for who, times in self.wrong.items() if who != whose})

    def failed(self, whose: str, now: datetime) -> "TriedPhone":
        """With one more."""
        tries = self.tries.failed(now)
        wrong = {**self.wrong, whose: self.wrong.get(whose, 0) + 1} if tries.wrong else {}
        return TriedPhone(wrong, tries.locks, tries.locked_until, now)


class PhoneTries:
    """The wrong PINs from one telephone. Threads and processes may try at once; each try counts.

    All raise DiskTrouble, DamagedBooks and BooksInUse.
    """

    def __init__(self, records: Records, phone: str, now: Callable[[], datetime]) -> None:
        """`phone` in any spelling, empty when it is kept back; `now` tells the time, timezone-aware."""
        self._records, self._now = records, now
        self._key = phone_key(phone) or WITHHELD

    def locked_until(self) -> datetime | None:
        """Until when no PIN is taken from this telephone; None when one is."""
        kept, now = _of(self._records.all().get(self._key)), self._now()
        return kept.locked_until if kept.tries.locked(now) else None

    def tried(self, whose: str, check: Callable[[], PinCheck]) -> PinCheck:
        """What `check` says of a PIN, unless the telephone is locked, as it may be by this very try."""
        answer = PinCheck.LOCKED

        def change(there: Record | None) -> Record | None:
            nonlocal answer
            kept, now = _of(there), self._now()
            if kept.old(now):
                kept = TriedPhone()
            if kept.tries.locked(now):
                return there
            answer = check()
            if answer is PinCheck.RIGHT:
                kept = kept.right(whose)
            elif answer is not PinCheck.NONE_SET:
                kept = kept.failed(whose, now)
                answer = PinCheck.LOCKED if kept.tries.locked(now) else answer
            return _record(kept) if kept.wrong or kept.locks else None

        self._records.change(self._key, change)
        return answer


def locked_phones(records: Records, now: datetime) -> dict[str, datetime]:
    """Each telephone that is locked now, and until when. Raises DamagedBooks, DiskTrouble."""
    tried = {phone: _of(record) for phone, record in records.all().items()}
    return {
        phone: kept.locked_until
        for phone, kept in tried.items()
        if kept.locked_until is not None and kept.tries.locked(now)
    }


def forget_old(records: Records, now: datetime) -> None:
    """Forget the telephones from which nothing wrong came for long. Raises as `Records`."""
    for phone, record in records.all().items():
        if _of(record).old(now):
            records.change(phone, lambda there: None if _of(there).old(now) else there)


def _record(kept: TriedPhone) -> Record:
    until = kept.locked_until
    assert kept.last is not None
    return {
        "wrong": kept.wrong,
        "locks": kept.locks,
        "locked_until": until.isoformat() if until else None,
        "last": kept.last.isoformat(),
    }


def _of(record: Record | None) -> TriedPhone:
    if record is None:
        return TriedPhone()
    until, last = record["locked_until"], record["last"]
    return TriedPhone(
        record["wrong"],
        record["locks"],
        datetime.fromisoformat(until) if until else None,
        datetime.fromisoformat(last),
    )
