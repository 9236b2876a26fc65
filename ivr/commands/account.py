"""`sakhi account`: the group's own money at the terminal. Each entry is read back and needs a typed yes."""

from typing import Any, get_args

import click

from ivr.amounts import figures, money
from ivr.books import opened
from ivr.commands.account_lender import borrow, repay_lender
from ivr.commands.account_member import savings_out, settle
from ivr.commands.account_show import show
from ivr.commands.account_year import close_year, share_out
from ivr.commands.common import Refused, settings_of
from ivr.commands.posting import (
    WHERE,
    again_option,
    amount_argument,
    group_argument,
    into_option,
    meeting_of,
    post,
    source_option,
)
from store.entries import (
    BankDeposit,
    BankWithdrawal,
    Entry,
    Expense,
    ExpenseHead,
    Income,
    IncomeHead,
    Place,
    Reversal,
)
from store.ledger import Ledger


@click.group()
def account() -> None:
    """The group's own money: bank, income, expenses, lenders, savings paid out, years and share-outs.

    What is to be written is read back in words and figures, and written on a typed yes. Amounts are rupees,
    with paise after a point.
    """


for each in (show, borrow, repay_lender, savings_out, settle, share_out, close_year):
    account.add_command(each)


@account.command()
@group_argument
@click.argument("head", type=click.Choice(list(get_args(IncomeHead))))
@amount_argument
@into_option("cash")
@click.option("--receipt", default="", help="Number of the receipt: the same again is not written twice.")
@click.option("--note", default="", help="From whom, and what for.")
@again_option
@click.pass_context
def income(
    ctx: click.Context,
    group_id: str,
    head: IncomeHead,
    amount: int,
    into: Place,
    receipt: str,
    note: str,
    again: bool,
) -> None:
    """Write down what GROUP received, besides what its members pay."""
    with opened(settings_of(ctx), group_id) as ledger:
        entry = Income(head, amount, into, receipt, note, meeting_of(ledger))
        told = [f"income: {_words(head)}{_about(note)}", f"into {WHERE[into]}: {money(amount)}"]
        key = f"income/{head}/{receipt}" if receipt else None
        what = f"the receipt {receipt}" if receipt else "this income"
        post(ledger, entry, _with_paper(told, "receipt", receipt), what=what, key=key, again=again)


@account.command()
@group_argument
@click.argument("head", type=click.Choice(list(get_args(ExpenseHead))))
@amount_argument
@source_option
@click.option("--bill", default="", help="Number of the bill: the same again is not written twice.")
@click.option("--note", default="", help="To whom, and what for.")
@again_option
@click.pass_context
def expense(
    ctx: click.Context,
    group_id: str,
    head: ExpenseHead,
    amount: int,
    source: Place,
    bill: str,
    note: str,
    again: bool,
) -> None:
    """Write down what GROUP spent."""
    with opened(settings_of(ctx), group_id) as ledger:
        entry = Expense(head, amount, source, bill, note, meeting_of(ledger))
        told = [f"expense: {_words(head)}{_about(note)}", f"out of {WHERE[source]}: {money(amount)}"]
        key = f"expense/{head}/{bill}" if bill else None
        what = f"the bill {bill}" if bill else "this expense"
        post(ledger, entry, _with_paper(told, "bill", bill), what=what, key=key, again=again)


@account.command()
@group_argument
@amount_argument
@click.argument("slip")
@click.pass_context
def deposit(ctx: click.Context, group_id: str, amount: int, slip: str) -> None:
    """Write down that cash of GROUP's box went to its bank account; SLIP is the number on the bank's slip."""
    _to_bank(ctx, group_id, BankDeposit(amount, slip.strip()), "from the cash box to the bank account")


@account.command()
@group_argument
@amount_argument
@click.argument("slip")
@click.pass_context
def withdraw(ctx: click.Context, group_id: str, amount: int, slip: str) -> None:
    """Write down that money of GROUP's bank came into its box; SLIP is the slip's or cheque's number."""
    _to_bank(ctx, group_id, BankWithdrawal(amount, slip.strip()), "from the bank account to the cash box")


def _to_bank(ctx: click.Context, group_id: str, entry: BankDeposit | BankWithdrawal, way: str) -> None:
    if not entry.slip:
        raise Refused("a slip has a number; write it as it stands on the paper")
    with opened(settings_of(ctx), group_id) as ledger:
        written = type(entry)(entry.amount, entry.slip, meeting_of(ledger))
        told = [f"{way}: {money(entry.amount)}", f"slip: {entry.slip}"]
        key = f"{type(entry).__name__}/{entry.slip}"
        post(ledger, written, told, what=f"the slip {entry.slip}", key=key)


@account.command()
@group_argument
@click.argument("number", metavar="VOUCHER", type=click.IntRange(min=1))
@click.option("--why", required=True, help="What was wrong.")
@click.pass_context
def undo(ctx: click.Context, group_id: str, number: int, why: str) -> None:
    """Undo VOUCHER of GROUP, as the cash book numbers it: its money goes back, both stay readable."""
    with opened(settings_of(ctx), group_id) as ledger:
        if number > len(ledger.vouchers):
            raise Refused(f"there is no voucher {number}; the last is {len(ledger.vouchers)}")
        voucher = ledger.vouchers[number - 1]
        moved = [f"  {leg.account}: {figures(leg.amount)}" for leg in voucher.postings]
        whose = _name_in(ledger, voucher.entry)
        told = [f"undo voucher {number} of {voucher.on:%d-%m-%Y}: {_words(voucher.kind)}{whose}", *moved]
        post(ledger, Reversal(number, why), [*told, f"because: {why}"], what="this", key=f"undo/{number}")


def _name_in(ledger: Ledger, entry: Entry) -> str:
    names = {member.id: member.name for member in ledger.members()}
    member_id: Any = getattr(entry, "member_id", None)
    return f" of {names.get(member_id, member_id)}" if member_id else ""


def _words(key: str) -> str:
    return key.replace("_", " ")


def _about(note: str) -> str:
    return f", {note}" if note else ""


def _with_paper(told: list[str], paper: str, number: str) -> list[str]:
    return [*told, f"{paper}: {number}"] if number else told
