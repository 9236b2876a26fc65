"""The README: commands marked `sh run` run, in order, on a copy; all else that it names is there."""

import ast
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from ivr.__main__ import main

HOUSE = Path(__file__).resolve().parent.parent
BLOCKS = re.findall(
    r"^```sh( run)?\n(.*?)^```", (HOUSE / "README.md").read_text(encoding="utf-8"), re.M | re.S
)
RUNNABLE = "".join(block for marked, block in BLOCKS if marked)
LINES = [line for _, block in BLOCKS for line in block.splitlines()]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """What the commands read, with data of its own."""
    shutil.copy(HOUSE / "config.yaml", tmp_path)
    for folder in ("docs", "models", "flows"):
        (tmp_path / folder).symlink_to(HOUSE / folder)
    scripts = tmp_path / ".venv" / "bin"
    scripts.mkdir(parents=True)
    (scripts / "activate").write_text(f'sakhi() {{ {shlex.quote(sys.executable)} -m ivr "$@"; }}\n')
    return tmp_path


@pytest.mark.sound
def test_the_commands_marked_runnable_run(copy: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "SAKHI_CONFIG"}
    ran = subprocess.run(
        ["sh", "-eu", "-c", RUNNABLE],
        cwd=copy,
        env={**environment, "HOME": str(copy), "PYTHONPATH": str(HOUSE)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "सुनीता" in ran.stdout
    assert "ujala: sound; 5 members" in ran.stdout
    assert {path.suffix for path in (copy / "registers").iterdir()} == {".csv", ".xlsx", ".pdf"}


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("make ")])
def test_each_make_target_exists(line: str) -> None:
    target = line.split()[1]
    assert re.search(rf"^{target}:", (HOUSE / "Makefile").read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("sakhi ")])
def test_each_command_is_understood(line: str) -> None:
    words = shlex.split(line)[1:]
    command: click.Command = main
    while isinstance(command, click.Group) and words and words[0] in command.commands:
        command = command.commands[words.pop(0)]
    with command.make_context(str(command.name), words):
        pass


def test_every_line_is_checked_somehow() -> None:
    known = r"make |sakhi |git clone |pip install -e '\.\[(train|voice)\]'$|\. \.venv/bin/activate$"
    assert [line for line in LINES if not re.match(known, line)] == []


PROMISES = re.findall(
    r"^\| (P\d+) \| .+ \| (.+) \|$", (HOUSE / "README.md").read_text(encoding="utf-8"), re.M
)


def test_all_fourteen_promises_are_there_each_with_a_test() -> None:
    assert [number for number, _ in PROMISES] == [f"P{number}" for number in range(1, 15)]
    assert all(re.findall(r"\[test_\w+\]\(tests/\w+\.py\)", tests) for _, tests in PROMISES)


@pytest.mark.parametrize(("name", "path"), re.findall(r"\[(test_\w+)\]\(([^)]+)\)", str(PROMISES)))
def test_each_test_that_a_promise_names_is_there(name: str, path: str) -> None:
    tree = ast.parse((HOUSE / path).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
