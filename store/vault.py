"""The seam under the ledger: where records are kept. A vault knows no law of the books."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from store.chain import Record, Voucher


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything a vault holds."""

    group: Record | None
    """The group, None in a new vault."""
    members: tuple[Record, ...]
    """The members, in no order."""
    vouchers: tuple[Voucher, ...]
    """The chain, checked, in order."""


class Vault(Protocol):
    """Keeps one group's records. What a method wrote is durable when it returns.

    All raise DiskTrouble and DamagedBooks.
    """

    def load(self) -> Contents:
        """Everything kept."""
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
