"""`sakhi line install` on a real Asterisk: it takes all in, Sakhi's user has its rights and no other."""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from phone_kit import HOUSE, KIT, MANAGER, PATIENCE, NoAsterisk, Ports, control, installed

from ivr.line.install import SHIPPED

pytestmark = pytest.mark.phone
EXAMPLES = sorted(SHIPPED.glob("pjsip-*.example"))
PROGRAM = """#!/bin/sh
exec {rt}/lib64/ld-linux-x86-64.so.2 --library-path {rt}/usr/lib/x86_64-linux-gnu {rt}/usr/sbin/asterisk "$@"
"""


@contextmanager
def running(folder: Path, ports: Ports, pjsip: str = "") -> Iterator[Path]:
    """Asterisk as it is before Sakhi comes; its program."""
    try:
        program = folder / "asterisk"
        program.write_text(PROGRAM.format(rt=installed()))
    except NoAsterisk as error:
        pytest.skip(f"no real Asterisk: {error}")
    program.chmod(0o755)
    shutil.copytree(KIT / "etc", folder / "etc")
    (folder / "etc/extensions.conf").write_text("[general]\nstatic=yes\n[globals]\nTHEIRS=1\n")
    (folder / "etc/manager.conf").write_text(MANAGER.format(manager=ports.manager))
    (folder / "etc/pjsip.conf").write_text(pjsip)
    control(folder, "start")
    try:
        yield program
    finally:
        control(folder, "stop")


def install(folder: Path, ports: Ports, program: Path, *options: str) -> tuple[int, str]:
    config = folder / "config.yaml"
    config.write_text(
        f"data: data\nvoice: {{cache: voice}}\n"
        f"line: {{port: {ports.sakhi}, manager_port: {ports.manager}, secret_file: line.env}}\n"
    )
    command = [sys.executable, "-m", "ivr", "--config", config, "line", "install", *options]
    done = subprocess.run(
        [*command, "--asterisk-dir", folder / "etc", "--asterisk", program],
        cwd=HOUSE,
        env={key: value for key, value in os.environ.items() if key != "SAKHI_MANAGER_SECRET"},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_real_asterisk_takes_it_in_and_its_user_may_do_no_more_than_it_needs(tmp_path: Path) -> None:
    ports = Ports.free()
    with running(tmp_path, ports) as program:
        code, shown = install(tmp_path, ports, program, "--dry-run")
        assert code == 1 and "6 files would change" in shown
        assert not (tmp_path / "etc/sakhi").exists() and not (tmp_path / "line.env").exists()
        code, shown = install(tmp_path, ports, program)
        assert code == 0, shown
        assert "the user sakhi gets in, and may do no more" in shown and "calls are brought to" in shown
        assert "THEIRS=1" in control(tmp_path, "rx", "dialplan show globals")
        assert "0 files changed" in install(tmp_path, ports, program)[1]
        with (tmp_path / "etc/manager.conf").open("a") as file:
            file.write("[sakhi](+)\nread = all\nwrite = all\n")
        control(tmp_path, "rx", "manager reload")
        code, shown = install(tmp_path, ports, program)
        assert code == 1 and "sakhi may do too much: Command, GetConfig" in shown


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_loads_without_a_warning_and_brings_calls_to_sakhi(path: Path, tmp_path: Path) -> None:
    ports = Ports.free()
    example = re.sub(r"^bind=.*$", f"bind=127.0.0.1:{ports.sip}", path.read_text(), flags=re.M)
    with running(tmp_path, ports, example) as program:
        troubles = re.findall(r"^.*(?:WARNING|ERROR).*$", (tmp_path / "run/log/messages").read_text(), re.M)
        assert troubles == []
        code, shown = install(tmp_path, ports, program)
        assert code == 0, shown
        assert re.search(r"ok  endpoint \S+: brings calls to Sakhi; keys by (rfc4733|auto)", shown)
        goes_out = "go out over trunk" if "trunk" in path.name else "there is no endpoint trunk"
        assert goes_out in shown


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_option_of_an_example_is_one_that_asterisk_documents(path: Path) -> None:
    """The Asterisk of the tests has not every module that an example needs, but the documentation of all."""
    try:
        documented = installed() / "usr/share/asterisk/documentation/core-en_US.xml"
    except NoAsterisk as error:
        pytest.skip(f"no real Asterisk: {error}")
    known: dict[str, set[str]] = {}
    for kind in ElementTree.parse(documented).iterfind(".//configObject"):
        options = known.setdefault(kind.attrib["name"], {"type"})
        options |= {option.attrib["name"] for option in kind.iterfind("configOption")}
    lines = path.read_text().splitlines()
    shown = [line.lstrip("; ") for line in lines if re.match(r"(; )?\w+=", line)]
    kind = ""
    for line in shown:
        option, _, value = line.partition("=")
        kind = value if option == "type" else kind
        assert option in known[kind], f"{option} of {kind}"
