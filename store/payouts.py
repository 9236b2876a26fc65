"""What members get when one leaves or all share out: her savings and share, less what she owes.

Shares are whole paise, rounded down; what does not divide stays in the surplus.
"""

from datetime import date
from typing import Literal

from store.chain import Posting
from store.entries import MemberSettled, Payout, ShareOut, payouts_of
from store.entries.money import Place
from store.errors import FinesOwed, OwesMore, RefusedEntry
from store.fines_owed import fines_owed
from store.loans import split
from store.standing import Standing

By = Literal["savings", "equally"]
Savings = Literal["kept", "paid back"]


def settlement(standing: Standing, member_id: str, share: int, today: date) -> Payout:
    """All that a leaver has, less all that she owes. Raises OwesMore, RefusedEntry when there is nothing."""
    return _payout(standing, member_id, share, "paid back", today)


def share_of(standing: Standing, member_id: str, by: By, divided: int) -> int:
    """Paise of `divided` that would be hers in a share-out."""
    return shares(standing, by, divided).get(member_id, 0)


def shares(standing: Standing, by: By, divided: int) -> dict[str, int]:
    """Member → paise of `divided`; only who has regular savings has a share."""
    saved = {who: -held for who, held in _accounts(standing, "savings:").items() if held}
    weights = saved if by == "savings" else dict.fromkeys(saved, 1)
    whole = sum(weights.values())
    return {member_id: divided * weight // whole for member_id, weight in sorted(weights.items())}


def share_out(
    standing: Standing, by: By, divided: int, savings: Savings, source: Place, today: date
) -> ShareOut:
    """The surplus divided, every running loan set off. Raises OwesMore."""
    hers = shares(standing, by, divided)
    voluntary = {who for who, held in _accounts(standing, "voluntary:").items() if held}
    owing = {lent.member_id for loan, lent in standing.lent.items() if standing.balances.get(f"loan:{loan}")}
    payouts = tuple(
        (member_id, _payout(standing, member_id, hers.get(member_id, 0), savings, today))
        for member_id in sorted({*hers, *voluntary, *owing})
    )
    got = tuple((member_id, payout) for member_id, payout in payouts if payout != Payout(0, 0, 0))
    return ShareOut(by, divided, divided - sum(hers.values()), savings, got, source)


def payout_legs(entry: MemberSettled | ShareOut, standing: Standing, today: date) -> tuple[Posting, ...]:
    """What the payouts move. Raises RefusedEntry when they are not what the books make of them."""
    _check(entry, standing, today)
    legs: list[Posting] = []
    for member_id, payout in payouts_of(entry):
        legs += [
            Posting(f"savings:{member_id}", payout.regular),
            Posting(f"voluntary:{member_id}", payout.voluntary),
            Posting("surplus", payout.share),
        ]
        for loan_id, interest, principal in payout.loans:
            legs += [Posting("interest", -interest), Posting(f"loan:{loan_id}", -principal)]
        legs.append(Posting(entry.source, -payout.paid))
    if not any(leg.amount for leg in legs):
        raise RefusedEntry("there is nothing to pay out")
    return tuple(legs)


def _check(entry: MemberSettled | ShareOut, standing: Standing, today: date) -> None:
    if isinstance(entry, MemberSettled):
        owed = sum(fine.amount for fine in fines_owed(standing, entry.member_id))
        if owed:
            raise FinesOwed(entry.member_id, owed)
        divided = entry.payout.share
        expected = settlement(standing, entry.member_id, divided, today) == entry.payout
    else:
        divided = entry.divided
        made = share_out(standing, entry.by, divided, entry.savings, entry.source, today)
        expected = (made.payouts, made.remainder) == (entry.payouts, entry.remainder)
    surplus = -standing.balances["surplus"]
    if divided and not 0 < divided <= surplus:
        raise RefusedEntry(f"{divided} paise can't be shared out: the surplus is {surplus} paise")
    if not expected:
        raise RefusedEntry("the payout is not what the books make of it now; reckon it again")


def _payout(standing: Standing, member_id: str, share: int, savings: Savings, today: date) -> Payout:
    regular = -standing.balances.get(f"savings:{member_id}", 0)
    voluntary = -standing.balances.get(f"voluntary:{member_id}", 0)
    loans = tuple(_set_off(standing, loan_id, today) for loan_id in standing.running_loans(member_id))
    owed = sum(interest + principal for _, interest, principal in loans)
    if owed > share + regular + voluntary:
        raise OwesMore(member_id, owed - share - regular - voluntary)
    if savings == "kept":
        # Her share pays first, then what she may withdraw, then her thrift.
        voluntary, regular = (
            min(voluntary, max(0, owed - share)),
            max(0, owed - share - voluntary),
        )
    return Payout(share, regular, voluntary, loans)


def _set_off(standing: Standing, loan_id: str, today: date) -> tuple[str, int, int]:
    loan = standing.loan(loan_id, today)
    assert loan is not None
    parts = split(standing.lent[loan_id].terms, standing.paid(loan_id), loan.payoff, today)
    return loan_id, parts.interest, parts.principal


def _accounts(standing: Standing, prefix: str) -> dict[str, int]:
    return {
        account.removeprefix(prefix): held
        for account, held in standing.balances.items()
        if account.startswith(prefix)
    }
