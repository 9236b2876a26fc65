"""Small records by key, beside the books: who is to be called, who was cut off, which telephone is locked.

They are changed one at a time and by several processes at once; what they hold may be forgotten one day, so
they are no part of any group's chain of vouchers.
"""

import threading
from collections.abc import Callable
from typing import Protocol

from store.chain import Record

Change = Callable[[Record | None], Record | None]
"""Makes of a record, None when there is none, what is to be kept; None when nothing is."""


class Records(Protocol):
    """Keeps records by key. What a method wrote is durable when it returns.

    All raise DiskTrouble, DamagedBooks and, when another process does not let go of them, BooksInUse.
    """

    def all(self) -> dict[str, Record]:
        """Every record by its key, in the order they were first kept."""
        ...

    def change(self, key: str, change: Change) -> Record | None:
        """Make something else of one record while nobody else can; what is kept now."""
        ...


class MemoryRecords:
    """The twin of practice and tests: the same, until the process ends."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._records: dict[str, Record] = {}

    def all(self) -> dict[str, Record]:
        """Every record by its key."""
        with self._guard:
            return {key: dict(record) for key, record in self._records.items()}

    def change(self, key: str, change: Change) -> Record | None:
        """Make something else of one record while nobody else can; what is kept now."""
        with self._guard:
            there = self._records.get(key)
            made = change(dict(there) if there is not None else None)
            if made is None:
                self._records.pop(key, None)
                return None
            self._records[key] = dict(made)
            return dict(made)
