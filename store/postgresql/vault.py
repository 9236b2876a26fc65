"""The vault in PostgreSQL: one group's books, which several machines may have open at once."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from time import monotonic

from store.chain import START, BrokenChain, Record, Voucher, read_chain
from store.errors import DamagedDatabase, DatabaseTrouble, RefusedEntry
from store.postgresql.database import Connection, Database
from store.postgresql.filling import fill
from store.postgresql.rows import document, phones_of
from store.vault import NOTHING_NEW, Contents, News, refuse_second_group

FRESH = 0.01
"""Seconds for which what was looked at counts as new, since one answer looks at the books many times."""

WITHIN = "books are written within `exclusive`"
_NEWS = """
SELECT g.version, g.live, v.record::text
FROM sakhi.groups g LEFT JOIN sakhi.vouchers v ON v.group_key = g.key AND v.number > %s
WHERE g.key = %s ORDER BY v.number
"""


@dataclass(frozen=True, slots=True)
class _Known:
    """How far the books were read."""

    key: int
    """Key of the group."""
    version: int
    """Its version."""
    number: int = 0
    """Number of the last voucher."""
    hash: str = START
    """Its hash."""


class PostgresVault:
    """Keeps one group's records. For one thread at a time; any number of machines."""

    shared = True

    def __init__(self, database: Database, group: str, live: bool = True) -> None:
        """The books of the group with this id, or none yet; not live: they arrive, or were moved away."""
        self._database, self._group, self._live = database, group, live
        self._known: _Known | None = None
        self._looked_at = 0.0
        self._connection: Connection | None = None
        """The one that holds the group, within `exclusive`."""
        self._written: _Known | None = None
        """How far the books will be read once what is written there is kept."""

    def load(self) -> Contents:
        """Everything the books hold, checked. Raises DamagedDatabase, DatabaseTrouble."""
        with nullcontext(self._connection) if self._connection else self._database.connection() as connection:
            there = connection.execute(
                "SELECT key FROM sakhi.groups WHERE id = %s AND live = %s", [self._group, self._live]
            ).fetchone()
            # Kept only once all is read: after a connection that broke, `news` would tell it all again.
            known = _Known(there[0], version=0) if there else None
            news, self._known = self._read(connection, known)
        return Contents(news.group, news.members, news.vouchers)

    def news(self) -> News:
        """What others wrote since; asked for more often than every `FRESH` seconds, nothing.

        Raises DamagedDatabase, DatabaseTrouble.
        """
        if monotonic() - self._looked_at < FRESH:
            return NOTHING_NEW
        with self._database.connection() as connection:
            news, self._known = self._read(connection, self._known)
            return news

    @contextmanager
    def exclusive(self) -> Iterator[News]:
        """Hold the group until the end, over all machines; what others wrote before is told.

        A connection lost at the end leaves open whether a voucher was written: that is found out first.
        Raises DamagedDatabase, DatabaseTrouble.
        """
        self._written = None
        try:
            with self._database.transaction() as self._connection:
                self._hold(self._connection)
                news, self._known = self._read(self._connection, self._known)
                yield news
        except DatabaseTrouble:
            if not self._was_appended():
                raise
        finally:
            self._connection = None
        self._known = self._written or self._known

    def _hold(self, connection: Connection) -> None:
        connection.execute("SELECT FROM sakhi.groups WHERE id = %s FOR UPDATE", [self._group])

    def _read(self, connection: Connection, known: _Known | None) -> tuple[News, _Known | None]:
        """What there is beyond `known`, and how far the books are read then."""
        if known is None:
            return NOTHING_NEW, None
        rows = connection.execute(_NEWS, [known.number, known.key]).fetchall()
        self._looked_at = monotonic()
        version, live = rows[0][:2]
        if live != self._live:
            raise DatabaseTrouble(self._database.name, f"the books of {self._group} were moved away from it")
        try:
            docs = (doc.encode() for *_, doc in rows if doc is not None)
            vouchers = read_chain(docs, after=(known.number, known.hash))
        except BrokenChain as error:
            raise DamagedDatabase(self._database.name, self._group, str(error)) from error
        # Read after their version, so that what changes meanwhile is noticed the next time.
        changed = version != known.version
        group, members = self._people(connection, known.key) if changed else (None, ())
        known = replace(known, version=version)
        if vouchers:
            known = replace(known, number=vouchers[-1].number, hash=vouchers[-1].hash)
        return News(group, members, vouchers), known

    @staticmethod
    def _people(connection: Connection, key: int) -> tuple[Record, tuple[Record, ...]]:
        ((group,),) = connection.execute("SELECT record FROM sakhi.groups WHERE key = %s", [key])
        sql = "SELECT record FROM sakhi.members WHERE group_key = %s ORDER BY id"
        members = connection.execute(sql, [key])
        return group, tuple(member for (member,) in members)

    def _was_appended(self) -> bool:
        """Whether the voucher is there whose writing broke off: we hold the group only when that is over.

        Raises DatabaseTrouble when it can't be found out.
        """
        written, known = self._written, self._known
        if written is None or known is None or written.number == known.number:
            return False
        with self._database.transaction() as connection:
            self._hold(connection)
            key = [written.key, written.number, bytes.fromhex(written.hash)]
            sql = "SELECT FROM sakhi.vouchers WHERE group_key = %s AND number = %s AND hash = %s"
            return connection.execute(sql, key).fetchone() is not None

    def fill(self, contents: Contents) -> None:
        """Put all of a group's books in. Raises RefusedEntry when there is a group."""
        refuse_second_group(self.load().group)
        assert self._connection is not None, WITHIN
        fill(self._connection, self._group, contents, self._live)

    def append(self, voucher: Voucher) -> None:
        """Add the next voucher of the chain."""
        connection, known = self._at_hand()
        connection.execute(
            "INSERT INTO sakhi.vouchers (group_key, record) VALUES (%s, %s)", [known.key, document(voucher)]
        )
        self._written = replace(known, number=voucher.number, hash=voucher.hash)

    def put_group(self, record: Record) -> None:
        """Keep the group in place of the one before. Raises RefusedEntry when it was begun elsewhere."""
        if self._known is None:
            assert self._connection is not None, WITHIN
            begun = self._connection.execute(
                "INSERT INTO sakhi.groups (id, record) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                [self._group, json.dumps(record)],
            )
            if not begun.rowcount:
                raise RefusedEntry(f"there is a group {self._group} already; choose another ID")
            return
        connection, known = self._at_hand()
        connection.execute(
            "UPDATE sakhi.groups SET record = %s WHERE key = %s", [json.dumps(record), known.key]
        )
        self._people_changed()

    def add_members(self, records: Sequence[Record]) -> None:
        """Add members whose `id` is new, all of them in one write."""
        connection, known = self._at_hand()
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO sakhi.members (group_key, id, phones, record) VALUES (%s, %s, %s, %s)",
                [(known.key, record["id"], phones_of(record), json.dumps(record)) for record in records],
            )
        self._people_changed()

    def put_member(self, record: Record) -> None:
        """Keep a member in place of the one with the same `id`."""
        connection, known = self._at_hand()
        connection.execute(
            "UPDATE sakhi.members SET phones = %s, record = %s WHERE group_key = %s AND id = %s",
            [phones_of(record), json.dumps(record), known.key, record["id"]],
        )
        self._people_changed()

    def drop_member(self, member_id: str) -> None:
        """Forget a member."""
        connection, known = self._at_hand()
        connection.execute(
            "DELETE FROM sakhi.members WHERE group_key = %s AND id = %s", [known.key, member_id]
        )
        self._people_changed()

    def _people_changed(self) -> None:
        connection, known = self._at_hand()
        sql = "UPDATE sakhi.groups SET version = version + 1 WHERE key = %s"
        connection.execute(sql, [known.key])
        self._written = replace(known, version=known.version + 1)

    def _at_hand(self) -> tuple[Connection, _Known]:
        assert self._connection is not None and self._known is not None, WITHIN
        return self._connection, self._known
