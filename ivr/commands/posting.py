"""How an entry is written at the terminal: read back in words and figures, posted on a typed yes, once."""

from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from typing import Any, TypeVar

import click

from ivr.amounts import figures, read_rupees
from ivr.commands.common import Refused, typed_yes
from store.chain import Voucher
from store.entries import Entry, Evidence, Place
from store.errors import AmountNotAllowed, FinesOwed, NotEnoughMoney, OwesMore, RefusedEntry, SheetUnbalanced
from store.ledger import Ledger

Command = TypeVar("Command", bound=Callable[..., Any])

WHERE = {"cash": "the cash box", "bank": "the bank account"}
_KINDS = {"savings": "savings of", "voluntary": "voluntary savings of", "borrowed": "the borrowing"}
_UNDO = "if that is wrong, undo it with `sakhi account undo`"


class RupeesType(click.ParamType[int]):
    """An amount in rupees above nothing, with paise after a point; in paise."""

    name = "rupees"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The paise; fails on what is no amount."""
        if isinstance(value, int):
            return value
        try:
            paise = read_rupees(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if not paise:
            self.fail("an amount is more than nothing", param, ctx)
        return paise


def post(
    ledger: Ledger, entry: Entry, told: Iterable[str], *, what: str, key: str | None, again: bool = False
) -> Voucher | None:
    """Read the lines `told` back and write the entry on a typed yes; None when it was written before.

    `what` names it, as "the slip 0417". `key` is what makes it the only one of its kind, such as the number
    on its paper: the same again writes nothing. Without one, the same entry on the same day is refused unless
    `again`. Raises Refused, also when the answer is no yes.
    """
    if key is None:
        _refuse_alike(ledger, entry, what, again)
        once = f"terminal/{ledger.now().isoformat()}"
    else:
        once = _free(ledger, key)
        written = ledger.posted(once)
        if written is not None and _alike(written.entry, entry):
            click.echo(f"{what} was written on {written.on:%d-%m-%Y} already, as voucher {written.number}.")
            return None
        if written is not None:
            raise Refused(f"{what} is written already, and otherwise, as voucher {written.number}; {_UNDO}")
    _try(ledger, entry, once)
    for line in told:
        click.echo(line)
    typed_yes("Is this right?")
    receipt = ledger.post(entry, once=once, evidence=Evidence("terminal", "yes", 1.0))
    click.echo(
        f"Written as voucher {receipt.number}; {figures(ledger.cash)} rupees are in the box, "
        f"{figures(ledger.bank)} in the bank."
    )
    return ledger.vouchers[receipt.number - 1]


def _try(ledger: Ledger, entry: Entry, once: str) -> None:
    """What is refused is refused before anybody is asked."""
    try:
        ledger.pretend().post(entry, once=once)
    except RefusedEntry as error:
        raise Refused(in_rupees(error, ledger)) from error


def in_rupees(error: RefusedEntry, ledger: Ledger) -> str:
    """What a refusal says, its amounts in rupees."""
    match error:
        case NotEnoughMoney():
            what = _account(error.account, ledger)
            return f"{what}: {figures(error.held)} rupees are there, not {figures(error.amount)}"
        case AmountNotAllowed() if isinstance(error.amount, int) and error.amount > error.cap:
            return (
                f"{figures(error.amount)} rupees are above the cap of {figures(error.cap)}; if it is right, "
                f"raise it: sakhi group rules {ledger.group.id} --cap"
            )
        case OwesMore():
            name, short = ledger.member(error.member_id).name, figures(error.short)
            return f"{name} owes {short} rupees more than she has; let her repay that much first"
        case FinesOwed():
            name, owed = ledger.member(error.member_id).name, figures(error.amount)
            return f"{name} owes {owed} rupees of fines; have them paid or waived in the meeting first"
        case SheetUnbalanced():
            more = "more" if error.beyond > 0 else "less"
            return (
                f"the sheet does not balance: cash, bank and loans are {figures(abs(error.beyond))} rupees "
                f"{more} than savings, borrowings and surplus"
            )
        case _:
            return str(error)


def _account(account: str, ledger: Ledger) -> str:
    kind, _, whose = account.partition(":")
    if account in WHERE:
        return WHERE[account]
    names = {member.id: member.name for member in ledger.members()}
    return f"{_KINDS[kind]} {names.get(whose, whose)}"


def _free(ledger: Ledger, key: str) -> str:
    """The key, or one made of it when all that was written under it was undone."""
    once, count = key, 1
    while (written := ledger.posted(once)) is not None and not ledger.counts(written):
        count += 1
        once = f"{key}/{count}"
    return once


def _refuse_alike(ledger: Ledger, entry: Entry, what: str, again: bool) -> None:
    for voucher in filter(ledger.counts, ledger.vouchers):
        if not again and voucher.on == ledger.today and _alike(voucher.entry, entry):
            raise Refused(
                f"{what} was written today already, as voucher {voucher.number}; if this is another one, "
                "say --again"
            )


def _alike(one: Entry, other: Entry) -> bool:
    """Whether they say the same, whichever meeting was open."""
    return _apart(one) == _apart(other)


def _apart(entry: Any) -> Entry:
    has_meeting = any(field.name == "meeting_id" for field in fields(entry))
    apart: Entry = replace(entry, meeting_id=None) if has_meeting else entry
    return apart


def meeting_of(ledger: Ledger) -> str | None:
    """The open meeting, in which an entry is then written."""
    return ledger.meeting.id if ledger.meeting else None


amount_argument = click.argument("amount", metavar="RUPEES", type=RupeesType())
group_argument = click.argument("group_id", metavar="GROUP")
member_argument = click.argument("number", metavar="MEMBER", type=click.IntRange(min=1))
again_option = click.option("--again", is_flag=True, help="It is another one, just like one of today.")
source_option = click.option(
    "--from", "source", type=click.Choice(list(WHERE)), default="cash", show_default=True, help="Out of what."
)


def into_option(default: Place) -> Callable[[Command], Command]:
    """`--into`: where the money was put."""
    places = click.Choice(list(WHERE))
    return click.option("--into", type=places, default=default, show_default=True, help="Where it was put.")
