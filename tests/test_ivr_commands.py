"""Every command: a known error is one clear line on stderr and exit code 2, never a traceback."""

import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ivr.__main__ import main
from ivr.commands.common import PlainErrors
from ivr.settings import BESIDE_THE_PACKAGES
from store.errors import DamagedBooks, NoGroupYet


def test_a_bad_config_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("modle: x\n")
    result = CliRunner().invoke(main, ["--config", str(config), "model", "fetch", "x.zip"])
    assert result.exit_code == 2
    assert result.stderr == f"sakhi: {config}: `modle` is not a setting; did you mean `model`?\n"
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NoGroupYet(), "these books have no group yet"),
        (DamagedBooks(Path("b/ujala.json"), "cut short"), "`sakhi books repair ujala` recovers"),
        (PermissionError(13, "Permission denied", "out/x.csv"), "out/x.csv: Permission denied; mend that"),
    ],
)
def test_an_error_of_the_books_or_the_disk_is_one_line(error: Exception, said: str) -> None:
    @click.group(cls=PlainErrors)
    def group() -> None:
        pass

    @group.command()
    def fail() -> None:
        raise error

    result = CliRunner().invoke(group, ["fail"])
    assert result.exit_code == 2
    assert result.stderr.startswith("sakhi: ")
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", [[], *([name] for name in main.commands)])
def test_every_command_explains_itself(words: list[str]) -> None:
    result = CliRunner().invoke(main, [*words, "--help"])
    assert result.exit_code == 0
    assert "Usage: sakhi" in result.output or "Usage: main" in result.output


@pytest.mark.parametrize("room", ["flows", "ivr", "speech", "store"])
def test_every_yaml_is_installed_with_its_package(room: str) -> None:
    house = BESIDE_THE_PACKAGES.parent
    project = tomllib.loads((house / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"].get(room, [])
    installed = {path for pattern in patterns for path in (house / room).glob(pattern)}
    assert set((house / room).rglob("*.yaml")) <= installed
