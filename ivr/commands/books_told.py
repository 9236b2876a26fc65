"""What `sakhi books` tells of a group's books and of an entry in them."""

from collections.abc import Iterable, Mapping

from ivr.books import opened, told
from ivr.registers import grouped, rupees
from ivr.sections import Settings
from store.chain import Voucher
from store.errors import BooksError
from store.laws import breaches
from store.ledger import Ledger


def checked(settings: Settings, groups: Iterable[str]) -> tuple[list[str], list[str]]:
    """A line for each group whose books are sound, and what is wrong with the others."""
    sound_ones, trouble = [], []
    for group in groups:
        try:
            with opened(settings, group) as ledger:
                broken = breaches(ledger)
                if not broken:
                    sound_ones.append(sound(group, ledger))
            trouble += [f"the books of {group} break a law: {breach}" for breach in broken]
        except BooksError as error:
            trouble.append(told(error))
    return sound_ones, trouble


def sound(group_id: str, ledger: Ledger) -> str:
    """Sound books in one line."""
    last = f", the last of {ledger.vouchers[-1].at:%d-%m-%Y %H:%M}" if ledger.vouchers else ""
    return (
        f"{group_id}: sound; {len(ledger.members())} members, {len(ledger.vouchers)} entries{last}, "
        f"{grouped(rupees(ledger.cash))} rupees in the box"
    )


def described(voucher: Voucher, names: Mapping[str, str]) -> str:
    """An entry in a few words; `names`: member id → name."""
    who = names.get(getattr(voucher.entry, "member_id", "") or "", "")
    amount = grouped(rupees(max((leg.amount for leg in voucher.postings), default=0)))
    what = f"{voucher.kind.replace('_', ' ')} {who}, {amount} rupees"
    return f"entry {voucher.number} of {voucher.at:%d-%m-%Y %H:%M}, {what}"
