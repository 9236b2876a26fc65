"""Books are copied while others write them: never torn, never without what was confirmed, nobody waits."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_kit import Clock, begin, sound_books

from store import journalled
from store.copies import copy_books
from store.durable import journal_path, journals, slot_path
from store.entries import MeetingOpened, Saving
from store.errors import DamagedBooks
from store.laws import breaches
from store.ledger import Ledger
from store.snapshot import Snapshot, pieces_of
from store.tinydb import TinyVault

TESTS = Path(__file__).parent
CLOCK = Clock()


def opened(folder: Path, files: dict[str, bytes]) -> int:
    """How many entries a copy holds, once it was opened and every law tried."""
    folder.mkdir(exist_ok=True)
    for left in folder.iterdir():
        left.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    with TinyVault(folder / "ujala.json") as vault:
        ledger = Ledger(vault, CLOCK)
        assert breaches(ledger) == ()
        return len(ledger.vouchers)


def test_books_at_rest_are_copied_byte_by_byte(tmp_path: Path) -> None:
    path = sound_books(tmp_path, CLOCK)
    copied = copy_books(path).files
    assert copied == {name: path.with_name(name).read_bytes() for name in copied}
    assert {path.name, slot_path(path).name} <= copied.keys()
    assert opened(tmp_path / "copy", copied) == 2


ACTS = st.lists(st.sampled_from(["post", "compact", "twice", "nothing", "torn"]), max_size=8)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACTS, ACTS)
def test_whatever_is_written_between_two_reads_a_copy_is_whole(
    tmp_path_factory: pytest.TempPathFactory, before: list[str], meanwhile: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("books")
    with TinyVault(folder / "ujala.json") as vault, pytest.MonkeyPatch.context() as patch:
        writer = _Writer(vault, folder / "ujala.json")
        for act in before:
            writer.do(act)()
        confirmed, acts, read = writer.confirmed, iter(meanwhile), Path.read_bytes

        def read_bytes(path: Path) -> bytes:
            if path.parent == folder:
                patch.setattr(Path, "read_bytes", read)
                finish = writer.do(next(acts, "nothing"))
                seen = read(path)
                finish()
                patch.setattr(Path, "read_bytes", read_bytes)
                return seen
            return read(path)

        patch.setattr(Path, "read_bytes", read_bytes)
        files = copy_books(folder / "ujala.json").files
        patch.setattr(Path, "read_bytes", read)
        assert confirmed <= opened(folder / "copy", files) <= writer.confirmed


class _Writer:
    """Another who has the books open."""

    def __init__(self, vault: TinyVault, path: Path) -> None:
        self._vault, self._path = vault, path
        self._ledger = begin(vault, CLOCK)
        self._ledger.post(MeetingOpened("M"), once="m")
        self.confirmed = 2

    def do(self, act: str) -> Callable[[], object]:
        """Do it; what is returned does the rest of it."""
        if act in ("post", "torn"):
            self._ledger.post(Saving("M", "m1", 100), once=str(self.confirmed))
            self.confirmed += 1
        if act in ("compact", "twice"):
            for _ in range(1 + (act == "twice")):
                self._vault.compact()
        if act == "torn":
            # A commit under way: half of its line can be seen.
            journal = journal_path(self._path, journals(self._path)[-1])
            whole = journal.read_bytes()
            os.truncate(journal, len(whole) - 40)
            return partial(journal.write_bytes, whole)
        return int


POST = """
import sys
from pathlib import Path
from store import journalled
from store.entries import Saving
from store.ledger import Ledger
from store.tinydb import TinyVault
from store_kit import Clock
journalled.LEAST = 4000
with TinyVault(Path(sys.argv[1])) as vault:
    ledger = Ledger(vault, Clock())
    number = len(ledger.vouchers)
    while not Path(sys.argv[2]).exists():
        ledger.post(Saving("M", "m1", 100), once=str(number))
        number += 1
        print(number, flush=True)
"""


@pytest.fixture
def poster(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that posts on and on, and makes snapshots meanwhile, until it is told to stop."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    with subprocess.Popen(
        [sys.executable, "-c", POST, str(sound_books(tmp_path, CLOCK)), str(tmp_path / "stop")],
        stdout=subprocess.PIPE,
        text=True,
        env=env | {"PYTHONPATH": os.pathsep.join([str(TESTS.parent), str(TESTS)])},
    ) as process:
        yield process
        (tmp_path / "stop").touch()
        process.communicate()
    assert process.returncode == 0


def test_while_another_process_posts_every_copy_holds_what_it_had_confirmed(
    tmp_path: Path, poster: "subprocess.Popen[str]"
) -> None:
    assert poster.stdout is not None
    generations = set()
    for _ in range(25):
        confirmed = int(poster.stdout.readline())
        files = copy_books(tmp_path / "ujala.json").files
        assert opened(tmp_path / "copy", files) >= confirmed
        generations.add(min(journals(tmp_path / "ujala.json")))
        for _ in range(3):
            poster.stdout.readline()
    assert len(generations) > 2, "snapshots were made meanwhile"


def damage(path: Path, what: str) -> None:
    if what == "flip":
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    elif what == "cut":
        path.write_bytes(path.read_bytes()[:-5])
    else:
        path.unlink()


@pytest.mark.parametrize("what", ["flip", "cut", "lost"])
@pytest.mark.parametrize("which", ["ujala.json", "journal"])
def test_damage_is_refused_and_not_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, which: str
) -> None:
    monkeypatch.setattr(journalled, "SMALL", 0)
    monkeypatch.setattr("store.copies.BETWEEN", 0)
    path = sound_books(tmp_path, CLOCK)
    damage(path if which == "ujala.json" else max(tmp_path.glob("*journal-*")), what)
    with pytest.raises(DamagedBooks):
        copy_books(path)


def test_a_file_of_before_there_were_journals_is_copied(tmp_path: Path) -> None:
    path = sound_books(tmp_path, CLOCK)
    tables: Any = copy_books(path).tables
    for left in tmp_path.iterdir():
        left.unlink()
    path.write_bytes(b"".join(pieces_of(Snapshot(tables))))
    assert copy_books(path).files == {path.name: path.read_bytes()}
