"""The vault on disk: one TinyDB file a group.

The file is plain TinyDB JSON with one table more, `checksum`: the SHA-256 of every byte after it. Stock
TinyDB opens the file; what stock TinyDB, an editor or a failing card changed in it is noticed and refused.
"""

import hashlib
import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tinydb import TinyDB, where
from tinydb.storages import Storage
from tinydb.table import Document, Table

from store.chain import BrokenChain, Record, Voucher, read_chain, record_of
from store.durable import Lock, flush_folder, fresh_path, good_path, replace_file
from store.errors import BooksInUse, DamagedBooks, DiskTrouble
from store.records import Change
from store.vault import Contents

Tables = dict[str, dict[str, Any]]

LONGEST_WAIT = 10.0
"""Seconds that a change of records waits for another process to let go of them."""
BETWEEN_TRIES = 0.005
"""Seconds between two looks whether it has."""

_HEAD = '{{"checksum": {{"1": {{"sha256": "{}"}}}}, '
_HEAD_READ = re.compile(re.escape(_HEAD.format("HEX")).replace("HEX", "([0-9a-f]{64})").encode())


class _Unsound(ValueError):
    """The bytes are not a file of ours; the text says why."""


def _pack(tables: Tables) -> bytes:
    body = json.dumps(tables, ensure_ascii=False, allow_nan=False)[1:].encode()
    return _HEAD.format(hashlib.sha256(body).hexdigest()).encode() + body


def _unpack(content: bytes) -> Tables:
    if not content:
        raise _Unsound("the file is empty")
    head = _HEAD_READ.match(content)
    if head is None:
        raise _Unsound("it does not begin with our checksum")
    body = content[head.end() :]
    if hashlib.sha256(body).hexdigest().encode() != head[1]:
        raise _Unsound("its checksum does not match: it was cut short or changed")
    tables: Tables = json.loads(b"{" + body)
    return tables


def _why_unsound(path: Path) -> str | None:
    """Why the file cannot be trusted, None when it can."""
    try:
        tables = _unpack(path.read_bytes())
        read_chain(tables.get("vouchers", {}).values())
    except FileNotFoundError:
        return "the file is missing"
    except (OSError, ValueError) as error:
        return str(error)
    return None


def _damaged(path: Path, why: str) -> DamagedBooks:
    good = good_path(path)
    return DamagedBooks(path, why, None if _why_unsound(good) else good)


class DurableStorage(Storage):
    """A TinyDB storage with a checksum whose writes are atomic and durable.

    It keeps nothing between calls: it reads what the disk holds, and a failed write leaves nothing behind.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> Tables | None:
        """The tables, None when there is no file yet. Raises DamagedBooks, DiskTrouble."""
        try:
            return _unpack(self._path.read_bytes())
        except FileNotFoundError:
            if good_path(self._path).exists():
                raise _damaged(self._path, "the file is missing, but an earlier copy is there") from None
            return None
        except OSError as error:
            raise DiskTrouble(self._path, error) from error
        except ValueError as error:
            raise _damaged(self._path, str(error)) from error

    def write(self, data: Tables) -> None:
        """Put the tables on the disk. Raises DiskTrouble."""
        replace_file(self._path, _pack(data))


class TinyVault:
    """Keeps one group's records in a TinyDB file, for one process at a time. A context manager."""

    def __init__(self, path: Path) -> None:
        """Open the file, or begin a new one at the first write.

        Raises BooksInUse, DamagedBooks (with the last good copy, see `restore_last_good`), DiskTrouble.
        """
        self._path = path
        self._lock = Lock(path)
        self._db = TinyDB(path, storage=DurableStorage)
        try:
            fresh_path(path).unlink(missing_ok=True)
            self.load()
        except OSError as error:
            self.close()
            raise DiskTrouble(path, error) from error
        except (DamagedBooks, DiskTrouble):
            self.close()
            raise

    def __enter__(self) -> "TinyVault":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let another process open the file."""
        self._db.close()
        self._lock.release()

    def load(self) -> Contents:
        """Everything the file holds, checked. Raises DamagedBooks, DiskTrouble."""
        try:
            flush_folder(self._path)
        except OSError as error:
            raise DiskTrouble(self._path, error) from error
        groups = self._table("group").all()
        try:
            vouchers = read_chain(dict(record) for record in self._table("vouchers"))
        except BrokenChain as error:
            raise _damaged(self._path, str(error)) from error
        members = tuple(dict(record) for record in self._table("members"))
        return Contents(dict(groups[0]) if groups else None, members, vouchers)

    def append(self, voucher: Voucher) -> None:
        """Add the next voucher of the chain. Raises DiskTrouble, DamagedBooks."""
        self._table("vouchers").insert(Document(record_of(voucher), doc_id=voucher.number))

    def put_group(self, record: Record) -> None:
        """Keep the group in place of the one before. Raises DiskTrouble, DamagedBooks."""
        self._table("group").upsert(Document(record, doc_id=1))

    def add_members(self, records: Sequence[Record]) -> None:
        """Add members whose `id` is new, all of them in one write. Raises DiskTrouble, DamagedBooks."""
        self._table("members").insert_multiple(records)

    def put_member(self, record: Record) -> None:
        """Keep a member in place of the one with the same `id`. Raises DiskTrouble, DamagedBooks."""
        self._table("members").update(record, where("id") == record["id"])

    def drop_member(self, member_id: str) -> None:
        """Forget a member; the good copy forgets her too. Raises DiskTrouble, DamagedBooks."""
        for _ in range(2):  # what was there becomes the good copy: the second time, it is without her
            self._table("members").remove(where("id") == member_id)

    def _table(self, name: str) -> Table:
        # TinyDB's query cache would go on answering with what was true before; none is kept.
        return self._db.table(name, cache_size=0)


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
        with TinyDB(self._path, storage=DurableStorage) as db:
            return {kept["key"]: dict(kept["record"]) for kept in db.table("records", cache_size=0)}

    def change(self, key: str, change: Change) -> Record | None:
        """Make something else of one record while nobody else can; what is kept now.

        Raises BooksInUse, DamagedBooks, DiskTrouble.
        """
        with self._alone(), TinyDB(self._path, storage=DurableStorage) as db:
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


def restore_last_good(path: Path) -> Path | None:
    """Put the last good copy of damaged books in place; at most the last write is lost.

    The damaged file is set aside, never deleted: its new name is returned, None when it was missing.
    Raises DamagedBooks when the books are damaged and no good copy is there, BooksInUse, DiskTrouble.
    Sound books are left as they are (None).
    """
    lock = Lock(path)
    try:
        why = _why_unsound(path)
        if why is None:
            return None
        good = good_path(path)
        if _why_unsound(good) is not None:
            raise _damaged(path, why)
        try:
            aside = _set_aside(path)
            replace_file(path, good.read_bytes())
        except OSError as error:
            raise DiskTrouble(path, error) from error
        return aside
    finally:
        lock.release()


def _set_aside(path: Path) -> Path | None:
    if not path.exists():
        return None
    number = 1
    while (aside := path.with_name(f"{path.name}.damaged-{number}")).exists():
        number += 1
    path.replace(aside)
    return aside
