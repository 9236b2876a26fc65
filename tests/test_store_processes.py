"""The books and real processes: two at once, full and read-only disks, kill -9."""

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_kit import Clock, begin, sound_books

from store.entries import MeetingOpened
from store.errors import BooksInUse, DiskTrouble
from store.ledger import Ledger
from store.tinydb import TinyVault

TESTS = Path(__file__).parent
CLOCK = Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Sound books: a group of three and an open meeting."""
    return sound_books(tmp_path, CLOCK)


def files(path: Path) -> set[str]:
    return {item.name for item in path.parent.iterdir()}


def child(script: str, *words: str) -> "subprocess.Popen[str]":
    # A killed child would leave half a coverage file.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    return subprocess.Popen(
        [sys.executable, "-c", script, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=env | {"PYTHONPATH": os.pathsep.join([str(TESTS.parent), str(TESTS)])},
    )


HOLD = """
import sys
from pathlib import Path
from store.ledger import Ledger
from store.entries import Saving
from store.tinydb import TinyVault
from clock_kit import Clock
with TinyVault(Path(sys.argv[1])) as vault:
    Ledger(vault, Clock()).post(Saving("M", "m1", 150_00), once="s")
    print("ready", flush=True)
    sys.stdin.readline()
"""


def test_two_processes_take_turns_and_the_second_hears_the_new_balance(path: Path) -> None:
    process = child(HOLD, str(path))
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        with pytest.raises(BooksInUse) as caught:
            TinyVault(path)
        assert caught.value.owner == process.pid
        process.communicate("\n")
    with TinyVault(path) as vault:
        assert Ledger(vault, CLOCK).saved_by("m1") == 150_00


FULL = """
import errno, resource, signal, sys
from pathlib import Path
from store.entries import Saving
from store.errors import DiskTrouble
from store.ledger import Ledger
from store.tinydb import TinyVault
from clock_kit import Clock
path = Path(sys.argv[1])
with TinyVault(path) as vault:
    ledger = Ledger(vault, Clock())
    if sys.argv[2] == "limit":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        limit = path.stat().st_size + 2000
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    for step in range(1000):
        try:
            ledger.post(Saving("M", "m1", 1), once=str(step))
        except DiskTrouble as error:
            print(step, errno.errorcode[error.os_error.errno], ledger.saved_by("m1"))
            break
"""


def run_full(path: Path, how: str) -> tuple[int, str]:
    """Post until the disk refuses; how many were confirmed, and the errno."""
    process = child(FULL, str(path), how)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    confirmed, code, saved = out.split()
    assert confirmed == saved
    with TinyVault(path) as vault:
        assert Ledger(vault, CLOCK).saved_by("m1") == int(confirmed)
    assert "ujala.json.new" not in files(path)
    return int(confirmed), code


def test_a_file_at_its_size_limit_keeps_what_was_confirmed(path: Path) -> None:
    confirmed, code = run_full(path, "limit")
    assert code == "EFBIG"
    assert confirmed > 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    made = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if not made or made.returncode:
        pytest.skip("mounting a small file system is not permitted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_keeps_what_was_confirmed(small_disk: Path) -> None:
    path = small_disk / "ujala.json"
    with TinyVault(path) as vault:
        begin(vault, CLOCK).post(MeetingOpened("M"), once="m")
    confirmed, code = run_full(path, "full")
    assert code == "ENOSPC"
    assert confirmed > 0


def test_a_read_only_disk_is_read_told_and_not_written(
    small_disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = small_disk / "ujala.json"
    with TinyVault(path) as vault:
        ledger = begin(vault, CLOCK)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(DiskTrouble) as caught:
        ledger.add_member(8, "नई")
    assert caught.value.os_error.errno == errno.EROFS
    with TinyVault(path) as vault:
        ledger = Ledger(vault, CLOCK)
        assert len(ledger.members()) == 3
        with pytest.raises(DiskTrouble) as caught:
            ledger.add_member(8, "नई")
        assert caught.value.os_error.errno == errno.EROFS
    assert "read-only disk: it can be read, nothing can be written" in caplog.text


POST = """
import sys
from pathlib import Path
from store.entries import Saving
from store.ledger import Ledger
from store.tinydb import TinyVault
from clock_kit import Clock
with TinyVault(Path(sys.argv[1])) as vault:
    ledger = Ledger(vault, Clock())
    first = len(ledger.vouchers)
    print("ready", flush=True)
    for step in range(first, first + 200):
        print(ledger.post(Saving("M", "m1", 1), once=f"s{step}").number, flush=True)
"""


def test_killed_at_any_moment_loses_nothing_confirmed(path: Path) -> None:
    moments = random.Random(2026)
    confirmed = 2
    for _ in range(8):
        process = child(POST, str(path))
        with process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(moments.uniform(0, 0.25))
            process.send_signal(signal.SIGKILL)
            printed = [int(line) for line in process.stdout.read().split()]
        confirmed = printed[-1] if printed else confirmed
        with TinyVault(path) as vault:
            kept = Ledger(vault, CLOCK).vouchers
        assert confirmed <= len(kept) <= confirmed + 1
        confirmed = len(kept)
    assert confirmed > 20, "the kills came before anything was posted"
