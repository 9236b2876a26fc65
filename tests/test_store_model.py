"""Any sequence of entries, crashes and re-openings agrees with a plain model, on disk and in memory."""

import random
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from store_kit import Clock, begin

from bench.disk import LEFT, Trace, after_power_cut, put
from bench.faults import small_journals
from store.entries import MeetingOpened, Reversal, Saving
from store.errors import NotReversible
from store.ledger import Ledger
from store.memory import MemoryVault
from store.tinydb import TinyVault

MEMBERS = st.sampled_from(["m1", "m2", "m3"])
AMOUNTS = st.integers(1, 500_00)
SEEDS = st.integers(0, 2**32)
WHICH = st.integers(0, 100)
"""Which of the entries, counted round: how many there are depends on when a snapshot is done beside them."""


class OnDisk(RuleBasedStateMachine):
    """A group's books on a disk whose power fails, beside a list of what was saved."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.open_files = ExitStack()
        self.saved: list[tuple[str, int, bool]] = []
        """Member, paise, whether it stands; in the order of the entries after the meeting was opened."""

    @initialize()
    def found(self) -> None:
        self.watch()
        begin(self.vault, Clock()).post(MeetingOpened("M"), once="open")
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

    def save(self, member: str, amount: int) -> None:
        self.ledger.post(Saving("M", member, amount), once=f"saving {len(self.saved)}")

    @rule(member=MEMBERS, amount=AMOUNTS)
    def saves(self, member: str, amount: int) -> None:
        self.save(member, amount)
        self.saved.append((member, amount, True))

    @rule(which=WHICH)
    def says_it_again(self, which: int) -> None:
        if self.saved:
            number = which % len(self.saved)
            member, amount, _ = self.saved[number]
            if member:
                assert self.ledger.post(Saving("M", member, amount), once=f"saving {number}").repeated

    @rule(which=WHICH)
    def undoes(self, which: int) -> None:
        if not self.saved:
            return
        number = which % len(self.saved)
        member, amount, stands = self.saved[number]
        reversal = Reversal(self.first + number, "गलत")
        try:
            self.ledger.post(reversal, once=f"saving {len(self.saved)}")
            assert stands
            self.saved[number] = member, amount, False
            self.saved.append(("", 0, False))
        except NotReversible:
            assert not stands

    @rule()
    def closes_and_opens(self) -> None:
        self.reopen()

    @rule(left=st.sampled_from(LEFT), seed=SEEDS)
    def loses_power_between_entries(self, left: str, seed: int) -> None:
        self.crash(len(self.trace.steps), left, seed)

    @rule(member=MEMBERS, amount=AMOUNTS, left=st.sampled_from(LEFT), seed=SEEDS)
    def loses_power_while_it_is_written(self, member: str, amount: int, left: str, seed: int) -> None:
        before = len(self.trace.steps)
        self.save(member, amount)
        self.crash(random.Random(seed).randint(before, len(self.trace.steps)), left, seed)
        if len(self.ledger.vouchers) >= self.first + len(self.saved):
            self.saved.append((member, amount, True))

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "first"):
            return
        assert len(self.ledger.vouchers) == self.first - 1 + len(self.saved)
        for member in ("m1", "m2", "m3"):
            own = [amount for who, amount, stands in self.saved if who == member and stands]
            assert self.ledger.saved_by(member) == sum(own)
        assert self.ledger.cash == 5_000_00 + self.ledger.savings
        for kept, (member, amount, stands) in zip(
            self.ledger.vouchers[self.first - 1 :], self.saved, strict=True
        ):
            assert not member or kept.entry == Saving("M", member, amount)
            assert not member or self.ledger.counts(kept) == stands

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


TestOnDisk = OnDisk.TestCase
TestOnDisk.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
TestInMemory = InMemory.TestCase
TestInMemory.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
