"""`python -m bench.latency`: how long a caller waits for Sakhi, in the demo's meetings.

From the caller's last voiced sample, as the simulated line knows it, to the first sample of our reply: the
wait until the answer is seen to be over, in the line's time, and the measured time of recognition, flow,
books on disk and voice. The phrases that Sakhi never said before are synthesised, since the cache is new.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np

from bench.machine import machine, memory_mb
from flows.meeting import meeting
from flows.talk import Talk
from flows.turn import Heard, Turn
from ivr import wiring
from ivr.channel import converse
from ivr.demo import group
from ivr.demo.exchange import Exchange
from ivr.demo.line import Line
from ivr.demo.stage import Stage, play
from ivr.sections import Settings
from ivr.settings import find_config, load
from ivr.spoken import SpokenChannel
from speech.audio import Samples
from speech.pyttsx3 import Worker
from speech.recognizer import Hypothesis, Session
from store.ledger import Ledger
from store.tinydb import TinyVault

BOOKS = "ujala.json"


@dataclass(slots=True)
class Waits:
    """Measures each wait of a caller who answered in words."""

    waits: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Kind of question → seconds."""
    parts: list[tuple[float, float, float]] = field(default_factory=list)
    """Of each wait: until the end of the answer was seen, recognition after it, flow and voice; seconds."""
    cut_off: int = 0
    """Answers taken for complete before she had ended."""
    _last: Exchange | None = None
    _at: float = 0.0

    def asked(self, turn: Turn, texts: tuple[str, ...]) -> None:
        """Our reply begins."""
        reply = time.perf_counter() - self._at
        last, self._last = self._last, None
        if last is None or not last.said or last.heard.keys or not last.heard.text or not last.turn.expect:
            return
        ending = last.decided - last.spoke_until
        if ending < 0:
            self.cut_off += 1
            return
        self.parts.append((ending, last.compute, reply))
        self.waits[last.turn.expect.kind].append(ending + last.compute + reply)

    def answered(self, exchange: Exchange) -> None:
        """Her answer was taken: from here on we compute."""
        self._last, self._at = exchange, time.perf_counter()


class TimedSession:
    """Ears that measure what they cost."""

    def __init__(self, inner: Session) -> None:
        self._inner = inner
        self.rate = inner.rate
        self.heard = self.busy = 0.0

    def listen_for(self, phrases: tuple[str, ...], unknown: float = 0.0) -> None:
        began = time.process_time()
        self._inner.listen_for(phrases, unknown)
        self.busy += time.process_time() - began

    def feed(self, samples: Samples) -> str:
        began = time.process_time()
        text = self._inner.feed(samples)
        self.busy += time.process_time() - began
        self.heard += len(samples) / self.rate
        return text

    def finish(self) -> Hypothesis:
        began = time.process_time()
        heard = self._inner.finish()
        self.busy += time.process_time() - began
        return heard


class FirstPrompt(Exception):
    """The first prompt is about to be heard."""


class UntilFirstPrompt:
    """Ends the conversation where it begins to be heard."""

    def asked(self, turn: Turn, texts: tuple[str, ...]) -> None:
        raise FirstPrompt

    def heard(
        self, turn: Turn, heard: Heard, voiced_until_s: float, decided_s: float, compute_s: float
    ) -> None:
        raise AssertionError("nothing was asked")


def main() -> None:
    options = _options()
    settings = load(find_config(None))
    if options.first_prompt:
        _until_first_prompt(settings, options.first_prompt)
        return
    print(machine())
    waits, last = Waits(), None
    with tempfile.TemporaryDirectory() as folder:
        fresh = settings.voice.model_copy(update={"cache": Path(folder) / "voice"})
        settings_then = settings.model_copy(update={"voice": fresh})
        for seed in range(1, options.seeds + 1):
            last = _meeting(settings_then, Path(folder) / str(seed), seed, options, waits)
    _print(waits)
    assert last is not None
    print(f"recognition  {last.busy / last.heard:.3f} of real time on one core ({last.heard:.0f} s heard)")
    print(f"memory       {memory_mb():.0f} MB resident, the simulated callers included")
    print(f"cold start   {_cold_start(settings):.2f} s from the command to the first prompt, cache warm")


def _meeting(
    settings: Settings, folder: Path, seed: int, options: argparse.Namespace, waits: Waits
) -> TimedSession:
    folder.mkdir()
    with wiring.voice(settings) as voice, Worker() as worker, TinyVault(folder / BOOKS) as vault:
        voice.warm()
        session = TimedSession(wiring.recognizer(settings).session())
        stage = Stage(settings, session, voice, worker)
        play(stage, vault, seed=seed, members=options.members, noise_db=options.noise_db, watchers=(waits,))
    return session


def _print(waits: Waits) -> None:
    every = [wait for kind in waits.waits.values() for wait in kind]
    print(f"{'wait for the reply, ms':24}{'answers':>8}{'p50':>7}{'p95':>7}")
    for kind, found in (("all", every), *sorted(waits.waits.items())):
        print(f"{kind:24}{len(found):>8}{_percentile(found, 50):>7.0f}{_percentile(found, 95):>7.0f}")
    names = ("  end of answer seen", "  recognition after it", "  flow, books, voice")
    for name, found in zip(names, zip(*waits.parts, strict=True), strict=True):
        print(f"{name:32}{_percentile(found, 50):>7.0f}{_percentile(found, 95):>7.0f}")
    print(f"cut off before the end: {waits.cut_off}")


def _percentile(seconds: "list[float] | tuple[float, ...]", percent: float) -> float:
    return float(np.percentile(seconds, percent)) * 1000


def _cold_start(settings: Settings) -> float:
    with tempfile.TemporaryDirectory() as folder:
        with TinyVault(Path(folder) / BOOKS) as vault:
            group.found(vault, group.Clock(group.NOON), 12, Random(1))
        command = [sys.executable, "-m", "bench.latency", "--first-prompt", folder]
        subprocess.run(command, check=True)
        began = time.perf_counter()
        subprocess.run(command, check=True)
        return time.perf_counter() - began


def _until_first_prompt(settings: Settings, folder: Path) -> None:
    with wiring.voice(settings) as voice, TinyVault(folder / BOOKS) as vault:
        session = wiring.recognizer(settings).session()
        voice.warm()
        ledger = Ledger(vault, group.Clock(group.NOON))
        line = Line(np.zeros(1))
        channel = SpokenChannel(line, voice, session, settings, observer=UntilFirstPrompt())
        talk = Talk("first", "bench")
        try:
            converse(meeting(talk, ledger), channel, talk)
        except FirstPrompt:
            return


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.latency", description="Measure how long a caller waits.")
    parser.add_argument("--seeds", type=int, default=2, help="how many meetings")
    parser.add_argument("--members", type=int, default=12)
    parser.add_argument("--noise-db", type=float, default=20.0)
    parser.add_argument("--first-prompt", type=Path, metavar="FOLDER", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
