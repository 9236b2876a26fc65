"""`sakhi loan`: the group's loans, given with terms as groups agree on them, and their schedules."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.hindi import Rate, say_rate
from ivr.amounts import figures, money, read_rate
from ivr.books import opened
from ivr.commands.common import Refused, numbered, settings_of
from ivr.commands.posting import amount_argument, group_argument, meeting_of, member_argument, post
from store.entries import LoanGiven, LoanTerms, OpeningLoan
from store.ledger import Ledger
from store.loans import LoanStanding, due_day, monthly_percent, schedule
from store.people import Member
from store.standing import loans_in

LONGEST = 120
"""Months."""

day = click.DateTime(["%d-%m-%Y"])
months = click.IntRange(1, LONGEST)


@click.group()
def loan() -> None:
    """Loans of the group to its members.

    MEMBER is her number in the group; LOAN is the loan's own name, as `sakhi loan show` tells it.
    """


class RateType(click.ParamType[Rate]):
    """Interest as groups say it in Hindi, or a number: percent a month."""

    name = "rate"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Rate:
        """The rate; fails on what is not understood, or can mean more than one."""
        try:
            return read_rate(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@loan.command()
@group_argument
@member_argument
@amount_argument
@click.option("--rate", type=RateType(), required=True, help="As the group says it; a number is % a month.")
@click.option("--months", "instalments", type=months, required=True, help="Monthly instalments.")
@click.option("--flat", is_flag=True, help="Interest on the sum lent; else on what is outstanding.")
@click.option("--first-due", type=day, help="DD-MM-YYYY, the first month's day; else a month from today.")
@click.option(
    "--moratorium", type=click.IntRange(0, LONGEST), default=0, help="Months before, without principal."
)
@click.option(
    "--deferred", is_flag=True, help="Interest of the moratorium falls due with the first instalment."
)
@click.option(
    "--one-piece", is_flag=True, help="Repaid at the end of the months; interest monthly, or --deferred."
)
@click.option(
    "--round-to", type=click.Choice(["1", "5", "10"]), help="Round instalments up to so many rupees."
)
@click.option("--purpose", default="", help="What it is for.")
@click.option("--again", is_flag=True, help="It is a second loan of the same amount today.")
@click.pass_context
def give(
    ctx: click.Context,
    group_id: str,
    number: int,
    amount: int,
    rate: Rate,
    instalments: int,
    flat: bool,
    first_due: datetime | None,
    moratorium: int,
    deferred: bool,
    one_piece: bool,
    round_to: str | None,
    purpose: str,
    again: bool,
) -> None:
    """Lend RUPEES from GROUP's cash box to MEMBER: shown with its schedule, written on a typed yes."""
    method: Literal["flat", "reducing"] = "flat" if flat else "reducing"
    period: Literal[1, 12] = 12 if rate.months == 12 else 1
    with opened(settings_of(ctx), group_id) as ledger:
        member = numbered(ledger, number)
        first = first_due.date() if first_due else due_day(ledger.today, 1)
        terms = LoanTerms(amount, rate.paise, method, instalments, first, period, moratorium, deferred)
        if one_piece:
            terms = replace(terms, instalments=1, moratorium=moratorium + instalments - 1)
        if round_to:
            terms = replace(terms, round_to=int(round_to) * 100)
        _refuse_twice(ledger, member, amount, again)
        given = LoanGiven(meeting_of(ledger), member.id, _new_id(ledger, member), terms, purpose)
        what = f"the loan {given.loan_id}"
        post(ledger, given, _told(member, given), what=what, key=f"loan/{given.loan_id}")
        click.echo(f"It is called {given.loan_id}.")


@loan.command()
@group_argument
@click.argument("number", metavar="[MEMBER]", type=click.IntRange(min=1), required=False)
@click.pass_context
def show(ctx: click.Context, group_id: str, number: int | None) -> None:
    """Show the running loans of GROUP, or of MEMBER: outstanding, due, overdue, and what comes next."""
    with opened(settings_of(ctx), group_id) as ledger:
        chosen = ledger.members() if number is None else (numbered(ledger, number),)
        running = [(member, each) for member in chosen for each in ledger.loans(member.id)]
        if not running:
            click.echo("No loan is running.")
            return
        table = Table("Loan", "No.", "Name", "Lent", "Outstanding", "Due", "Overdue", "Next")
        for member, each in running:
            sums = (each.principal, each.outstanding, each.due.total, each.overdue)
            coming = f"{figures(each.next_due.total)} on {_day(each.next_due.on)}" if each.next_due else ""
            table.add_row(each.loan_id, str(member.number), Text(member.name), *map(figures, sums), coming)
        Console().print(table)


@loan.command("schedule")
@group_argument
@click.argument("loan_id", metavar="LOAN")
@click.pass_context
def schedule_(ctx: click.Context, group_id: str, loan_id: str) -> None:
    """Show what was agreed for LOAN of GROUP, its instalments, and where it stands today."""
    with opened(settings_of(ctx), group_id) as ledger:
        standing = ledger.loan(loan_id)
        given = next((each for each in _lent(ledger) if each.loan_id == loan_id), None)
        if standing is None or given is None:
            raise Refused(f"there is no loan {loan_id}; `sakhi loan show {ledger.group.id}` shows them")
        for line in _told(ledger.member(given.member_id), given):
            click.echo(line)
        click.echo(_stands(standing))


def _lent(ledger: Ledger) -> Iterable[LoanGiven | OpeningLoan]:
    for voucher in ledger.vouchers:
        yield from loans_in(voucher.entry)


def _new_id(ledger: Ledger, member: Member) -> str:
    """A name that no loan had: her id, and the how manieth of hers it is."""
    used, count = {each.loan_id for each in _lent(ledger)}, 1
    while f"{member.id}-{count}" in used:
        count += 1
    return f"{member.id}-{count}"


def _refuse_twice(ledger: Ledger, member: Member, principal: int, again: bool) -> None:
    for voucher in filter(ledger.counts, ledger.vouchers):
        entry = voucher.entry
        if not isinstance(entry, LoanGiven) or voucher.on != ledger.today or again:
            continue
        if (entry.member_id, entry.terms.principal) == (member.id, principal):
            raise Refused(
                f"{member.name} was lent {figures(principal)} rupees today already ({entry.loan_id}); "
                "if this is another loan, say --again"
            )


def _told(member: Member, given: LoanGiven | OpeningLoan) -> Iterable[str]:
    """What was agreed, and every instalment."""
    terms, lines = given.terms, schedule(given.terms)
    yield f"{member.name}, number {member.number}" + (f", for {given.purpose}" if given.purpose else "")
    yield f"lent: {money(terms.principal)}"
    words = f" ({say_rate(Rate(terms.rate_bp, terms.rate_months))})" if terms.rate_bp else ""
    yield f"interest: {monthly_percent(terms)} % a month, {_rule(terms)}{words}"
    yield from _options(terms)
    for place, line in enumerate(lines, start=1):
        yield f"{place:>4}  {_day(line.on)}  {_parts(line.principal, line.interest)}"
    principal, interest = sum(line.principal for line in lines), sum(line.interest for line in lines)
    yield f"in all: {_parts(principal, interest)}"


def _parts(principal: int, interest: int) -> str:
    return f"{figures(principal)} and interest {figures(interest)}: {figures(principal + interest)}"


def _rule(terms: LoanTerms) -> str:
    return "on the sum lent" if terms.method == "flat" else "on what is outstanding"


def _options(terms: LoanTerms) -> Iterable[str]:
    if terms.moratorium:
        pays = "interest falls due after them" if terms.deferred else "interest alone falls due"
        yield f"moratorium: {terms.moratorium} months, {pays}"
    if terms.round_to > 1:
        yield f"instalments: rounded up to {terms.round_to // 100} rupees, the last one is what is left"


def _stands(standing: LoanStanding) -> str:
    return (
        f"today: {figures(standing.outstanding)} outstanding, {figures(standing.due.total)} due, "
        f"{figures(standing.overdue)} of it overdue; {figures(standing.payoff)} would settle it"
    )


def _day(on: date) -> str:
    return f"{on:%d-%m-%Y}"
