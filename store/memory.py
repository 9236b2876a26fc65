"""The vault of practice and tests: the same vouchers and records, in memory."""

from collections.abc import Sequence

from store.chain import Record, Voucher
from store.people import Person, person_record
from store.vault import Contents, Unshared, refuse_second_group


class MemoryVault(Unshared):
    """Keeps one group's records until the process ends."""

    def __init__(self) -> None:
        self._group: Record | None = None
        self._members: dict[str, Record] = {}
        self._vouchers: list[Voucher] = []

    def load(self) -> Contents:
        """Everything kept."""
        return Contents(self._group, tuple(self._members.values()), tuple(self._vouchers))

    def fill(self, contents: Contents) -> None:
        """Take in all of a group's books. Raises RefusedEntry when there is a group."""
        refuse_second_group(self._group)
        self._group = dict(contents.group) if contents.group is not None else None
        self.add_members(contents.members)
        self._vouchers = list(contents.vouchers)

    def append(self, voucher: Voucher) -> None:
        """Add the next voucher of the chain."""
        self._vouchers.append(voucher)

    def put_group(self, record: Record) -> None:
        """Keep the group in place of the one before."""
        self._group = dict(record)

    def add_members(self, records: Sequence[Record]) -> None:
        """Add members whose `id` is new."""
        self._members |= {record["id"]: dict(record) for record in records}

    def put_member(self, record: Record) -> None:
        """Keep a member in place of the one with the same `id`."""
        self._members[record["id"]] = dict(record)

    def drop_member(self, member_id: str) -> None:
        """Forget a member."""
        self._members.pop(member_id, None)


def copy_of(group: Record, people: tuple[Person, ...], vouchers: tuple[Voucher, ...]) -> MemoryVault:
    """A vault in memory holding what is given."""
    vault = MemoryVault()
    vault.fill(Contents(group, tuple(map(person_record, people)), vouchers))
    return vault
