"""The vault on disk: one group's books in TinyDB, on tables that are journalled (`store.journalled`).

Stock TinyDB opens the snapshot; what stock TinyDB, an editor or a failing card changed in it is noticed and
refused. What a TinyDB table does to its rows reaches the disk as one commit, never as a copy of all rows.
"""

import gc
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from tinydb import TinyDB, where
from tinydb.storages import Storage
from tinydb.table import Document, Table

from store.chain import BrokenChain, Record, Voucher, read_chain, record_of
from store.durable import Lock, drop, files_of, good_path, put_aside, replace_file
from store.errors import BooksInUse, DamagedBooks, DiskTrouble
from store.journalled import Journalled
from store.records import Change
from store.rows import Kept, Row, Rows, encoded
from store.snapshot import Snapshot, Unsound, pieces_of, read_snapshot
from store.vault import Contents, Unshared, refuse_second_group

log = logging.getLogger(__name__)

Tables = dict[str, dict[str, Row]]

LONGEST_WAIT = 10.0
"""Seconds that a change of records waits for another process to let go of them."""
BETWEEN_TRIES = 0.005
"""Seconds between two looks whether it has."""


class JournalStorage(Storage):
    """A TinyDB storage over journalled tables, whose writes are atomic and durable."""

    def __init__(self, path: Path, writable: bool) -> None:
        """Open the files at `path`. Raises DamagedBooks, DiskTrouble."""
        self.journalled = Journalled(path, writable=writable)

    def read(self) -> Tables | None:
        """The tables, None when there are none yet."""
        tables = {name: Kept(docs) for name, docs in self.journalled.tables.items()}
        return cast(Tables, tables) or None

    def write(self, data: Tables) -> None:
        """Make the tables what `data` says, in one commit. Raises DiskTrouble, DamagedBooks."""
        change: dict[str, dict[str, bytes | None]] = {}
        for name, docs in self.journalled.tables.items():
            change[name] = dict.fromkeys(docs.keys() - data.get(name, {}).keys())
        for name, rows in data.items():
            change.setdefault(name, {}).update({row_id: encoded(row) for row_id, row in rows.items()})
        self.journalled.commit(change)

    def close(self) -> None:
        """Let go of the files."""
        self.journalled.close()


class JournalTable(Table):
    """A TinyDB table whose changes cost what they change."""

    def _update_table(self, updater: Callable[[dict[int, Mapping[str, Any]]], None]) -> None:
        # What TinyDB's own does by copying every row, reading and writing all tables.
        journalled = cast(JournalStorage, self._storage).journalled
        rows = Rows(journalled.tables.get(self.name, {}))
        updater(cast(dict[int, Mapping[str, Any]], rows))
        changed = rows.changed()
        if changed:
            journalled.commit({self.name: changed})
        self.clear_cache()


class _Books(TinyDB):
    table_class = JournalTable


class TinyVault(Unshared):
    """Keeps one group's records in TinyDB, for one process at a time. A context manager."""

    def __init__(self, path: Path) -> None:
        """Open the books, or begin new ones at the first write; on a read-only disk they can only be read.

        Raises BooksInUse, DamagedBooks (see `store.repair`), DiskTrouble.
        """
        self._path = path
        self._lock = Lock(path)
        try:
            self._db = _Books(path, self._lock.writable, storage=JournalStorage)
        except (DamagedBooks, DiskTrouble):
            self._lock.release()
            raise
        self._journalled = cast(JournalStorage, self._db.storage).journalled
        if not self._lock.writable:
            log.warning("%s lies on a read-only disk: it can be read, nothing can be written", path)
        try:
            self._opened: Contents | None = self._read()
        except DamagedBooks:
            self._let_go()
            raise

    def __enter__(self) -> "TinyVault":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let another process open the books. A second call does nothing."""
        self._journalled.tidy()
        self._let_go()

    def put_aside(self, folder: Path) -> None:
        """Close the books for good: their files lie in `folder` then, and here are none any more.

        Raises DiskTrouble.
        """
        self._journalled.tidy()
        self._db.close()
        try:
            put_aside(self._path, folder)
        finally:
            self._let_go()

    def _let_go(self) -> None:
        gc.unfreeze()
        self._db.close()
        self._lock.release()

    def compact(self) -> None:
        """Put all into the one file that stock TinyDB reads. Raises DiskTrouble, DamagedBooks."""
        self._journalled.compact()

    def load(self) -> Contents:
        """Everything the books hold, checked. Raises DamagedBooks, DiskTrouble."""
        self._journalled.settle()
        opened, self._opened = self._opened, None
        return opened or self._read()

    def _read(self) -> Contents:
        groups = self._table("group").all()
        try:
            vouchers = read_chain(self._journalled.tables.get("vouchers", {}).values())
        except BrokenChain as error:
            raise DamagedBooks(self._path, str(error)) from error
        # A hundred thousand vouchers are no garbage: whoever collects some would look at each, for a second.
        gc.freeze()
        members = tuple(dict(record) for record in self._table("members"))
        return Contents(dict(groups[0]) if groups else None, members, vouchers)

    def fill(self, contents: Contents) -> None:
        """Put all of a group's books into empty ones in one commit.

        Raises RefusedEntry when there is a group, DiskTrouble, DamagedBooks.
        """
        refuse_second_group(self.load().group)
        groups = [contents.group] if contents.group is not None else []
        vouchers = map(record_of, contents.vouchers)
        tables = {"group": groups, "members": contents.members, "vouchers": vouchers}
        change = {
            name: {str(place): encoded(row) for place, row in enumerate(rows, start=1)}
            for name, rows in tables.items()
        }
        try:
            self._journalled.commit(change)
        except DiskTrouble:
            # The first of the two generations of new books may be whole.
            for each in files_of(self._path):
                drop(each)
            raise

    def append(self, voucher: Voucher) -> None:
        """Add the next voucher of the chain. Raises DiskTrouble, DamagedBooks."""
        self._opened = None
        self._table("vouchers").insert(Document(record_of(voucher), doc_id=voucher.number))

    def put_group(self, record: Record) -> None:
        """Keep the group in place of the one before. Raises DiskTrouble, DamagedBooks."""
        self._opened = None
        self._table("group").upsert(Document(record, doc_id=1))

    def add_members(self, records: Sequence[Record]) -> None:
        """Add members whose `id` is new, all of them in one write. Raises DiskTrouble, DamagedBooks."""
        self._opened = None
        self._table("members").insert_multiple(records)

    def put_member(self, record: Record) -> None:
        """Keep a member in place of the one with the same `id`. Raises DiskTrouble, DamagedBooks."""
        self._opened = None
        self._table("members").update(record, where("id") == record["id"])

    def drop_member(self, member_id: str) -> None:
        """Forget a member; the copy before forgets her too. Raises DiskTrouble, DamagedBooks."""
        self._opened = None
        self._table("members").remove(where("id") == member_id)
        for _ in range(2):  # The second snapshot leaves no copy and no journal with her.
            self._journalled.compact()

    def _table(self, name: str) -> Table:
        # TinyDB's query cache would go on answering with what was true before; none is kept.
        return self._db.table(name, cache_size=0)


class WholeStorage(Storage):
    """A TinyDB storage with a checksum for a small file that several processes write, each time all of it.

    It keeps nothing between calls: it reads what the disk holds, and a failed write leaves nothing behind.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Tables | None:
        """The tables, None when there is no file yet. Raises DamagedBooks, DiskTrouble."""
        try:
            snapshot = read_snapshot(self._path.read_bytes())
        except FileNotFoundError:
            if good_path(self._path).exists():
                raise DamagedBooks(self._path, "the file is missing, but an earlier copy is there") from None
            return None
        except OSError as error:
            raise DiskTrouble(self._path, error) from error
        except Unsound as error:
            raise DamagedBooks(self._path, str(error)) from error
        return {name: dict(Kept(docs)) for name, docs in snapshot.tables.items()}

    def write(self, data: Tables) -> None:
        """Put the tables on the disk. Raises DiskTrouble."""
        tables = {name: {key: encoded(row) for key, row in rows.items()} for name, rows in data.items()}
        replace_file(self._path, pieces_of(Snapshot(tables)))


class TinyRecords:
    """Keeps records (`store.records`) in a TinyDB file of its own, for several processes at once."""

    def __init__(self, path: Path) -> None:
        """Keep them in `path`, whose folder is made. Raises DiskTrouble."""
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DiskTrouble(path, error) from error

    def all(self) -> dict[str, Record]:
        """Every record by its key. Raises DamagedBooks, DiskTrouble."""
        with TinyDB(self._path, storage=WholeStorage) as db:
            return {kept["key"]: dict(kept["record"]) for kept in db.table("records", cache_size=0)}

    def change(self, key: str, change: Change) -> Record | None:
        """Make something else of one record while nobody else can; what is kept now.

        Raises BooksInUse, DamagedBooks, DiskTrouble.
        """
        with self._alone(), TinyDB(self._path, storage=WholeStorage) as db:
            records = db.table("records", cache_size=0)
            kept = records.get(where("key") == key)
            there = dict(kept["record"]) if isinstance(kept, Document) else None
            made = change(there)
            if made is not None and made != there:
                records.upsert({"key": key, "record": made}, where("key") == key)
            elif made is None and there is not None:
                records.remove(where("key") == key)
            return made

    @contextmanager
    def _alone(self) -> Iterator[None]:
        until = time.monotonic() + LONGEST_WAIT
        while True:
            try:
                lock = Lock(self._path)
                break
            except BooksInUse:
                if time.monotonic() > until:
                    raise
                time.sleep(BETWEEN_TRIES)
        try:
            yield
        finally:
            lock.release()
