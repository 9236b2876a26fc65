"""`sakhi voice import`, `status` and `forget`, and that a recording needs a terminal."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from flows.inventory import name, sentences
from ivr.__main__ import main
from ivr.naming import forget
from ivr.recorded import Recordings
from ivr.settings import load
from speech.audio import Audio
from speech.pyttsx3 import Pyttsx3, Worker

pytestmark = pytest.mark.sound
WHOLE = [each for each in sentences() if not each.cuts][:2]
SLOTTED = next(each for each in sentences() if each.name == "balance.loan")
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    model = ROOT / "models" / "hi-small"
    path.write_text(f"data: data\nmodel: {model}\nrecorded: recorded\n", encoding="utf-8")
    return path


def sakhi(config: Path, *words: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["--config", str(config), "voice", *words], input=typed)


def recorded(folder: Path, worker: Worker, *texts: tuple[str, str]) -> Path:
    """Sound files as a studio delivers them: 44.1 kHz, quiet around the words."""
    folder.mkdir(exist_ok=True)
    for file, text in texts:
        said = Pyttsx3(worker, "hi+f4", 140).speak(text)
        quiet = Audio.silence(0.5, said.rate)
        whole = Audio.joined([quiet, Audio(said.samples // 3, said.rate), quiet])
        hiss = np.random.default_rng(1).integers(-9, 9, len(whole.samples)).astype(np.int16)
        Audio(whole.samples + hiss, whole.rate).resampled(44100).write(folder / file)
    return folder


def test_a_folder_of_files_called_by_their_keys_is_taken_over(
    config: Path, tmp_path: Path, worker: Worker
) -> None:
    files = ((f"{each.name}.wav", each.text) for each in (*WHOLE, SLOTTED))
    result = sakhi(config, "import", str(recorded(tmp_path / "studio", worker, *files)))
    assert (result.exit_code, result.stderr) == (0, "")
    assert "3 recordings were taken, 0 left out" in result.stdout
    assert Recordings(tmp_path / "recorded").missing([*WHOLE, SLOTTED]) == ()
    shown = sakhi(config, "status").stdout
    (prompts,) = (line for line in shown.splitlines() if "always the same" in line)
    assert prompts.replace("│", " ").split()[-4] == "2"


def test_nothing_is_taken_when_one_is_bad_unless_the_bad_are_left_out(
    config: Path, tmp_path: Path, worker: Worker
) -> None:
    folder = recorded(
        tmp_path / "studio", worker, (f"{WHOLE[0].name}.wav", WHOLE[0].text), ("no.such_key.wav", "नमस्ते")
    )
    Audio.silence(2.0, 16000).write(folder / f"{WHOLE[1].name}.wav")
    (folder / f"{SLOTTED.name}.wav").write_bytes(b"RIFF")
    result = sakhi(config, "import", str(folder))
    assert result.exit_code == 2
    assert "3 can't be used, so nothing was taken" in result.stderr
    assert "nobody speaks in it" in result.stderr
    assert "there is no sentence no.such_key" in result.stderr
    assert not (tmp_path / "recorded").exists()
    again = sakhi(config, "import", str(folder), "--skip-bad")
    assert "1 recordings were taken, 3 left out" in again.stdout
    assert Recordings(tmp_path / "recorded").missing(WHOLE) == (WHOLE[1],)


def test_files_with_other_names_are_told_apart_by_a_list(
    config: Path, tmp_path: Path, worker: Worker
) -> None:
    folder = recorded(tmp_path / "studio", worker, ("one.wav", WHOLE[0].text), ("two.wav", WHOLE[1].text))
    listing = tmp_path / "list.csv"
    listing.write_text(f"one.wav;{WHOLE[0].name}\ntwo.wav; {WHOLE[1].name}\n", encoding="utf-8")
    result = sakhi(config, "import", str(folder), "--list", str(listing))
    assert "2 recordings were taken" in result.stdout
    listing.write_text("one.wav\n", encoding="utf-8")
    refused = sakhi(config, "import", str(folder), "--list", str(listing))
    assert refused.exit_code == 2
    assert f"{listing}:1: write a file" in refused.stderr


def test_other_words_than_those_of_a_sentence_with_slots_are_refused(
    config: Path, tmp_path: Path, worker: Worker
) -> None:
    folder = recorded(tmp_path / "studio", worker, (f"{SLOTTED.name}.wav", "आज हम बहुत खुश हैं बहनो।"))
    result = sakhi(config, "import", str(folder))
    assert result.exit_code == 2
    assert "other words were heard" in result.stderr


def test_recordings_are_erased_only_after_a_yes(config: Path, tmp_path: Path, worker: Worker) -> None:
    sakhi(
        config, "import", str(recorded(tmp_path / "studio", worker, (f"{WHOLE[0].name}.wav", WHOLE[0].text)))
    )
    assert sakhi(config, "forget", typed="no\n").exit_code == 2
    assert Recordings(tmp_path / "recorded").has(WHOLE[0])
    assert "1 recordings were erased" in sakhi(config, "forget", typed="yes\n").stdout
    assert [*(tmp_path / "recorded").iterdir()] == []


def test_of_an_erased_member_her_name_goes_in_the_workers_voice_too(config: Path, tmp_path: Path) -> None:
    radha, gita = name("राधा"), name("गीता")
    recordings = Recordings(tmp_path / "recorded")
    for each in (radha, gita):
        recordings.keep(each, Audio.silence(1.0, 24000), {each.cuts[0].piece: (0, 12000)})
    forget(load(config), "राधा")
    assert Recordings(tmp_path / "recorded").missing([radha, gita]) == (radha,)
    assert len([*(tmp_path / "recorded").glob("*.wav")]) == 1


def test_recording_without_a_terminal_is_refused(config: Path) -> None:
    result = sakhi(config, "record")
    assert result.exit_code == 2
    assert "recording needs a keyboard" in result.stderr


def test_a_key_that_is_none_is_told(config: Path) -> None:
    result = sakhi(config, "record", "--again", "no.such_key")
    assert "there is no sentence no.such_key" in result.stderr
