"""`sakhi train` and `sakhi train adapt`: what is missing or wrong is told."""

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.__main__ import main

needs_train = pytest.mark.skipif(
    not (find_spec("torch") and find_spec("onnxruntime")), reason="needs the extra `train`"
)


@pytest.fixture
def home(tmp_path: Path, model_folder: Path) -> Path:
    (tmp_path / "config.yaml").write_text(f"model: {model_folder}\n", encoding="utf-8")
    return tmp_path


def run(home: Path, *arguments: str) -> Result:
    command = ["--config", str(home / "config.yaml"), "train", *arguments, "--work", str(home / "work")]
    return CliRunner().invoke(main, command)


def test_nothing_to_learn_from_is_told(home: Path) -> None:
    result = run(home, "adapt")
    assert result.exit_code == 2
    assert "name a folder of recordings with --recordings" in result.stderr


def test_a_folder_without_a_manifest_is_told(home: Path) -> None:
    result = run(home, "adapt", "--recordings", str(home))
    assert result.exit_code == 2
    assert "manifest.tsv: no such file" in result.stderr


def test_what_training_needs_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    (home / "manifest.tsv").touch()
    result = run(home, "adapt", "--recordings", str(home))
    assert result.exit_code == 2
    assert "pip install -e '.[train]'" in result.stderr


@needs_train
def test_a_manifest_that_lacks_a_column_makes_no_model(home: Path) -> None:
    (home / "manifest.tsv").write_text("path\ttranscript\n", encoding="utf-8")
    result = run(home, "adapt", "--recordings", str(home))
    assert result.exit_code == 2
    assert "no model was made" in result.stderr
