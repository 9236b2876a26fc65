"""Thousands of hasty calls, while Asterisk is restarted and Sakhi killed: nothing lost, doubled or leaked."""

import asyncio
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from bench.phone.books import Known
from bench.phone.caller import SILENT_LINE, Phones, phones
from bench.phone.ear import Ear
from bench.phone.hasty import Hasty, Record
from bench.phone.lab import Lab, resident_mb, threads_and_files
from ivr.books import opened
from store.entries import Checked

MEMBERS, ENTRIES = 38, 50
AT_ONCE = 14
EVERY = 30.0
"""Seconds between two lines of the report."""
SAMPLE = 5.0
"""Seconds between two looks at the memory."""
NOT_TAKEN = 4.0
"""Seconds after which who was not taken calls again."""
WARM = 300.0
"""Seconds of a life of Sakhi that do not count for the growth of its memory."""
TROUBLES = (
    (0.10, "sakhi killed"),
    (0.16, "asterisk restarted"),
    (0.22, "sakhi killed"),
    (0.28, "sakhi restarted"),
    (0.34, "asterisk restarted"),
    (0.40, "sakhi killed"),
    (0.46, "asterisk and sakhi killed"),
)
"""After which part of the calls what happens; the rest goes by without trouble, to look at the memory."""


@dataclass(slots=True)
class Soak:
    """A run of it."""

    lab: Lab
    calls: int
    minutes: float
    record: Record = field(default_factory=Record)
    memory: list[tuple[float, int, float]] = field(default_factory=list)
    """Of this life of Sakhi: when, how many calls were made, MB resident."""
    idle: tuple[int, int] = (0, 0)
    """Threads and files of this life before its first call."""
    began: float = field(default_factory=time.time)

    @property
    def made(self) -> int:
        """Calls so far."""
        return self.record.counts["calls"]

    @property
    def over(self) -> bool:
        """Whether no more calls are to be made."""
        return self.made >= self.calls or time.time() > self.began + 60 * self.minutes

    async def run(self) -> None:
        """Make all calls, then wait until the line is quiet."""
        self._live()
        ear = Ear(self.lab.settings)
        async with phones(self.lab.ports.sip, SILENT_LINE, self.lab.ports.phone) as telephones:
            watching = [asyncio.create_task(each) for each in (self._report(), self._watch())]
            troubling = asyncio.create_task(self._trouble())
            women = self.lab.known[2:]
            await asyncio.gather(
                *(self._one_after_the_other(telephones, ear, women[n::AT_ONCE]) for n in range(AT_ONCE))
            )
            await troubling
            for each in watching:
                each.cancel()
        await asyncio.sleep(3)

    async def _one_after_the_other(self, telephones: Phones, ear: Ear, women: list[Known]) -> None:
        rng = random.Random(women[0].member.number)
        callers = [Hasty(telephones, ear, self.record, woman, rng) for woman in women]
        while not self.over:
            for caller in callers:
                if not self.over:
                    taken = await caller.call()
                    await asyncio.sleep(rng.uniform(0.1, 1.0) if taken else NOT_TAKEN)

    async def _trouble(self) -> None:
        for part, what in TROUBLES:
            while self.made < part * self.calls and not self.over:
                await asyncio.sleep(0.2)
            if self.over:
                return
            print(f"{self._clock()} {what}", flush=True)
            self.record.counts[what] += 1
            await asyncio.to_thread(self._do, what)

    def _do(self, what: str) -> None:
        if "sakhi" in what:
            self.lab.stop_line(signal.SIGKILL if "killed" in what else signal.SIGTERM)
        if "asterisk" in what:
            self.lab.stop_asterisk()
            self.lab.start_asterisk()
        if "sakhi" in what:
            self.lab.start_line()
            self._live()

    def _live(self) -> None:
        self.memory, self.idle = [], threads_and_files(self.lab.line_pid)

    async def _watch(self) -> None:
        while True:
            self.memory.append((time.time(), self.made, resident_mb(self.lab.line_pid)))
            await asyncio.sleep(SAMPLE)

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            print(f"{self._clock()} {self.line()}", flush=True)

    def line(self) -> str:
        """How it stands."""
        counts = ", ".join(f"{what} {count}" for what, count in self.record.counts.items())
        threads, files = threads_and_files(self.lab.line_pid)
        memory = self.memory[-1][2] if self.memory else 0.0
        return (
            f"{counts}; told that it is written {len(self.record.heard)}; sakhi {memory:.0f} MB, "
            f"{threads} threads, {files} files; load average {os.getloadavg()[0]:.1f}"
        )

    def _clock(self) -> str:
        return f"{time.time() - self.began:>5.0f} s"

    def verdicts(self) -> list[tuple[str, bool]]:
        """What was promised, and whether it was kept. Sakhi must be quiet by now."""
        threads, files = threads_and_files(self.lab.line_pid)
        slope = self._slope()
        with opened(self.lab.settings) as ledger:
            checks = [voucher.entry for voucher in ledger.vouchers if isinstance(voucher.entry, Checked)]
        return [*confirmations(self.record, checks), *self._leaks(threads, files, slope)]

    def _leaks(self, threads: int, files: int, slope: float) -> list[tuple[str, bool]]:
        channels = self.lab.channels()
        return [
            (f"channels left in Asterisk: {channels}", channels == 0),
            (f"threads of Sakhi: {self.idle[0]} before, {threads} after", threads <= self.idle[0] + 2),
            (f"files of Sakhi: {self.idle[1]} before, {files} after", files <= self.idle[1] + 3),
            (f"memory of Sakhi grows by {slope:+.2f} MB in 100 calls", slope < 1.0),
        ]

    def _slope(self) -> float:
        """MB in 100 calls, of the last life of Sakhi."""
        if not self.memory:
            return float("nan")
        warm = [each for each in self.memory if each[0] > self.memory[0][0] + WARM and each[2]]
        if len(warm) < 3:
            return float("nan")
        return float(np.polyfit([made for _, made, _ in warm], [mb for _, _, mb in warm], 1)[0]) * 100


def confirmations(record: Record, checks: list[Checked]) -> list[tuple[str, bool]]:
    """Whether the books have all that callers were told is written, once each, and nothing unsaid."""
    times = Counter(check.of for check in checks)
    answers = {check.of: (check.member_id, check.right) for check in checks}
    lost = [of for of, answer in record.heard.items() if answers.get(of) != answer]
    doubled = [of for of, count in times.items() if count > 1]
    unsaid = [of for of in times if of not in record.answered]
    return [
        (f"confirmed postings lost: {len(lost)} of {len(record.heard)}", not lost),
        (f"posted twice: {len(doubled)} of {len(checks)}", not doubled),
        (f"posted without an answer: {len(unsaid)}", not unsaid),
    ]
