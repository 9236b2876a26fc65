"""A caller in a hurry: presses her key as soon as she knows the question, and may hang up at any moment."""

import random
import time
from collections import Counter
from dataclasses import dataclass, field

from bench.phone.books import GROUP, PIN, Known
from bench.phone.caller import Caller, Gone, NothingHeard, Phones
from bench.phone.ear import Ear
from flows.turn import Line

BEGINS, KNOWN_BY = 800, 3000
"""Which bytes of a question it is known by: three eighths of a second, after its beginning."""
LOST = 15.0
"""Seconds after which she gives up who knows no question that she is asked."""
LATELY = 500
"""How many of the last packets a question is looked for in."""
AFTER_ALL = 0.5
"""Seconds after the sound of a question that may not be talked over."""
_KEYS = {"who": "1", "pin": f"{PIN}#", "again": "2"}
AHEAD = 8
"""Of how many of her entries she may be asked next."""


@dataclass(slots=True)
class Record:
    """What all callers together did and heard."""

    heard: dict[int, tuple[str, bool]] = field(default_factory=dict)
    """Number of each voucher about which Sakhi said that the answer is written: whose, and the answer."""
    answered: set[int] = field(default_factory=set)
    """The numbers of all those that were answered at all."""
    counts: Counter[str] = field(default_factory=Counter)
    """How calls ended."""


NOTED, PROMISED = Line("confirmation.noted"), Line("promise.worker")


class Hasty:
    """Makes one call after the other."""

    def __init__(self, phones: Phones, ear: Ear, record: Record, who: Known, rng: random.Random) -> None:
        self._phones, self._ear, self._record, self._who, self._rng = phones, ear, record, who, rng
        self._left = list(reversed(who.lines.items()))
        self._answering = (0, False)
        self._questions = {
            "who": Line("menu.welcome", {"group": GROUP}),
            "wish": Line("phone.choose"),
            "more": Line("phone.again"),
            "again": Line("balance.again"),
            "pin": Line("identity.pin"),
        }

    async def call(self) -> bool:
        """One call, of any kind; whether it was taken."""
        rng, counts = self._rng, self._record.counts
        counts["calls"] += 1
        wish = rng.choices(("2", "1", "rings", "silent"), (60, 15, 15, 10))[0]
        patience = rng.uniform(0.3, 8.0) if rng.random() < 0.4 or wish == "silent" else 60.0
        async with self._phones.calling(self._who.phone) as caller:
            try:
                if wish == "rings":
                    await caller.pause(rng.uniform(0.1, 0.8))
                    counts["hung up while it rang"] += 1
                    return True
                await caller.answered()
                self._answering = (0, False)
                await self._talk(caller, wish, time.time() + patience)
                counts["hung up"] += 1
            except Gone:
                answered = caller.dialog.answered.is_set()
                counts["ended by the line" if answered else "not taken"] += 1
            except NothingHeard:
                counts["nothing heard"] += 1
            return caller.dialog.answered.is_set()

    async def _talk(self, caller: Caller, wish: str, until: float) -> None:
        if wish == "silent":
            await caller.pause(until - time.time())
            return
        checks = self._rng.choice((1, 1, 1, 2))
        wished = False
        while asked := await self._question(caller, until):
            if asked in ("wish", "more"):
                await caller.press("7" if wished else wish)
                wished = True
            elif isinstance(asked, str):
                await caller.press(_KEYS[asked])
            elif checks:
                checks -= 1
                await self._answer(caller, asked)
            else:
                return

    async def _question(self, caller: Caller, until: float) -> str | int:
        """Which question is asked, or the number of the entry it is about; nothing when she hangs up."""
        lost = time.time() + LOST
        while time.time() < until:
            codes = caller.latest(LATELY)
            self._hear(codes)
            for name, line in self._questions.items():
                if (whole := self._ear.codes(line)) and whole[BEGINS : BEGINS + KNOWN_BY] in codes:
                    return name
            if entry := self._asked_about(codes):
                await caller.pause(AFTER_ALL)
                return entry
            if time.time() > lost:
                self._record.counts["lost her way"] += 1
                return ""
            await caller.pause(0.1)
        return ""

    async def _answer(self, caller: Caller, voucher: int) -> None:
        right = self._rng.random() < 0.8
        self._answering = (voucher, right)
        self._record.answered.add(voucher)
        await caller.press("1" if right else "2")

    def _hear(self, codes: bytes) -> None:
        """Keep what Sakhi said she wrote."""
        voucher, right = self._answering
        if voucher and self._ear.hears(NOTED if right else PROMISED, codes):
            self._record.heard[voucher] = (self._who.member.id, right)
            self._left = [each for each in self._left if each[0] != voucher]
            self._answering = (0, False)

    def _asked_about(self, codes: bytes) -> int:
        for voucher, line in self._left[:AHEAD]:
            if self._ear.hears(line, codes):
                return voucher
        return 0
