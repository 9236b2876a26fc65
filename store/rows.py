"""A table's documents, kept as JSON, as the rows that TinyDB reads and changes."""

import json
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from store.snapshot import Docs

Row = dict[str, Any]
"""A JSON object."""


def encoded(row: Mapping[str, Any]) -> bytes:
    """A row as JSON, in plain ASCII, its keys in the order they have."""
    return json.dumps(row, allow_nan=False).encode()


class Rows(MutableMapping[int, Row]):
    """A table's rows while TinyDB changes them: only those it asks for are read."""

    def __init__(self, docs: Docs) -> None:
        self._docs = docs
        self._taken: dict[int, Row | None] = {}

    def __getitem__(self, row_id: int) -> Row:
        if row_id not in self._taken:
            self._taken[row_id] = json.loads(self._docs[str(row_id)])
        row = self._taken[row_id]
        if row is None:
            raise KeyError(row_id)
        return row

    def __setitem__(self, row_id: int, row: Row) -> None:
        self._taken[row_id] = row

    def __delitem__(self, row_id: int) -> None:
        self[row_id]
        self._taken[row_id] = None

    def __iter__(self) -> Iterator[int]:
        new = (row_id for row_id in self._taken if str(row_id) not in self._docs)
        for row_id in (*map(int, self._docs), *new):
            if row_id in self:
                yield row_id

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def changed(self) -> dict[str, bytes | None]:
        """The rows that are not what they were, None for those removed."""
        now = {str(row_id): None if row is None else encoded(row) for row_id, row in self._taken.items()}
        return {row_id: doc for row_id, doc in now.items() if doc != self._docs.get(row_id)}


class Kept(Mapping[str, Row]):
    """A table's rows as TinyDB reads them, each from its JSON when it is asked for."""

    def __init__(self, docs: Docs) -> None:
        self._docs = docs

    def __getitem__(self, row_id: str) -> Row:
        row: Row = json.loads(self._docs[row_id])
        return row

    def __iter__(self) -> Iterator[str]:
        return iter(self._docs)

    def __len__(self) -> int:
        return len(self._docs)
