"""The journal beside the snapshot: it stays short, nobody waits for it, and it belongs to its books alone."""

import errno
import json
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from store_kit import Clock, begin, sound_books
from tinydb import TinyDB, where

from store import durable, journalled
from store.durable import files_of, good_path, journal_path, journals, slot_path
from store.entries import MeetingOpened, Saving
from store.errors import DamagedBooks
from store.ledger import Ledger
from store.repair import repair
from store.snapshot import Snapshot, pieces_of
from store.tinydb import JournalStorage, JournalTable, TinyVault

CLOCK = Clock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Sound books with a journal: a group of three, an open meeting and two savings."""
    books = sound_books(tmp_path, CLOCK)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journalled, "SMALL", 0)
        with TinyVault(books) as vault:
            save(Ledger(vault, CLOCK), 2)
    return books


@pytest.fixture
def vault(path: Path) -> Iterator[TinyVault]:
    with TinyVault(path) as opened:
        yield opened


def save(ledger: Ledger, times: int) -> None:
    for _ in range(times):
        ledger.post(Saving("M", "m1", 1_00), once=f"saving {len(ledger.vouchers)}")


def saved(path: Path) -> int:
    with TinyVault(path) as vault:
        return Ledger(vault, CLOCK).saved_by("m1")


def size_of(path: Path) -> int:
    """Bytes of all files of books; a snapshot written meanwhile may take files away."""
    size = 0
    for each in files_of(path):
        with suppress(FileNotFoundError):
            size += each.stat().st_size
    return size


def test_the_files_stay_within_a_few_times_what_they_hold(
    vault: TinyVault, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journalled, "LEAST", 4096)
    ledger = Ledger(vault, CLOCK)
    for _ in range(30):
        save(ledger, 10)
        held = sum(len(json.dumps(json.loads(doc))) for doc in vault._journalled.tables["vouchers"].values())
        # The snapshot, the one before, the one being written, and their journals of half that.
        assert size_of(path) < 5 * held + 30_000
    vault.close()
    assert saved(path) == 302_00


def test_entries_go_on_while_a_snapshot_is_written(
    vault: TinyVault, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, go_on = threading.Event(), threading.Event()
    real = durable._write_pieces

    def slow(fresh: Path, pieces: Iterable[bytes]) -> None:
        writing.set()
        assert go_on.wait(30)
        real(fresh, pieces)

    monkeypatch.setattr(durable, "_write_pieces", slow)
    ledger = Ledger(vault, CLOCK)
    snapshot = threading.Thread(target=vault.compact)
    snapshot.start()
    assert writing.wait(30)
    save(ledger, 5)
    assert ledger.saved_by("m1") == 7_00
    go_on.set()
    snapshot.join()
    save(ledger, 1)
    vault.close()
    assert saved(path) == 8_00


def test_a_snapshot_that_fails_holds_nobody_up_and_is_tried_again(
    vault: TinyVault, path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(fresh: Path, pieces: Iterable[bytes]) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    ledger = Ledger(vault, CLOCK)
    monkeypatch.setattr(vault._journalled, "_bound", 0)
    with monkeypatch.context() as disk:
        disk.setattr(durable, "_write_pieces", full)
        for _ in range(3):
            save(ledger, 1)
            thread = vault._journalled._thread
            assert thread is not None
            thread.join()
    assert "no new snapshot" in caplog.text
    copy = path.parent / "copy"
    shutil.copytree(path.parent, copy)
    assert saved(copy / path.name) == 5_00
    save(ledger, 1)
    vault.close()
    assert saved(path) == 6_00
    with TinyVault(path) as vault:
        vault.compact()
    assert len(journals(path)) <= 2


def test_what_was_never_confirmed_is_left_out_and_told(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for torn in (b'0123 {"vouchers": ', bytes(300), b"\n"):
        journal = journal_path(path, journals(path)[-1])
        with journal.open("ab") as file:
            file.write(torn)
        assert saved(path) == 2_00
        assert f"the last {len(torn)} bytes of {journal.name} were never confirmed" in caplog.text


def cut(path: Path) -> None:
    journal = journal_path(path, journals(path)[-1])
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-1]))


def swapped(path: Path) -> None:
    journal = journal_path(path, journals(path)[-1])
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([lines[0], lines[2], lines[1]]))


def of_others(path: Path) -> None:
    other = path.parent / "other" / "ujala.json"
    other.parent.mkdir()
    with TinyVault(other) as vault:
        begin(vault, CLOCK).post(MeetingOpened("M"), once="m")
        number = journals(path)[-1]
        shutil.copy(journal_path(other, journals(other)[-1]), journal_path(path, number))


def of_earlier(path: Path) -> None:
    path.write_bytes(good_path(path).read_bytes())
    journal_path(path, journals(path)[0]).unlink()


def of_an_older_version(path: Path) -> None:
    path.write_bytes(b"".join(pieces_of(Snapshot({"group": {"1": b"{}"}}))))


TROUBLE = {
    "its last line lost": (cut, "cut short: 1 of 3 lines are missing"),
    "lines in another order": (swapped, "line 2 was changed"),
    "a journal of other books": (of_others, "line 1 was changed"),
    "a journal that is gone": (lambda path: journal_path(path, journals(path)[-1]).unlink(), "is missing"),
    "an earlier snapshot": (of_earlier, "line 1 was changed"),
    "a snapshot of an older version": (of_an_older_version, "older than the journal beside it"),
}


@pytest.mark.parametrize("kind", TROUBLE)
def test_files_that_do_not_belong_together_are_refused(path: Path, kind: str) -> None:
    trouble, why = TROUBLE[kind]
    trouble(path)
    with pytest.raises(DamagedBooks, match=why):
        TinyVault(path)


def test_a_lost_slot_is_no_damage(path: Path) -> None:
    for content in (b"", b"nonsense", bytes(192)):
        slot_path(path).write_bytes(content)
        assert saved(path) == 2_00
    slot_path(path).unlink()
    assert saved(path) == 2_00


def test_a_journal_changed_by_others_while_the_books_are_open_is_refused(
    vault: TinyVault, path: Path
) -> None:
    ledger = Ledger(vault, CLOCK)
    save(ledger, 1)
    journal = journal_path(path, journals(path)[-1])
    with journal.open("ab") as file:
        file.write(b"\n")
    with pytest.raises(DamagedBooks, match="changed by another program"):
        save(ledger, 1)
    journal.unlink()
    with pytest.raises(DamagedBooks, match="changed by another program"):
        save(ledger, 1)


def test_books_of_an_older_version_get_a_journal_and_a_copy_with_their_first_entry(tmp_path: Path) -> None:
    path = tmp_path / "ujala.json"
    with TinyVault(path) as vault:
        begin(vault, CLOCK).post(MeetingOpened("M"), once="m")
        tables = vault._journalled.tables
    for each in files_of(path):
        each.unlink()
    path.write_bytes(b"".join(pieces_of(Snapshot(tables))))
    with TinyVault(path) as vault:
        save(Ledger(vault, CLOCK), 3)
    path.write_bytes(b"")
    repaired = repair(path)
    assert repaired is not None
    assert (repaired.lost, repaired.gone) == ((), ())
    assert saved(path) == 3_00


@pytest.mark.parametrize("ours", [True, False])
def test_tables_are_what_tinydb_says_they_are(tmp_path: Path, ours: bool) -> None:
    def opened() -> TinyDB:
        db = TinyDB(tmp_path / "tables.json", True, storage=JournalStorage)
        db.table_class = JournalTable if ours else TinyDB.table_class  # type: ignore[misc]
        return db

    with opened() as db:
        table = db.table("a")
        assert table.insert_multiple([{"n": number} for number in range(5)]) == [1, 2, 3, 4, 5]
        assert table.update({"even": True}, where("n").test(lambda n: n % 2 == 0)) == [1, 3, 5]
        assert table.remove(where("n") == 3) == [4]
        assert table.upsert({"n": 4, "last": True}, where("n") == 4) == [5]
        assert table.insert({"n": 9}) == 6
        db.table("b").insert({"x": ["ओ", None, 1.5]})
    with opened() as db:
        assert [dict(row) for row in db.table("a")] == [
            {"n": 0, "even": True},
            {"n": 1},
            {"n": 2, "even": True},
            {"n": 4, "even": True, "last": True},
            {"n": 9},
        ]
        db.table("a").truncate()
        assert len(db.table("a")) == 0
        db.drop_tables()
    with opened() as db:
        assert [len(db.table(name)) for name in ("a", "b")] == [0, 0]
