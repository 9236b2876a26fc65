"""Attendance and savings on one sheet: a line for each member, a pair of columns for each meeting."""

from collections import defaultdict
from dataclasses import dataclass

from store.entries import MeetingOpened
from store.registers.books import Books
from store.registers.savings import saver_of
from store.registers.table import Cell, Column, Page, Row, Table
from store.standing import Attendance, Meeting

_VOLUNTARY = "voluntary_saved"
_WHOLE = "whole_period"


@dataclass(frozen=True, slots=True)
class _Held:
    """A meeting as the register shows it."""

    meeting: Meeting
    roll: dict[str, Attendance]
    saved: dict[str, int]
    """Member → paise of regular savings."""
    voluntary: dict[str, int]
    """Member → paise of voluntary savings."""


def attendance(books: Books) -> Table:
    """Who was here and what she saved, meeting by meeting, between what she had before and has now.

    Savings that moved outside the meetings, or were corrected or paid out, stand in a column of their own.
    """
    held = [_held(books, meeting) for meeting in meetings(books)]
    freely = any(one.voluntary for one in held)
    members = books.by_number(
        {member.id for member in books.members()}
        | {member_id for one in held for member_id in (*one.roll, *one.saved, *one.voluntary)}
    )
    lines = [_line(books, member_id, held, freely) for member_id in members]
    cols = _columns(held, freely)
    if not any(line[-2] for line in lines):
        cols, lines = [*cols[:-2], cols[-1]], [(*line[:-2], line[-1]) for line in lines]
    page = Page(tuple(lines), total=_total(cols, lines) if lines else None)
    return Table("attendance", tuple(cols), (page,), fixed=2)


def meetings(books: Books) -> list[Meeting]:
    """The meetings that were opened in the period, on the day asked for if one is."""
    opened = [
        voucher.entry.meeting_id for voucher in books.within if isinstance(voucher.entry, MeetingOpened)
    ]
    day = books.scope.meeting_on
    held = [meeting for meeting in books.meetings() if meeting.id in set(opened)]
    return [meeting for meeting in held if day is None or meeting.opened_at.date() == day]


def _held(books: Books, meeting: Meeting) -> _Held:
    saved: dict[str, defaultdict[str, int]] = {kind: defaultdict(int) for kind in ("savings", "voluntary")}
    for voucher in books.of_meeting(meeting.id):
        for posting in voucher.postings:
            if member_id := saver_of(posting.account):
                saved[posting.account.partition(":")[0]][member_id] -= posting.amount
    return _Held(meeting, books.attendance(meeting.id), saved["savings"], saved["voluntary"])


def _columns(held: list[_Held], freely: bool) -> list[Column]:
    cols = [Column("number"), Column("name"), Column("brought", paise=True)]
    for one in held:
        day = one.meeting.opened_at.date()
        cols += [Column("present", over=day), Column("saved", paise=True, over=day)]
        cols += [Column(_VOLUNTARY, paise=True, over=day)] if freely else []
    cols.append(Column("times_present", over=_WHOLE))
    sums = ("saved_in_meetings", "moved_otherwise", "savings_total")
    return [*cols, *(Column(key, paise=True, over=_WHOLE) for key in sums)]


def _line(books: Books, member_id: str, held_in: list[_Held], freely: bool) -> Row:
    cells: list[Cell] = []
    present = in_meetings = 0
    for one in held_in:
        roll = one.roll.get(member_id)
        saved, voluntary = one.saved.get(member_id, 0), one.voluntary.get(member_id, 0)
        cells += [roll.present if roll else None, saved, *([voluntary or None] if freely else [])]
        present += bool(roll and roll.present)
        in_meetings += saved + voluntary
    kinds = ("savings", "voluntary")
    earlier = (books.brought, books.from_paper)
    brought = -sum(held.get(f"{kind}:{member_id}", 0) for held in earlier for kind in kinds)
    total = -sum(books.balances.get(f"{kind}:{member_id}", 0) for kind in kinds)
    otherwise = total - brought - in_meetings
    return (*books.who(member_id), brought, *cells, present, in_meetings, otherwise, total)


def _total(cols: list[Column], lines: list[Row]) -> Row:
    """Sums of money, and how many were present."""
    sums = [sum(cell for line in lines if isinstance(cell := line[at], int)) for at in range(len(cols))]
    return (None, None, *sums[2:])
