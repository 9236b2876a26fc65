"""`sakhi model words`: a copy of the model learns words, and says how they will be said."""

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.__main__ import main
from models.training.checksums import checksums
from speech.vosk import VoskRecognizer

# Looked for, not imported: kaldifst and vosk crash in one process.
needs_tools = pytest.mark.skipif(
    not (find_spec("kaldifst") and shutil.which("fstconvert")),
    reason="needs the extra `train` and Debian's libfst-tools with libfst22-plugins-base",
)


@pytest.fixture
def home(tmp_path: Path, model_folder: Path) -> Path:
    (tmp_path / "config.yaml").write_text(f"model: {model_folder}\n", encoding="utf-8")
    return tmp_path


def teach(home: Path, *words: str, **environment: str) -> Result:
    command = ["--config", str(home / "config.yaml"), "model", "words", str(home / "ours.txt"), *words]
    return CliRunner().invoke(main, [*command, "--to", str(home / "ours")], env=environment)


@needs_tools
def test_words_are_learnt_by_a_copy_of_the_model(home: Path, model_folder: Path) -> None:
    before = checksums(model_folder)
    (home / "ours.txt").write_text("# our hamlets\nझिंगुरडीह", encoding="utf-8")
    result = teach(home, "मुनगाबारी", "झिंगुरडीह")
    assert result.exit_code == 0, result.stderr
    assert "मुनगाबारी: m u n g aa b aa r ii\n" in result.output
    assert "झिंगुरडीह: jh i ng g u r D ii h" in result.output
    assert (home / "ours.txt").read_text(encoding="utf-8") == "# our hamlets\nझिंगुरडीह\nमुनगाबारी\n"
    assert VoskRecognizer(model_folder).unknown_words(["मुनगाबारी"]) == {"मुनगाबारी"}
    assert VoskRecognizer(home / "ours").unknown_words(["मुनगाबारी झिंगुरडीह हाँ रुपये"]) == set()
    assert checksums(model_folder) == before


@needs_tools
def test_a_word_may_be_said_otherwise_than_it_is_written(home: Path) -> None:
    (home / "ours.txt").write_text("मुनगाबारी\tm u n g aa b a r ii\n", encoding="utf-8")
    result = teach(home)
    assert result.exit_code == 0, result.stderr
    assert "मुनगाबारी: m u n g aa b aa r ii, m u n g aa b a r ii\n" in result.output


@pytest.mark.parametrize(
    ("word", "trouble"),
    [
        ("munga", "ours.txt:1: 'munga' cannot be spelled out: give its phones after a tab"),
        ("दो शब्द", "ours.txt:1: 'दो शब्द' is not one word, or one word, a tab and its phones"),
    ],
)
def test_what_is_no_word_is_named_with_its_line(home: Path, word: str, trouble: str) -> None:
    result = teach(home, word)
    assert (result.exit_code, result.stdout) == (2, "")
    assert trouble in result.stderr
    assert sorted(path.name for path in home.iterdir()) == ["config.yaml", "ours.txt"]


@pytest.mark.skipif(not find_spec("kaldifst"), reason="needs the extra `train`")
def test_missing_tools_are_named_with_how_to_get_them(home: Path) -> None:
    result = teach(home, "मुनगाबारी", PATH="")
    assert result.exit_code == 2
    assert "fstcompile is missing; run: sudo apt-get install libfst-tools" in result.stderr
    assert not (home / "ours").exists()


def test_a_model_is_never_put_over_another(home: Path) -> None:
    (home / "ours").mkdir()
    result = teach(home, "मुनगाबारी")
    assert result.stderr == f"sakhi: {home / 'ours'} exists already; choose another folder or remove it\n"
    assert not (home / "ours.txt").exists()
