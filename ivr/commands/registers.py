"""`sakhi registers`: the registers on the terminal, as CSV, as XLSX and on paper."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click
from rich.console import Console

from ivr.books import opened
from ivr.commands.common import Refused, numbered, settings_of
from ivr.registers import FORMS, LANGUAGES, Language, letterhead, sheet_of, show, write_all
from store.ledger import Ledger
from store.registers import OF_A_MEETING, OF_A_MEMBER, REGISTERS, Books, Scope, latest

LAST = "last"


class Day(click.ParamType[date]):
    """A day, as 10-11-2026 or 2026-11-10."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day meant, or click's own error."""
        written = re.fullmatch(r"(\d{1,2})-(\d{1,2})-(\d{4})", str(value))
        try:
            return date(*map(int, written.groups()[::-1])) if written else date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is no day; write it as 10-11-2026", param, ctx)


class MeetingDay(click.ParamType[date | str]):
    """The day of a meeting, or "last"."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date | str:
        """The day meant, or click's own error."""
        return LAST if value == LAST else Day().convert(value, param, ctx)


class Year(click.ParamType[int]):
    """A financial year, April to March, as 2026-27."""

    name = "year"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The calendar year in which it begins, or click's own error."""
        written = re.fullmatch(r"(\d{4})-(?:\d{2})?(\d{2})", str(value))
        if written is None or (int(written[1]) + 1) % 100 != int(written[2]):
            self.fail(f"{value!r} is no financial year; write it as 2026-27", param, ctx)
        return int(written[1])


@click.command()
@click.argument("group_id", metavar="[GROUP]", required=False)
@click.option(
    "--register",
    "chosen",
    multiple=True,
    type=click.Choice(list(REGISTERS)),
    help="Only this one; may be given several times. Without it, all of them.",
)
@click.option("--member", type=int, metavar="NUMBER", help="Only what concerns this member.")
@click.option(
    "--meeting", type=MeetingDay(), metavar="DAY", help="Only the proceedings of this day, or of the `last`."
)
@click.option("--from", "since", type=Day(), metavar="DAY", help="First day; else the first of the books.")
@click.option("--until", type=Day(), metavar="DAY", help="Last day; else today.")
@click.option(
    "--year", type=Year(), metavar="YEAR", help="A financial year, April to March, such as 2026-27."
)
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="both", show_default=True, help="Of the headings."
)
@click.option(
    "--to",
    "form",
    type=click.Choice(["terminal", *FORMS]),
    default="terminal",
    show_default=True,
    help="csv: a file a register; xlsx: one workbook, a sheet a register; pdf: one file, to be printed.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the files; else the current one.")
@click.pass_context
def registers(
    ctx: click.Context,
    group_id: str | None,
    chosen: tuple[str, ...],
    member: int | None,
    meeting: date | str | None,
    since: date | None,
    until: date | None,
    year: int | None,
    language: Language,
    form: str,
    out: Path | None,
) -> None:
    """Show the registers of GROUP, or write them to files; GROUP is not needed where there is one.

    A period that is over stays as it was shown: a correction stands on the day it was written. Money is in
    rupees. docs/registers.md tells which register is for what.
    """
    if form == "terminal" and out is not None:
        raise Refused("--out is for files; say --to csv, --to xlsx or --to pdf as well")
    with opened(settings_of(ctx), group_id) as ledger:
        since, until = _period(ledger, since, until, year)
        names = _fitting(chosen, member, meeting)
        scope = Scope(
            since, until, None if member is None else numbered(ledger, member).id, _held(ledger, meeting)
        )
        books = Books(ledger, scope)
        sheets = [sheet_of(REGISTERS[name](books), language) for name in names]
        head = letterhead(books, ledger.today, language)
    if form == "terminal":
        show(sheets, Console())
        return
    for path in write_all(sheets, form, out or Path(), head):
        click.echo(path)


def _period(
    ledger: Ledger, since: date | None, until: date | None, year: int | None
) -> tuple[date | None, date | None]:
    """First and last day asked for. Raises Refused."""
    if year is not None:
        if since or until:
            raise Refused("--year is a period already; leave out --from and --until")
        since, until = date(year, 4, 1), min(date(year + 1, 3, 31), latest(ledger))
    if since and since > latest(ledger):
        raise Refused(f"{since:%d-%m-%Y} lies after today; nothing is written yet")
    if until and until > latest(ledger):
        raise Refused(f"{until:%d-%m-%Y} lies after today; leave out --until to have all until today")
    if since and until and since > until:
        raise Refused(f"the period ends ({until:%d-%m-%Y}) before it begins ({since:%d-%m-%Y})")
    return since, until


def _fitting(chosen: Sequence[str], member: int | None, meeting: date | str | None) -> list[str]:
    """The registers asked for; where a member or a meeting is, those that tell of one. Raises Refused."""
    names = [name for name in REGISTERS if not chosen or name in chosen]
    for asked, option, those in ((member, "--member", OF_A_MEMBER), (meeting, "--meeting", OF_A_MEETING)):
        if asked is None:
            continue
        if strange := [name for name in chosen if name not in those]:
            raise Refused(
                f"{strange[0]} is not kept one by one; {option} goes with {', '.join(sorted(those))}"
            )
        names = [name for name in names if name in those]
    if not names:
        raise Refused("--member and --meeting do not go together; leave one out")
    return names


def _held(ledger: Ledger, meeting: date | str | None) -> date | None:
    """The day of the meeting asked for. Raises Refused when there was none."""
    days = [held.opened_at.date() for held in ledger.meetings()]
    if isinstance(meeting, str):
        if not days:
            raise Refused("the group has held no meeting yet")
        return days[-1]
    if meeting is not None and meeting not in days:
        raise Refused(f"there was no meeting on {meeting:%d-%m-%Y}; the proceedings tell of all")
    return meeting
