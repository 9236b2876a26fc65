"""Which member: by name, or by her number when names are many or hard to hear."""

from __future__ import annotations

from collections.abc import Sequence

from flows.expect.base import Doubt, Expect, Got, Meaning, NotAllowed
from flows.expect.numbers import Count
from flows.hindi import normalize
from flows.turn import Line, Slot, known
from store.people import Member

_TITLES = frozenset(map(normalize, ("जी", "दीदी", "बहन", "नंबर")))


class OneMember(Expect[Member]):
    """One of ``members``. Two of one name are told apart by number."""

    kind = "member"
    digits = 2

    def __init__(self, members: Sequence[Member], *, by_name: bool = True) -> None:
        self._by_name = by_name
        self._members = {member.number: member for member in members}
        self._numbers = Count(1, max(self._members, default=1))

    def phrases(self) -> tuple[str, ...]:
        """Every name as it is spoken, and every number."""
        names = (member.spoken for member in self._members.values() if self._by_name)
        return (*names, *self._numbers.phrases())

    def words(self, text: str) -> Meaning[Member]:
        """By her spoken name, or by number."""
        said = _bare(known(text))
        named = tuple(m for m in self._members.values() if said and _bare(m.spoken) == said)
        if named and self._by_name:
            return Got(named[0]) if len(named) == 1 else Doubt(named)
        number = self._numbers.words(said)
        return self._numbered(number.value) if isinstance(number, Got) else None

    def keyed(self, keys: str) -> Meaning[Member]:
        """By number."""
        return self._numbered(int(keys))

    def slot(self, value: Member) -> Slot:
        """Her number: her name may be another's too."""
        return value.number

    def among(self, candidates: Sequence[Member]) -> Expect[Member]:
        """By number alone, since the name is what they share."""
        return OneMember(candidates, by_name=False)

    def _numbered(self, number: int) -> Meaning[Member]:
        if number in self._members:
            return Got(self._members[number])
        return NotAllowed(Line("expect.member.nobody", {"number": number}))


def _bare(name: str) -> str:
    return " ".join(word for word in normalize(name).split() if word not in _TITLES)
