"""The worker's PIN: kept as a member's is, beside the books of all her groups."""

from collections.abc import Callable
from datetime import datetime

from store.chain import Record
from store.pins import Pin, PinCheck, pin_of, pin_record
from store.records import Records

_KEY = "pin"


class WorkerPin:
    """The one PIN of the worker. All raise DiskTrouble, DamagedBooks and BooksInUse."""

    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        """`now` tells the time, timezone-aware."""
        self._records, self._now = records, now

    def set(self, digits: str) -> None:
        """Keep a new one of 4 to 8 digits; wrong tries are forgotten. Raises RefusedEntry."""
        new = pin_record(Pin.of(digits))
        self._records.change(_KEY, lambda _: new)

    def is_set(self) -> bool:
        """Whether she has one."""
        return _KEY in self._records.all()

    def check(self, digits: str) -> PinCheck:
        """Try a PIN. The third wrong one in a row locks it, longer every time; tries survive a restart."""
        answer = PinCheck.NONE_SET

        def change(there: Record | None) -> Record | None:
            nonlocal answer
            if there is None:
                return None
            answer, kept = pin_of(there).tried(digits, self._now())
            return pin_record(kept)

        self._records.change(_KEY, change)
        return answer

    def locked_until(self) -> datetime | None:
        """Until when no PIN is taken; None when one is."""
        there = self._records.all().get(_KEY)
        tries = pin_of(there).tries if there else None
        return tries.locked_until if tries and tries.locked(self._now()) else None
