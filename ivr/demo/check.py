"""The books against what everybody meant: what is right, what is wrong, and what was left to the worker."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from rich.table import Table

from ivr.demo.people import Part, Plans
from store.entries import (
    Attended,
    Entry,
    MeetingClosed,
    MeetingOpened,
    Missed,
    NextMeetingSet,
    NoRepayment,
    NoSaving,
    Repayment,
    Reversal,
    Saving,
    WorkerAsked,
)
from store.ledger import Ledger

GROUP = ""
"""The member id under which what concerns the whole group is kept."""


class Verdict(Enum):
    """What became of one who takes part."""

    RIGHT = "right"
    LEFT = "left to the worker"
    """Not all she meant is in the books, nothing else is either, and a person was promised."""
    WRONG = "wrong"
    """Something is in the books that she did not mean, or something is missing and nobody was told."""


@dataclass(frozen=True, slots=True)
class Line:
    """One who takes part, and her entries."""

    name: str
    """Her number and name; empty for the group."""
    meant: tuple[Entry, ...]
    """What should be in the books."""
    missing: tuple[Entry, ...]
    """What of it is not there."""
    extra: tuple[Entry, ...]
    """What is there and should not be."""
    verdict: Verdict
    """What is to be thought of it."""


@dataclass(frozen=True, slots=True)
class Report:
    """The whole check."""

    lines: tuple[Line, ...]
    """The group first, then the members by number."""
    box: int
    """Paise that lie in the cash box."""
    cash: int
    """Paise that are in it by the books."""
    vouchers: int
    """Vouchers the meeting wrote, reversed ones and promises too."""

    @property
    def wrong(self) -> int:
        """Entries that nobody meant, and missing ones that nobody was told of."""
        return sum(len(line.extra) or len(line.missing) for line in self._with(Verdict.WRONG)) + (
            self.cash != self.box
        )

    @property
    def wrong_money(self) -> int:
        """Those of them that are about money."""
        about_money = Saving | NoSaving | Repayment | NoRepayment | MeetingOpened | MeetingClosed
        false = [entry for line in self._with(Verdict.WRONG) for entry in line.extra or line.missing]
        return sum(isinstance(entry, about_money) for entry in false) + (self.cash != self.box)

    @property
    def members(self) -> int:
        """How many members there are."""
        return len(self.lines) - 1

    @property
    def served(self) -> int:
        """Members all of whose business is in the books as they meant it, without anybody's help."""
        return sum(line.verdict is Verdict.RIGHT for line in self.lines[1:])

    def _with(self, verdict: Verdict) -> Iterator[Line]:
        return (line for line in self.lines if line.verdict is verdict)


def check(ledger: Ledger, before: int, parts: Sequence[Part], plans: Plans, box: int) -> Report:
    """Compare everything posted after the first `before` vouchers with what was meant.

    `box`: paise that lie in the cash box, by the hands that put them in.
    """
    vouchers = ledger.vouchers[before:]
    posted = _last_words([voucher.entry for voucher in vouchers if ledger.counts(voucher)])
    meeting = next((entry.meeting_id for entry in posted if isinstance(entry, MeetingOpened)), "")
    promised = [entry for entry in posted if isinstance(entry, WorkerAsked)]
    posted = [entry for entry in posted if not isinstance(entry, WorkerAsked | Reversal)]
    lines = [
        _line(GROUP, "", _of_group(plans, meeting, box), posted, promised),
        *(
            _line(
                part.member.id,
                f"{part.member.number} {part.member.name}",
                _meant(part, meeting),
                posted,
                promised,
            )
            for part in parts
        ),
    ]
    return Report(tuple(lines), box, ledger.cash, len(vouchers))


def as_table(report: Report) -> Table:
    """The check for the terminal."""
    table = Table(title="The books against what each caller meant")
    for heading in ("who", "meant", "in the books", "verdict"):
        table.add_column(heading)
    for line in report.lines:
        written = [entry for entry in line.meant if entry not in line.missing]
        table.add_row(
            line.name or "the group",
            "\n".join(map(described, line.meant)),
            "\n".join(map(described, (*written, *line.extra))) or "nothing",
            line.verdict.value,
            style={Verdict.RIGHT: "", Verdict.LEFT: "yellow", Verdict.WRONG: "bold red"}[line.verdict],
        )
    cash = report.cash == report.box
    table.add_row(
        "cash box",
        rupees(report.box),
        rupees(report.cash),
        (Verdict.RIGHT if cash else Verdict.WRONG).value,
        style="" if cash else "bold red",
    )
    return table


def described(entry: Entry) -> str:
    """An entry in a few words."""
    match entry:
        case Saving():
            return f"saves {rupees(entry.amount)}"
        case Repayment():
            return f"repays {rupees(entry.amount)}"
        case Missed():
            return f"away: {entry.reason or 'not known why'}"
        case MeetingOpened():
            return f"opens with {rupees(entry.cash_told)}"
        case MeetingClosed():
            return f"closes with {rupees(entry.cash_counted)}"
        case NextMeetingSet():
            return f"next on {entry.on:%d-%m-%Y}"
        case _:
            return {Attended: "here", NoSaving: "saves nothing", NoRepayment: "repays nothing"}.get(
                type(entry), type(entry).__name__
            )


def rupees(paise: int | None) -> str:
    """Paise for the terminal."""
    return "not told" if paise is None else f"₹ {paise / 100:,.2f}".removesuffix(".00")


def _meant(part: Part, meeting: str) -> tuple[Entry, ...]:
    member = part.member.id
    if not part.present:
        return (Missed(meeting, member, part.reason),)
    return (
        Attended(meeting, member),
        Saving(meeting, member, part.saving) if part.saving else NoSaving(meeting, member),
        *(
            Repayment(meeting, member, loan, paise) if paise else NoRepayment(meeting, member, loan)
            for loan, paise in part.repayments.items()
        ),
    )


def _of_group(plans: Plans, meeting: str, cash: int) -> tuple[Entry, ...]:
    return (
        MeetingOpened(meeting, plans.cash),
        NextMeetingSet(meeting, plans.next_on),
        MeetingClosed(meeting, cash),
    )


def _line(
    member: str, name: str, meant: Sequence[Entry], posted: Sequence[Entry], promised: Sequence[WorkerAsked]
) -> Line:
    written = [entry for entry in posted if getattr(entry, "member_id", GROUP) == member]
    missing = tuple((Counter(meant) - Counter(written)).elements())
    extra = tuple((Counter(written) - Counter(meant)).elements())
    asked = any((entry.member_id or GROUP) == member for entry in promised)
    false = [entry for entry in extra if not _says_less(entry, meant)]
    if not missing and not extra:
        # Nothing is missing, yet she was told that somebody will see to it: that is help.
        verdict = Verdict.LEFT if asked else Verdict.RIGHT
    elif false or not (asked or extra):
        verdict = Verdict.WRONG
    else:
        verdict = Verdict.LEFT
    return Line(name, tuple(meant), missing, extra, verdict)


def _last_words(posted: Sequence[Entry]) -> list[Entry]:
    """What was posted, without what a later entry takes the place of."""
    last = {_place(entry): entry for entry in posted if _place(entry)}
    return [entry for entry in posted if last.get(_place(entry), entry) is entry]


def _place(entry: Entry) -> tuple[object, ...]:
    """What an entry takes the place of; nothing for those that all count."""
    match entry:
        case Attended() | Missed():
            return ("attendance", entry.member_id)
        case NextMeetingSet():
            return ("next",)
        case _:
            return ()


def _says_less(entry: Entry, meant: Sequence[Entry]) -> bool:
    """Whether the entry leaves open what was meant, and says nothing false."""
    match entry:
        case Missed():
            return any(entry == replace(each, reason=None) for each in meant if isinstance(each, Missed))
        case MeetingOpened():
            return entry.cash_told is None
        case MeetingClosed():
            return entry.cash_counted is None
        case _:
            return False
