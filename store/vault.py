"""The seam under the ledger: where records are kept. A vault knows no law of the books."""

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

from store.chain import Record, Voucher
from store.errors import RefusedEntry


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything a vault holds."""

    group: Record | None
    """The group, None in a new vault."""
    members: tuple[Record, ...]
    """The members, in no order."""
    vouchers: tuple[Voucher, ...]
    """The chain, checked, in order."""


def refuse_second_group(group: Record | None) -> None:
    """Raises RefusedEntry when a vault that is to be filled holds a group."""
    if group is not None:
        raise RefusedEntry("these books have a group already; take another file")


@dataclass(frozen=True, slots=True)
class News:
    """What others wrote into a vault since it was looked at last."""

    group: Record | None = None
    """The group, None when neither it nor a member was changed."""
    members: tuple[Record, ...] = ()
    """Then all the members, in no order."""
    vouchers: tuple[Voucher, ...] = ()
    """The vouchers that follow those known before, checked, in order."""


NOTHING_NEW = News()
"""What there is to be told where nobody else writes."""


class Vault(Protocol):
    """Keeps one group's records.

    They are written within `exclusive`; what was written there is durable when it ends. All raise
    DiskTrouble and DamagedBooks.
    """

    shared: bool
    """Whether others may write while it is open: then there is `news`."""

    def load(self) -> Contents:
        """Everything kept."""
        ...

    def news(self) -> News:
        """What others wrote since the vault was looked at last."""
        ...

    def exclusive(self) -> AbstractContextManager[News]:
        """Keep everybody else from writing until the end; what they wrote before is told.

        One write is done within, or none. It is kept when this ends without an error.
        """
        ...

    def fill(self, contents: Contents) -> None:
        """Put all of a group's books into an empty vault in one write: whole, or not at all.

        Raises RefusedEntry when it holds a group.
        """
        ...

    def append(self, voucher: Voucher) -> None:
        """Add the next voucher of the chain."""
        ...

    def put_group(self, record: Record) -> None:
        """Keep the group in place of the one before."""
        ...

    def add_members(self, records: Sequence[Record]) -> None:
        """Add members whose `id` is new, all of them in one write."""
        ...

    def put_member(self, record: Record) -> None:
        """Keep a member in place of the one with the same `id`."""
        ...

    def drop_member(self, member_id: str) -> None:
        """Forget a member, in earlier generations too."""
        ...


class Unshared:
    """The part of a vault that nobody else can write to while it is open."""

    shared = False

    def news(self) -> News:
        """Nothing."""
        return NOTHING_NEW

    def exclusive(self) -> AbstractContextManager[News]:
        """It is anyhow: each write is kept when it returns."""
        return nullcontext(NOTHING_NEW)
