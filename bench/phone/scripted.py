"""Callers who follow a script, through a real Asterisk: what they hear, and what is in the books then."""

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field

from bench.phone.books import Known
from bench.phone.caller import Caller, Gone, NothingHeard, Phones
from bench.phone.ear import Ear
from bench.phone.lab import Lab
from bench.phone.script import Expected, is_keys, posted, rehearsed
from bench.phone.voices import VOICES, Wardrobe
from flows import prompts
from flows.prompts import text_of
from flows.turn import Line, Turn
from ivr import wiring
from ivr.books import opened

AS_SENT = 0.98
"""Correlation of what is heard with what was said from which on they are the same."""
LONGEST_GAP = 0.040
"""Seconds between two packets."""
BUSY, CALLED_BACK = 486, Line("busy.call_back")
"""What who calls hears when too many call, or the machine has too much else to do."""
AGAIN, PAUSE = 6, 8.0
"""How often she calls then, and after how many seconds."""
RINGS = 0.35
"""Seconds for which she lets it ring who wants to be called back: less than it takes to be answered."""
AT_ONCE = 5
"""How many scripts are played at the same time."""
INTO = 1.0
"""Seconds into a prompt at which she interrupts it, or hangs up."""


@dataclass(frozen=True, slots=True)
class Script:
    """A call."""

    name: str
    """What it shows."""
    who: Known
    """Who calls."""
    answers: tuple[str, ...]
    """Words, or keys, one answer to each question."""
    interrupts: int | None = None
    """Which answer is given into the prompt; None: none is."""
    missed: bool = False
    """Whether she rings and hangs up, to be called back."""
    hangs_up: bool = False
    """Whether she hangs up in the middle of the prompt after her last answer."""


@dataclass(slots=True)
class Outcome:
    """What came of a call."""

    script: Script
    trouble: list[str] = field(default_factory=list)
    """What is not as it should be, in plain words."""
    correlation: float = 1.0
    """The worst of all prompts."""
    gap: float = 0.0
    """The longest time between two packets, in seconds."""
    waits: list[float] = field(default_factory=list)
    """Seconds from the end of each answer to the first voiced packet of the reply."""
    heard: list[tuple[Turn, bytes]] = field(default_factory=list)
    """Each turn that is expected, and what was heard in its place."""
    stopped: float | None = None
    """Seconds from the end of what she said into a prompt to the end of the prompt."""

    def line(self) -> str:
        """One line of a report."""
        parts = [
            f"{'FAIL' if self.trouble or self.gap > LONGEST_GAP else 'ok  '} {self.script.name:<36}",
            f"correlation {self.correlation:.4f}",
            f"longest gap {1000 * self.gap:>3.0f} ms",
        ]
        if self.waits:
            parts.append(f"longest wait {1000 * max(self.waits):.0f} ms")
        if self.stopped is not None:
            parts.append(f"the prompt stopped {1000 * self.stopped:+.0f} ms after her word")
        return "".join(("  ".join(parts), *(f"\n       {each}" for each in self.trouble)))


class Stage:
    """Where scripts are played."""

    def __init__(self, phones: Phones, wardrobe: Wardrobe, ear: Ear) -> None:
        self._phones, self._wardrobe, self._ear = phones, wardrobe, ear

    async def play(self, script: Script, expected: Expected, voice: str) -> Outcome:
        """Play one, and keep what is heard beside what is expected; again while there is no place for it."""
        for _ in range(AGAIN):
            outcome, has_place = await self._call(script, expected, voice)
            if has_place:
                break
            await asyncio.sleep(PAUSE)
        return outcome

    async def _call(self, script: Script, expected: Expected, voice: str) -> tuple[Outcome, bool]:
        """What came of a call, and whether the line had a place for it."""
        outcome = Outcome(script)
        async with AsyncExitStack() as stack:
            try:
                caller = await stack.enter_async_context(await self._line(script))
            except (Gone, NothingHeard) as error:
                outcome.trouble.append(f"no call: {error!r}")
                return outcome, True
            try:
                await caller.answered()
                await self._talk(caller, script, expected, voice, outcome)
            except (Gone, NothingHeard) as error:
                outcome.trouble.append(f"the call did not go on: {error!r}")
            outcome.gap = max(caller.stream.gaps(), default=0.0)
        told = outcome.heard and self._ear.hears(CALLED_BACK, outcome.heard[0][1])
        return outcome, not told and caller.dialog.status != BUSY

    async def _line(self, script: Script) -> AbstractAsyncContextManager[Caller]:
        """The call that the script is played in. Raises Gone and NothingHeard."""
        if not script.missed:
            return self._phones.calling(script.who.phone)
        async with self._phones.calling(script.who.phone) as caller:
            await caller.pause(RINGS)
        return self._phones.taking(await self._phones.rung(script.who.phone))

    async def _talk(
        self, caller: Caller, script: Script, expected: Expected, voice: str, outcome: Outcome
    ) -> None:
        for number, turn in enumerate(expected.turns):
            last = number == len(script.answers)
            answer = "" if last else script.answers[number]
            if last and script.hangs_up:
                await caller.begins()
                await caller.pause(INTO)
                return
            if number == script.interrupts:
                await caller.begins()
                await caller.pause(INTO)
                await self._answer(caller, answer, voice)
                if not is_keys(answer):  # after a key the reply begins at once
                    outcome.stopped = await caller.quiet(0.1) - caller.stream.said_at
                caller.interrupted()
                continue
            prompt = await caller.prompt()
            if prompt.waited is not None and number - 1 != script.interrupts:
                outcome.waits.append(prompt.waited)
            outcome.heard.append((turn, prompt.codes))
            if not last:
                await self._answer(caller, answer, voice)
        if not await caller.ended():
            outcome.trouble.append("Sakhi did not hang up")

    async def _answer(self, caller: Caller, answer: str, voice: str) -> None:
        if is_keys(answer):
            await caller.press(answer)
        else:
            await caller.say(self._wardrobe.clip(answer, voice))


def _compare(ear: Ear, outcome: Outcome) -> None:
    """Whether all of each turn was heard as it was said."""
    for turn, codes in outcome.heard:
        for line in turn.say:
            like = ear.likeness(line, codes)
            outcome.correlation = min(outcome.correlation, like)
            if like < AS_SENT:
                every = (Line(key) for key in sorted(prompts.keys()) if "{" not in prompts.template(key))
                instead = [text_of(known) for known in every if ear.hears(known, codes)]
                outcome.trouble.append(f"not heard ({like:.3f}): {text_of(line)}; instead {instead}")
                return


async def played(lab: Lab, phones: Phones, wardrobe: Wardrobe, scripts: Sequence[Script]) -> list[Outcome]:
    """Play scripts, each of another member, and look into the books afterwards."""
    with opened(lab.settings) as ledger:
        before = len(ledger.vouchers)
        rehearsals = [
            rehearsed(lab.settings, ledger, script.who.phone, script.answers, script.hangs_up)
            for script in scripts
        ]
    with wiring.voice(lab.settings) as voice:  # else all the calls at once wait for it
        for line in {
            text_of(line): line for each in rehearsals for turn in each.turns for line in turn.say
        }.values():
            voice.speak(line)
    ear = Ear(lab.settings)
    stage = Stage(phones, wardrobe, ear)
    voices = [VOICES[number % len(VOICES)] for number in range(len(scripts))]
    for script, spoken in zip(scripts, voices, strict=True):  # now, since it takes time
        for answer in script.answers:
            if not is_keys(answer):
                wardrobe.clip(answer, spoken)
    free = asyncio.Semaphore(AT_ONCE)

    async def play(number: int) -> Outcome:
        async with free:
            return await stage.play(scripts[number], rehearsals[number], voices[number])

    outcomes = list(await asyncio.gather(*map(play, range(len(scripts)))))
    await asyncio.sleep(0.5)
    with opened(lab.settings) as ledger:
        got = posted(ledger.vouchers[before:])
    for outcome, expected in zip(outcomes, rehearsals, strict=True):
        _compare(ear, outcome)
        hers = [entry for entry in got if outcome.script.who.member.id in entry]
        if hers != expected.posted:
            outcome.trouble.append(f"the books have {hers} instead of {expected.posted}")
    return outcomes
