"""`sakhi books restore`: backup, wipe, restore, and everything is as it was; killed anywhere, old or new."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from backup_kit import PASSPHRASE, Machine, at_each_step, furnished, kept
from group_kit import refused

from ivr.backup.archive import unpacked
from ivr.backup.contents import File
from ivr.backup.restore import chosen, complete, held, plan_of, put_in_place, staged
from ivr.backup.seal import unsealed
from store.entries import Saving
from store.tinydb import TinyVault

HOUSE = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """A machine with a backup of all it has, recordings too."""
    machine = furnished(tmp_path_factory.mktemp("origin"))
    assert machine.backup("--with-recordings").exit_code == 0
    return machine


@pytest.fixture
def machine(origin: Machine, tmp_path: Path) -> Machine:
    """A copy of it, to be spoilt."""
    copy = Machine(tmp_path / "machine")
    shutil.copytree(origin.data, copy.data)
    shutil.copytree(origin.stick, copy.stick, dirs_exist_ok=True)
    copy.stick.joinpath("song.mp3").touch()
    return copy


def backup_of(machine: Machine) -> Path:
    (path,) = machine.backups()
    return path


@cache
def files_of(path: Path) -> tuple[File, ...]:
    return unpacked(unsealed(path.read_bytes(), PASSPHRASE))[1]


def exports(machine: Machine) -> list[bytes]:
    found = []
    for group in ("asha", "ujala"):
        out = machine.stick.parent / f"{group}.json"
        out.unlink(missing_ok=True)
        assert machine.sakhi("books", "export", group, "--to", out, "--with-pins").exit_code == 0
        found.append(out.read_bytes())
    return found


def test_backup_wipe_restore_and_everything_is_as_it_was_to_the_byte(machine: Machine) -> None:
    before = kept(machine)
    del before[f"clips/ujala/{'b' * 32}.flac"]  # its time is over
    machine.wipe()
    told = machine.restore(backup_of(machine))
    assert told.exit_code == 0, told.output
    after = kept(machine)
    # What was opened to tell that it is sound is put into one snapshot when it is closed.
    assert after == before
    assert "ujala (उजाला समूह): 3 members, 4 entries\n" in told.stdout
    assert "ujala: sound; 3 members, 4 entries" in told.stdout and "asha: sound" in told.stdout
    assert (machine.data / "config-restored.yaml").exists()
    written = machine.data / "clips" / "ujala" / f"{'a' * 32}.flac"
    assert written.stat().st_mtime < machine.config.stat().st_mtime - 100_000
    assert all(path.stat().st_mode & 0o077 == 0 for path in machine.data.rglob("*") if path.is_file())


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
    while not Path(sys.argv[2]).exists():
        ledger.post(Saving("M", "m1", 100), once=str(len(ledger.vouchers)))
        print(len(ledger.vouchers), flush=True)
"""


@pytest.fixture
def poster(machine: Machine) -> Iterator["subprocess.Popen[str]"]:
    """Another process that has the books of ujala open and posts on and on."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    paths = os.pathsep.join([str(HOUSE), str(HOUSE / "tests")])
    words = [sys.executable, "-c", POST, str(machine.books()), str(machine.stick / "stop")]
    env["PYTHONPATH"] = paths
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True) as process:
        yield process
        (machine.stick / "stop").touch()
        if process.poll() is None:
            process.communicate()
    assert process.returncode == 0


def test_a_backup_made_while_another_process_posts_brings_back_what_was_confirmed(
    machine: Machine, poster: "subprocess.Popen[str]"
) -> None:
    assert poster.stdout is not None
    backup_of(machine).unlink()
    for _ in range(20):
        confirmed = int(poster.stdout.readline())
    told = machine.backup()
    assert told.exit_code == 0, told.output
    assert poster.poll() is None
    (machine.stick / "stop").touch()
    *_, last = poster.communicate()[0].split()
    with machine.ledger() as ledger:
        living = ledger.vouchers
    assert len(living) == int(last)
    machine.wipe()
    assert machine.restore(backup_of(machine)).exit_code == 0
    with machine.ledger() as ledger:
        assert confirmed <= len(ledger.vouchers) < len(living)
        assert ledger.vouchers == living[: len(ledger.vouchers)]


def test_living_books_are_not_overwritten(machine: Machine) -> None:
    before = kept(machine)
    told = machine.restore(backup_of(machine))
    refused(told, "there is something in", "asha", "ujala", "--replace puts it aside")
    assert kept(machine) == before
    told = machine.restore(backup_of(machine), "--group", "ujala")
    refused(told, "already: ujala; --replace")
    assert kept(machine) == before


def test_what_would_be_lost_is_told_before_and_a_no_changes_nothing(machine: Machine) -> None:
    with machine.ledger() as ledger:
        ledger.post(Saving("M", "m3", 25_50), once="later")
        ledger.add_member(4, "नई")
        ledger.set_pin("m2", "1234")
    before, books = kept(machine), exports(machine)
    told = machine.restore(backup_of(machine), "--replace", typed="no\n")
    assert told.exit_code == 2 and "nothing was written" in told.stderr
    for line in (
        "ujala: would be lost: entry 5 of 10-11-2026 11:00, saving राधा, 25.50 rupees",
        "ujala: would be lost: the member नई",
        "ujala: would be as it was then: PIN, telephones or consent of सीता",
        "asha: nothing would be lost; 0 entries would come back",
    ):
        assert line in told.stdout
    assert kept(machine) == before and not list(machine.data.glob("rest*"))

    told = machine.restore(backup_of(machine), "--replace", typed="yes\n")
    assert told.exit_code == 0, told.output
    (aside,) = machine.data.glob("replaced-*")
    assert f"What was there lies in {aside}" in told.stdout
    with machine.ledger() as ledger:
        assert len(ledger.vouchers) == 4 and len(ledger.members()) == 3
    shutil.rmtree(machine.data / "books")
    (aside / "books").rename(machine.data / "books")
    assert exports(machine) == books


def test_one_group_comes_back_alone(machine: Machine, origin: Machine) -> None:
    with machine.ledger("asha") as ledger:
        ledger.add_member(2, "रीता")
    machine.books().write_bytes(b"")
    shutil.rmtree(machine.data / "clips")
    (machine.data / "line" / "calls.json").unlink()
    others = kept(machine)
    told = machine.restore(backup_of(machine), "--group", "ujala", "--replace", "--yes")
    assert told.exit_code == 0, told.output
    assert "ujala: what would be lost cannot be told" in told.stdout and "the file is empty" in told.stdout
    restored = {name: content for name, content in kept(machine).items() if "ujala" in name}
    wanted = {name: content for name, content in kept(origin).items() if "ujala" in name}
    del wanted[f"clips/ujala/{'b' * 32}.flac"]
    assert restored == wanted
    assert {n: c for n, c in kept(machine).items() if "ujala" not in n} == {
        name: content for name, content in others.items() if "ujala" not in name
    }
    told = machine.restore(backup_of(machine), "--group", "none", "--replace")
    refused_words = "there is no group none in this backup"
    assert told.exit_code == 2 and refused_words in told.stderr


def test_books_in_use_are_not_replaced(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ivr.backup.restore.PATIENCE", 0)
    before = kept(machine)
    with TinyVault(machine.books()):
        told = machine.restore(backup_of(machine), "--replace", "--yes")
    assert told.exit_code == 2 and f"in use by process {os.getpid()}" in told.stderr
    assert kept(machine) == before


def test_what_is_in_a_backup_is_shown_and_nothing_is_touched(machine: Machine) -> None:
    before = kept(machine)
    told = machine.restore(backup_of(machine), "--show")
    assert told.exit_code == 0 and "ujala (उजाला समूह): 3 members, 4 entries" in told.stdout
    assert kept(machine) == before
    refused(machine.restore(machine.stick / "none.age"), "there is no backup")
    refused(
        machine.restore(machine.stick / "song.mp3", "--show"), "song.mp3 cannot be restored: it is no backup"
    )


def test_a_restoration_killed_anywhere_leaves_the_old_or_the_new(
    machine: Machine, origin: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with machine.ledger() as ledger:
        ledger.post(Saving("M", "m3", 25_50), once="later")
    settings, old, states = machine.settings(), kept(machine), tmp_path / "states"
    files = chosen(settings, files_of(backup_of(origin)), None)
    plan = plan_of(settings, files, None)
    seen: list[set[tuple[str, int]]] = []

    def look() -> None:
        there = {(str(path), path.stat().st_size) for path in machine.data.rglob("*")}
        if not seen or seen[-1] != there:
            shutil.copytree(machine.data, states / str(len(seen)))
            seen.append(there)

    with held(settings, plan), staged(settings, files) as folder, at_each_step(monkeypatch, look):
        put_in_place(settings, folder, plan)
    new = kept(machine)
    assert new != old and len(seen) > 40
    came_out = []
    for state in range(len(seen)):
        shutil.rmtree(machine.data)
        (states / str(state)).rename(machine.data)
        complete(settings)
        found = kept(machine)
        assert found in (old, new), state
        assert not (machine.data / "restoring").exists()
        came_out.append(found == new)
    assert came_out == sorted(came_out) and set(came_out) == {True, False}


KILLED = """
import os, signal, sys
from pathlib import Path
from ivr.backup.archive import unpacked
from ivr.backup.restore import held, plan_of, put_in_place, staged
from ivr.settings import load
settings, files = load(Path(sys.argv[1])), unpacked(Path(sys.argv[2]).read_bytes())[1]
rename, left = os.rename, int(sys.argv[3])
def counted(*words, **named):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return rename(*words, **named)
plan = plan_of(settings, files, None)
with held(settings, plan), staged(settings, files) as folder:
    os.rename = counted
    put_in_place(settings, folder, plan)
"""


@pytest.mark.parametrize(("step", "entries"), [(1, 5), (3, 4), (14, 4)])
def test_after_a_kill_the_next_command_completes_what_was_decided(
    machine: Machine, tmp_path: Path, step: int, entries: int
) -> None:
    with machine.ledger() as ledger:
        ledger.post(Saving("M", "m3", 25_50), once="later")
    (tmp_path / "tar").write_bytes(unsealed(backup_of(machine).read_bytes(), PASSPHRASE))
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    words = [sys.executable, "-c", KILLED, str(machine.config), str(tmp_path / "tar"), str(step)]
    done = subprocess.run(words, env=env | {"PYTHONPATH": str(HOUSE)}, check=False)
    assert done.returncode == -signal.SIGKILL
    told = machine.sakhi("books", "check")
    assert told.exit_code == 0, told.output
    assert f"ujala: sound; 3 members, {entries} entries" in told.stdout and "asha: sound" in told.stdout
