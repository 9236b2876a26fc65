"""Records by key: the same in memory and on disk, for threads and processes, whatever the disk does."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store_kit import TWINS, open_records

from store import durable
from store.chain import Record
from store.errors import BooksInUse, DamagedBooks, DiskTrouble
from store.records import MemoryRecords, Records
from store.repair import repair
from store.tinydb import TinyRecords

HOUSE = Path(__file__).resolve().parent.parent
COUNT = """
import sys
from pathlib import Path
from store.tinydb import TinyRecords
records = TinyRecords(Path(sys.argv[1]))
for _ in range(20):
    records.change("calls", lambda there: {"made": (there or {"made": 0})["made"] + 1})
"""


@pytest.fixture(params=TWINS)
def records(request: pytest.FixtureRequest, tmp_path: Path) -> Records:
    return open_records(request.param, tmp_path)


def put(record: Record) -> Callable[[Record | None], Record | None]:
    return lambda _: record


def count(there: Record | None) -> Record:
    return {"made": (there or {"made": 0})["made"] + 1}


def test_a_record_is_kept_changed_and_forgotten(records: Records) -> None:
    assert records.all() == {}
    assert records.change("राधा", put({"number": 1})) == {"number": 1}
    assert records.change("गीता", put({"number": 2})) == {"number": 2}
    assert records.change("राधा", lambda there: {**(there or {}), "called": True}) == {
        "number": 1,
        "called": True,
    }
    assert records.all() == {"राधा": {"number": 1, "called": True}, "गीता": {"number": 2}}
    assert records.change("राधा", lambda _: None) is None
    assert records.change("nobody", lambda there: there) is None
    assert records.all() == {"गीता": {"number": 2}}


def test_a_change_that_fails_changes_nothing(records: Records) -> None:
    records.change("a", put({"n": 1}))

    def fail(there: Record | None) -> Record:
        assert there is not None
        there["n"] = 2
        raise RuntimeError

    with pytest.raises(RuntimeError):
        records.change("a", fail)
    assert records.all() == {"a": {"n": 1}}


def test_threads_change_one_record_one_after_the_other(records: Records) -> None:
    threads = [
        threading.Thread(target=lambda: [records.change("calls", count) for _ in range(10)]) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert records.all() == {"calls": {"made": 60}}


def test_processes_change_one_record_one_after_the_other(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    processes = [subprocess.Popen([sys.executable, "-c", COUNT, str(path)], cwd=HOUSE) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert TinyRecords(path).all() == {"calls": {"made": 60}}


def test_who_does_not_let_go_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.tinydb.LONGEST_WAIT", 0.02)
    path = tmp_path / "calls.json"
    records = TinyRecords(path)
    lock = durable.Lock(path)
    with pytest.raises(BooksInUse):
        records.change("a", put({}))
    lock.release()
    records.change("a", put({}))


def test_a_full_disk_is_told_of_and_keeps_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = TinyRecords(tmp_path / "calls.json")
    records.change("a", put({"n": 1}))

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("store.durable.os.write", full)
        with pytest.raises(DiskTrouble):
            records.change("a", put({"n": 2}))
    assert records.all() == {"a": {"n": 1}}


def test_a_folder_that_cannot_be_made_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "line").write_text("")
    with pytest.raises(DiskTrouble):
        TinyRecords(tmp_path / "line" / "calls.json")


def test_a_damaged_file_is_refused_and_the_copy_before_can_take_its_place(tmp_path: Path) -> None:
    path = tmp_path / "calls.json"
    records = TinyRecords(path)
    records.change("a", put({"n": 1}))
    records.change("a", put({"n": 2}))
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(DamagedBooks):
        records.all()
    assert repair(path) is not None
    assert records.all() == {"a": {"n": 1}}


@given(st.lists(st.tuples(st.sampled_from("abc"), st.none() | st.integers())))
def test_records_are_what_a_dictionary_would_be(steps: list[tuple[str, int | None]]) -> None:
    records, model = MemoryRecords(), dict[str, Record]()
    for key, value in steps:
        made = None if value is None else {"value": value}
        records.change(key, put(made) if made else lambda _: None)
        if made is None:
            model.pop(key, None)
        else:
            model[key] = made
        assert records.all() == model
