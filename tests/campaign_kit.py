"""A group whose members are to be called: its books on the disk, the queue, and a clock set by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from store_kit import GROUP, Clock

from ivr.books import begin, opened
from ivr.line.campaign import Campaign
from ivr.sections import Outbound, Settings
from ivr.shelf import Shelf
from store.calls import CallQueue, Task
from store.entries import Attended, MeetingClosed, MeetingOpened, Missed, Saving
from store.ledger import Ledger
from store.recorded_calls import RecordedCalls
from store.tinydb import TinyRecords

RADHA, SITA, GITA = "98765 43211", "98765 43212", "98765 43213"


@dataclass
class Home:
    """A campaign and all that it works with."""

    settings: Settings
    clock: Clock
    shelf: Shelf
    queue: CallQueue
    campaign: Campaign

    def add(self, purpose: str = "confirm", *about: str, member: str = "m1", phone: str = RADHA) -> Task:
        """A task in the queue; without `about` it is the first saving that is to be confirmed."""
        known = about or ("2",)
        name = "/".join(("ujala", purpose, member, *known))
        (task,) = self.queue.add([Task(name, "ujala", phone, member, purpose, known, self.clock())])
        return task

    def states(self) -> dict[str, tuple[str, str | None]]:
        return {task.id: (task.state, task.result) for task in self.queue.tasks()}

    @contextmanager
    def books(self) -> Iterator[Ledger]:
        with opened(self.settings, "ujala") as ledger:
            yield ledger

    def worker(self) -> list[tuple[str | None, str]]:
        """What the worker was asked: whom it concerns and what it is about."""
        with self.books() as ledger:
            entries = [voucher.entry for voucher in ledger.vouchers]
        return [(entry.member_id, entry.about) for entry in entries if hasattr(entry, "about")]


def home(folder: Path, **rules: Any) -> Home:
    """राधा (m1) saved in the last meeting, सीता (m2) was away. Both have a telephone; गीता (m3) has none."""
    settings = Settings(data=folder, outbound=Outbound(**rules))
    begin(settings, GROUP)
    with opened(settings) as ledger:
        for number, (name, phones) in enumerate((("राधा", [RADHA]), ("सीता", [SITA]), ("गीता", [])), start=1):
            ledger.add_member(number, name, phones=phones)
        ledger.post(MeetingOpened("M"), once="open")
        ledger.post(Saving("M", "m1", 100_00), once="saved")
        ledger.post(Attended("M", "m1"), once="here")
        ledger.post(Missed("M", "m2"), once="away")
        ledger.post(MeetingClosed("M"), once="close")
        clock = Clock(ledger.today)
    shelf, queue = Shelf(settings), RecordedCalls(TinyRecords(settings.line_folder / "calls.json"), clock)
    return Home(settings, clock, shelf, queue, Campaign(settings, shelf, queue, clock))
