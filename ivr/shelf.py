"""The books of all groups for a service that talks with many at once: each opened when needed, and once."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from ivr.books import opened
from ivr.keeping.keeper import keeper_of
from ivr.sections import Settings
from store.ledger import Ledger
from store.people import Group


@dataclass
class _Open:
    """A group's books while somebody reads them."""

    stack: ExitStack = field(default_factory=ExitStack)
    ledger: Ledger | None = None
    readers: int = 0


class Shelf:
    """Hands out ledgers to threads. The books of a group are this service's alone while one is handed out."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._guard = threading.Lock()
        self._open: dict[str, _Open] = {}
        self._busy: dict[str, threading.Lock] = {}
        self._directory = keeper_of(settings).directory(self.taken)

    @contextmanager
    def taken(self, group: str) -> Iterator[Ledger]:
        """The books of a group, the same for all who take them at a time. Raises BooksError."""
        with self._guard:
            lock = self._busy.setdefault(group, threading.Lock())
            one = self._open.setdefault(group, _Open())
            one.readers += 1
        try:
            with lock:
                if one.ledger is None:
                    one.ledger = one.stack.enter_context(opened(self._settings, group))
            yield one.ledger
        finally:
            with lock:
                if self._was_last(group, one):
                    one.stack.close()

    def _was_last(self, group: str, one: _Open) -> bool:
        with self._guard:
            one.readers -= 1
            if one.readers:
                return False
            del self._open[group]
            return True

    def groups(self) -> tuple[Group, ...]:
        """The groups whose books can be read, or could be before. Raises DatabaseTrouble."""
        return self._directory.groups()

    def groups_of(self, phone: str) -> tuple[str, ...]:
        """The groups that have a member with this telephone. Raises DatabaseTrouble."""
        return self._directory.groups_of(phone)
