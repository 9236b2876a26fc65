"""Callers who follow a script, through a real Asterisk: what they hear, and what is in the books then."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.phone import alaw
from bench.phone.books import Known
from bench.phone.caller import Caller, Gone, Phones
from bench.phone.lab import Lab
from bench.phone.script import AS_SENT, Expected, heard, is_keys, posted, rehearsed, sounds
from bench.phone.voices import VOICES, Wardrobe
from flows import prompts
from flows.prompts import text_of
from flows.turn import Line, Turn
from ivr import wiring
from ivr.books import opened
from ivr.voice import Voice

LONGEST_GAP = 0.040
"""Seconds between two packets."""
APART = 0.7
"""Seconds between the beginnings of calls that are played at the same time."""
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

    def __init__(self, lab: Lab, phones: Phones, wardrobe: Wardrobe, voice: Voice) -> None:
        self._lab, self._phones, self._wardrobe, self._voice = lab, phones, wardrobe, voice

    async def play(self, script: Script, expected: Expected, voice: str, after: float = 0.0) -> Outcome:
        """Play one, `after` so many seconds, and compare what is heard with what is expected."""
        outcome = Outcome(script)
        await asyncio.sleep(after)
        async with self._phones.calling(script.who.phone) as caller:
            try:
                await caller.answered()
                await self._talk(caller, script, expected, voice, outcome)
            except Gone:
                outcome.trouble.append("the call ended too early")
            outcome.gap = max(caller.stream.gaps(), default=0.0)
        return outcome

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
            if not self._same(turn, prompt.codes, outcome):
                return
            if not last:
                await self._answer(caller, answer, voice)
        if not await caller.ended():
            outcome.trouble.append("Sakhi did not hang up")

    async def _answer(self, caller: Caller, answer: str, voice: str) -> None:
        if is_keys(answer):
            await caller.press(answer)
        else:
            await caller.say(self._wardrobe.clip(answer, voice))

    def _same(self, turn: Turn, codes: bytes, outcome: Outcome) -> bool:
        """Whether all of a turn was heard as it was said."""
        for line in turn.say:
            like = heard(sounds(self._voice, line), codes)
            outcome.correlation = min(outcome.correlation, like)
            if like < AS_SENT:
                instead = ", ".join(self._known(codes)) or "nothing that is known"
                outcome.trouble.append(f"not heard ({like:.3f}): {text_of(line)}; instead {instead}")
                return False
        return True

    def _known(self, codes: bytes) -> list[str]:
        """Which prompts without slots there are in what was heard."""
        every = (Line(key) for key in sorted(prompts.keys()) if "{" not in prompts.template(key))
        return [text_of(line) for line in every if alaw.encoded(sounds(self._voice, line)) in codes]


async def played(lab: Lab, phones: Phones, wardrobe: Wardrobe, scripts: Sequence[Script]) -> list[Outcome]:
    """Play scripts at the same time, each of another member, and look into the books afterwards."""
    with opened(lab.settings) as ledger:
        before = len(ledger.vouchers)
        rehearsals = [
            rehearsed(lab.settings, ledger, script.who.phone, script.answers, script.hangs_up)
            for script in scripts
        ]
    with wiring.voice(lab.settings) as voice:
        stage = Stage(lab, phones, wardrobe, voice)
        playing = (
            stage.play(script, expected, VOICES[number % len(VOICES)], after=number * APART)
            for number, (script, expected) in enumerate(zip(scripts, rehearsals, strict=True))
        )
        outcomes = list(await asyncio.gather(*playing))
    await asyncio.sleep(0.5)
    with opened(lab.settings) as ledger:
        got = posted(ledger.vouchers[before:])
    for outcome, expected in zip(outcomes, rehearsals, strict=True):
        hers = [entry for entry in got if outcome.script.who.member.id in entry]
        if hers != expected.posted:
            outcome.trouble.append(f"the books have {hers} instead of {expected.posted}")
    return outcomes
