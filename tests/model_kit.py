"""A plain model of a group's money, to hold the books against: what each pocket has, in paise."""

from collections import Counter
from collections.abc import Mapping

from hypothesis import strategies as st
from store_kit import terms

from store.entries import (
    BankDeposit,
    BankWithdrawal,
    Borrowed,
    BorrowingRepaid,
    Entry,
    Expense,
    Income,
    MemberSettled,
    Payout,
    Saving,
    SavingsPaidOut,
)

MEMBERS = ("m1", "m2", "m3")
OPENING = {"cash": 5_000_00, "own": 5_000_00}
KINDS = (
    "save",
    "save more",
    "withdraw",
    "to the bank",
    "from the bank",
    "earn",
    "spend",
    "borrow",
    "pay back",
    "leave",
)
WISHES = st.tuples(st.sampled_from(KINDS), st.sampled_from(MEMBERS), st.integers(1, 2_000_00))
"""What somebody wants to have written; what it becomes depends on what there is."""


def entry_of(wish: tuple[str, str, int], step: int, held: Mapping[str, int]) -> Entry:
    """The entry that the wish stands for, as the `step`th of its books."""
    kind, member, amount = wish
    match kind:
        case "save":
            return Saving("M", member, amount)
        case "save more":
            return Saving("M", member, amount, amount - amount // 3)
        case "withdraw":
            return SavingsPaidOut(member, amount)
        case "to the bank":
            return BankDeposit(amount, f"{step}", "M")
        case "from the bank":
            return BankWithdrawal(amount, f"{step}")
        case "earn":
            return Income("other", amount, "bank" if amount % 2 else "cash")
        case "spend":
            return Expense("travel", amount, "bank" if amount % 2 else "cash")
        case "borrow":
            return Borrowed(f"B{step}", "संघ", terms(amount), "cash")
        case "pay back":
            return BorrowingRepaid(_owed(held) or "none", amount, amount % 100, "cash")
        case _:
            return MemberSettled(member, Payout(0, held[f"savings {member}"], held[f"voluntary {member}"]))


def effect(entry: Entry) -> dict[str, int]:
    """What the entry does to the pockets: what is held, what is owed, and what is the group's own."""
    match entry:
        case Saving():
            her, more = entry.member_id, entry.voluntary
            return {"cash": entry.amount, f"savings {her}": entry.amount - more, f"voluntary {her}": more}
        case SavingsPaidOut():
            return {entry.source: -entry.amount, f"voluntary {entry.member_id}": -entry.amount}
        case BankDeposit():
            return {"cash": -entry.amount, "bank": entry.amount}
        case BankWithdrawal():
            return {"cash": entry.amount, "bank": -entry.amount}
        case Income():
            return {entry.into: entry.amount, "own": entry.amount}
        case Expense():
            return {entry.source: -entry.amount, "own": -entry.amount}
        case Borrowed():
            principal = entry.terms.principal
            return {entry.into: principal, f"owed {entry.borrowing_id}": principal}
        case BorrowingRepaid():
            paid = entry.principal + entry.interest
            return {
                entry.source: -paid,
                f"owed {entry.borrowing_id}": -entry.principal,
                "own": -entry.interest,
            }
        case MemberSettled():
            her, saved, more = entry.member_id, entry.payout.regular, entry.payout.voluntary
            return {"cash": -saved - more, f"savings {her}": -saved, f"voluntary {her}": -more}
        case _:
            raise AssertionError(entry)


def after(held: Mapping[str, int], change: Mapping[str, int]) -> Counter[str] | None:
    """The pockets after a change; None where that would take out what is not there."""
    there = Counter(held)
    for pocket, paise in change.items():
        there[pocket] += paise
    # The group's own money may be less than nothing: it spent what members saved.
    return None if any(there[pocket] < 0 for pocket in change if pocket != "own") else there


def allowed(entry: Entry, held: Mapping[str, int]) -> Counter[str] | None:
    """The pockets after the entry; None where the books refuse it."""
    if isinstance(entry, MemberSettled) and not any(effect(entry).values()):
        return None
    return after(held, effect(entry))


def _owed(held: Mapping[str, int]) -> str | None:
    owed = (pocket.removeprefix("owed ") for pocket in sorted(held) if pocket.startswith("owed "))
    return next((each for each in owed if held[f"owed {each}"]), None)
