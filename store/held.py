"""What a ledger holds in memory of a group's books: the half of the books that answers."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from store.people import Group, Person
from store.standing import Standing


@dataclass(slots=True)
class Held:
    """A group's books as far as they were read."""

    group: Group
    """The group and its rules."""
    people: dict[str, Person]
    """Member id → she and her PIN."""
    standing: Standing
    """Where the books stand after the vouchers read."""


class Holder(ABC):
    """Holds books, and has what others wrote taken in before anything is looked at."""

    @abstractmethod
    def _fresh(self) -> Held:
        """The books as they are now. Raises DiskTrouble and DamagedBooks where others may write too."""

    @property
    def _group(self) -> Group:
        return self._fresh().group

    @property
    def _people(self) -> dict[str, Person]:
        return self._fresh().people

    @property
    def _standing(self) -> Standing:
        return self._fresh().standing
