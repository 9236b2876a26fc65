"""`python -m bench.line`: the telephone line, measured with a real Asterisk and callers who speak by RTP."""

import argparse
import asyncio
import os
from collections.abc import Sequence

from bench.machine import machine
from bench.phone import latency
from bench.phone.caller import phones
from bench.phone.lab import lab
from bench.phone.scenes import ENTRIES, MEMBERS, scenes
from bench.phone.scripted import played
from bench.phone.voices import wardrobe

CALLS, WAITS = "calls", "waits"
PARTS = (CALLS, WAITS)


def main() -> None:
    options = _options()
    print(machine(), f"load average {os.getloadavg()[0]:.1f}", flush=True)
    if CALLS in options.only:
        asyncio.run(_calls())
    if WAITS in options.only:
        asyncio.run(_waits(options.levels, options.seconds))


async def _calls() -> None:
    """Callers who follow a script, all at the same time."""
    with wardrobe() as clothes, lab(MEMBERS, ENTRIES) as one:
        async with phones(one.ports.sip, clothes.hiss) as telephones:
            for outcome in await played(one, telephones, clothes, scenes(one.known)):
                print(outcome.line(), flush=True)


async def _waits(levels: Sequence[int], seconds: float) -> None:
    """The waits of one caller, and the largest number of callers at which they are still good."""
    with wardrobe() as clothes, lab(max(levels) + 2, entries=1) as one:
        ready = latency.parts(one, clothes, max(levels))
        good = 0
        async with phones(one.ports.sip, clothes.hiss) as telephones:
            for callers in levels:
                measured = await latency.load(one, telephones, ready[:callers], seconds)
                print(measured.report() if callers == 1 else measured.line(), flush=True)
                if measured.percentile(95) > latency.MOST_P95:
                    break
                good = callers
    print(f"p95 stays within {latency.MOST_P95:.1f} s with {good} callers, of {', '.join(map(str, levels))}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.line", description="Measure the telephone line.")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="these parts, not all")
    parser.add_argument(
        "--levels",
        nargs="+",
        type=int,
        default=(1, *latency.LEVELS),
        metavar="CALLERS",
        help="how many callers talk at once, one after the other",
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each number of them talks")
    return parser.parse_args()


if __name__ == "__main__":
    main()
