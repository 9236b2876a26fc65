"""The second signature: whom the group named to check what others wrote, and what they said of it."""

from collections.abc import Iterator, Sequence

from store.chain import Voucher
from store.entries import WORKER, Countersigned, Reversal, SignatoriesNamed
from store.errors import RefusedEntry

AT_DESK = "terminal"
"""The channel of what the worker writes herself."""


class Countersigning:
    """Who may sign and what was signed: a fold of the vouchers, in order."""

    def __init__(self, vouchers: Sequence[Voucher], reversed_: dict[int, int]) -> None:
        """``vouchers`` and ``reversed_`` are those of the books, and grow with them."""
        self._vouchers, self._reversed = vouchers, reversed_
        self._since: int | None = None
        self.signatories: tuple[str, ...] = ()
        """Member ids, or "worker": who may sign now."""
        self._said: dict[int, dict[str, Voucher]] = {}

    def apply(self, voucher: Voucher) -> None:
        """Take the next voucher in."""
        entry = voucher.entry
        if isinstance(entry, SignatoriesNamed):
            self.signatories = entry.signatories
            self._since = self._since or voucher.number
        elif isinstance(entry, Countersigned):
            for number in entry.of:
                self._said.setdefault(number, {})[entry.by] = voucher

    def unsigned(self, by: str) -> tuple[Voucher, ...]:
        """What she may sign and no signatory has, the earliest first: money moved since the group has any."""
        if by not in self.signatories or self._since is None:
            return ()
        return tuple(
            voucher
            for voucher in self._vouchers[self._since :]
            if voucher.number not in self._said and self._stands(voucher) and self.may_sign(by, voucher)
        )

    def disputed(self) -> Iterator[tuple[Voucher, Voucher]]:
        """(voucher, dispute) of what a signatory's last answer calls wrong and that stands, in order."""
        for number in sorted(self._said):
            voucher = self._vouchers[number - 1]
            for said in self._said[number].values():
                assert isinstance(said.entry, Countersigned)
                if not said.entry.right and self._stands(voucher):
                    yield voucher, said

    def said_of(self, number: int) -> tuple[Voucher, ...]:
        """The last answer of each signatory about a voucher."""
        return tuple(self._said.get(number, {}).values())

    def may_sign(self, by: str, voucher: Voucher) -> bool:
        """Whether it moves money and is not hers: neither about her alone, nor said or written by her."""
        if not voucher.postings:
            return False
        about, evidence = voucher.entry, voucher.evidence
        if isinstance(about, Reversal):
            about = self._vouchers[about.of - 1].entry
        if by == WORKER:
            return evidence is not None and evidence.channel != AT_DESK
        said_by = evidence.said_by if evidence else None
        return by not in (getattr(about, "member_id", None), said_by)

    def check(self, entry: Countersigned) -> None:
        """Raises RefusedEntry when she may not say so."""
        if entry.by not in self.signatories:
            raise RefusedEntry(f"{entry.by} is no signatory of the group")
        if not entry.of or len(set(entry.of)) != len(entry.of):
            raise RefusedEntry("a signature is for one voucher or more, each once")
        for number in entry.of:
            if not 1 <= number <= len(self._vouchers):
                raise RefusedEntry(f"there is no voucher {number} to sign")
            if not self.may_sign(entry.by, self._vouchers[number - 1]):
                raise RefusedEntry(
                    f"voucher {number} moves no money, or is {entry.by}'s own; another signs it"
                )

    def _stands(self, voucher: Voucher) -> bool:
        return voucher.number not in self._reversed


def check_named(entry: SignatoriesNamed, members: frozenset[str]) -> None:
    """Raises RefusedEntry unless each is a member or the worker, and named once."""
    strangers = [each for each in entry.signatories if each not in members and each != WORKER]
    if strangers or len(set(entry.signatories)) != len(entry.signatories):
        raise RefusedEntry(
            f"signatories are members, or the worker, each once: {', '.join(entry.signatories)}"
        )
