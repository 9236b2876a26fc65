"""Mending damaged books: back to the last sound entry, telling exactly what is lost. Nothing is deleted.

There are two ways to where the books were: the snapshot and its journals, and the snapshot before with the
journals since. Whichever leads further is taken; so damage to the snapshot alone loses nothing. One flipped
bit in a journal is turned back.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from store.chain import BrokenChain, Voucher, read_chain, read_voucher
from store.durable import (
    Lock,
    copy_file,
    drop,
    files_of,
    flush_folder,
    fresh_path,
    good_path,
    journal_path,
    journals,
    replace_file,
    slot_path,
)
from store.errors import DamagedBooks, DiskTrouble
from store.journal import (
    Change,
    Damage,
    contents_of,
    lead_on,
    read_commit,
    read_slot,
    without_the_flip,
)
from store.journalled import Journalled
from store.snapshot import Docs, Follows, Snapshot, Unsound, pieces_of, read_snapshot


@dataclass(frozen=True, slots=True)
class Repaired:
    """What came of mending."""

    kept: int
    """Entries in the books now."""
    lost: tuple[Voucher, ...]
    """Entries that can be read, but not kept: what they build on is damaged. Let them be said again."""
    gone: tuple[str, ...]
    """What else is lost, or may be, told in words."""
    aside: tuple[Path, ...]
    """Where the files are kept as they were."""


@dataclass
class _Way:
    """How far one snapshot and its journals lead."""

    tables: dict[str, Docs]
    follows: Follows | None
    lost: list[bytes]
    gone: list[str]


def repair(path: Path) -> Repaired | None:
    """Mend the books at `path`; None when they are sound, and then nothing is touched.

    Raises DamagedBooks when nothing of them can be recovered, BooksInUse, DiskTrouble: then nothing is
    changed either.
    """
    lock = Lock(path)
    try:
        if _is_sound(path):
            return None
        ways = [way for base in (path, good_path(path)) for way in _ways(path, base)]
        if not ways:
            raise DamagedBooks(path, "nothing of them can be recovered")
        best = max(ways, key=lambda way: len(way.tables.get("vouchers", ())))
        return _put_in_place(path, best)
    except OSError as error:
        raise DiskTrouble(path, error) from error
    finally:
        lock.release()


def _is_sound(path: Path) -> bool:
    try:
        tables = Journalled(path, writable=False).tables
        read_chain(tables.get("vouchers", {}).values())
    except (DamagedBooks, BrokenChain):
        return False
    return True


def _ways(path: Path, base: Path) -> Iterator[_Way]:
    try:
        content, confirmed = base.read_bytes(), read_slot(path)
        follows = read_snapshot(content).follows
        lines = contents_of(path, follows.generation if follows else 0)
    except (Unsound, OSError):
        return
    way = _Way({}, follows, [], [])
    whole = base == path
    while True:
        snapshot = read_snapshot(content)
        way.tables = snapshot.tables
        try:
            if follows is not None:
                reached, _ = lead_on(path, snapshot, lines, confirmed)
                whole |= confirmed is not None and reached.reaches(confirmed)
        except Damage as damage:
            if _turned_back(lines, damage):
                continue
            way.gone.append(str(damage))
            _list_lines(path, damage, way)
        break
    if not whole:
        way.gone.append("what was written last may be missing: compare with what was said last")
    _cut_chain(path, way)
    yield way


def _turned_back(lines: dict[int, bytes], damage: Damage) -> bool:
    """Whether the damage was one flipped bit, which the checksum tells; then it is turned back."""
    content = lines.get(damage.generation, b"")
    mended = without_the_flip(content, damage.place, damage.before) if damage.before else None
    if mended is not None:
        lines[damage.generation] = mended
    return mended is not None


def _list_lines(path: Path, damage: Damage, way: _Way) -> None:
    """What the lines from the damage on hold."""
    for generation in journals(path):
        if generation < damage.generation:
            continue
        name = journal_path(path, generation)
        here = generation == damage.generation
        content = name.read_bytes()[damage.place if here else 0 :]
        for number, line in enumerate(content.split(b"\n"), start=damage.line if here else 1):
            if number == 1 or not line.strip(b"\0"):
                continue  # The line that says what the journal follows, and what is no line.
            change = read_commit(line)
            if change is None:
                way.gone.append(f"line {number} of {name.name} cannot be read")
            else:
                _list_change(change, way)


def _list_change(change: Change, way: _Way) -> None:
    way.lost.extend(doc for doc in change.get("vouchers", {}).values() if doc)
    others = [(name, doc_id) for name, docs in change.items() if name != "vouchers" for doc_id in docs]
    way.gone.extend(f"a change of {name} {doc_id}" for name, doc_id in others)


def _cut_chain(path: Path, way: _Way) -> None:
    """Leave the vouchers up to the first that does not stand."""
    vouchers = way.tables.get("vouchers", {})
    try:
        read_chain(vouchers.values())
    except BrokenChain as error:
        if error.newer:
            raise DamagedBooks(path, f"{error}: a newer version wrote it; install that") from error
        way.gone.append(str(error))
        ids = list(vouchers)[error.number - 1 :]
        way.lost[:0] = [vouchers.pop(voucher_id) for voucher_id in ids]


def _put_in_place(path: Path, way: _Way) -> Repaired:
    aside = tuple(_set_aside(path))
    numbers = [*journals(path), *(place.generation for place in [read_slot(path)] if place)]
    numbers += [way.follows.generation] if way.follows else []
    follows = Follows(max(numbers) + 1, secrets.token_hex(32)) if numbers else None
    for _ in range(2):  # Twice: the copy is to be sound too.
        replace_file(path, pieces_of(Snapshot(way.tables, follows)))
    for number in journals(path):
        drop(journal_path(path, number))
    drop(slot_path(path))
    lost = tuple(voucher for doc in way.lost if (voucher := read_voucher(doc)))
    if len(lost) < len(way.lost):
        way.gone.append(f"{len(way.lost) - len(lost)} entries that cannot be read")
    return Repaired(len(way.tables.get("vouchers", ())), lost, tuple(way.gone), aside)


def _set_aside(path: Path) -> Iterator[Path]:
    number = 1
    while any(path.parent.glob(f"{path.name}*.damaged-{number}")):
        number += 1
    for each in files_of(path):
        if each != fresh_path(path):
            aside = each.with_name(f"{each.name}.damaged-{number}")
            copy_file(each, aside)
            yield aside
    flush_folder(path)
