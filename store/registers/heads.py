"""Heads of account: those of single members and loans under one name, in the order of a ledger."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

_TOGETHER = ("savings", "voluntary", "loan")
_ASSETS = ("cash", "bank", "loan")
_ORDER = (
    *(*_ASSETS, "savings", "voluntary", "borrowed", "opening", "surplus"),
    *("interest", "fines", "grants", "income", "expense", "written_off"),
)


def head_of(account: str) -> str:
    """The head an account belongs to: "loan:L7" to "loan", "expense:travel" to itself."""
    kind = account.partition(":")[0]
    return kind if kind in _TOGETHER else account


def heads(accounts: Mapping[str, object]) -> dict[str, int]:
    """Paise under each head, in the order of a ledger; what is no amount counts nothing."""
    totals: defaultdict[str, int] = defaultdict(int)
    for account, paise in accounts.items():
        totals[head_of(account)] += paise if isinstance(paise, int) else 0
    return {head: totals[head] for head in in_order(totals)}


def in_order(found: Iterable[str]) -> list[str]:
    """Heads as a ledger has them: what the group has, owes, owns, earns and spends; unknown ones last."""

    def place(head: str) -> tuple[int, str]:
        kind = head.partition(":")[0]
        return _ORDER.index(kind) if kind in _ORDER else len(_ORDER), head

    return sorted(found, key=place)


def is_asset(head: str) -> bool:
    """Whether the head tells of what the group holds or is owed."""
    return head in _ASSETS
