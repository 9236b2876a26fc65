"""The telephones of callers who are no members and left something: beside the books, to be forgotten."""

from collections.abc import Callable
from datetime import datetime, timedelta

from store.people import phone_key
from store.records import Records
from store.tries import WITHHELD

KEPT = timedelta(days=90)
"""How long such a number is kept."""


class Strangers:
    """Which telephone left what. All raise DiskTrouble, DamagedBooks and BooksInUse."""

    def __init__(self, records: Records, now: Callable[[], datetime]) -> None:
        """`now` tells the time, timezone-aware."""
        self._records, self._now = records, now

    def left(self, phone: str, group: str, once: str) -> None:
        """Keep that what is posted to the group under the key `once` comes from this telephone."""
        kept = {"phone": phone_key(phone) or WITHHELD, "group": group, "once": once}
        self._records.change(f"{group}/{once}", lambda _: kept | {"at": self._now().isoformat()})

    def by(self, phone: str) -> tuple[tuple[str, str], ...]:
        """The group and the key of all that a telephone left, the earliest first.

        Numbers that are kept back count as one telephone.
        """
        key = phone_key(phone) or WITHHELD
        every = self._records.all().values()
        return tuple((one["group"], one["once"]) for one in every if one["phone"] == key)

    def phone_of(self, group: str, once: str) -> str | None:
        """The ten digits of the number that left it; None for one that is kept back, or not kept any more."""
        one = self._records.all().get(f"{group}/{once}")
        return None if one is None or one["phone"] == WITHHELD else str(one["phone"])

    def forget_old(self) -> None:
        """Forget what is older than `KEPT`."""
        for key, one in self._records.all().items():
            if self._now() - datetime.fromisoformat(one["at"]) > KEPT:
                self._records.change(key, lambda _: None)
