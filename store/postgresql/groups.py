"""Which groups the database holds, and whose telephone is in which: without opening their books."""

from store.people import Group, phone_key
from store.postgresql.database import Database


class Groups:
    """The groups whose books are here; those that arrive or were moved away don't count.

    All raise DatabaseTrouble.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def ids(self) -> tuple[str, ...]:
        """Their ids, sorted."""
        with self._database.connection() as connection:
            rows = connection.execute("SELECT id FROM sakhi.groups WHERE live").fetchall()
            return tuple(sorted(group for (group,) in rows))

    def has(self, group: str) -> bool:
        """Whether there is one with this id."""
        with self._database.connection() as connection:
            sql = "SELECT FROM sakhi.groups WHERE live AND id = %s"
            return connection.execute(sql, [group]).fetchone() is not None

    def is_live(self, group: str) -> bool | None:
        """Whether a group's books here are the group's books; None when there are none of it."""
        with self._database.connection() as connection:
            row = connection.execute("SELECT live FROM sakhi.groups WHERE id = %s", [group]).fetchone()
            return bool(row[0]) if row else None

    def not_live(self) -> tuple[str, ...]:
        """The ids of those that arrive or were moved away, sorted."""
        with self._database.connection() as connection:
            rows = connection.execute("SELECT id FROM sakhi.groups WHERE NOT live").fetchall()
            return tuple(sorted(group for (group,) in rows))

    def set_live(self, group: str, live: bool) -> None:
        """Make what is here of a group its books, or no longer; every machine knows before its next entry."""
        with self._database.connection() as connection:
            connection.execute("UPDATE sakhi.groups SET live = %s WHERE id = %s", [live, group])

    def forget_members(self, group: str) -> None:
        """Forget the members of a group whose books are elsewhere: who is erased there is not kept here."""
        with self._database.connection() as connection:
            connection.execute(
                "DELETE FROM sakhi.members WHERE group_key ="
                " (SELECT key FROM sakhi.groups WHERE id = %s AND NOT live)",
                [group],
            )

    def balances(self, group: str) -> dict[str, int]:
        """The paise in each account of a group, as the database adds up its postings."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT account, amount FROM sakhi.balances WHERE group_key ="
                " (SELECT key FROM sakhi.groups WHERE id = %s)",
                [group],
            )
            return dict(rows.fetchall())

    def groups(self) -> tuple[Group, ...]:
        """All of them, by their ids."""
        with self._database.connection() as connection:
            rows = connection.execute("SELECT record FROM sakhi.groups WHERE live").fetchall()
            return tuple(sorted((Group(**record) for (record,) in rows), key=lambda group: group.id))

    def groups_of(self, phone: str) -> tuple[str, ...]:
        """Those that have a member with this telephone."""
        key = phone_key(phone)
        if not key:
            return ()
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT id FROM sakhi.groups WHERE live AND key IN"
                " (SELECT group_key FROM sakhi.members WHERE phones @> %s)",
                [[key]],
            ).fetchall()
            return tuple(sorted(group for (group,) in rows))
