"""`sakhi doctor`: each fault is found, and told with what mends it."""

import ctypes.util
import os
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from store_kit import Clock

from ivr import doctor
from ivr.__main__ import main
from ivr.doctor import check_audio, check_books, check_disk
from ivr.doctor_speech import check_ears, check_voice
from ivr.finding import Finding, Level
from ivr.sections import Kiosk, Settings, Voice
from ivr.settings import BESIDE_THE_PACKAGES, load
from speech.audio import Audio
from store.ledger import Ledger
from store.people import Group
from store.tinydb import TinyVault

MODEL = BESIDE_THE_PACKAGES.parent / "models" / "hi-small"


def only(findings: object) -> Finding:
    (finding,) = list(findings)  # type: ignore[call-overload]
    assert isinstance(finding, Finding)
    return finding


def model(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def settings(folder: Path) -> Settings:
    (folder / "config.yaml").write_text("")
    return load(folder / "config.yaml")


def enrol(folder: Path, group: str, *names: str) -> None:
    """Books of a group with these members."""
    (folder / "data" / "books").mkdir(parents=True)
    with TinyVault(folder / "data" / "books" / f"{group}.json") as vault:
        ledger = Ledger.found(vault, Group(group, "समूह", 100_00, 1, 1000_00), Clock())
        for number, name in enumerate(names, start=1):
            ledger.add_member(number, name)


def run(folder: Path, text: str) -> Result:
    config = folder / "config.yaml"
    config.write_text(text, encoding="utf-8")
    return CliRunner().invoke(main, ["--config", str(config), "doctor"])


def test_a_bad_config_is_broken_and_stops_there(tmp_path: Path) -> None:
    result = run(tmp_path, "modle: x")
    assert result.exit_code == 1
    assert "BROKEN  settings:" in result.output
    assert "did you mean `model`?" in result.output
    assert "disk" not in result.output


@pytest.mark.sound
def test_on_a_sound_machine_the_voice_is_heard_by_the_ears_and_every_word_is_known(tmp_path: Path) -> None:
    enrol(tmp_path, "ujala", "सुनीता")
    result = run(tmp_path, f"model: {MODEL}")
    assert "ok  books: ujala: 1 members, 0 entries, all sound" in result.output
    assert "ok  voice: hi+f2 says नहीं" in result.output
    assert f"ok  model: {MODEL} loads and hears नहीं" in result.output
    assert "ok  words: the model knows every word" in result.output
    assert "BROKEN" not in result.output
    assert result.exit_code == 0


@pytest.mark.sound
def test_everything_is_looked_at_even_when_everything_is_broken(tmp_path: Path) -> None:
    enrol(tmp_path, "ujala", "सुनीता")
    (tmp_path / "data/books/ujala.json").write_bytes(b"")
    result = run(tmp_path, "model: nowhere\nvoice: {name: xx}")
    assert result.exit_code == 1
    assert "BROKEN  books: the books" in result.output
    assert "`sakhi books repair ujala`" in result.output
    assert "BROKEN  voice:" in result.output
    assert "no voice 'xx'" in result.output
    assert "BROKEN  model: there is no speech model in" in result.output
    assert "sakhi model fetch" in result.output
    assert "sound:" in result.output


@pytest.mark.sound
def test_a_word_that_the_model_cannot_hear_is_told_with_whose_name_it_is() -> None:
    heard, unheard = check_ears(MODEL, ["सुनीता", "ज्ञझढण देवी"], None)
    assert heard.level is Level.FINE
    assert unheard.level is Level.WARNING
    assert unheard.what.endswith(": ज्ञझढण देवी")
    assert "members' names" in unheard.what


@pytest.mark.sound
def test_a_voice_that_the_ears_mishear_is_told() -> None:
    mishearing, _ = check_ears(MODEL, [], Audio.silence(1.0, 16000))
    assert mishearing.level is Level.WARNING
    assert "heard 'nothing'" in mishearing.what


@pytest.mark.sound
@pytest.mark.parametrize(("name", "said"), [("am/final.mdl", "is damaged"), ("graph/HCLr.fst", "is damaged")])
def test_a_damaged_model_is_told_even_when_vosk_ends_the_process_over_it(
    tmp_path: Path, name: str, said: str
) -> None:
    shutil.copytree(MODEL, tmp_path / "m", copy_function=os.symlink)
    (tmp_path / "m" / name).unlink()
    (tmp_path / "m" / name).write_bytes((MODEL / name).read_bytes()[:1000])
    found = only(check_ears(tmp_path / "m", [], None))
    assert found.level is Level.BROKEN
    assert said in found.what
    assert str(tmp_path / "m") in found.what
    assert "sakhi model fetch" in found.mend


def test_a_model_without_grammars_is_broken(tmp_path: Path) -> None:
    found = only(check_ears(model(tmp_path / "big", "am/final.mdl", "graph/HCLG.fst"), [], None))
    assert found.level is Level.BROKEN
    assert "cannot take the phrases of a question" in found.what


@pytest.mark.sound
@pytest.mark.parametrize(("name", "level"), [("en", Level.WARNING), ("hi+zz", Level.BROKEN)])
def test_a_voice_that_speaks_no_hindi_is_told(name: str, level: Level) -> None:
    found, _ = check_voice(Voice(name=name))
    assert found.level is level
    assert "`voice.name` in config.yaml" in found.mend


def test_books_without_members_are_worth_a_warning(tmp_path: Path) -> None:
    enrol(tmp_path, "ujala")
    found, names = check_books(settings(tmp_path), "ujala")
    assert found.level is Level.WARNING
    assert "sakhi group import ujala" in found.mend
    assert names == frozenset()


def test_books_in_use_are_no_fault(tmp_path: Path) -> None:
    enrol(tmp_path, "ujala", "सुनीता")
    with TinyVault(tmp_path / "data/books/ujala.json"):
        found, _ = check_books(settings(tmp_path), "ujala")
    assert found.level is Level.WARNING
    assert f"in use by process {os.getpid()}" in found.what


def test_a_writable_disk_is_fine_and_left_clean(tmp_path: Path) -> None:
    assert only(check_disk(tmp_path / "data")).level is Level.FINE
    assert list((tmp_path / "data").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_broken(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    found = only(check_disk(tmp_path / "data"))
    assert found.level is Level.BROKEN
    assert "`data` in config.yaml" in found.mend


@pytest.mark.parametrize(("bound", "level"), [("TIGHT_DISK", Level.WARNING), ("FULL_DISK", Level.BROKEN)])
def test_little_room_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, level: Level
) -> None:
    monkeypatch.setattr(doctor, bound, 1 << 62)
    assert only(check_disk(tmp_path)).level is level


def test_a_missing_portaudio_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: None)
    found = only(check_audio(Kiosk()))
    assert found.level is Level.WARNING
    assert "apt install libportaudio2" in found.mend


def test_a_device_that_is_configured_but_not_there_is_broken() -> None:
    found = list(check_audio(Kiosk(input_device="no such thing", output_device=9999)))
    if "libportaudio2" in found[0].mend:
        pytest.skip("PortAudio is not installed")
    microphone, loudspeaker = found
    assert microphone.level is loudspeaker.level is Level.BROKEN
    assert "kiosk.input_device" in microphone.mend
    assert "kiosk.output_device" in loudspeaker.mend


@pytest.mark.sound
def test_warnings_alone_leave_the_exit_code_0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "TIGHT_DISK", 1 << 62)
    result = run(tmp_path, f"model: {MODEL}")
    assert result.exit_code == 0
    assert "warning  disk:" in result.output
