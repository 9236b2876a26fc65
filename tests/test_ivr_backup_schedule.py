"""Backups by themselves: the timer is written for this machine, and what is wrong with backups is seen."""

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from backup_kit import Machine
from click.testing import CliRunner
from group_kit import refused
from phone_kit import Ports
from prometheus_client import REGISTRY

from ivr.__main__ import main
from ivr.backup.schedule import UNITS
from ivr.backup.state import note_failed, note_good, seconds_old
from ivr.doctor_backup import check_backup
from ivr.finding import Level
from ivr.line import metrics
from ivr.line.health import Health, told

NOW = datetime(2026, 11, 28, 12, 30, tzinfo=UTC)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path / "a machine, 100 %")
    machine.data.mkdir()
    return machine


def test_the_timer_is_written_for_this_machine_once(machine: Machine, tmp_path: Path) -> None:
    units = tmp_path / "units"
    units.mkdir()
    dry = machine.sakhi("books", "schedule", "--units-dir", units, "--dry-run")
    assert dry.exit_code == 0 and "2 files would change" in dry.stdout and not list(units.iterdir())
    assert "2 files changed" in machine.sakhi("books", "schedule", "--units-dir", units).stdout
    service = (units / UNITS[0]).read_text()
    assert f"User={machine.data.owner()}\n" in service
    escaped = str(machine.config).replace("%", "%%")
    assert f'--config "{escaped}" books backup --if-due' in service
    again = machine.sakhi("books", "schedule", "--units-dir", units)
    assert again.stdout == "0 files changed\n"
    machine.passphrase.unlink()
    told = machine.sakhi("books", "schedule", "--units-dir", units)
    assert f"The passphrase is still missing: `sudo install -m 600 -o {machine.data.owner()}" in told.stdout


def test_without_a_folder_or_data_nothing_is_scheduled(machine: Machine, tmp_path: Path) -> None:
    machine.data.rmdir()
    refused(machine.sakhi("books", "schedule", "--units-dir", tmp_path), "there is no data folder")
    machine.config.write_text("")
    refused(machine.sakhi("books", "schedule", "--units-dir", tmp_path), "say first where", "`backup.folder`")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze on this machine")
def test_systemd_finds_nothing_wrong_in_the_units(machine: Machine, tmp_path: Path) -> None:
    machine.sakhi("books", "schedule", "--units-dir", tmp_path)
    units = [str(tmp_path / name) for name in UNITS]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert "sakhi-backup" not in done.stderr, done.stderr
    security = ["systemd-analyze", "security", "--offline=true", units[0]]
    shown = subprocess.run(security, capture_output=True, text=True, check=False).stdout
    level = re.search(r"exposure level for \S+: ([\d.]+)", shown)
    assert level and float(level[1]) < 2.0


def found(machine: Machine) -> tuple[Level, str]:
    (finding,) = check_backup(machine.settings(), NOW)
    return finding.level, finding.what


def test_the_doctor_tells_how_old_the_last_good_backup_is(machine: Machine) -> None:
    settings = machine.settings()
    assert found(machine) == (Level.WARNING, "there is no good one")
    note_failed(settings, NOW, "the stick is not plugged in")
    assert found(machine) == (Level.WARNING, "there is no good one (the stick is not plugged in)")
    note_good(settings, NOW - timedelta(hours=30), machine.stick / "x.age")
    assert found(machine) == (Level.FINE, f"the last good one is 30 hours old: {machine.stick / 'x.age'}")
    note_failed(settings, NOW, "it is full")
    assert found(machine) == (Level.WARNING, "the last try failed: it is full")
    note_good(settings, NOW - timedelta(days=4), machine.stick / "x.age")
    assert found(machine) == (Level.WARNING, "the last good one is 4 days old")
    note_good(settings, NOW + timedelta(days=4), machine.stick / "x.age")
    assert found(machine)[0] is Level.WARNING
    machine.set(folder="null")
    assert found(machine)[1].startswith("none is made by itself")
    (machine.data / "restoring").mkdir()
    assert found(machine)[0] is Level.BROKEN
    (machine.data / "backup.json").write_bytes(b"")
    (machine.data / "restoring").rmdir()
    level, what = found(machine)
    assert level is Level.WARNING and "the file is empty" in what


def test_the_line_tells_how_old_the_last_good_backup_is(machine: Machine) -> None:
    port = Ports.free().sakhi
    machine.config.write_text(f"line: {{status_port: {port}}}\n")
    settings = machine.settings()
    metrics.backup_age.set_function(lambda: seconds_old(settings, NOW))
    words = ["--config", str(machine.config), "line", "status"]
    with told(Health(machine.data), "127.0.0.1", port):
        assert re.search(r"last good backup +none", CliRunner().invoke(main, words).output)
        note_good(settings, NOW - timedelta(days=3), machine.stick / "x.age")
        assert re.search(r"last good backup +3 days old", CliRunner().invoke(main, words).output)
    assert REGISTRY.get_sample_value("sakhi_backup_age_seconds") == 3 * 24 * 3600
