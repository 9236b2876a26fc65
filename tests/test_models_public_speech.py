"""Recordings that people gave to all, as their repositories hold them, become a folder to learn from."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.training.corpus import recordings
from models.training.public_speech import gather
from speech.audio import Audio

RATE = 22050


def tone(path: Path, pitch: int) -> None:
    """Stands for a voice: half a second of a tone, with silence around it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    wave = np.sin(np.arange(RATE // 2) * 2 * np.pi * pitch / RATE) * 9000
    Audio(np.pad(wave, RATE // 2).astype(np.int16), RATE).write(path)


@pytest.fixture
def books(tmp_path: Path) -> Path:
    """One book of two pages; the second has a figure in it, and a word that the first one has, too."""
    content = tmp_path / "checkout" / "app" / "BookContent" / "Fair" / "content"
    for name, pitch in (("page1", 200), ("page2", 210), ("this", 220), ("fair", 230), ("ten", 240)):
        tone(content / "audios" / f"{name}.wav", pitch)

    def page(name: str, *words: tuple[str, str]) -> dict[str, object]:
        told = [{"text": text, "wordfile": [{"path": f"audios/{word}.wav"}]} for text, word in words]
        return {"files": [{"path": f"audios/{name}.wav"}], "timeStampForEachText": told}

    pages = [
        page("page1", ("“ यह", "this"), (" मेला है। ", "fair")),
        page("page2", ("यह", "this"), ("10", "ten")),
    ]
    slides = {"slides": [{"elements": [{"action": {"params": each}}]} for each in pages]}
    (content / "content.json").write_text(json.dumps(slides, ensure_ascii=False), encoding="utf-8")
    return tmp_path / "checkout"


def told(folder: Path) -> list[dict[str, str]]:
    with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_each_sentence_and_word_of_a_book_is_learned_from_once(books: Path, tmp_path: Path) -> None:
    assert gather(books, tmp_path / "people") == 3
    assert {(row["transcript"], row["speaker"], row["split"]) for row in told(tmp_path / "people")} == {
        ("यह मेला है", "Fair", "train"),
        ("यह", "Fair", "train"),
        ("मेला है", "Fair", "train"),
    }
    for row in told(tmp_path / "people"):
        sound = Audio.read(tmp_path / "people" / row["path"])
        assert sound.rate == 16000
        assert sound.seconds == pytest.approx(0.58, abs=0.03)
    assert len(list(recordings(tmp_path / "people"))) == 2  # one in eight is held back


def test_a_file_named_by_its_word_is_learned_from_in_the_spelling_of_hindi(tmp_path: Path) -> None:
    tone(tmp_path / "checkout" / "Train" / "hamar_ritesh_01.wav", 120)
    tone(tmp_path / "checkout" / "Train" / "noise_ritesh_01.wav", 130)
    tone(tmp_path / "checkout" / "urdu-sightwords" / "پانی.wav", 220)
    gather(tmp_path / "checkout", tmp_path / "people")
    assert {(row["transcript"], row["speaker"]) for row in told(tmp_path / "people")} == {
        ("हमर", "ritesh"),
        ("पानी", "urdu-sightwords"),
    }


def test_a_folder_that_is_none_of_these_is_told(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "models.training.public_speech", str(tmp_path), str(tmp_path / "people")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "is no copy of a repository that is known here" in done.stderr
