"""Books that are kept in a database, written into files for a backup: so each is restored in one way."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from ivr.books import now
from ivr.keeping.files import InFiles
from ivr.keeping.keeper import keeper_of
from ivr.sections import Database, Settings


@contextmanager
def in_files(settings: Settings) -> Iterator[Settings]:
    """Settings whose books lie in files: the same, or those of a copy of the database, deleted at the end.

    Raises DatabaseTrouble, DiskTrouble, OSError.
    """
    if not settings.database.url:
        yield settings
        return
    folder = settings.data / "backup.copy"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        here = settings.model_copy(update={"data": folder, "database": Database()})
        _copy(settings, here)
        yield here
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy(settings: Settings, here: Settings) -> None:
    from ivr.moving import carry_over  # noqa: PLC0415  (books in files need no psycopg)

    keeper, files = keeper_of(settings), InFiles(here)
    for group in keeper.group_ids():
        with keeper.vault(group) as vault, files.vault(group) as copy:
            copy.fill(vault.load())
    carry_over(keeper, files, now)
