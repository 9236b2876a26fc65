"""All tables of a file at one moment, as a file of its own: the JSON that stock TinyDB writes and reads.

It has two tables more. `checksum` comes first: the SHA-256 of every byte after it. `journal` says which
journal goes on from here (`store.journal`); a file without it is whole by itself.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

Docs = dict[str, bytes]
"""The documents of a table, as JSON, by their id."""

_HEAD = '{{"checksum": {{"1": {{"sha256": "{}"}}}}, '
_HEAD_READ = re.compile(re.escape(_HEAD.format("HEX")).replace("HEX", "([0-9a-f]{64})").encode())
_TABLES = msgspec.json.Decoder(dict[str, dict[str, msgspec.Raw]])
_TOGETHER = 128
"""Documents written in one piece."""


class Unsound(ValueError):
    """The bytes are not what we wrote; the text says where and why."""


class Follows(msgspec.Struct, frozen=True):
    """Which journal goes on from a snapshot."""

    generation: int
    """Its number."""
    after: str
    """The hash of all that was written before it."""


@dataclass(frozen=True)
class Snapshot:
    """All tables at one moment."""

    tables: dict[str, Docs] = field(default_factory=dict)
    """Table name → its documents."""
    follows: Follows | None = None
    """The journal that goes on from here, None in a file that has none."""


def pieces_of(snapshot: Snapshot) -> Iterator[bytes]:
    """The bytes of a snapshot, in pieces small enough that other threads get their turn between them."""
    total = hashlib.sha256()
    for piece in _body(snapshot):
        total.update(piece)
    yield _HEAD.format(total.hexdigest()).encode()
    yield from _body(snapshot)


def _body(snapshot: Snapshot) -> Iterator[bytes]:
    before = b""
    if snapshot.follows is not None:
        yield b'"journal": {"1": ' + msgspec.json.encode(snapshot.follows) + b"}"
        before = b", "
    for name, docs in snapshot.tables.items():
        yield b'%s"%s": {' % (before, name.encode())
        yield from _rows(docs)
        yield b"}"
        before = b", "
    yield b"}"


def _rows(docs: Mapping[str, bytes]) -> Iterator[bytes]:
    lines: list[bytes] = []
    before = b"\n"
    for doc_id, doc in docs.items():
        lines.append(b'%s"%s": %s' % (before, doc_id.encode(), doc))
        before = b",\n"
        if len(lines) == _TOGETHER:
            yield b"".join(lines)
            lines.clear()
    yield b"".join(lines)


def read_snapshot(content: bytes) -> Snapshot:
    """The inverse of `pieces_of`. Raises Unsound."""
    if not content:
        raise Unsound("the file is empty")
    head = _HEAD_READ.match(content)
    if head is None:
        raise Unsound("it does not begin with our checksum")
    if head[1].decode() != hashlib.sha256(memoryview(content)[head.end() :]).hexdigest():
        raise Unsound("its checksum does not match: it was cut short or changed")
    try:
        tables = _TABLES.decode(content)
        kept = {name: {key: bytes(doc) for key, doc in docs.items()} for name, docs in tables.items()}
        del kept["checksum"]
        journal = kept.pop("journal", None)
        return Snapshot(kept, msgspec.json.decode(journal["1"], type=Follows) if journal else None)
    except (msgspec.DecodeError, KeyError) as error:
        raise Unsound(f"it cannot be read ({error})") from error
