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
from store.people import Group, phone_key


@dataclass
class _Open:
    """A group's books while somebody reads them."""

    stack: ExitStack = field(default_factory=ExitStack)
    ledger: Ledger | None = None
    readers: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a group without opening its books."""

    changed: float = 0.0
    group: Group | None = None
    phones: frozenset[str] = frozenset()


class Shelf:
    """Hands out ledgers to threads. The books of a group are this service's alone while one is handed out."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._guard = threading.Lock()
        self._open: dict[str, _Open] = {}
        self._busy: dict[str, threading.Lock] = {}
        self._known: dict[str, _Known] = {}

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
        """The groups whose books can be read, or could be before."""
        known = (self._looked_at(group).group for group in group_ids(self._settings))
        return tuple(group for group in known if group)

    def groups_of(self, phone: str) -> tuple[str, ...]:
        """The groups that have a member with this telephone. Books that can't be read now count as before."""
        key = phone_key(phone)
        groups = group_ids(self._settings)
        return tuple(group for group in groups if key and key in self._looked_at(group).phones)

    def _looked_at(self, group: str) -> _Known:
        path = self._settings.books / f"{group}.json"
        known = self._known.get(group, _Known())
        try:
            now = changed_at(path)
            if now != known.changed:
                with self.taken(group) as ledger:
                    phones = frozenset(phone_key(p) for member in ledger.members() for p in member.phones)
                    known = _Known(now, ledger.group, phones)
                self._known[group] = known
        except (OSError, BooksError):
            pass
        return known
