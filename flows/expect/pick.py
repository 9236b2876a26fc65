"""One of the values an answer left in doubt, by its place or said again more clearly."""

from __future__ import annotations

from collections.abc import Sequence

from flows.expect.base import Expect, Got, Meaning, T
from flows.hindi import Meant, parse_number, say_number


class Pick(Expect[T]):
    """Which of ``candidates``: 1, 2, … by key or voice, or the whole answer as ``inner`` understands it."""

    kind = "pick"

    def __init__(self, inner: Expect[T], candidates: Sequence[T]) -> None:
        self._inner = inner
        self._candidates = tuple(candidates)

    def phrases(self) -> tuple[str, ...]:
        """The places and what could be answered before."""
        places = (say_number(place) for place in range(1, len(self._candidates) + 1))
        return (*places, *self._inner.phrases())

    def words(self, text: str) -> Meaning[T]:
        """The value at the place, or the value itself."""
        place = parse_number(text)
        if isinstance(place, Meant) and 1 <= place.value <= len(self._candidates):
            return Got(self._candidates[place.value - 1])
        again = self._inner.words(text)
        return again if isinstance(again, Got) and again.value in self._candidates else None

    def keyed(self, keys: str) -> Meaning[T]:
        """The value at the place."""
        place = int(keys)
        return Got(self._candidates[place - 1]) if 1 <= place <= len(self._candidates) else None
