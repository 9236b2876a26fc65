"""config.yaml: every key known, every mistake named in plain words."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from ivr.sections import Settings
from ivr.settings import BESIDE_THE_PACKAGES, SettingsError, documented, find_config, load


def flat(tree: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{key}.{inner}" if isinstance(value, dict) else key: leaf
        for key, value in tree.items()
        for inner, leaf in (value.items() if isinstance(value, dict) else [("", value)])
    }


def trouble(folder: Path, text: str) -> str:
    path = folder / "config.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert str(path) in str(caught.value)
    return str(caught.value).removeprefix(f"{path}: ")


def test_shipped_config_holds_every_setting_at_its_default() -> None:
    written = flat(yaml.safe_load(BESIDE_THE_PACKAGES.read_text(encoding="utf-8")))
    known = {key: str(value) if isinstance(value, Path) else value for key, value, _ in documented()}
    assert written == known


def test_every_setting_says_what_it_means() -> None:
    assert [key for key, _, meaning in documented() if not meaning.strip()] == []


def test_every_line_of_the_shipped_config_stands_under_a_comment() -> None:
    blocks = BESIDE_THE_PACKAGES.read_text(encoding="utf-8").split("\n\n")
    assert [block for block in blocks if not block.startswith("#")] == []


def test_paths_are_relative_to_the_config_file(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("model: other\nvoice:\n  cache: /var/cache/sakhi\n")
    settings = load(tmp_path / "config.yaml")
    assert settings.model == tmp_path / "other"
    assert settings.books == tmp_path / "data" / "books"
    assert settings.voice.cache == Path("/var/cache/sakhi")


def test_an_empty_config_is_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("# nothing\n")
    settings = load(tmp_path / "config.yaml")
    assert settings.recognition == Settings().recognition
    assert settings.model == tmp_path / "models/hi-small"
    assert settings.voice.cache == tmp_path / "data/voice"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("modle: x", "`modle` is not a setting; did you mean `model`?"),
        (
            "voice:\n  speed: 5",
            "`voice.speed` is not a setting; remove it; the settings there are: voice.rendered",
        ),
        ("voice:\n  rat: 90", "`voice.rat` is not a setting; did you mean `voice.rate`?"),
        ("short_pause: 1", "`short_pause` is not a setting; did you mean `recognition.short_pause`?"),
        (
            "voice:\n  rate: fast",
            "`voice.rate` should be a whole number, not 'fast'; correct it or remove the line",
        ),
        ("voice:\n  rate: '150'", "`voice.rate` should be a whole number, not '150'"),
        ("voice:\n  rate: 5", "`voice.rate` should be greater than or equal to 80, not 5"),
        ("voice: hi", "`voice` should be a section: indented `key: value` lines under it, not 'hi'"),
        ("recognition:\n  longest: .inf", "`recognition.longest` should be"),
        ("recognition:\n  longest: yes", "`recognition.longest` should be a number, not True"),
        ("pin:\n  spoken: 1", "`pin.spoken` should be true or false, not 1"),
        ("data: 5", "`data` should be the path of a folder, in text, not 5"),
        ("data:", "`data` should be the path of a folder, in text, not None"),
        ("kiosk:\n  input_device: 1.5", "`kiosk.input_device` should be a whole number, not 1.5"),
        ("data: a\ndata: b", "line 2, column 1: `data` is written twice; keep one of them"),
        ("data: [", "line 1, column 8 is not YAML"),
        ("data: \x07", "holds characters that YAML does not allow"),
        ("just words", "should be lines of `key: value`"),
    ],
)
def test_a_mistake_names_the_key_and_what_to_do(tmp_path: Path, text: str, said: str) -> None:
    assert trouble(tmp_path, text).startswith(said)


def test_several_mistakes_are_a_line_each(tmp_path: Path) -> None:
    assert len(trouble(tmp_path, "modle: x\nvoice:\n  rate: 5\n").splitlines()) == 2


def test_a_missing_config_says_where_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no.yaml: cannot be read .*--config"):
        load(tmp_path / "no.yaml")


def test_a_config_in_another_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_bytes("data: हिंदी".encode("utf-16"))
    with pytest.raises(SettingsError, match="UTF-8"):
        load(tmp_path / "config.yaml")


def test_config_is_looked_up_nearest_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SAKHI_CONFIG", raising=False)
    assert find_config() == BESIDE_THE_PACKAGES
    (tmp_path / "config.yaml").touch()
    assert find_config() == Path("config.yaml")
    monkeypatch.setenv("SAKHI_CONFIG", "/etc/sakhi.yaml")
    assert find_config() == Path("/etc/sakhi.yaml")
    assert find_config(Path("mine.yaml")) == Path("mine.yaml")


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().data = Path("elsewhere")
