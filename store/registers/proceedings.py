"""The minutes: a page for each meeting, to be read out and signed."""

from collections.abc import Iterator

from store.chain import Voucher
from store.entries import Countersigned, FineWaived, WorkerAsked
from store.registers.attendance import meetings
from store.registers.books import Books, moved_by
from store.registers.heads import heads
from store.registers.table import Page, Row, Table, columns
from store.standing import Meeting, moved

_COLUMNS = columns("kind number name amount repaid interest_paid detail", paise="amount repaid interest_paid")
_HEADS = columns(
    "on serial present_count members_count quorum quorum_met cash_told cash_counted cash_booked "
    "cash_differs next_meeting_on",
    paise="cash_told cash_counted cash_booked cash_differs",
)
_TOLD = ("head", "purpose", "reason", "note", "lender", "slip", "receipt")


def proceedings(books: Books) -> Table:
    """What each meeting of the period did: who came, the cash told and counted, all that was paid in and out,
    who was away and why, what was promised for the worker, what the second signatories said of it since, when
    the next one is."""
    serials = {meeting.id: serial for serial, meeting in enumerate(books.meetings(), start=1)}
    pages = (_page(books, meeting, serials[meeting.id]) for meeting in meetings(books))
    return Table("proceedings", _COLUMNS, tuple(pages), _HEADS)


def _page(books: Books, meeting: Meeting, serial: int) -> Page:
    roll = books.attendance(meeting.id)
    here = [member_id for member_id in roll if roll[member_id].present]
    counted, booked = meeting.cash_counted, meeting.cash_booked
    about: Row = (
        meeting.opened_at.date(),
        serial,
        len(here),
        len(books.belonging(meeting.opened_at)),
        books.group.quorum,
        len(here) >= books.group.quorum,
        meeting.cash_told,
        counted,
        booked,
        None if counted is None or booked is None else counted - booked,
        meeting.next_on,
    )
    rows = (
        *_moneys(books, meeting),
        *_waived(books, meeting),
        *_away(books, meeting),
        *_promised(books, meeting),
        *_signed(books, meeting),
    )
    signers = tuple((number, name or "") for number, name in map(books.who, books.all_by_number(here)))
    return Page(rows, about, signers=signers)


def _moneys(books: Books, meeting: Meeting) -> Iterator[Row]:
    """The sums saved (the attendance register has them one by one), then all else that was paid."""
    vouchers = [voucher for voucher in books.of_meeting(meeting.id) if voucher.postings]
    saved = moved_by(voucher for voucher in vouchers if voucher.kind == "saving")
    for account, kind in (("savings", "saving"), ("voluntary", "voluntary_saving")):
        if total := heads(saved).get(account):
            yield kind, None, None, -total, None, None, None
    for voucher in vouchers:
        if voucher.kind != "saving":
            entry = voucher.entry
            who = books.who(getattr(entry, "member_id", None))
            principal, interest = _parts(voucher)
            yield voucher.kind, *who, _amount(voucher), principal, interest, _detail(voucher)


def _amount(voucher: Voucher) -> int:
    """Paise that changed hands or places."""
    return sum(max(0, posting.amount) for posting in voucher.postings)


def _parts(voucher: Voucher) -> tuple[int | None, int | None]:
    """Principal and interest of a repayment."""
    if voucher.kind != "repayment":
        return None, None
    interest = -moved(voucher, "interest")
    return _amount(voucher) - interest, interest


def _detail(voucher: Voucher) -> str | None:
    """What it was for: a purpose, a reason, a head and a note, or the number of a slip."""
    told = [getattr(voucher.entry, name, None) for name in _TOLD]
    return ":".join(str(text) for text in told if text) or None


def _waived(books: Books, meeting: Meeting) -> Iterator[Row]:
    for voucher in books.of_meeting(meeting.id):
        if isinstance(voucher.entry, FineWaived):
            who = books.who(voucher.entry.member_id)
            yield "fine_waived", *who, None, None, None, voucher.entry.reason or None


def _away(books: Books, meeting: Meeting) -> Iterator[Row]:
    roll = books.attendance(meeting.id)
    for member_id in books.all_by_number(one for one in roll if not roll[one].present):
        yield "missed", *books.who(member_id), None, None, None, roll[member_id].reason


def _promised(books: Books, meeting: Meeting) -> Iterator[Row]:
    for voucher in books.of_meeting(meeting.id):
        if isinstance(voucher.entry, WorkerAsked):
            yield "worker_asked", *books.who(voucher.entry.member_id), None, None, None, voucher.entry.about


def _signed(books: Books, meeting: Meeting) -> Iterator[Row]:
    """Who checked which vouchers of the meeting, and those that she called wrong."""
    said: dict[tuple[str, bool, str], list[int]] = {}
    for voucher in books.of_meeting(meeting.id):
        for answer in books.signed(voucher):
            assert isinstance(answer.entry, Countersigned)
            by, right, note = answer.entry.by, answer.entry.right, answer.entry.note
            said.setdefault((by, right, note), []).append(voucher.number)
    for (by, right, note), numbers in sorted(said.items()):
        told = ", ".join(map(str, numbers)) + (f": {note}" if note else "")
        yield "found_right" if right else "found_wrong", *books.who(by), None, None, None, told
