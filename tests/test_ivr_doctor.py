"""`sakhi doctor`: each fault is found, and told with what mends it."""

import ctypes.util
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr import doctor
from ivr.__main__ import main
from ivr.doctor import Finding, Level, check_audio, check_disk, check_model, examine
from ivr.settings import Kiosk


def only(findings: object) -> Finding:
    (finding,) = list(findings)  # type: ignore[call-overload]
    assert isinstance(finding, Finding)
    return finding


def model(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


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


def test_a_missing_model_is_broken_and_says_how_to_get_one(tmp_path: Path) -> None:
    result = run(tmp_path, "model: nowhere")
    assert result.exit_code == 1
    assert "BROKEN  model:" in result.output
    assert "sakhi model fetch" in result.output


def test_a_model_without_grammars_is_broken(tmp_path: Path) -> None:
    found = only(check_model(model(tmp_path / "big", "am/final.mdl", "graph/HCLG.fst")))
    assert found.level is Level.BROKEN
    assert "takes no grammar" in found.what


def test_everything_is_looked_at(tmp_path: Path) -> None:
    model(tmp_path / "m", "am/final.mdl", "graph/HCLr.fst", "graph/Gr.fst")
    (tmp_path / "config.yaml").write_text("model: m\n")
    looked_at = [finding.about for finding in examine(tmp_path / "config.yaml")]
    assert list(dict.fromkeys(looked_at)) == ["settings", "disk", "model", "sound"]


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


def test_warnings_alone_leave_the_exit_code_0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model(tmp_path / "m", "am/final.mdl", "graph/HCLr.fst", "graph/Gr.fst")
    monkeypatch.setattr(doctor, "TIGHT_DISK", 1 << 62)
    result = run(tmp_path, "model: m\n")
    assert result.exit_code == 0
    assert "warning  disk:" in result.output
