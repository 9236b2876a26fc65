"""`sakhi books signatories` and `sign`: whom the group named to check, and what she says."""

from collections.abc import Iterable

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ivr.amounts import figures
from ivr.books import opened
from ivr.commands.common import Refused, numbered, settings_of, typed_yes
from ivr.commands.posting import group_argument, meeting_of, post
from ivr.desk import worker_pin
from ivr.sections import Settings
from store.chain import Voucher
from store.entries import WORKER, Countersigned, Evidence, SignatoriesNamed
from store.ledger import Ledger
from store.pins import PinCheck

TERMINAL = "terminal"
_REFUSALS = {
    PinCheck.WRONG: "that was not the PIN; nothing was written",
    PinCheck.LOCKED: "the PIN is locked after three wrong ones; try later",
    PinCheck.NONE_SET: "she has no PIN yet; set one with `sakhi group pin`, or `sakhi worker pin`",
}


@click.command()
@group_argument
@click.argument("numbers", metavar="[MEMBER]...", type=click.IntRange(min=1), nargs=-1)
@click.option("--worker", "worker", is_flag=True, help="The worker, too.")
@click.option("--none", "nobody", is_flag=True, help="Nobody any more.")
@click.pass_context
def signatories(
    ctx: click.Context, group_id: str, numbers: tuple[int, ...], worker: bool, nobody: bool
) -> None:
    """Show, or on a typed yes name anew, who checks as second signatory what is written in GROUP.

    Let the group decide it in its meeting. With `sakhi books sign` each checks what others wrote.
    """
    with opened(settings_of(ctx), group_id) as ledger:
        named = (*(numbered(ledger, number).id for number in numbers), *((WORKER,) if worker else ()))
        if named or nobody:
            entry = SignatoriesNamed(meeting_of(ledger), () if nobody else named)
            told = [f"who checks from now on: {_names(ledger, entry.signatories)}"]
            post(ledger, entry, told, what="the resolution", key=None, again=True)
        click.echo(f"Second signatories of {ledger.group.name}: {_names(ledger, ledger.signatories)}.")
        for voucher, dispute in ledger.disputed_by_signatories():
            assert isinstance(dispute.entry, Countersigned)
            by = _names(ledger, (dispute.entry.by,))
            note = f": {dispute.entry.note}" if dispute.entry.note else ""
            click.echo(f"voucher {voucher.number} is called wrong by {by} on {dispute.on:%d-%m-%Y}{note}")


@click.command()
@group_argument
@click.argument("number", metavar="[MEMBER]", type=click.IntRange(min=1), required=False)
@click.pass_context
def sign(ctx: click.Context, group_id: str, number: int | None) -> None:
    """Confirm or dispute, as second signatory, what others wrote in GROUP: by the MEMBER, else by the worker.

    She keys her PIN, reads what no signatory has seen yet and what she disputes, and types yes, or the
    numbers of what is wrong.
    """
    settings = settings_of(ctx)
    with opened(settings, group_id) as ledger:
        by = WORKER if number is None else numbered(ledger, number).id
        if by not in ledger.signatories:
            raise Refused(
                f"{_names(ledger, (by,))} is no signatory; `sakhi books signatories {group_id}` shows them"
            )
        _prove(settings, ledger, by)
        hers = tuple(of for of, said in ledger.disputed_by_signatories() if _by(said) == by)
        unsigned = (*hers, *ledger.unsigned(by))
        if not unsigned:
            click.echo("Nothing is left to sign.")
            return
        Console().print(_listed(ledger, unsigned, {voucher.number for voucher in hers}))
        said = click.prompt("yes if all are right, else the numbers of those that are wrong", default="")
        wrong = _numbers_in(said, unsigned)
        note = click.prompt("What is wrong", default="") if wrong else ""
        _write(ledger, by, wrong, note, right=False)
        others = tuple(v.number for v in unsigned if v.number not in wrong)
        if wrong and others:
            typed_yes("The wrong ones are written down. Are the others right?")
        _write(ledger, by, others, "", right=True)
        click.echo(f"Signed {len(others)}, disputed {len(wrong)}.")


def _prove(settings: Settings, ledger: Ledger, by: str) -> None:
    """Ask for her PIN. Raises `Refused` unless it is right."""
    pin = click.prompt(f"PIN of {_names(ledger, (by,))}", hide_input=True)
    check = worker_pin(settings).check(pin) if by == WORKER else ledger.check_pin(by, pin)
    if check is not PinCheck.RIGHT:
        raise Refused(_REFUSALS[check])


def _numbers_in(said: str, unsigned: tuple[Voucher, ...]) -> tuple[int, ...]:
    """The vouchers called wrong; () for a yes. Raises `Refused` on anything else."""
    if said.strip().casefold() == "yes":
        return ()
    there = {str(voucher.number): voucher.number for voucher in unsigned}
    words = said.replace(",", " ").split()
    if not words or any(word not in there for word in words):
        raise Refused("that was neither yes nor numbers of the list; nothing was written")
    return tuple(dict.fromkeys(there[word] for word in words))


def _write(ledger: Ledger, by: str, of: tuple[int, ...], note: str, *, right: bool) -> None:
    if of:
        once = f"signed/{by}/{len(ledger.vouchers) + 1}"
        said_by = by if by != WORKER else None
        evidence = Evidence(TERMINAL, "PIN / yes" if right else "PIN / wrong", 1.0, said_by)
        ledger.post(Countersigned(of, by, right, note), once=once, evidence=evidence)


def _by(said: Voucher) -> str:
    """Which signatory said it."""
    assert isinstance(said.entry, Countersigned)
    return said.entry.by


def _listed(ledger: Ledger, vouchers: Iterable[Voucher], disputed: set[int]) -> Table:
    names = {member.id: member.name for member in ledger.members()}
    table = Table("No.", "Day", "What", "Name", "Rupees", "Written at", "")
    for voucher in vouchers:
        amount = max(leg.amount for leg in voucher.postings)
        name = names.get(getattr(voucher.entry, "member_id", None) or "", "")
        where = voucher.evidence.channel if voucher.evidence else ""
        cells = (f"{voucher.on:%d-%m-%Y}", voucher.kind.replace("_", " "), Text(name))
        mark = "disputed" if voucher.number in disputed else ""
        table.add_row(str(voucher.number), *cells, figures(amount), where, mark)
    return table


def _names(ledger: Ledger, signatories: tuple[str, ...]) -> str:
    """Names, also of one who has left the group."""
    names = {member.id: member.name for member in ledger.members()} | {WORKER: "the worker"}
    return ", ".join(names.get(each, each) for each in signatories) or "nobody"
