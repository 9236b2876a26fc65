"""All of a group's books put into the database at once, as they come from elsewhere."""

import json

from store.errors import RefusedEntry
from store.postgresql.database import Connection
from store.postgresql.rows import document, phones_of
from store.vault import Contents


def fill(connection: Connection, group: str, contents: Contents, live: bool) -> None:
    """Put a group's books in, within the transaction that is open.

    Books of it that are there and not live, since it was here before, must be how these begin. Raises
    RefusedEntry when they are live or are not.
    """
    record = json.dumps(contents.group)
    there = connection.execute(
        "SELECT key, live FROM sakhi.groups WHERE id = %s FOR UPDATE", [group]
    ).fetchone()
    if there is None:
        sql = "INSERT INTO sakhi.groups (id, live, record) VALUES (%s, %s, %s) RETURNING key"
        ((key,),) = connection.execute(sql, [group, live, record])
    else:
        key, is_live = there
        if is_live:
            raise RefusedEntry(f"there is a group {group} already; choose another ID")
        _refuse_others(connection, key, group, contents)
        sql = "UPDATE sakhi.groups SET live = %s, record = %s, version = version + 1 WHERE key = %s"
        connection.execute(sql, [live, record, key])
        connection.execute("DELETE FROM sakhi.members WHERE group_key = %s", [key])
    ((known,),) = connection.execute(
        "SELECT coalesce(max(number), 0) FROM sakhi.vouchers WHERE group_key = %s", [key]
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO sakhi.members (group_key, id, phones, record) VALUES (%s, %s, %s, %s)",
            [(key, one["id"], phones_of(one), json.dumps(one)) for one in contents.members],
        )
        with cursor.copy("COPY sakhi.vouchers (group_key, record) FROM STDIN") as copy:
            for voucher in contents.vouchers[known:]:
                copy.write_row((key, document(voucher)))


def _refuse_others(connection: Connection, key: int, group: str, contents: Contents) -> None:
    """Raises RefusedEntry when the vouchers that are there are not the first of these."""
    there = connection.execute(
        "SELECT encode(hash, 'hex') FROM sakhi.vouchers WHERE group_key = %s ORDER BY number", [key]
    ).fetchall()
    coming = [voucher.hash for voucher in contents.vouchers[: len(there)]]
    if [hash_ for (hash_,) in there] != coming:
        raise RefusedEntry(
            f"the database has books of {group}, from when it was there before, with which these don't go on"
        )
