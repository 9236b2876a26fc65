"""`sakhi call`: whom to call and for what, and what came of it. The calls are made by `sakhi line`."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from flows.identity import can_prove
from ivr.books import call_queue, chosen, group_ids, now, opened, told
from ivr.commands.common import Refused, settings_of
from ivr.line.occasions import planned
from ivr.sections import Settings
from store.calls import CallQueue, Purpose, Task
from store.errors import BooksError
from store.ledger import Ledger
from store.people import phone_key

BETWEEN_LOOKS = 1.0
"""Seconds between two looks into the queue while it is watched."""
FEWEST_DIGITS = 3
MONEY: frozenset[Purpose] = frozenset({"confirm"})
"""What is told to nobody who can't prove herself."""

group_option = click.option("--group", "group_id", help="Only members of this group; else of every group.")
dry_option = click.option("--dry-run", is_flag=True, help="Only say who would be called.")
watch_option = click.option("--watch", is_flag=True, help="Show how the line works it off, until it has.")


@click.group()
def call() -> None:
    """Call members, and see what came of it.

    The calls wait in a queue that `sakhi line` works off, in the hours and as often as the settings under
    `outbound` allow. Nobody is called twice for the same thing.
    """


@call.command()
@group_option
@dry_option
@watch_option
@click.pass_context
def confirm(ctx: click.Context, group_id: str | None, dry_run: bool, watch: bool) -> None:
    """Ask members whether what was written in their names is right."""
    _plan(settings_of(ctx), "confirm", group_id, dry_run, watch)


@call.command()
@group_option
@dry_option
@watch_option
@click.pass_context
def remind(ctx: click.Context, group_id: str | None, dry_run: bool, watch: bool) -> None:
    """Remind members of a meeting or an instalment that is near, or overdue."""
    _plan(settings_of(ctx), "remind", group_id, dry_run, watch)


@call.command()
@group_option
@dry_option
@watch_option
@click.pass_context
def absent(ctx: click.Context, group_id: str | None, dry_run: bool, watch: bool) -> None:
    """Ask members who missed the last meeting why, and tell them of the next."""
    _plan(settings_of(ctx), "absent", group_id, dry_run, watch)


@call.command()
@click.argument("number")
@watch_option
@click.pass_context
def back(ctx: click.Context, number: str, watch: bool) -> None:
    """Call NUMBER back, as if it had rung."""
    queue = call_queue(settings_of(ctx))
    if not queue.call_back(_number(number), None):
        click.echo("It is to be called back already.")
    if watch:
        _watch(queue)


@call.command()
@click.argument("number")
@click.pass_context
def stop(ctx: click.Context, number: str) -> None:
    """Call NUMBER no more, except back when it rang."""
    call_queue(settings_of(ctx)).stop(_number(number))
    click.echo("It is called no more; `sakhi call allow` takes that back.")


@call.command()
@click.argument("number")
@click.pass_context
def allow(ctx: click.Context, number: str) -> None:
    """Call NUMBER again, whose owner wanted no calls."""
    allowed = call_queue(settings_of(ctx)).allow(_number(number))
    click.echo("It may be called again." if allowed else "Nobody had stopped calls to it.")


@call.command()
@watch_option
@click.pass_context
def status(ctx: click.Context, watch: bool) -> None:
    """Show what came of the calls, and which are still to be made."""
    settings = settings_of(ctx)
    queue = call_queue(settings)
    if watch:
        _watch(queue)
    tasks = queue.tasks()
    if not tasks:
        click.echo("No call was asked for.")
        return
    console = Console()
    console.print(_totals(tasks))
    console.print(_each(tasks, _member_numbers(settings, tasks)))
    console.print(f"Numbers that want no calls: {len(queue.stopped())}")


def _plan(settings: Settings, purpose: Purpose, group_id: str | None, dry_run: bool, watch: bool) -> None:
    queue = call_queue(settings)
    groups = group_ids(settings) if group_id is None else (chosen(settings, group_id),)
    if not groups:
        chosen(settings, None)  # says that there is no group
    trouble = []
    for each in groups:
        try:
            with opened(settings, each) as ledger:
                tasks = planned(ledger, purpose, queue.tasks(), settings.outbound.remind_before, now())
                if not dry_run:
                    tasks = queue.add(tasks)
                _report(ledger, purpose, tasks, dry_run)
        except BooksError as error:
            trouble.append(told(error))  # the trouble of one group keeps no other group's calls back
    if trouble:
        raise Refused("\n".join([*trouble, "the calls of those groups are not planned: try it again later"]))
    if watch:
        _watch(queue)


def _report(ledger: Ledger, purpose: Purpose, tasks: Sequence[Task], dry_run: bool) -> None:
    wanted = [task for task in tasks if task.open]
    members = sorted(ledger.member(task.member_id).number for task in wanted if task.member_id)
    named = f" (members {', '.join(map(str, members))})" if members else ""
    click.echo(f"{ledger.group.id}: calls {'that would be ' if dry_run else ''}planned: {len(wanted)}{named}")
    without = sum(not member.phones for member in ledger.members())
    if without:
        click.echo(f"  members without a telephone: {without}")
    silent = sum(not can_prove(ledger, member) for member in ledger.members())
    if silent and purpose in MONEY:
        click.echo(f"  members who can't be asked, as they have no PIN: {silent}; see `sakhi group pin`")


def _watch(queue: CallQueue) -> None:
    """A bar that grows until nothing is open."""
    click.echo("`sakhi line` makes the calls; Ctrl-C leaves the bar, and it goes on.")
    before = {task.id for task in queue.tasks() if not task.open}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console()) as progress:
        bar = progress.add_task("calls")
        while True:
            tasks = [task for task in queue.tasks() if task.id not in before]
            left = sum(task.open for task in tasks)
            said = ", ".join(f"{count} {what}" for what, count in _counted(tasks).items())
            progress.update(bar, total=len(tasks), completed=len(tasks) - left, description=said or "calls")
            if not left:
                return
            time.sleep(BETWEEN_LOOKS)


def _counted(tasks: Iterable[Task]) -> Counter[str]:
    return Counter(str(task.result) if task.state == "done" else task.state for task in tasks)


def _totals(tasks: Sequence[Task]) -> Table:
    table = Table("Why", "Calls", "What came of them", title="Calls", title_justify="left")
    for purpose, count in Counter(task.purpose for task in tasks).items():
        counted = _counted(task for task in tasks if task.purpose == purpose)
        table.add_row(purpose, str(count), ", ".join(f"{n} {what}" for what, n in counted.most_common()))
    return table


def _each(tasks: Sequence[Task], numbers: dict[tuple[str | None, str | None], str]) -> Table:
    """A line a call that is not simply done, the members by their number in the group alone."""
    headings = ("Group", "Member", "Why", "State", "Tries", "When")
    table = Table(*headings, title="To look at", title_justify="left")
    for task in tasks:
        if task.result in ("reached", "not needed") and not task.open:
            continue
        when = task.not_before if task.open or not task.changed else task.changed
        so_far = f" ({task.result})" if task.result and task.open else ""
        state = f"{task.state}{so_far}" if task.open else str(task.result)
        member = numbers.get((task.group, task.member_id), task.member_id or "")
        tries = str(len(task.tries))
        table.add_row(task.group or "", member, task.purpose, state, tries, f"{when:%d-%m-%Y %H:%M}")
    return table


def _member_numbers(settings: Settings, tasks: Iterable[Task]) -> dict[tuple[str | None, str | None], str]:
    """The number of each member in her group; those of books that can't be read now are left out."""
    numbers: dict[tuple[str | None, str | None], str] = {}
    for group in {task.group for task in tasks if task.group}:
        try:
            with opened(settings, group) as ledger:
                numbers |= {(group, member.id): str(member.number) for member in ledger.members()}
        except BooksError:
            continue  # the line has them open, perhaps: her id says enough
    return numbers


def _number(written: str) -> str:
    if len(phone_key(written)) < FEWEST_DIGITS or not set(written) <= set("+- 0123456789"):
        raise Refused(f"{written!r} is no telephone number; write its digits, as 98765 43210")
    return written
