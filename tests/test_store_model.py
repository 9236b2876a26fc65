"""Any sequence of entries, crashes and re-openings agrees with a plain model, wherever the books are."""

import random
import shutil
import tempfile
import threading
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from model_kit import MEMBERS, OPENING, WISHES, after, effect, entry_of
from model_kit import allowed as allowed_after
from postgresql_kit import database, end_connections, new_id
from store_kit import Clock, begin

from bench.disk import LEFT, Trace, after_power_cut, put
from bench.faults import small_journals
from store.entries import Borrowed, BorrowingRepaid, Entry, MeetingOpened, Reversal
from store.errors import DatabaseTrouble, RefusedEntry
from store.ledger import Ledger
from store.memory import MemoryVault
from store.postgresql.vault import PostgresVault
from store.tinydb import TinyVault

Wish = tuple[str, str, int]
SEEDS = st.integers(0, 2**32)
WHICH = st.integers(0, 100)
"""Which of the entries, counted round: how many there are depends on when a snapshot is done beside them."""


class OnDisk(RuleBasedStateMachine):
    """A group's books on a disk whose power fails, beside a plain model of its money."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.open_files = ExitStack()
        self.posted: list[tuple[Entry, bool]] = []
        """What was written after the meeting was opened, in order, and whether it stands."""
        self.held = Counter(OPENING)
        """What each pocket has, by the plain model."""

    @initialize()
    def found(self) -> None:
        self.watch()
        books = begin(self.vault, Clock())
        books.update_group(replace(books.group, voluntary=True))
        books.post(MeetingOpened("M"), once="open")
        self.ledger = Ledger(self.vault, Clock())
        self.first = len(self.ledger.vouchers) + 1

    def watch(self) -> None:
        self.open_files.enter_context(small_journals(1000, 0))
        self.trace = Trace(self.folder)
        self.open_files.enter_context(self.trace.watch())
        self.vault = self.open_files.enter_context(TinyVault(self.folder / "ujala.json"))

    def reopen(self) -> None:
        self.open_files.close()
        self.watch()
        self.ledger = Ledger(self.vault, Clock())

    def crash(self, moment: int, left: str, seed: int) -> None:
        """What a power cut at that step leaves is opened in place of what there is."""
        found = after_power_cut(self.trace.steps, moment, left, random.Random(seed))
        self.open_files.close()
        put(self.folder, found)
        self.watch()
        self.ledger = Ledger(self.vault, Clock())

    def post(self, wish: Wish) -> tuple[Entry, Counter[str] | None]:
        """Have it written if the model allows it; the entry, and what there is after it."""
        entry = entry_of(wish, len(self.posted), self.held)
        allowed = allowed_after(entry, self.held)
        try:
            self.ledger.post(entry, once=f"entry {len(self.posted)}")
            assert allowed is not None
        except RefusedEntry:
            assert allowed is None
        return entry, allowed

    @rule(wish=WISHES)
    def writes(self, wish: Wish) -> None:
        entry, there = self.post(wish)
        if there is not None:
            self.posted.append((entry, True))
            self.held = there

    @rule(which=WHICH)
    def says_it_again(self, which: int) -> None:
        if self.posted:
            number = which % len(self.posted)
            assert self.ledger.post(self.posted[number][0], once=f"entry {number}").repeated

    @rule(which=WHICH)
    def undoes(self, which: int) -> None:
        if not self.posted:
            return
        number = which % len(self.posted)
        entry, stands = self.posted[number]
        reversal = Reversal(self.first + number, "गलत")
        there = None
        if stands and not isinstance(entry, Reversal) and not self.was_paid_back(entry):
            there = after(self.held, {pocket: -paise for pocket, paise in effect(entry).items()})
        try:
            self.ledger.post(reversal, once=f"entry {len(self.posted)}")
            assert there is not None
            self.held = there
            self.posted[number] = entry, False
            self.posted.append((reversal, True))
        except RefusedEntry:
            assert there is None

    def was_paid_back(self, entry: Entry) -> bool:
        """Whether something was paid on that borrowing and stands."""
        paid = [
            each.borrowing_id for each, stands in self.posted if stands and isinstance(each, BorrowingRepaid)
        ]
        return isinstance(entry, Borrowed) and entry.borrowing_id in paid

    @rule()
    def closes_and_opens(self) -> None:
        self.reopen()

    @rule(left=st.sampled_from(LEFT), seed=SEEDS)
    def loses_power_between_entries(self, left: str, seed: int) -> None:
        self.crash(len(self.trace.steps), left, seed)

    def post_and_crash(self, wish: Wish, left: str, seed: int) -> tuple[Entry, Counter[str] | None]:
        """Have it written, and the power lost while that is done."""
        before = len(self.trace.steps)
        posted = self.post(wish)
        self.crash(random.Random(seed).randint(before, len(self.trace.steps)), left, seed)
        return posted

    @rule(wish=WISHES, left=st.sampled_from(LEFT), seed=SEEDS)
    def loses_power_while_it_is_written(self, wish: Wish, left: str, seed: int) -> None:
        entry, there = self.post_and_crash(wish, left, seed)
        if there is not None and len(self.ledger.vouchers) >= self.first + len(self.posted):
            self.posted.append((entry, True))
            self.held = there

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "first"):
            return
        ledger, held = self.ledger, self.held
        assert [voucher.entry for voucher in ledger.vouchers[self.first - 1 :]] == [
            entry for entry, _ in self.posted
        ]
        assert [ledger.counts(voucher) for voucher in ledger.vouchers[self.first - 1 :]] == [
            stands for _, stands in self.posted
        ]
        for member in MEMBERS:
            assert ledger.saved_by(member) == held[f"savings {member}"]
            assert ledger.voluntary_of(member) == held[f"voluntary {member}"]
        for borrowing in ledger.borrowings():
            assert borrowing.outstanding == held[f"owed {borrowing.borrowing_id}"]
        assert (ledger.cash, ledger.bank, ledger.worth) == (held["cash"], held["bank"], held["own"])

    def teardown(self) -> None:
        self.open_files.close()
        shutil.rmtree(self.folder)


class InMemory(OnDisk):
    """The twin in memory, which has no power to lose: what it holds stays as long as the process."""

    def watch(self) -> None:
        self.trace = Trace(self.folder)
        self.vault = MemoryVault()  # type: ignore[assignment]

    def reopen(self) -> None:
        self.ledger = Ledger(self.vault, Clock())

    def crash(self, moment: int, left: str, seed: int) -> None:
        self.reopen()


class InDatabase(InMemory):
    """The books in PostgreSQL, whose server ends the connection at any moment."""

    def watch(self) -> None:
        self.trace = Trace(self.folder)
        self.group = new_id()
        self.vault = PostgresVault(database(), self.group)  # type: ignore[assignment]

    def reopen(self) -> None:
        """As another machine opens them."""
        self.ledger = Ledger(PostgresVault(database(), self.group), Clock())

    def crash(self, moment: int, left: str, seed: int) -> None:
        end_connections()

    def post_and_crash(self, wish: Wish, left: str, seed: int) -> tuple[Entry, Counter[str] | None]:
        entry = entry_of(wish, len(self.posted), self.held)
        there = allowed_after(entry, self.held)
        end = threading.Timer(random.Random(seed).uniform(0, 0.006), end_connections)
        end.start()
        try:
            self.post(wish)
            confirmed = there is not None
        except DatabaseTrouble:
            confirmed = False
        end.join()
        if confirmed:
            assert len(self.ledger.vouchers) == self.first + len(self.posted)
        return entry, there


TestOnDisk = OnDisk.TestCase
TestOnDisk.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestInMemory = InMemory.TestCase
TestInMemory.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestInDatabase = InDatabase.TestCase
TestInDatabase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
