"""The doctor's look at the database that keeps the books."""

from collections.abc import Iterator

from ivr.finding import Finding, broken, fine, warning
from ivr.keeping.files import InFiles
from ivr.keeping.keeper import need_psycopg
from ivr.sections import Settings
from store.errors import DatabaseTrouble


def check_database(settings: Settings) -> Iterator[Finding]:
    """Whether the database answers, has our tables, and loses nothing in a power cut; nothing without one."""
    if not settings.database.url:
        return
    try:
        need_psycopg()
        from ivr.keeping.database import database_at  # noqa: PLC0415  (only now it is known to be there)
        from store.postgresql.health import health  # noqa: PLC0415

        database = database_at(settings.database.url, settings.database.password_file)
        found = health(database)
    except DatabaseTrouble as error:
        yield broken("database", str(error), "docs/postgresql.md tells how it is set up")
        return
    what = f"{database.name}: PostgreSQL {found.version}"
    if found.is_old:
        yield broken("database", what, "install PostgreSQL 13 or newer")
    for name in found.unsafe:
        mend = f"set `{name} = on` in postgresql.conf and restart the server: it must be on"
        yield broken("database", f"{what} may lose entries in a power cut: {name} is off", mend)
    if found.tables != found.wanted:
        mend = "`sakhi books prepare`" if found.tables < found.wanted else "install a newer Sakhi"
        yield broken(
            "database",
            f"{what} has tables of version {found.tables}, this Sakhi needs {found.wanted}",
            mend,
        )
        return
    yield fine("database", f"{what}, tables of version {found.tables}")
    if found.may_change:
        yield warning(
            "database",
            "this machine's role owns the tables, or might change them",
            "give it one of its own: `sakhi books prepare --for ROLE`",
        )
    if left := InFiles(settings).group_ids():
        yield warning(
            "books",
            f"there are files of books too, which nobody reads while the database is set: {', '.join(left)}",
            "`sakhi books move --to` moves them into the database",
        )
