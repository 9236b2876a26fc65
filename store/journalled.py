"""Tables on the disk: a snapshot and the journal of what was written since, for one process at a time.

    ujala.json              the snapshot: TinyDB's own JSON, checksummed (`store.snapshot`)
    ujala.json.journal-7    what was written since (`store.journal`); a commit appends a line and flushes it
    ujala.json.confirmed    how far the journal is known to be confirmed
    ujala.json.good         the snapshot before: with the journals since, it leads to the same tables
    ujala.json.new          the next snapshot while it is written

When the journal has grown, a thread writes the next snapshot from the tables as they are at that moment,
while commits go on into the next journal. Whatever of this a power cut leaves, opening finds the same tables.
"""

import errno
import logging
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store import journal
from store.durable import (
    drop,
    files_of,
    flush_folder,
    fresh_path,
    journal_path,
    journals,
    replace_file,
    write_out,
)
from store.errors import BooksError, DamagedBooks, DiskTrouble
from store.journal import Change, Place, Slot, contents_of, lead_on, read_slot
from store.snapshot import Docs, Follows, Snapshot, Unsound, pieces_of, read_snapshot

log = logging.getLogger(__name__)

LEAST = 256 * 1024
"""A journal shorter than this is not worth a snapshot while the books are open; bytes."""
SMALL = 1024 * 1024
"""Books shorter than this are put into one snapshot whenever they are closed; bytes."""


class Journalled:
    """Tables of documents whose commits cost what they change. Threads may commit at once."""

    def __init__(self, path: Path, *, writable: bool = True) -> None:
        """Read the files at `path`; without any, the tables are empty until the first commit.

        Raises DamagedBooks, DiskTrouble.
        """
        self._path = path
        self._writable = writable
        self._guard = threading.RLock()
        self._snapshots = threading.Lock()
        self._thread: threading.Thread | None = None
        self._handle, self._name = -1, path
        self._slot: Slot | None = None
        self._unsettled = False
        self._bound = LEAST
        self._seen: tuple[int, ...] | None = None
        self._base = 0
        self._place: Place | None = None
        self.tables: dict[str, Docs] = {}
        """Table name → document id → JSON: everything confirmed. To be read only."""
        try:
            self._open()
        except OSError as error:
            self.close()
            raise DiskTrouble(path, error) from error
        except Unsound as error:
            raise DamagedBooks(path, str(error)) from error

    def _open(self) -> None:
        if self._writable:
            drop(fresh_path(self._path))
        confirmed = read_slot(self._path)
        try:
            snapshot = read_snapshot(self._path.read_bytes())
        except FileNotFoundError:
            if files_of(self._path):
                raise Unsound("the file is missing, but others of these books are there") from None
            return
        self._seen = self._signature()
        self.tables = snapshot.tables
        if snapshot.follows is None:
            if confirmed is not None or journals(self._path):
                raise Unsound("the file is older than the journal beside it")
            return
        self._base = snapshot.follows.generation
        self._place, unconfirmed = lead_on(
            self._path, snapshot, contents_of(self._path, self._base), confirmed
        )
        if unconfirmed:
            name = journal_path(self._path, self._place.generation).name
            log.warning("the last %d bytes of %s were never confirmed and are left out", unconfirmed, name)
        if self._writable:
            self._begin(self._place, unconfirmed > 0)

    def _begin(self, place: Place, unsettled: bool) -> None:
        """Get ready to write on; what was read is made durable, for a killed process may not have done it."""
        self._bound = self._worth()
        flush_folder(self._path)
        if journal_path(self._path, place.generation).exists():
            self._use(self._journal(place.generation), place.generation)
            os.fsync(self._handle)
        self._unsettled = unsettled
        try:
            self._settle(place)
        except OSError as error:
            log.warning("cannot cut off what was never confirmed: %s", error)
        self._slot = Slot(self._path)
        self._slot.put(place)

    def _journal(self, generation: int) -> int:
        """The journal opened for writing at its end, durable under its name. Raises OSError."""
        name = journal_path(self._path, generation)
        handle = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            if not os.fstat(handle).st_size:
                flush_folder(self._path)
        except OSError:
            os.close(handle)
            raise
        return handle

    def _use(self, handle: int, generation: int) -> None:
        self._handle, self._name = handle, journal_path(self._path, generation)

    def _signature(self) -> tuple[int, ...] | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return None
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns

    def _check_untouched(self, place: Place | None) -> None:
        if self._signature() != self._seen:
            raise DamagedBooks(self._path, "the file was changed by another program while it was open")
        if place is not None and self._handle >= 0 and not self._is_journal_untouched(place):
            why = f"{self._name.name} was changed by another program while it was open"
            raise DamagedBooks(self._path, why)

    def _is_journal_untouched(self, place: Place) -> bool:
        ours = os.fstat(self._handle)
        try:
            there = os.path.samestat(ours, self._name.stat())
        except FileNotFoundError:
            return False
        return there and (self._unsettled or ours.st_size == place.size)

    def commit(self, change: Change) -> None:
        """Do the change, all of it or none; it is durable when this returns.

        Raises DiskTrouble, DamagedBooks.
        """
        if not self._writable:
            raise DiskTrouble(self._path, OSError(errno.EROFS, os.strerror(errno.EROFS)))
        with self._guard:
            try:
                self._check_untouched(self._place)
                if self._place is None:
                    self._found(change)
                else:
                    self._append(self._place, change)
            except OSError as error:
                raise DiskTrouble(self._path, error) from error
            journal.apply(self.tables, change)
            if self._place is not None and self._place.size > self._bound and not self._busy():
                self._thread = threading.Thread(target=self._try_compact, name="snapshot")
                self._thread.start()

    def settle(self) -> None:
        """Cut off what a failed commit may have left, so that the disk holds what is confirmed and no more.

        Raises DiskTrouble.
        """
        with self._guard:
            try:
                if self._place is not None and self._writable:
                    self._settle(self._place)
            except OSError as error:
                raise DiskTrouble(self._path, error) from error

    def _settle(self, place: Place) -> None:
        if self._unsettled:
            os.ftruncate(self._handle, place.size)
            os.fsync(self._handle)
            self._unsettled = False

    def _append(self, place: Place, change: Change) -> None:
        self._settle(place)
        if self._handle < 0:
            self._use(self._journal(place.generation), place.generation)
        content, end = journal.commit_of(place, change)
        self._unsettled = True
        write_out(self._handle, content)
        self._place, self._unsettled = end, False
        if self._slot is not None:
            self._slot.put(end)

    def _found(self, change: Change) -> None:
        """The first commit of new books, and of books that had no journal yet: a snapshot, and its copy."""
        tables = {name: dict(docs) for name, docs in self.tables.items()}
        journal.apply(tables, change)
        after = secrets.token_hex(32)
        try:
            for generation in (1, 2):
                replace_file(self._path, pieces_of(Snapshot(tables, Follows(generation, after))))
        finally:
            self._seen = self._signature()
        self._base, self._place = 2, Place(2, 0, 0, after)
        self._bound = self._worth()
        self._slot = Slot(self._path)

    def _worth(self) -> int:
        """How long the journal may grow before the next snapshot; bytes."""
        return max(LEAST, self._path.stat().st_size // 2)

    def _busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _try_compact(self) -> None:
        try:
            self._compact()
        except (OSError, BooksError) as error:
            log.warning("no new snapshot of %s: %s; the journal goes on", self._path, error)

    def compact(self) -> None:
        """Put everything into the snapshot now. Raises DiskTrouble, DamagedBooks."""
        if self._thread is not None:
            self._thread.join()
        try:
            self._compact()
        except OSError as error:
            raise DiskTrouble(self._path, error) from error

    def _compact(self) -> None:
        with self._snapshots:
            if self._place is not None and self._writable:
                self._take_snapshot(self._place.generation + 1)

    def _take_snapshot(self, generation: int) -> None:
        view = self._go_on_in(generation, self._journal(generation))
        replace_file(self._path, pieces_of(view), self._swapping())
        for number in journals(self._path):
            if number < self._base:
                drop(journal_path(self._path, number))
        self._base, self._bound = generation, self._worth()

    def _go_on_in(self, generation: int, handle: int) -> Snapshot:
        """Let commits go on in the next journal; the tables as they are when it begins."""
        with self._guard:
            try:
                assert self._place is not None
                self._check_untouched(self._place)
                self._settle(self._place)
            except BaseException:
                os.close(handle)
                raise
            self._let_go()
            self._use(handle, generation)
            self._place = Place(generation, 0, 0, self._place.hash)
            tables = {name: dict(docs) for name, docs in self.tables.items()}
            return Snapshot(tables, Follows(generation, self._place.hash))

    @contextmanager
    def _swapping(self) -> Iterator[None]:
        """While the snapshot takes its name no commit looks at it."""
        with self._guard:
            self._check_untouched(self._place)
            yield
            self._seen = self._signature()

    def _let_go(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def tidy(self) -> None:
        """Put small books into one file, when something was written since the last snapshot."""
        if self._thread is not None:
            self._thread.join()
        written = self._handle >= 0 and self._place is not None and self._place.size
        if written and self._seen is not None and self._seen[2] < SMALL:
            self._try_compact()

    def close(self) -> None:
        """Finish the snapshot in hand and let go of the files. A second call does nothing."""
        if self._thread is not None:
            self._thread.join()
        self._let_go()
        if self._slot is not None:
            self._slot.close()
            self._slot = None
