"""`python -m bench.line`: the telephone line, measured with a real Asterisk and callers who speak by RTP."""

import argparse
import asyncio
import os
import threading
from collections.abc import Sequence

from bench.machine import machine
from bench.phone import fuzz, latency, sipp, soak
from bench.phone.between import between
from bench.phone.caller import phones
from bench.phone.lab import lab
from bench.phone.scenes import ENTRIES, MEMBERS, scenes
from bench.phone.scripted import played
from bench.phone.voices import wardrobe

CALLS, WAITS, SIPP, SOAK, FUZZ = "calls", "waits", "sipp", "soak", "fuzz"
PARTS = (CALLS, WAITS, SIPP, SOAK, FUZZ)


def main() -> None:
    options = _options()
    print(machine(), f"load average {os.getloadavg()[0]:.1f}", flush=True)
    if CALLS in options.only:
        asyncio.run(_calls())
    if WAITS in options.only:
        asyncio.run(_waits(options.levels, options.seconds))
    if SIPP in options.only:
        _sipp(calls=20, at_once=5)
    if SOAK in options.only:
        _soak(options.calls, options.minutes)
    if FUZZ in options.only:
        asyncio.run(_fuzz(options.inputs))


async def _calls() -> None:
    """Callers who follow a script, all at the same time."""
    with wardrobe() as clothes, lab(MEMBERS, ENTRIES) as one:
        async with phones(one.ports.sip, clothes.hiss, one.ports.phone) as telephones:
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


def _sipp(calls: int, at_once: int) -> None:
    """Calls by keys alone, made by SIPp."""
    with lab(5, entries=1) as one:
        whole, said = sipp.call(one, calls, at_once)
        print(
            "ok  " if whole == calls else f"FAIL {said}",
            f"SIPp: {whole} of {calls} calls by keys went to their end",
        )


def _soak(calls: int, minutes: float) -> None:
    """Many hasty calls in the midst of trouble; broken off with Ctrl-C, it tells how far it came."""
    with lab(soak.MEMBERS, soak.ENTRIES, resume=10) as one:
        run = soak.Soak(one, calls, minutes)
        try:
            asyncio.run(run.run())
        except KeyboardInterrupt:
            print("broken off")
        print(run.line())
        for what, kept in run.verdicts():
            print("ok  " if kept else "FAIL", what)


async def _fuzz(inputs: int) -> None:
    """Garbage at both doors, while callers go on with their calls."""
    with wardrobe() as clothes, between() as middle, lab(4, entries=1, between=middle) as one:
        ready = latency.parts(one, clothes, 2)
        garbage = fuzz.Fuzz(one, middle, inputs)
        thread = threading.Thread(target=garbage.run)
        async with phones(one.ports.sip, clothes.hiss) as telephones:
            thread.start()
            while not garbage.over.is_set():
                measured = await latency.load(one, telephones, ready, seconds=60)
                print(dict(garbage.counts), "meanwhile", measured.line(), flush=True)
            thread.join()
            print("afterwards", (await latency.load(one, telephones, ready, seconds=60)).line(), flush=True)
        for what, kept in await asyncio.to_thread(garbage.verdicts):
            print("ok  " if kept else "FAIL", what)
        print(f"Sakhi connected to the manager {middle.connections} times")


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
    parser.add_argument("--calls", type=int, default=2000, help="how many calls of the soak")
    parser.add_argument("--minutes", type=float, default=25.0, help="how long the soak lasts at most")
    parser.add_argument("--inputs", type=int, default=fuzz.EXAMPLES, help="how many inputs a door is given")
    return parser.parse_args()


if __name__ == "__main__":
    main()
