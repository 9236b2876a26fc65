"""The voice that was rendered beforehand: it is complete and of today's texts, and joins without a seam."""

import json
import shutil
from datetime import date
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from flows import prompts
from flows.inventory import sentences
from flows.turn import Line
from ivr.rendered import ENDING, MANIFEST, SHIPPED, missing, read_manifest, shipped
from ivr.rendered_voice import RenderedVoice
from ivr.voice import PromptVoice
from ivr.voice_page import PAGE, page
from speech.audio import FULL_SCALE, Audio
from speech.synthesizer import Tone

FIXED = "savings.begin"
BLOCK = 0.005
AMOUNTS = (1, 12, 50, 99, 100, 250, 333, 850, 1000, 1_575, 2_733, 10_000, 48_999, 1_23_456, 99_99_999)
SLOTTED = [key for key in sorted(prompts.keys()) if prompts.kinds_of(key)]
LONGEST, MOST = 8.0, 25 << 20
"""Seconds a prompt may last; bytes that the voice may take in the repository."""


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> RenderedVoice:
    return RenderedVoice(tmp_path_factory.mktemp("names"))


def loan(rupees: int) -> Line:
    return Line("balance.loan", {"outstanding": rupees * 100})


def copied(folder: Path, *names: str) -> Path:
    """Some of what comes with Sakhi, in a folder of its own."""
    whole = json.loads((SHIPPED / MANIFEST).read_text(encoding="utf-8"))
    folder.mkdir()
    (folder / MANIFEST).write_text(json.dumps({name: whole[name] for name in names}), encoding="utf-8")
    for name in names:
        shutil.copy(SHIPPED / f"{name}{ENDING}", folder)
    return folder


def levels(audio: Audio) -> np.ndarray:
    """The power of each 5 ms, in dB."""
    size = round(BLOCK * audio.rate)
    blocks = (audio.samples[: len(audio.samples) // size * size] / FULL_SCALE).reshape(-1, size)
    return np.asarray(10 * np.log10((blocks**2).mean(axis=1) + 1e-10))


def longest_silence(audio: Audio) -> float:
    """Seconds, the ends apart."""
    loud = levels(audio) > levels(audio).max() - 40
    places = np.flatnonzero(loud)
    return float(np.diff(places).max() - 1) * BLOCK if len(places) > 1 else 0.0


def spoken_level(audio: Audio) -> float:
    found = levels(audio)
    return float(10 * np.log10(np.mean(10 ** (found[found > found.max() - 25] / 10))))


def test_every_prompt_was_rendered_as_it_is_written_now() -> None:
    late = [sentence.name for sentence in missing(shipped(), SHIPPED)]
    assert late == [], "`sakhi voice render` makes them; it needs the extra voice"


def test_no_file_is_left_of_what_is_said_no_more() -> None:
    there = {path.stem for path in SHIPPED.iterdir() if path.name != MANIFEST}
    assert there == set(read_manifest(SHIPPED)) == {sentence.name for sentence in shipped()}


def test_the_voice_is_small_and_no_prompt_is_long() -> None:
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < MOST
    there = read_manifest(SHIPPED)
    assert [key for key in sorted(prompts.keys()) if there[key].seconds > LONGEST] == []


def test_the_page_shows_todays_prompts() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(PAGE), "`sakhi voice page` writes it anew"


def test_a_prompt_is_said_as_it_was_rendered(voice: RenderedVoice) -> None:
    said = voice.speak(Line(FIXED))
    assert said is not None
    assert said.seconds == pytest.approx(read_manifest(SHIPPED)[FIXED].seconds, abs=0.02)


@pytest.mark.parametrize("rupees", AMOUNTS)
def test_an_amount_is_joined_without_a_gap_or_a_jump(voice: RenderedVoice, rupees: int) -> None:
    pieces = voice.pieces(loan(rupees))
    said = voice.speak(loan(rupees))
    assert pieces is not None
    assert said is not None
    assert longest_silence(said) <= 0.12
    spoken = [spoken_level(piece) for piece in pieces]
    assert max(abs(one - other) for one, other in pairwise(spoken)) <= 3.0


@pytest.mark.parametrize("key", SLOTTED)
def test_every_prompt_with_slots_is_said_in_the_one_voice(voice: RenderedVoice, key: str) -> None:
    values = {
        "rupees": 321_00,
        "cash": 321_00,
        "number": 8,
        "name": "गीता",
        "digits": "98",
        "day": date(2027, 5, 9),
    }
    said = voice.speak(Line(key, {slot: values[kind] for slot, kind in prompts.kinds_of(key).items()}))
    assert said is not None
    assert 0.8 < said.seconds < 16


def test_a_line_with_a_name_that_was_not_rendered_is_left_to_another_voice_whole(tmp_path: Path) -> None:
    line = Line("savings.how_much", {"name": "मुनिया"})
    said = PromptVoice(Tone(), [RenderedVoice(tmp_path)]).speak(line)
    assert said.audio.seconds == pytest.approx(Tone().speak(said.text).seconds)


def test_a_name_that_is_rendered_later_is_said_without_a_new_start(tmp_path: Path) -> None:
    (gita,) = (each.name for each in shipped() if each.text.startswith("गीता जी,"))
    plain = copied(
        tmp_path / "shipped", *(each.name for each in sentences() if not each.name.startswith(gita))
    )
    voice = RenderedVoice(tmp_path / "names", plain)
    assert not voice.says("गीता")
    copied(tmp_path / "names", gita)
    assert voice.says("गीता")
    assert voice.speak(Line("savings.how_much", {"name": "गीता"})) is not None


def test_what_was_rendered_of_another_text_is_never_said(tmp_path: Path) -> None:
    folder = copied(tmp_path / "shipped", FIXED)
    assert RenderedVoice(tmp_path, folder).speak(Line(FIXED)) is not None
    written = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    written[FIXED]["fingerprint"] = "0" * 16
    (folder / MANIFEST).write_text(json.dumps(written), encoding="utf-8")
    assert RenderedVoice(tmp_path, folder).speak(Line(FIXED)) is None
    assert FIXED in {each.name for each in missing(shipped(), folder)}


@pytest.mark.parametrize("harm", ["cut", "gone", "noise"])
def test_a_damaged_file_is_said_by_another_voice_never_cut(
    tmp_path: Path, harm: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder = copied(tmp_path / "shipped", FIXED)
    path = folder / f"{FIXED}{ENDING}"
    whole = path.read_bytes()
    path.write_bytes({"cut": whole[: len(whole) // 2], "gone": b"", "noise": b"x" * len(whole)}[harm])
    said = PromptVoice(Tone(), [RenderedVoice(tmp_path, folder)]).speak(Line(FIXED))
    assert said.audio.seconds == pytest.approx(Tone().speak(said.text).seconds)
    assert str(path) in caplog.text


def test_a_damaged_manifest_leaves_everything_to_another_voice(tmp_path: Path) -> None:
    folder = copied(tmp_path / "shipped", FIXED)
    (folder / MANIFEST).write_text("{", encoding="utf-8")
    assert RenderedVoice(tmp_path, folder).speak(Line(FIXED)) is None
