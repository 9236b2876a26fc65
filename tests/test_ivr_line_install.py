"""`sakhi line install`: nothing of a person's is lost, no secret is shown, and what is unfit is named."""

import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from ivr.finding import Finding, Level
from ivr.line.checks import Asterisk, check_manager_conf, check_modules, check_version, examine
from ivr.line.install import SHIPPED, Change, planned
from ivr.line.secret import NoSecret, secret_of
from ivr.sections import Line, Settings
from ivr.settings import SettingsError, load

THEIRS = "[general]\nstatic=yes\n[globals]\nTHEIRS=1\n[from-office]\nexten => 1,1,Hangup()"
UNIT = SHIPPED / "sakhi-line.service"


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    """Asterisk's configuration as a person left it."""
    folder = tmp_path / "asterisk"
    folder.mkdir()
    (folder / "extensions.conf").write_text(THEIRS)
    (folder / "manager.conf").write_text("[general]\nenabled = yes\nbindaddr = 127.0.0.1\n")
    (folder / "manager.conf").chmod(0o640)
    return folder


def line(etc: Path, **values: int) -> Line:
    return Line(secret_file=etc.parent / "sakhi" / "line.env", **values)


def needed(etc: Path, **values: int) -> list[Change]:
    return [change for change in planned(line(etc, **values), etc, b"RIFF\xff") if change.needed]


def install(etc: Path, **values: int) -> None:
    for change in needed(etc, **values):
        change.make()


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_only_planned_changes_nothing(etc: Path) -> None:
    before = files(etc.parent)
    assert len(needed(etc)) == 6
    assert files(etc.parent) == before


def test_it_adds_a_line_to_asterisks_files_and_keeps_the_rest(etc: Path) -> None:
    install(etc)
    assert (etc / "extensions.conf").read_text() == f"{THEIRS}\n#include sakhi/extensions.conf\n"
    assert (etc / "extensions.conf.bak").read_text() == THEIRS
    assert (etc / "manager.conf").read_text().endswith("127.0.0.1\n#include sakhi/manager.conf\n")
    assert stat.S_IMODE((etc / "manager.conf").stat().st_mode) == 0o640


def test_run_again_it_changes_nothing(etc: Path) -> None:
    install(etc)
    before = files(etc.parent)
    assert needed(etc) == []
    install(etc)
    assert files(etc.parent) == before


@pytest.mark.parametrize("include", ['#include "sakhi/extensions.conf"', " #include <sakhi/extensions.conf>"])
def test_an_include_that_a_person_wrote_is_enough(etc: Path, include: str) -> None:
    (etc / "extensions.conf").write_text(f"{THEIRS}\n{include}\n")
    install(etc)
    assert (etc / "extensions.conf").read_text() == f"{THEIRS}\n{include}\n"


def test_the_dialplan_follows_the_settings_and_a_copy_of_what_was_changed_by_hand_stays(etc: Path) -> None:
    install(etc)
    own = etc / "sakhi" / "extensions.conf"
    by_hand = own.read_text() + "; by hand\n"
    own.write_text(by_hand)
    (change,) = needed(etc, port=9999)
    assert "-; by hand" in change.shown() and "+SAKHI_AT=127.0.0.1:9999" in change.shown()
    change.make()
    assert own.with_name("extensions.conf.bak").read_text() == by_hand
    install(etc, port=9998)
    assert own.with_name("extensions.conf.bak").read_text() == by_hand
    assert "SAKHI_AT=127.0.0.1:9999" in own.with_name("extensions.conf.bak2").read_text()


@pytest.mark.parametrize(("there", "written"), [(THEIRS, "[globals](+)"), ("[general]\n", "[globals]\n")])
def test_globals_are_added_to_those_that_are_there(etc: Path, there: str, written: str) -> None:
    (etc / "extensions.conf").write_text(there)
    install(etc)
    assert written in (etc / "sakhi" / "extensions.conf").read_text()


def test_the_secret_is_made_once_kept_for_its_owner_and_never_shown(etc: Path) -> None:
    shown = "".join(change.shown() for change in needed(etc))
    install(etc)
    file = etc.parent / "sakhi" / "line.env"
    secret = secret_of(file, {})
    assert len(secret) == 48
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert f"secret = {secret}" in (etc / "sakhi" / "manager.conf").read_text()
    assert not (etc / "sakhi" / "manager.conf").stat().st_mode & 0o007
    (etc / "sakhi" / "manager.conf").write_text("[sakhi]\nsecret = an-older-one\n")
    shown += "".join(change.shown() for change in needed(etc))
    assert not re.search(rf"{secret}|an-older-one|[0-9a-f]{{48}}", shown)


def test_the_environments_secret_wins() -> None:
    assert secret_of(Path("nowhere"), {"SAKHI_MANAGER_SECRET": "from there"}) == "from there"


@pytest.mark.parametrize(
    ("written", "mode", "why"),
    [
        (None, 0, "`sakhi line install` makes one"),
        ("SAKHI_MANAGER_SECRET=abc\n", 0o644, "others can read the secret in .*; mend that with `chmod 600"),
        ("SAKHI_MANAGER_SECRET=abc\n", 0o640, "others can read"),
        ("SAKHI_MANAGER_SECRET=CHANGE-ME\n", 0o600, "still CHANGE-ME"),
        ("OTHER=abc\n", 0o600, "has no line SAKHI_MANAGER_SECRET"),
    ],
)
def test_a_secret_that_may_not_be_used_is_refused(
    tmp_path: Path, written: str | None, mode: int, why: str
) -> None:
    file = tmp_path / "line.env"
    if written:
        file.write_text(written)
        file.chmod(mode)
    with pytest.raises(NoSecret, match=why) as refused:
        secret_of(file, {})
    assert "abc" not in str(refused.value)


def test_a_secret_in_the_config_is_refused_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("line: {secret: hunter2}\n")
    with pytest.raises(
        SettingsError, match=r"`line\.secret` is not a setting: no secret stands here"
    ) as refused:
        load(tmp_path / "config.yaml")
    assert "hunter2" not in str(refused.value)


def levels(findings: list[Finding]) -> list[Level]:
    return [finding.level for finding in findings]


def program(folder: Path, says: str) -> Asterisk:
    path = folder / "asterisk-program"
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return Asterisk(str(path), folder)


@pytest.mark.parametrize(
    ("says", "level"),
    [
        ("Asterisk 22.10.1+dfsg", Level.FINE),
        ("Asterisk 22.4.0", Level.FINE),
        ("Asterisk 22.3.0", Level.BROKEN),
        ("Asterisk 20.6.0~dfsg+~cs6.13.40431414-2build5", Level.BROKEN),
        ("Asterisk 20.14.0", Level.FINE),
        ("Asterisk 23.0.0", Level.FINE),
        ("Asterisk 18.26.0", Level.BROKEN),
        ("Asterisk GIT-master-abc", Level.BROKEN),
    ],
)
def test_a_version_that_keeps_keys_back_is_named(tmp_path: Path, says: str, level: Level) -> None:
    assert levels(list(check_version(program(tmp_path, says)))) == [level]


def test_without_asterisk_the_technician_is_told_what_to_do(etc: Path) -> None:
    found = list(examine(Settings(line=line(etc)), Asterisk(str(etc / "nowhere"), etc)))
    assert [finding.about for finding in found if finding.level is Level.BROKEN] == ["version", "Asterisk"]
    assert all(finding.mend for finding in found if finding.level is Level.BROKEN)


def test_modules_that_are_not_loaded_are_named() -> None:
    loaded = (
        "app_audiosocket.so   AudioSocket   0   Running   core\napp_exec.so  Exec  0  Not Running  core\n"
    )
    (found,) = check_modules(loaded)
    assert found.level is Level.BROKEN
    assert "app_exec" in found.what and "app_audiosocket" not in found.what


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("[general]\nenabled=yes\nbindaddr = 127.0.0.1 ; here alone\n", [Level.FINE]),
        ("[general]\nenabled=yes\n", [Level.BROKEN]),
        ("[general]\nenabled=yes\nbindaddr=0.0.0.0\n", [Level.BROKEN]),
        ("[general]\nenabled=no\nbindaddr=127.0.0.1\n", [Level.BROKEN, Level.FINE]),
        ("[general]\nenabled=yes\nbindaddr=127.0.0.1\nport=5039\n", [Level.FINE, Level.BROKEN]),
        ("[general]\nenabled=yes\nbindaddr=127.0.0.1\nwebenabled=yes\n", [Level.FINE, Level.WARNING]),
    ],
)
def test_a_manager_that_is_off_or_open_to_the_network_is_named(
    tmp_path: Path, written: str, found: list[Level]
) -> None:
    (tmp_path / "manager.conf").write_text(written)
    assert levels(list(check_manager_conf(tmp_path / "manager.conf", 5038))) == found


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze on this machine")
def test_systemd_finds_nothing_wrong_in_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", UNIT.read_text(), flags=re.M))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert unit.name not in done.stderr, done.stderr
    security = ["systemd-analyze", "security", "--offline=true", unit]
    shown = subprocess.run(security, capture_output=True, text=True, check=False).stdout
    level = re.search(r"exposure level for \S+: ([\d.]+)", shown)
    assert level and float(level[1]) < 2.0
