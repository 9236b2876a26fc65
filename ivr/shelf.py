"""The books of all groups for a service that talks with many at once: each opened when needed, and once."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from ivr.books import group_ids, opened
from ivr.sections import Settings
from store.durable import changed_at
from store.errors import BooksError
from store.ledger import Ledger
from store.people import phone_key


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
        self._phones: dict[str, tuple[float, frozenset[str]]] = {}

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

    def groups_of(self, phone: str) -> tuple[str, ...]:
        """The groups that have a member with this telephone. Books that can't be read now count as before."""
        key = phone_key(phone)
        return tuple(group for group in group_ids(self._settings) if key and key in self._known(group))

    def _known(self, group: str) -> frozenset[str]:
        path = self._settings.books / f"{group}.json"
        changed, known = self._phones.get(group, (0.0, frozenset()))
        try:
            now = changed_at(path)
            if now != changed:
                with self.taken(group) as ledger:
                    known = frozenset(phone_key(p) for member in ledger.members() for p in member.phones)
                self._phones[group] = now, known
        except (OSError, BooksError):
            pass
        return known
