"""What a member takes out when she leaves, or all take out together. Amounts are paise."""

from dataclasses import dataclass
from typing import Literal

from store.entries.money import Place


@dataclass(frozen=True, slots=True)
class Payout:
    """What one member gets: her share and savings less her loans. No part of it is negative."""

    share: int
    """Paise of the surplus that are hers."""
    regular: int
    """Paise of her regular savings that are paid back, or set off against her loans."""
    voluntary: int
    """Paise of her voluntary savings, likewise."""
    loans: tuple[tuple[str, int, int], ...] = ()
    """(loan, paise of interest, paise of principal) of each running loan, which is settled by it."""

    @property
    def owed(self) -> int:
        """Paise set off against her loans."""
        return sum(interest + principal for _, interest, principal in self.loans)

    @property
    def paid(self) -> int:
        """Paise that she is given."""
        return self.share + self.regular + self.voluntary - self.owed


@dataclass(frozen=True, slots=True)
class MemberSettled:
    """A member leaves: all her savings, and her share if the group gives one, less all that she owes."""

    member_id: str
    """Who leaves."""
    payout: Payout
    """What she gets."""
    source: Place = "cash"
    """Out of what it was paid."""
    meeting_id: str | None = None
    """The open meeting, None outside a meeting."""


@dataclass(frozen=True, slots=True)
class ShareOut:
    """The surplus was divided among the members who save. What does not divide stays in the surplus."""

    by: Literal["savings", "equally"]
    """"savings": in proportion to what each has saved; "equally": the same for each."""
    divided: int
    """Paise of the surplus that were to be divided."""
    remainder: int
    """Paise of it that did not divide, fewer than there are members: they stay in the surplus."""
    savings: Literal["kept", "paid back"]
    """Whether all savings are paid back, too."""
    payouts: tuple[tuple[str, Payout], ...]
    """(member id, what she gets)."""
    source: Place = "cash"
    """Out of what it was paid."""
    meeting_id: str | None = None
    """The open meeting, None outside a meeting."""


def payouts_of(entry: object) -> tuple[tuple[str, Payout], ...]:
    """(member id, what she gets) for all whom the entry pays out; () when it pays nobody out."""
    match entry:
        case MemberSettled():
            return ((entry.member_id, entry.payout),)
        case ShareOut():
            return entry.payouts
        case _:
            return ()
