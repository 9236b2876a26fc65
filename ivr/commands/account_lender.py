"""`sakhi account borrow` and `repay-lender`: what the group owes a bank, a federation or another lender."""

from datetime import datetime
from typing import Literal

import click

from flows.hindi import Rate, say_rate
from ivr.amounts import figures, money
from ivr.books import opened
from ivr.commands.common import Refused, settings_of
from ivr.commands.loan import RateType, day, months
from ivr.commands.posting import (
    WHERE,
    RupeesType,
    amount_argument,
    group_argument,
    into_option,
    meeting_of,
    post,
)
from store.entries import Borrowed, BorrowingRepaid, LoanTerms, Place
from store.ledger import Ledger
from store.loans import due_day, schedule
from store.treasury import BorrowingStanding

number_argument = click.argument("borrowing_id", metavar="NUMBER")


@click.command()
@group_argument
@click.argument("lender")
@number_argument
@amount_argument
@click.option("--rate", type=RateType(), required=True, help="As it is said; a number is percent a month.")
@click.option("--months", "instalments", type=months, required=True, help="Monthly instalments.")
@click.option("--flat", is_flag=True, help="Interest on the sum lent; else on what is outstanding.")
@click.option(
    "--first-due", type=day, help="DD-MM-YYYY, the first instalment's day; else a month from today."
)
@into_option("bank")
@click.pass_context
def borrow(
    ctx: click.Context,
    group_id: str,
    lender: str,
    borrowing_id: str,
    amount: int,
    rate: Rate,
    instalments: int,
    flat: bool,
    first_due: datetime | None,
    into: Place,
) -> None:
    """Write down what GROUP borrowed of LENDER. NUMBER is the number that the lender gave the loan."""
    with opened(settings_of(ctx), group_id) as ledger:
        first = first_due.date() if first_due else due_day(ledger.today, 1)
        method: Literal["flat", "reducing"] = "flat" if flat else "reducing"
        period: Literal[1, 12] = 12 if rate.months == 12 else 1
        terms = LoanTerms(amount, rate.paise, method, instalments, first, period)
        told = [
            f"borrowed of {lender}, number {borrowing_id}, into {WHERE[into]}: {money(amount)}",
            f"interest: {say_rate(rate)}, {'on the sum lent' if flat else 'on what is outstanding'}",
            f"{instalments} instalments, the first of {figures(schedule(terms)[0].total)} rupees on "
            f"{first:%d-%m-%Y}",
        ]
        entry = Borrowed(borrowing_id, lender, terms, into, meeting_of(ledger))
        post(ledger, entry, told, what=f"the borrowing {borrowing_id}", key=f"borrowed/{borrowing_id}")


@click.command("repay-lender")
@group_argument
@number_argument
@amount_argument
@click.option("--receipt", required=True, help="Number of the lender's receipt: it is written once.")
@click.option("--interest", type=RupeesType(), help="Interest in it, as the receipt says; else what is due.")
@click.option("--no-interest", is_flag=True, help="The receipt says that no interest is in it.")
@click.option("--from", "source", type=click.Choice(list(WHERE)), default="bank", show_default=True)
@click.pass_context
def repay_lender(
    ctx: click.Context,
    group_id: str,
    borrowing_id: str,
    amount: int,
    receipt: str,
    interest: int | None,
    no_interest: bool,
    source: Place,
) -> None:
    """Write down what GROUP paid on the borrowing NUMBER, RUPEES in all."""
    with opened(settings_of(ctx), group_id) as ledger:
        owed = _running(ledger, borrowing_id)
        parted = 0 if no_interest else min(amount, owed.due.interest) if interest is None else interest
        if parted > amount:
            raise Refused("the interest is more than what was paid in all")
        entry = BorrowingRepaid(borrowing_id, amount - parted, parted, source, receipt, meeting_of(ledger))
        told = [
            f"paid to {owed.lender} on {borrowing_id}, out of {WHERE[source]}: {money(amount)}",
            f"of it principal {figures(entry.principal)}, interest {figures(entry.interest)} rupees",
            f"receipt: {receipt}; still owed after it: {figures(owed.outstanding - entry.principal)} rupees",
        ]
        key = f"repaid/{borrowing_id}/{receipt}"
        post(ledger, entry, told, what=f"the receipt {receipt}", key=key)


def _running(ledger: Ledger, borrowing_id: str) -> BorrowingStanding:
    owed = ledger.borrowing(borrowing_id)
    if owed is None:
        there = ", ".join(each.borrowing_id for each in ledger.borrowings()) or "none"
        raise Refused(f"the group has no borrowing {borrowing_id}; there are: {there}")
    return owed
