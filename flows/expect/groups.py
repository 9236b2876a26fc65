"""Which group: by name, or by its number when names are hard to hear."""

from __future__ import annotations

from collections.abc import Sequence

from flows.expect.base import Expect, Got, Meaning, NotAllowed
from flows.expect.numbers import Count
from flows.hindi import normalize
from flows.turn import Line, known
from store.people import Group

_TITLES = frozenset(map(normalize, ("समूह", "नंबर")))


class OneGroup(Expect[Group]):
    """One of ``groups``, which need not be told beforehand: who belongs to it knows its name."""

    kind = "group"
    digits = 2

    def __init__(self, groups: Sequence[Group]) -> None:
        self._groups = tuple(groups)
        self._numbered = {group.number: group for group in groups if group.number}
        self._numbers = Count(1, max(self._numbered, default=1))

    def phrases(self) -> tuple[str, ...]:
        """Every name, with and without the word for a group, and every number."""
        names = (name for group in self._groups for name in (group.name, _bare(group.name)))
        return (*names, *(self._numbers.phrases() if self._numbered else ()))

    def words(self, text: str) -> Meaning[Group]:
        """By its name, if only one is called so, or by number."""
        said = _bare(known(text))
        named = [group for group in self._groups if said and _bare(group.name) == said]
        if len(named) == 1:
            return Got(named[0])
        number = self._numbers.words(said)
        return self._with_number(number.value) if isinstance(number, Got) else None

    def keyed(self, keys: str) -> Meaning[Group]:
        """By number."""
        return self._with_number(int(keys))

    def _with_number(self, number: int) -> Meaning[Group]:
        if number in self._numbered:
            return Got(self._numbered[number])
        return NotAllowed(Line("expect.group.none", {"number": number}))


def _bare(name: str) -> str:
    said = normalize(name).split()
    return " ".join([word for word in said if word not in _TITLES] or said)
