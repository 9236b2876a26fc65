"""`python -m bench.books`: what the books take, beside plain TinyDB and SQLite, and what they stand.

Posting is `Ledger.post` of one saving with its evidence: the laws, the voucher, and the write that makes it
durable. All keepers post in turns, so that they meet the same machine. Nothing is extrapolated.
"""

import argparse
import logging
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from bench.faults import NOW, damages, live, power_cuts, scratch, small_journals
from bench.keepers import PlainTinyDB, SQLite, group_of, save, write_books
from bench.machine import machine, memory_mb
from store.durable import files_of
from store.entries import MeetingOpened
from store.ledger import Ledger
from store.tinydb import TinyVault
from store.vault import Contents, Vault

SIZES = (100, 1_000, 10_000, 100_000)
OURS = "Bol Sakhi"


def quantile(sample: Sequence[float], share: float) -> float:
    """The value that `share` of the sample does not exceed."""
    return sorted(sample)[min(len(sample) - 1, int(share * len(sample)))]


def told(sample: Sequence[float]) -> str:
    """Median, 99th percentile, longest and number of a sample in seconds."""
    if not sample:
        return "not measured: the time was up"
    ms = [1000 * value for value in sample]
    return f"p50 {median(ms):9.2f}  p99 {quantile(ms, 0.99):9.2f}  max {max(ms):9.2f} ms  (n = {len(ms)})"


def timed(call: Callable[[], object]) -> float:
    """Seconds that a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def postings(folder: Path, contents: Contents, times: int, longest: float) -> dict[str, list[float]]:
    """Post to every keeper in turns, `times` times, or until one has taken `longest` seconds in all."""
    taken: dict[str, list[float]]
    with ExitStack() as stack:
        write_books(folder / "ujala.json", contents)
        ours = stack.enter_context(TinyVault(folder / "ujala.json"))
        others = {
            f"SQLite {journal}": SQLite(folder / f"{journal}.db", contents, journal)
            for journal in ("WAL", "DELETE")
        } | {"plain TinyDB": PlainTinyDB(folder / "plain.json", contents)}
        vaults: dict[str, Vault] = {OURS: ours, **others}
        for other in others.values():
            stack.callback(other.close)
        ledgers = {name: Ledger(vault, lambda: contents.vouchers[-1].at) for name, vault in vaults.items()}
        meetings = {name: meeting_of(ledger) for name, ledger in ledgers.items()}
        taken = {name: [] for name in ledgers}
        os.sync()  # What was written to prepare all this is to hold nobody up.
        dice = random.Random(2026)
        for number in range(times):
            # In an order of their own each time: who comes after the one that writes most waits for its disk.
            for name, ledger in dice.sample([*ledgers.items()], len(ledgers)):
                if sum(taken[name]) < longest:
                    once = f"bench {number}"
                    taken[name].append(timed(lambda: save(ledger, meetings[name], "m1", once)))  # noqa: B023
        print(f"   a member's balance  {told(balances(ledgers[OURS]))}")
    return taken


def meeting_of(ledger: Ledger) -> str:
    """The open meeting, opened when there is none."""
    if ledger.meeting is None:
        ledger.post(MeetingOpened("bench"), once="bench")
        return "bench"
    return ledger.meeting.id


def balances(ledger: Ledger) -> list[float]:
    """How long it takes to tell each member's savings, loans and last five entries."""

    def balance(member: str) -> None:
        ledger.saved_by(member)
        ledger.loans(member)
        ledger.last_entries(member, 5)

    return [timed(lambda: balance(member.id)) for member in ledger.members() * 20]  # noqa: B023


def opening(folder: Path) -> str:
    """Time and memory of opening the books in a process that did nothing else before."""
    runs = [[*map(float, child("open", folder).split())] for _ in range(3)]
    wall, cpu, memory, _ = map(min, zip(*runs, strict=True))
    size = sum(path.stat().st_size for path in files_of(folder / "ujala.json")) / 1e6
    return f"{wall:.2f} s ({cpu:.2f} s of processor), {memory:.0f} MB of memory, {size:.1f} MB of files"


def child(what: str, folder: Path) -> str:
    """What this program prints as another process."""
    command = [sys.executable, "-m", "bench.books", what, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def open_here(folder: Path) -> None:
    """Open the books and print the seconds, seconds of processor and MB it took, and the entries."""
    before, cpu, began = memory_mb(), time.process_time(), time.perf_counter()
    with TinyVault(folder / "ujala.json") as vault:
        ledger = Ledger(vault, lambda: NOW)
        wall, cpu = time.perf_counter() - began, time.process_time() - cpu
        print(wall, cpu, memory_mb() - before, len(ledger.vouchers))


def compaction(folder: Path) -> str:
    """How long posts take while a snapshot is written, and as many right after it."""
    with TinyVault(folder / "ujala.json") as vault:
        ledger = Ledger(vault, lambda: NOW.replace(year=2100))
        meeting = meeting_of(ledger)
        taken: list[float] = []

        def post() -> None:
            number = len(ledger.vouchers)
            taken.append(timed(lambda: save(ledger, meeting, "m1", f"snapshot {number}")))

        writing = threading.Thread(target=vault.compact)
        began = time.perf_counter()
        writing.start()
        while writing.is_alive():
            post()
        whole, meanwhile = time.perf_counter() - began, len(taken)
        writing.join()
        for _ in range(meanwhile):
            post()
    return (
        f"snapshot in {whole:.2f} s; posts meanwhile {told(taken[:meanwhile])}\n"
        f"   {'':14}and alone, after it   {told(taken[meanwhile:])}"
    )


def speed(folder: Path, times: int, longest: float) -> None:
    """Print what posting, balances, opening and snapshots take."""
    everything = group_of(max(SIZES))
    for size in SIZES:
        contents = Contents(everything.group, everything.members, everything.vouchers[:size])
        with tempfile.TemporaryDirectory(dir=folder) as here:
            print(f"{size} entries; load of the machine {os.getloadavg()[0]:.1f}")
            for name, taken in postings(Path(here), contents, times, longest).items():
                print(f"   post, {name:14} {told(taken)}")
            print(f"   {compaction(Path(here))}")
            print(f"   opening {opening(Path(here))}", flush=True)


def faults(cuts: int, hurts: int, kills: int) -> None:
    """Print what came of power cuts, damage and `kill -9`."""
    logging.disable(logging.WARNING)
    came, killed_then, closed_then, seed = Counter[str](), Counter[str](), Counter[str](), 0
    while came.total() < cuts or closed_then.total() < hurts // 2:
        seed += 1
        with scratch() as folder:
            history = live(folder, 8 + seed % 9, least=(1_500, 5_000, 9_000)[seed % 3])
        if came.total() < cuts:
            came += power_cuts(history, rounds=4, seed=seed)
        if closed_then.total() < hurts // 2:
            killed_then += damages(history, history.files, 500, seed)
            closed_then += damages(history, history.closed, 500, -seed)
    print(f"power cuts: {came.total()} crash points; {dict(came)}")
    print(f"damage after kill -9: {killed_then.total()}; {dict(killed_then)}")
    print(f"damage of closed books: {closed_then.total()}; {dict(closed_then)}", flush=True)
    print(f"kill -9: {dict(killed(kills))}")


def killed(times: int) -> Counter[str]:
    """Kill a process that posts and prints each confirmed number, at random moments."""
    came, dice = Counter[str](), random.Random(2026)
    with tempfile.TemporaryDirectory() as here:
        folder = Path(here)
        write_books(folder / "ujala.json", group_of(100))
        for _ in range(times):
            confirmed = list(_until_killed(folder, dice.uniform(0, 0.3)))
            with TinyVault(folder / "ujala.json") as vault:
                kept = len(vault.load().vouchers)
            if confirmed:
                came["kept" if confirmed[-1] <= kept <= confirmed[-1] + 1 else "LOST"] += 1
                came["entries"] += len(confirmed)
    return came


def _until_killed(folder: Path, seconds: float) -> Iterator[int]:
    command = [sys.executable, "-m", "bench.books", "post", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)
        yield from map(int, process.stdout.read().splitlines())


def post_here(folder: Path) -> None:
    """Post until killed, printing the number of each entry once it is confirmed."""
    with small_journals(5_000, 0), TinyVault(folder / "ujala.json") as vault:
        ledger = Ledger(vault, lambda: NOW.replace(year=2100))
        meeting = meeting_of(ledger)
        for number in range(len(ledger.vouchers), 10_000_000):
            save(ledger, meeting, "m1", f"killed {number}")
            print(len(ledger.vouchers), flush=True)


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["speed", "faults", "open", "post"])
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), help="on the disk to be measured")
    parser.add_argument("--times", type=int, default=300, help="posts to each keeper at each size")
    parser.add_argument("--longest", type=float, default=20.0, help="seconds for one keeper at one size")
    parser.add_argument("--cuts", type=int, default=5_000, help="crash points, at least")
    parser.add_argument("--damages", type=int, default=10_000, help="flipped bits and cut files")
    parser.add_argument("--kills", type=int, default=100, help="processes killed")
    options = parser.parse_args()
    if options.what == "open":
        open_here(options.folder)
    elif options.what == "post":
        post_here(options.folder)
    else:
        print(machine(), flush=True)
        if options.what == "speed":
            speed(options.folder, options.times, options.longest)
        else:
            faults(options.cuts, options.damages, options.kills)


if __name__ == "__main__":
    main()
