r"""What was written since a snapshot, one line a commit, and how much of it is known to be confirmed.

A line is `<SHA-256 of the hash before it and of the JSON> <JSON>\n`. The first names the journal's number and
the hash it goes on from; each other one is a commit: table → document id → the document, null when it is
removed. So an edit, a loss or an insertion is noticed, and the line is known.

Only the last line can be torn by a power cut, and it was never confirmed. The slot beside the journal,
written after every flush, says how far it was: what is bad before that is damage.
"""

import hashlib
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import msgspec

from store.durable import journal_path, journals, slot_path
from store.snapshot import Docs, Follows, Snapshot, Unsound

log = logging.getLogger(__name__)

Change = Mapping[str, Mapping[str, bytes | None]]
"""Table → document id → its JSON, None when it is removed."""

_HASH = 64
_COMMIT = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]])
_SLOT = 192


class Damage(Unsound):
    """A journal is not what was confirmed."""

    def __init__(self, why: str, line: int, place: int, before: str = "", generation: int = 0) -> None:
        self.line, self.place = line, place
        """The line, 1 for the first, and the byte where it begins."""
        self.before, self.generation = before, generation
        """The hash that the line should follow, and the number of its journal."""
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Place:
    """An end of sound lines."""

    generation: int
    """Number of the journal."""
    size: int
    """Bytes up to here."""
    lines: int
    """Lines up to here."""
    hash: str
    """Hash of the last line, or what the journal goes on from when it has none."""

    def reaches(self, other: "Place") -> bool:
        """Whether this is where the other is, or later."""
        return (self.generation, self.size) >= (other.generation, other.size)


def line_of(before: str, content: bytes) -> tuple[bytes, str]:
    """A line, and its hash."""
    own = hashlib.sha256(before.encode() + content).hexdigest()
    return b"%s %s\n" % (own.encode(), content), own


def commit_of(place: Place, change: Change) -> tuple[bytes, Place]:
    """The bytes that write a change after `place`, and where they end."""
    first, after, lines = b"", place.hash, place.lines
    if not place.size:
        first, after = line_of(after, msgspec.json.encode(Follows(place.generation, after)))
        lines += 1
    second, own = line_of(after, _encoded(change))
    return first + second, Place(place.generation, place.size + len(first) + len(second), lines + 1, own)


def _encoded(change: Change) -> bytes:
    tables = (
        b'"%s": {%s}' % (name.encode(), b", ".join(_row(doc_id, doc) for doc_id, doc in docs.items()))
        for name, docs in change.items()
    )
    return b"{%s}" % b", ".join(tables)


def _row(doc_id: str, doc: bytes | None) -> bytes:
    return b'"%s": %s' % (doc_id.encode(), b"null" if doc is None else doc)


def apply(tables: dict[str, Docs], change: Change) -> None:
    """Do to the tables what a commit says."""
    for name, docs in change.items():
        table = tables.setdefault(name, {})
        for doc_id, doc in docs.items():
            if doc is None:
                table.pop(doc_id, None)
            else:
                table[doc_id] = doc


def _read(content: bytes, line: int, place: int) -> Change:
    try:
        read = _COMMIT.decode(content)
    except msgspec.DecodeError as error:
        raise Damage(f"line {line} cannot be read ({error})", line, place) from error
    return {
        name: {key: None if bytes(doc) == b"null" else bytes(doc) for key, doc in docs.items()}
        for name, docs in read.items()
    }


def read_commit(line: bytes) -> Change | None:
    """What a line says that cannot be trusted where it stands; None when it cannot even be read."""
    content = line[_HASH + 1 :]
    try:
        return _read(content, 0, 0)
    except Damage:
        return None


def replay(content: bytes, start: Place, tables: dict[str, Docs], confirmed: Place | None) -> Place:
    """Do to the tables what a journal says; the end of its sound lines. What is after it was never confirmed.

    `start` names the journal and the hash it goes on from; `confirmed` is None when all of it has to be
    sound. Raises Damage: the tables then stand where the last sound line left them.
    """
    place = start
    while place.size < len(content):
        end = content.find(b"\n", place.size)
        line = content[place.size : end]
        if end < 0 or not _follows(line, place.hash):
            _check_torn(content, place, confirmed)
            break
        number = place.lines + 1
        if place.lines:
            apply(tables, _read(line[_HASH + 1 :], number, place.size))
        elif line[_HASH + 1 :] != msgspec.json.encode(Follows(start.generation, start.hash)):
            raise Damage("it does not follow the snapshot beside it", number, 0)
        before, place = place, Place(start.generation, end + 1, number, line[:_HASH].decode())
        if confirmed is not None and before.size < confirmed.size <= place.size and place != confirmed:
            raise Damage(f"line {number} is not the one that was confirmed", number, before.size)
    if confirmed is not None and place.size < confirmed.size:
        lost = f"{confirmed.lines - place.lines} of {confirmed.lines} lines are missing"
        raise Damage(f"it was cut short: {lost}", place.lines + 1, place.size)
    return place


def _follows(line: bytes, before: str) -> bool:
    return line[:_HASH] == hashlib.sha256(before.encode() + line[_HASH + 1 :]).hexdigest().encode()


def _check_torn(content: bytes, place: Place, confirmed: Place | None) -> None:
    lines = content[place.size :].split(b"\n")
    later = any(
        len(line) > _HASH and _follows(line, before[:_HASH].decode("latin-1"))
        for before, line in pairwise(lines)
    )
    if confirmed is None or place.size < confirmed.size or later:
        number = place.lines + 1
        raise Damage(f"line {number} was changed after it was written", number, place.size, place.hash)


def without_the_flip(content: bytes, place: int, before: str) -> bytes | None:
    """The journal with that bit turned back which keeps the line at `place` from following the hash `before`.

    None when it is not one bit.
    """
    first = content.find(b"\n", place) + 1
    second = content.find(b"\n", first) + 1
    tried = bytearray(content[place : second or first or len(content)])
    for at in range(len(tried)):
        for bit in range(8):
            tried[at] ^= 1 << bit
            line, end, _ = bytes(tried).partition(b"\n")
            if end and _follows(line, before):
                return content[:place] + bytes(tried) + content[place + len(tried) :]
            tried[at] ^= 1 << bit
    return None


def contents_of(path: Path, since: int) -> dict[int, bytes]:
    """The journals of the books at `path` from that number on: number → content. Raises OSError."""
    return {number: journal_path(path, number).read_bytes() for number in journals(path) if number >= since}


def lead_on(
    path: Path, snapshot: Snapshot, contents: Mapping[int, bytes], confirmed: Place | None
) -> tuple[Place, int]:
    """Do to the snapshot's tables all that its journals say: where that ends, and unconfirmed bytes after it.

    Raises Damage, naming the journal: the tables then stand where the last sound line left them.
    """
    assert snapshot.follows is not None
    place = Place(snapshot.follows.generation, 0, 0, snapshot.follows.after)
    written = [number for number, content in contents.items() if content]
    unconfirmed = 0
    for number in written:
        name, last = journal_path(path, number).name, number == written[-1]
        known = None
        if last:
            known = confirmed if confirmed and confirmed.generation == number else Place(number, 0, 0, "")
        try:
            place = replay(contents[number], Place(number, 0, 0, place.hash), snapshot.tables, known)
        except Damage as error:
            raise Damage(f"{name}: {error}", error.line, error.place, error.before, number) from error
        unconfirmed = len(contents[number]) - place.size
    if confirmed and not place.reaches(confirmed):
        name, number = journal_path(path, confirmed.generation).name, confirmed.generation
        raise Damage(f"{name} is missing, with {confirmed.lines} lines", 1, 0, generation=number)
    return place, unconfirmed


class Slot:
    """How far the journal is known to be confirmed: one small block beside it, written in place."""

    def __init__(self, path: Path) -> None:
        """Keep it for the books at `path`. Where the disk refuses, less damage is noticed, that is all."""
        self._handle = -1
        self._known = read_slot(path)
        self._flushed = True
        try:
            self._handle = os.open(slot_path(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            log.warning("cannot keep %s: %s", slot_path(path), error)

    def put(self, place: Place) -> None:
        """Everything up to `place` is confirmed."""
        if self._handle < 0 or not place.size or place == self._known:
            return
        self._known, self._flushed = place, False
        block = msgspec.json.encode(place)
        seal = hashlib.sha256(block).hexdigest()[:16].encode()
        try:
            os.pwrite(self._handle, b"%s %s\n" % (seal, block.ljust(_SLOT - len(seal) - 2)), 0)
        except OSError as error:
            log.warning("cannot write how far the journal is confirmed: %s", error)

    def close(self) -> None:
        """Flush it and let go of the file. A second call does nothing."""
        if self._handle < 0:
            return
        try:
            if not self._flushed:
                os.fsync(self._handle)
        except OSError as error:
            log.warning("cannot flush how far the journal is confirmed: %s", error)
        os.close(self._handle)
        self._handle = -1


def read_slot(path: Path) -> Place | None:
    """How far the journal was confirmed; None when that is not known. Raises OSError."""
    try:
        return place_in(slot_path(path).read_bytes())
    except FileNotFoundError:
        return None


def place_in(slot: bytes) -> Place | None:
    """What a slot says; a block torn by a power cut says nothing."""
    seal, _, kept = slot.rstrip().partition(b" ")
    if hashlib.sha256(kept).hexdigest()[:16].encode() != seal:
        return None
    return msgspec.json.decode(kept, type=Place)
