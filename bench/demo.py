"""`python -m bench.demo`: many meetings of made-up groups, each with another seed, and what came of them.

Each meeting that was held is a line of a JSON lines file; those already in it are not held again, so a run
that was broken off goes on where it stopped. Give another file after a change of the product.
"""

import argparse
import json
import multiprocessing
import os
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.machine import machine
from flows.turn import Turn
from ivr import wiring
from ivr.demo.check import Verdict, described
from ivr.demo.exchange import Exchange
from ivr.demo.stage import Stage, play
from ivr.settings import find_config, load
from speech.pyttsx3 import Worker
from store.tinydb import TinyVault

Held = dict[str, Any]
"""What came of one meeting, as JSON."""
SHOWN = 60


@dataclass(slots=True)
class Slips:
    """Keeps what was heard as something else than was said."""

    found: list[list[str]] = field(default_factory=list)
    """Question, said, heard."""

    def asked(self, turn: Turn, texts: tuple[str, ...]) -> None:
        """Nothing to keep."""

    def answered(self, exchange: Exchange) -> None:
        """Keep it when it was misheard."""
        if exchange.misheard and exchange.turn.question:
            heard = exchange.heard
            self.found.append(
                [exchange.turn.question.key, exchange.said, heard.keys or heard.text, heard.sound.value]
            )


def hold(job: tuple[int, int, float]) -> Held:
    """Hold the meeting of one seed."""
    seed, members, noise_db = job
    settings = load(find_config(None))
    slips = Slips()
    with (
        tempfile.TemporaryDirectory() as folder,
        wiring.voice(settings) as voice,
        Worker() as worker,
        TinyVault(Path(folder) / "ujala.json") as vault,
    ):
        stage = Stage(settings, wiring.recognizer(settings).session(), voice, worker)
        demo, _ = play(stage, vault, seed=seed, members=members, noise_db=noise_db, watchers=(slips,))
    not_right = [line for line in demo.report.lines if line.verdict is not Verdict.RIGHT]
    return {
        "seed": seed,
        "members": members,
        "noise_db": noise_db,
        "wrong": demo.report.wrong,
        "wrong_money": demo.report.wrong_money,
        "served": demo.report.served,
        "turns": demo.turns,
        "misheard": demo.misheard,
        "minutes": round(demo.seconds / 60, 1),
        "not_right": [
            [
                line.name or "the group",
                line.verdict.value,
                [described(entry) for entry in line.missing],
                [described(entry) for entry in line.extra],
            ]
            for line in not_right
        ],
        "slips": slips.found,
    }


def main() -> None:
    options = _options()
    options.results.parent.mkdir(parents=True, exist_ok=True)
    known = _known(options.results, options.members, options.noise_db)
    seeds = range(options.first, options.first + options.seeds)
    jobs = [(seed, options.members, options.noise_db) for seed in seeds if seed not in known]
    print(machine())
    with (
        multiprocessing.get_context("spawn").Pool(options.processes) as pool,
        options.results.open("a", encoding="utf-8") as results,
    ):
        for held in pool.imap_unordered(hold, jobs):
            print(json.dumps(held, ensure_ascii=False), file=results, flush=True)
            known[held["seed"]] = held
            print(_line(held), flush=True)
    _summary([known[seed] for seed in seeds], options.slips)


def _known(results: Path, members: int, noise_db: float) -> dict[int, Held]:
    if not results.exists():
        return {}
    every = map(json.loads, results.read_text(encoding="utf-8").splitlines())
    return {
        held["seed"]: held for held in every if (held["members"], held["noise_db"]) == (members, noise_db)
    }


def _line(held: Held) -> str:
    return (
        f"seed {held['seed']:>4}  wrong {held['wrong']} (money {held['wrong_money']})  "
        f"served {held['served']}/{held['members']}  "
        f"questions {held['turns']}  misheard {held['misheard']}  {held['minutes']} min"
    )


def _summary(every: list[Held], with_slips: bool) -> None:
    def total(what: str) -> int:
        return sum(held[what] for held in every)

    share = 100 * total("served") / total("members")
    print(
        f"{len(every)} meetings: {total('wrong')} wrong entries ({total('wrong_money')} of money), "
        f"{total('served')} of {total('members')} members served without help ({share:.1f} %), "
        f"{total('turns')} questions, {total('misheard')} answers misheard"
    )
    for held in every:
        for who, verdict, missing, extra in held["not_right"]:
            print(f"  seed {held['seed']} {who}: {verdict}; missing {missing}; extra {extra}")
    if with_slips:
        _print_slips(slip for held in every for slip in held["slips"])


def _print_slips(slips: Iterable[list[str]]) -> None:
    counts = Counter(tuple(slip) for slip in slips)
    for (key, said, heard, sound), times in counts.most_common(SHOWN):
        print(f"  {times:>3} x {key}: said {said}, heard {heard or sound}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.demo", description="Hold the demo's meeting many times.")
    parser.add_argument("--seeds", type=int, default=20, help="how many meetings")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--members", type=int, default=12)
    parser.add_argument("--noise-db", type=float, default=20.0)
    parser.add_argument("--processes", type=int, choices=(1, 2), default=min(2, os.cpu_count() or 1))
    parser.add_argument(
        "--results", type=Path, default=Path("build/bench-demo.jsonl"), help="JSON lines file"
    )
    parser.add_argument("--slips", action="store_true", help="list what was misheard")
    return parser.parse_args()


if __name__ == "__main__":
    main()
