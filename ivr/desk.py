"""The worker's desk: what was left to her in all groups, her PIN, and the recordings that go with it."""

from collections.abc import Iterator
from contextlib import contextmanager

from flows.worker import Desk
from ivr.books import now
from ivr.clips import GroupClips
from ivr.keeping.keeper import keeper_of
from ivr.sections import Settings
from ivr.shelf import Shelf
from store.ledger import Ledger
from store.people import Group
from store.records import Records
from store.strangers import Strangers
from store.worker import WorkerPin


class CallBooks:
    """The books of all groups for one call, its recordings going with those that it has in hand."""

    def __init__(self, shelf: Shelf, clips: GroupClips) -> None:
        self._shelf, self._clips = shelf, clips

    def groups(self) -> tuple[Group, ...]:
        """The groups whose books can be read."""
        return self._shelf.groups()

    @contextmanager
    def taken(self, group: str) -> Iterator[Ledger]:
        """The books of one, and its recordings. Raises BooksError."""
        self._clips.turn_to(group)
        with self._shelf.taken(group) as ledger:
            yield ledger


def strangers(settings: Settings) -> Strangers:
    """Which telephone of no member left what. Raises DiskTrouble."""
    return Strangers(keeper_of(settings).records("strangers"), now)


def worker_pin(settings: Settings) -> WorkerPin:
    """The worker's PIN. Raises DiskTrouble."""
    return WorkerPin(keeper_of(settings).records("worker"), now)


def desk(settings: Settings, shelf: Shelf, clips: GroupClips) -> Desk:
    """All that the worker's talk works with. Raises DiskTrouble."""
    books = CallBooks(shelf, clips)
    return Desk(books, worker_pin(settings), clips.forget, strangers(settings).phone_of, now)


def tries(settings: Settings) -> Records:
    """The wrong PINs by telephone. Raises DiskTrouble."""
    return keeper_of(settings).records("tries")
