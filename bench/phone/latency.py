"""How long a caller waits on the wire, alone and with others who talk at the same time.

From her last voiced RTP packet, or the end of her last key, to our first voiced one.
"""

import asyncio
import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from bench.phone.books import PIN, Known
from bench.phone.caller import Caller, Gone, NothingHeard, Phones
from bench.phone.ear import Ear
from bench.phone.lab import Lab, cpu
from bench.phone.rtp import Clip
from bench.phone.script import is_keys, rehearsed
from bench.phone.voices import VOICES, Wardrobe
from flows.turn import Turn
from ivr.books import opened

ANSWERS = ("हाँ", "हिसाब", f"{PIN}#", "नहीं", "किस्त", "बैठक", "बस")
"""What each caller says or keys, over and over, in calls of about a minute."""
GOAL_P50, GOAL_P95, MOST_P95 = 0.5, 0.9, 1.2
"""Seconds: with one call, and at the largest number of calls that is still good."""
LEVELS = (5, 10, 15, 20, 25, 30)
STAGGERED = 10.0
"""Seconds over which the callers begin."""


@dataclass(slots=True)
class Load:
    """What a number of callers met."""

    callers: int
    waits: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Kind of question that was answered → seconds."""
    counts: Counter[str] = field(default_factory=Counter)
    """Calls and answers, and what went wrong."""
    gaps: list[float] = field(default_factory=list)
    """Seconds between two packets of a call."""
    cores: dict[str, float] = field(default_factory=dict)
    """Whose processor time, in cores."""
    late: int = 0
    """Beats that the callers themselves missed."""

    @property
    def spoken(self) -> list[float]:
        """The waits after spoken answers: keys need no ears."""
        return [wait for kind, waits in self.waits.items() if not kind.endswith("by keys") for wait in waits]

    def percentile(self, percent: float) -> float:
        """Of the waits after spoken answers, in seconds; infinite when there are none."""
        return float(np.percentile(self.spoken, percent)) if self.spoken else float("inf")

    def report(self) -> str:
        """Some lines."""
        lines = [f"{'wait, ms':22}{'answers':>8}{'p50':>7}{'p95':>7}{'worst':>7}"]
        for kind, waits in (("all spoken", self.spoken), *sorted(self.waits.items())):
            if waits:
                p50, p95, worst = (1000 * float(np.percentile(waits, percent)) for percent in (50, 95, 100))
                lines.append(f"{kind:22}{len(waits):>8}{p50:>7.0f}{p95:>7.0f}{worst:>7.0f}")
        return "\n".join((*lines, self.line()))

    def line(self) -> str:
        """One line."""
        p50, p95 = (1000 * self.percentile(percent) for percent in (50, 95))
        cores = "  ".join(f"{who} {share:.2f}" for who, share in self.cores.items())
        gap = 1000 * float(np.percentile(self.gaps, 99.9)) if self.gaps else float("nan")
        worst = 1000 * max(self.gaps, default=float("nan"))
        counts = ", ".join(f"{what} {count}" for what, count in sorted(self.counts.items()))
        return (
            f"{self.callers:>3} callers: p50 {p50:.0f} ms, p95 {p95:.0f} ms; cores: {cores}; packets apart "
            f"p99.9 {gap:.0f} ms, at most {worst:.0f} ms; callers late {self.late} times; {counts}; "
            f"load average {os.getloadavg()[0]:.1f}"
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One member's conversation, made ready so that it costs nothing while it is measured."""

    who: Known
    turns: tuple[Turn, ...]
    clips: tuple[Clip | str, ...]
    """What she answers; a text is keys."""


def parts(lab: Lab, wardrobe: Wardrobe, callers: int) -> list[Part]:
    """Make the conversations ready, of members who have a telephone of their own."""
    with opened(lab.settings) as ledger:
        made = []
        for number, who in enumerate(lab.known[2 : 2 + callers]):
            turns = rehearsed(lab.settings, ledger, who.phone, ANSWERS).turns
            clips = tuple(
                answer if is_keys(answer) else wardrobe.clip(answer, VOICES[number % len(VOICES)])
                for answer in ANSWERS
            )
            made.append(Part(who, turns, clips))
        return made


async def load(lab: Lab, phones: Phones, ready: Sequence[Part], seconds: float) -> Load:
    """Let all of them talk for so long."""
    measured, ear = Load(len(ready)), Ear(lab.settings)
    until = time.time() + STAGGERED + seconds
    late = phones.studio.late
    costs: dict[str, Callable[[], float]] = {
        "sakhi": lambda: cpu(lab.line_pid),
        "asterisk": lambda: cpu(lab.asterisk_pid),
        "callers": time.process_time,
    }
    talking = [
        asyncio.create_task(_calls(phones, ear, part, until, measured, number * STAGGERED / len(ready)))
        for number, part in enumerate(ready)
    ]
    await asyncio.sleep(STAGGERED)
    began, before = time.time(), {who: cost() for who, cost in costs.items()}
    await asyncio.sleep(max(0.0, until - time.time()))
    lasted = time.time() - began
    measured.cores = {who: (cost() - before[who]) / lasted for who, cost in costs.items()}
    await asyncio.gather(*talking)
    measured.late = phones.studio.late - late
    return measured


async def _calls(phones: Phones, ear: Ear, part: Part, until: float, measured: Load, after: float) -> None:
    await asyncio.sleep(after)
    while time.time() < until:
        measured.counts["calls"] += 1
        async with phones.calling(part.who.phone) as caller:
            try:
                await caller.answered()
                await _talk(caller, ear, part, until, measured)
            except Gone:
                measured.counts["calls cut off or not taken"] += 1
            except NothingHeard:
                measured.counts["calls with nothing heard"] += 1
            measured.gaps += caller.stream.gaps()
        await asyncio.sleep(random.uniform(0.2, 1.0))


async def _talk(caller: Caller, ear: Ear, part: Part, until: float, measured: Load) -> None:
    asked = ""
    for turn, clip in zip(part.turns, (*part.clips, None), strict=True):
        prompt = await caller.prompt()
        if not ear.hears(turn.say[-1], prompt.codes):
            measured.counts[f"something else heard after {asked or 'the beginning'}"] += 1
            return
        if prompt.waited is not None:
            measured.waits[asked].append(prompt.waited)
        if clip is None or time.time() > until:
            return
        assert turn.expect is not None and turn.question is not None
        asked = turn.question.key + (" by keys" if isinstance(clip, str) else "")
        measured.counts["answers"] += 1
        await (caller.press(clip) if isinstance(clip, str) else caller.say(clip))
