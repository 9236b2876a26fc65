"""`python -m bench.postgresql FOLDER`: many groups in one PostgreSQL database, and what that takes.

A server is started in FOLDER, on the disk to be measured. Groups of fifteen that met monthly for three years
are put in by COPY, as `sakhi books move` does: honest vouchers, each sealed after the one before, that the
database's triggers let pass. Run again, it goes on with the groups that are missing. Then real processes post
through `Ledger.post` and ask for balances. Nothing is extrapolated.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex

from msgspec import structs

from bench.books import meeting_of, timed, told
from bench.faults import GROUP, NOW
from bench.keepers import Clock, save
from bench.machine import machine
from bench.server import Server, programs
from store.chain import START, seal
from store.entries import (
    Attended,
    LoanGiven,
    LoanTerms,
    MeetingClosed,
    MeetingOpened,
    OpeningBalance,
    Repayment,
)
from store.ledger import Ledger
from store.memory import MemoryVault
from store.postgresql import vault as vaults
from store.postgresql.database import Database
from store.postgresql.filling import fill
from store.postgresql.groups import Groups
from store.postgresql.migrate import migrate
from store.postgresql.vault import PostgresVault
from store.vault import Contents

KINDS = 8
"""Histories that are told apart; every group has one of them at moments, and so with hashes, of its own."""
MONTHS, MEMBERS = 36, 15


def history(kind: int) -> Contents:
    """What a group did in three years, posted through the laws."""
    clock, vault, dice = Clock(), MemoryVault(), random.Random(kind)
    ledger = Ledger.found(vault, GROUP, clock)
    for number in range(1, MEMBERS + 1):
        ledger.add_member(number, f"सखी {number}")
    ledger.post(OpeningBalance(20_000_00, 0), once="opening")
    for month in range(MONTHS):
        clock.moment += timedelta(days=30)
        _meet(ledger, f"m{month}", dice)
    return vault.load()


def _meet(ledger: Ledger, meeting: str, dice: random.Random) -> None:
    ledger.post(MeetingOpened(meeting), once=meeting)
    for member in (f"m{number}" for number in range(1, MEMBERS + 1)):
        ledger.post(Attended(meeting, member), once=f"{meeting}/here/{member}")
        save(ledger, meeting, member, f"{meeting}/saving/{member}")
        for loan in ledger.loans(member):
            repayment = Repayment(meeting, member, loan.loan_id, min(loan.payoff, loan.due.total or 100_00))
            ledger.post(repayment, once=f"{meeting}/repaid/{loan.loan_id}")
    for member in dice.sample([f"m{number}" for number in range(1, MEMBERS + 1)], 2):
        if not ledger.loans(member) and ledger.cash > 2_000_00:
            terms = LoanTerms(2_000_00, 200, "reducing", 10, ledger.today + timedelta(days=30))
            loan_id = f"{meeting}/{member}"
            ledger.post(LoanGiven(meeting, member, loan_id, terms), once=f"{loan_id}/given")
    ledger.post(MeetingClosed(meeting, ledger.cash), once=f"{meeting}/closed")


def group_id(number: int) -> str:
    """The id of a group."""
    return f"g{number:05}"


def telling(kept: Contents, number: int) -> Contents:
    """The same history as another group's: its own id, telephones, moments and chain."""
    assert kept.group is not None
    prev, vouchers = START, []
    for voucher in kept.vouchers:
        moment = voucher.at + timedelta(seconds=number)
        vouchers.append(seal(structs.replace(voucher, at=moment, prev=prev)))
        prev = vouchers[-1].hash
    members = tuple(
        record | {"phones": [f"9{number:06}{place:03}"]} for place, record in enumerate(kept.members, start=1)
    )
    return Contents(kept.group | {"id": group_id(number), "number": 0}, members, tuple(vouchers))


def load(url: str, numbers: list[int], until: float) -> int:
    """Put groups in, a transaction each, until the time is up; how many entries."""
    kinds, entries = [history(kind) for kind in range(KINDS)], 0
    with closing(Database(url)) as database:
        for number in numbers:
            if time.time() > until:
                break
            contents = telling(kinds[number % KINDS], number)
            with database.transaction() as connection:
                fill(connection, group_id(number), contents, live=True)
            entries += len(contents.vouchers)
    return entries


def loaded(url: str, groups: int, jobs: int, minutes: float) -> None:
    """Put in what is missing, in several processes, and tell how long it took."""
    with closing(Database(url)) as database:
        there = set(Groups(database).ids())
    missing = [number for number in range(groups) if group_id(number) not in there]
    if not missing:
        return
    began, until = time.perf_counter(), time.time() + 60 * minutes
    with ProcessPoolExecutor(jobs) as pool:
        shares = [missing[job::jobs] for job in range(jobs)]
        entries = sum(pool.map(load, [url] * jobs, shares, [until] * jobs))
    took = time.perf_counter() - began
    print(
        f"loaded {entries} entries in {took:.0f} s, {entries / took:.0f} a second, {jobs} processes",
        flush=True,
    )


def late() -> datetime:
    """A moment after all that was simulated."""
    return NOW + timedelta(days=31 * (MONTHS + 1))


def post_here(url: str, groups: list[str], seconds: float) -> None:
    """Post to these groups in turn; print the seconds each post took."""
    with closing(Database(url)) as database:
        ledgers = [Ledger(PostgresVault(database, group), late) for group in groups]
        meetings = [meeting_of(ledger) for ledger in ledgers]
        taken, run = list[float](), token_hex(4)
        print("ready", flush=True)
        sys.stdin.readline()
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            ledger, number = ledgers[len(taken) % len(ledgers)], len(taken)
            meeting = meetings[number % len(ledgers)]
            taken.append(timed(lambda: save(ledger, meeting, "m1", f"{run} {number}")))  # noqa: B023
        print(json.dumps(taken))


def posted(url: str, shares: list[list[str]], seconds: float) -> str:
    """What posts take while so many processes post to these groups."""
    command = [sys.executable, "-m", "bench.postgresql", "post", url]
    processes = [
        subprocess.Popen(
            [*command, "--seconds", str(seconds), "--these", *groups],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for groups in shares
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    taken: list[float] = []
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        assert process.stdout is not None
        taken += json.loads(process.stdout.read())
        process.wait()
    return f"{len(taken) / seconds:6.0f} posts a second;  {told(taken)}"


def balance(ledger: Ledger) -> None:
    """All that is asked when a member hears her balance."""
    ledger.saved_by("m1")
    ledger.loans("m1")
    ledger.last_entries("m1", 5)


def balances(url: str, groups: list[str]) -> None:
    """Print what a member's balance takes, of groups not yet opened and of open ones."""
    with closing(Database(url)) as database:
        ledgers: list[Ledger] = []

        def cold(group: str) -> None:
            ledgers.append(Ledger(PostgresVault(database, group), late))
            balance(ledgers[-1])

        print(f"balance, group not yet opened        {told([timed(lambda: cold(g)) for g in groups])}")  # noqa: B023
        warm = []
        for ledger in ledgers * 3:
            time.sleep(vaults.FRESH)
            warm.append(timed(lambda: balance(ledger)))  # noqa: B023
        print(f"balance, group open, looked at anew   {told(warm)}")
        directory = Groups(database)
        phones = [f"9{int(group[1:]):06}001" for group in groups]
        asked = [timed(_asking(directory, phone)) for phone in phones]
        print(f"the groups of a telephone             {told(asked)}")


def _asking(directory: Groups, phone: str) -> Callable[[], object]:
    return lambda: directory.groups_of(phone)


def flushes(folder: Path) -> str:
    """What a bare flush of this disk takes."""
    path = folder / "flush"
    with path.open("wb", buffering=0) as file:

        def flush() -> None:
            file.write(b"x" * 600)
            os.fsync(file.fileno())

        taken = [timed(flush) for _ in range(200)]
    path.unlink()
    return told(taken)


SIZES = """
SELECT c.relname, pg_table_size(c.oid), pg_indexes_size(c.oid) FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'sakhi' AND c.relkind = 'r' AND pg_table_size(c.oid) > 1e6 ORDER BY 2 DESC
"""


def sizes(server: Server) -> None:
    """Print how much there is and how much room it takes."""
    ((groups, entries),) = server.sql("SELECT count(DISTINCT group_key), count(*) FROM sakhi.vouchers")
    ((size,),) = server.sql("SELECT pg_database_size('sakhi')")
    print(f"{groups} groups, {entries} entries: {size / 1e6:.0f} MB, {size / entries:.0f} bytes an entry")
    for table, own, indexes in server.sql(SIZES):
        print(f"   {table:10} {own / 1e6:8.0f} MB and {indexes / 1e6:6.0f} MB of indexes")


def measure(folder: Path, groups: int, jobs: int, minutes: float, seconds: float) -> None:
    """Load what is missing, then print what it takes."""
    there = programs()
    assert there is not None, "PostgreSQL is not installed: apt-get install postgresql"
    server = Server(there, folder.resolve(), max_wal_size="8GB")
    try:
        ((version,),) = server.sql("SHOW server_version", name="postgres")
        print(f"{machine()}, load {os.getloadavg()[0]:.1f}, PostgreSQL {version}; max_wal_size = 8GB")
        if not server.sql("SELECT 1 FROM pg_database WHERE datname = 'sakhi'", name="postgres"):
            server.sql("CREATE DATABASE sakhi", name="postgres")
        url = server.url("sakhi")
        with closing(Database(url)) as database, database.connection() as connection:
            migrate(connection)
        loaded(url, groups, jobs, minutes)
        server.sql("VACUUM ANALYZE")
        sizes(server)
        print(f"a bare flush of this disk             {flushes(folder)}", flush=True)
        with closing(Database(url)) as database:
            ids = list(Groups(database).ids())
        random.Random().shuffle(ids)
        balances(url, ids[:200])
        each = min(10, len(ids) // 4)
        for number in (1, 2, 4):
            shares = [ids[each * job : each * job + each] for job in range(number)]
            print(f"{number} processes, {each:2} groups each    {posted(url, shares, seconds)}", flush=True)
        print(f"4 processes, all at one group    {posted(url, [ids[:1]] * 4, seconds)}")
    finally:
        server.stop()


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", metavar="FOLDER", help="where the server's data are, or are to be")
    parser.add_argument("url", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("--these", nargs="*", default=[], help=argparse.SUPPRESS)
    parser.add_argument("--groups", type=int, default=10_000, help="groups there are to be")
    parser.add_argument("--jobs", type=int, default=2, help="processes that load them")
    parser.add_argument("--minutes", type=float, default=15.0, help="loading is broken off after so long")
    parser.add_argument("--seconds", type=float, default=10.0, help="for each measurement of posting")
    options = parser.parse_args()
    if options.groups < 4:
        parser.error("four processes need four groups")
    if options.url:
        post_here(options.url, options.these, options.seconds)
    else:
        measure(Path(options.what), options.groups, options.jobs, options.minutes, options.seconds)


if __name__ == "__main__":
    main()
