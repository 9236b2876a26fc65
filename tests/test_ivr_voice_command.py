"""`sakhi voice`: what changed is rendered and nothing else, and names as soon as they are known."""

import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from group_kit import HEADING, listing

from flows.inventory import Sentence, name
from flows.turn import Line
from ivr import naming
from ivr.__main__ import main
from ivr.rendered import ENDING, MANIFEST, missing, read_manifest
from ivr.rendered_voice import RenderedVoice
from ivr.settings import load
from ivr.voice_page import page
from speech.vosk import VoskRecognizer

ONE, OTHER = Sentence("one", "हाँ।", ()), Sentence("other", "जी।", ())
HERS = "मुनिया"
MODEL = f"model: {Path(__file__).resolve().parent.parent / 'models' / 'hi-small'}\n"
PATIENCE = 240
"""Seconds for a name to be rendered in the background, on a machine that has much else to do."""


def sakhi(folder: Path, *words: str) -> Result:
    config = folder / "config.yaml"
    if not config.exists():
        config.write_text("", encoding="utf-8")
    return CliRunner().invoke(main, ["--config", str(config), *words])


@pytest.fixture
def ujala(tmp_path: Path) -> Path:
    """A folder with the books of a group, and a member whose name nobody rendered."""
    (tmp_path / "config.yaml").write_text(f"{MODEL}voice: {{render_names: false}}\n", encoding="utf-8")
    sakhi(tmp_path, "group", "add", "ujala", "उजाला समूह", "--saving", "100", "--quorum", "1")
    done = sakhi(
        tmp_path,
        "group",
        "import",
        "ujala",
        listing(tmp_path, HEADING + f"1,Muniya,{HERS},,,\n2,Gita,गीता,,,\n"),
    )
    assert "in the background" not in done.output
    return tmp_path


@pytest.mark.sound
def test_only_what_changed_is_rendered_and_each_file_with_its_place_in_the_list(
    tmp_path: Path, recognizer: VoskRecognizer
) -> None:
    rendering = pytest.importorskip("ivr.rendering", exc_type=ImportError)
    renderer = rendering.Renderer(tmp_path, recognizer)
    first = next(renderer.render([ONE, OTHER]))  # and there it is broken off
    assert (first.text, set(read_manifest(tmp_path))) == ("हाँ।", {"one"})
    assert [each.text for each in renderer.render([ONE, OTHER])] == ["जी।"]
    assert missing((ONE, OTHER), tmp_path) == ()
    changed = Sentence("other", "जी हाँ।", ())
    assert [each.text for each in renderer.render([ONE, changed])] == ["जी हाँ।"]
    assert 0.3 < read_manifest(tmp_path)["one"].seconds < 2
    rendering.tidy(tmp_path, [ONE])
    assert {path.name for path in tmp_path.iterdir()} == {MANIFEST, f"one{ENDING}"}


@pytest.mark.sound
def test_a_new_members_name_is_rendered_in_the_background_and_forgotten_with_her(ujala: Path) -> None:
    pytest.importorskip("ivr.rendering", exc_type=ImportError)
    assert HERS in sakhi(ujala, "doctor").output
    settings = load(ujala / "config.yaml")
    (ujala / "config.yaml").write_text(MODEL, encoding="utf-8")
    more = listing(ujala, HEADING + f"3,Muniya Devi,{HERS},,,\n")
    assert "in the background" in sakhi(ujala, "group", "import", "ujala", more).output
    voice, until = RenderedVoice(settings.names), time.monotonic() + PATIENCE
    while not voice.says(HERS) and time.monotonic() < until:
        time.sleep(0.2)
    said = voice.speak(Line("savings.how_much", {"name": HERS}))
    assert said is not None
    assert said.seconds > 1
    assert sakhi(ujala, "voice", "names").stdout.startswith("0 names were rendered; 3 of 3 can be said.")
    for number, kept in (("1", True), ("3", False)):
        assert sakhi(ujala, "member", "erase", "ujala", number, "--yes").exit_code == 0
        assert (HERS in (settings.names / MANIFEST).read_text(encoding="utf-8")) is kept
    assert not (settings.names / f"{name(HERS).name}{ENDING}").exists()


def test_without_the_extra_it_is_told_what_to_install(ujala: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "EXTRA", ("not_installed_anywhere",))
    for words in (["names"], ["render", "--to", str(ujala / "voice")]):
        refused = sakhi(ujala, "voice", *words)
        assert refused.exit_code == 2
        assert "pip install -e '.[voice]'" in refused.stderr
    (ujala / "config.yaml").write_text(MODEL, encoding="utf-8")
    more = listing(ujala, HEADING + "3,Jhingur,झिंगुर,,,\n")
    assert "in the background" not in sakhi(ujala, "group", "import", "ujala", more).output


def test_the_natural_voice_can_be_turned_off(ujala: Path) -> None:
    (ujala / "config.yaml").write_text("voice: {rendered: false}\n", encoding="utf-8")
    settings = load(ujala / "config.yaml")
    assert naming.unsaid(settings, [HERS]) == ()
    assert not naming.render_in_background(settings, ujala / "config.yaml", [HERS])


def test_the_page_is_written_with_the_joined_lines_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "docs" / "voice.html"
    assert sakhi(tmp_path, "voice", "page", "--to", str(file)).exit_code == 0
    text = file.read_text(encoding="utf-8")
    assert text == page(file)
    assert "नमस्ते! अपना हिसाब सुनिए।" in text
    assert {path.suffix for path in file.with_suffix("").iterdir()} == {ENDING}
