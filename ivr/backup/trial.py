"""Whether a backup is good: restored into a folder of its own, each group's books obey every law."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from ivr.backup.archive import lay_out
from ivr.backup.contents import BackedUp, File, Manifest
from ivr.books import now
from store.chain import START
from store.errors import BooksError
from store.laws import breaches
from store.ledger import Ledger
from store.tinydb import TinyVault


def problems(manifest: Manifest, files: tuple[File, ...], folder: Path) -> tuple[str, ...]:
    """What is wrong with the books in a backup, () when nothing is. `folder` is made, and deleted afterwards.

    Raises DiskTrouble, OSError.
    """
    shutil.rmtree(folder, ignore_errors=True)
    try:
        lay_out(files, folder)
        return tuple(problem for group in manifest.groups for problem in _problems(group, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _problems(group: BackedUp, folder: Path) -> Iterator[str]:
    try:
        with TinyVault(folder / "books" / f"{group.id}.json") as vault:
            ledger = Ledger(vault, now)
            entries = ledger.vouchers
            found = (len(ledger.members()), len(entries), entries[-1].hash if entries else START)
            if found != (group.members, group.entries, group.head):
                yield f"the books of {group.id} in the backup are not those that were copied"
            yield from (f"the books of {group.id} break a law: {breach}" for breach in breaches(ledger))
    except BooksError as error:
        yield f"the books of {group.id}: {error}"
