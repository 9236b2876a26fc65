"""The books in PostgreSQL and real processes: several at one group, killed, and a server that breaks down."""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from postgresql_kit import database, new_id, server
from store_kit import Clock, begin

from store.entries import MeetingOpened
from store.laws import breaches
from store.ledger import Ledger
from store.postgresql.vault import PostgresVault

TESTS = Path(__file__).parent
CLOCK = Clock()
POST = """
import sys
from store.entries import Saving
from store.errors import DatabaseTrouble
from store.ledger import Ledger
from store.postgresql.database import Database
from store.postgresql.vault import PostgresVault
from clock_kit import Clock
url, group, *keys = sys.argv[1:]
ledger = Ledger(PostgresVault(Database(url), group), Clock())
print("ready", flush=True)
for key in keys:
    while True:
        try:
            receipt = ledger.post(Saving("M", "m1", 1), once=key)
            break
        except DatabaseTrouble:
            pass  # said again, until it is confirmed
    print(receipt.number, key, flush=True)
"""


@pytest.fixture
def group() -> str:
    """A group of three with an open meeting, in the database."""
    made = new_id()
    begin(PostgresVault(database(), made), CLOCK).post(MeetingOpened("M"), once="m")
    return made


def posting(group: str, keys: list[str]) -> "subprocess.Popen[str]":
    # A killed child would leave half a coverage file.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    return subprocess.Popen(
        [sys.executable, "-c", POST, server().url("sakhi"), group, *keys],
        stdout=subprocess.PIPE,
        text=True,
        env=env | {"PYTHONPATH": os.pathsep.join([str(TESTS.parent), str(TESTS)])},
    )


def begun(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"


def confirmed(process: "subprocess.Popen[str]") -> dict[str, int]:
    """The number under which each key was confirmed."""
    with process:
        assert process.stdout is not None
        pairs = (line.split() for line in process.stdout.read().splitlines())
        return {key: int(number) for number, key in pairs}


def kept(group: str) -> dict[str, int]:
    """The number of each key in the books, which are sound and have no gap."""
    ledger = Ledger(PostgresVault(database(), group), CLOCK)
    assert breaches(ledger) == ()
    assert [voucher.number for voucher in ledger.vouchers] == list(range(1, len(ledger.vouchers) + 1))
    return {voucher.once: voucher.number for voucher in ledger.vouchers}


def test_processes_that_post_at_once_write_each_key_once_and_without_a_gap(group: str) -> None:
    shared = [f"all-{n}" for n in range(15)]
    dice, own = random.Random(5), [[f"{process}-{n}" for n in range(10)] for process in range(4)]
    processes = [posting(group, dice.sample(mine + shared, len(mine + shared))) for mine in own]
    for process in processes:
        begun(process)
    told = [confirmed(process) for process in processes]
    there = kept(group)
    assert Counter(there.keys()) == Counter(["opening", "m", *shared, *(key for mine in own for key in mine)])
    assert all(there[key] == number for each in told for key, number in each.items())
    assert [len(each) for each in told] == [25] * 4


def test_a_process_killed_at_any_moment_loses_nothing_confirmed(group: str) -> None:
    moments, told = random.Random(2026), dict[str, int]()
    for turn in range(4):
        process = posting(group, [f"{turn}-{n}" for n in range(500)])
        begun(process)
        time.sleep(moments.uniform(0.02, 0.2))
        process.kill()
        told |= confirmed(process)
    there = kept(group)
    assert told and told.items() <= there.items()
    assert len(there) <= 2 + len(told) + 4


def test_a_server_that_breaks_down_in_the_middle_loses_nothing_confirmed(group: str) -> None:
    keys = [f"s-{n}" for n in range(150)]
    process = posting(group, keys)
    begun(process)
    assert process.stdout is not None
    first = process.stdout.readline().split()
    server().stop("immediate")
    server().start()
    told = confirmed(process) | {first[1]: int(first[0])}
    assert process.returncode == 0
    assert list(told) == [*keys[1:], keys[0]]
    assert told.items() <= kept(group).items()
    assert len(kept(group)) == 2 + len(keys)
