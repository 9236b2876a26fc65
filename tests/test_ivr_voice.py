"""What is said: a recording wins, a broken one is told of, and all that can be made ahead is."""

import logging
from pathlib import Path

import pytest

from flows import prompts
from flows.inventory import name, sentences
from flows.turn import Line
from ivr.recorded import RECORDED, Recordings
from ivr.rendered import read_manifest
from ivr.rendered_voice import RenderedVoice
from ivr.voice import PromptVoice
from speech.audio import Audio
from speech.synthesizer import Cached, SynthesisFailed, Tone

FIXED = "savings.begin"
SLOTTED = "savings.how_much"
RECORDING = Audio.silence(0.5, 24000)
BY_NAME = {sentence.name: sentence for sentence in sentences()}


def voice(recorded: Path) -> PromptVoice:
    return PromptVoice(Tone(), [RenderedVoice(recorded, recorded, RECORDED)])


def keep(folder: Path, key: str, said: Audio = RECORDING) -> None:
    """Each of its pieces is the same half of a second."""
    spans = {cut.piece: (0, len(said.samples)) for cut in BY_NAME[key].cuts}
    Recordings(folder).keep(BY_NAME[key], said, spans)


def test_a_line_is_spoken_by_the_synthesizer_with_its_slots_filled(tmp_path: Path) -> None:
    spoken = voice(tmp_path).speak(Line(SLOTTED, {"name": "राधा"}))
    assert spoken.text.startswith("राधा जी")
    assert spoken.audio.seconds == pytest.approx(Tone().speak(spoken.text).seconds)


def test_a_recording_wins(tmp_path: Path) -> None:
    keep(tmp_path, FIXED)
    spoken = voice(tmp_path).speak(Line(FIXED))
    assert (spoken.audio.rate, spoken.audio.seconds) == (24000, 0.5)
    assert spoken.text == prompts.template(FIXED)


def test_a_recording_wins_too_when_the_line_brings_slots_that_the_prompt_does_not_use(tmp_path: Path) -> None:
    keep(tmp_path, FIXED)
    assert voice(tmp_path).speak(Line(FIXED, {"name": "राधा"})).audio.rate == 24000


def test_a_sound_file_of_which_nobody_knows_what_it_says_is_not_played(tmp_path: Path) -> None:
    RECORDING.write(tmp_path / f"{FIXED}.wav")
    assert voice(tmp_path).speak(Line(FIXED)).audio.rate != 24000


def test_a_recording_of_what_the_prompt_said_before_is_not_played(tmp_path: Path) -> None:
    keep(tmp_path, FIXED)
    manifest = tmp_path / "manifest.json"
    fingerprint = read_manifest(tmp_path)[FIXED].fingerprint
    manifest.write_text(manifest.read_text(encoding="utf-8").replace(fingerprint, "0" * 16), encoding="utf-8")
    assert voice(tmp_path).speak(Line(FIXED)).audio.rate != 24000


def test_a_line_with_slots_is_hers_only_when_she_recorded_all_of_it(tmp_path: Path) -> None:
    line = Line(SLOTTED, {"name": "राधा"})
    keep(tmp_path, SLOTTED)
    assert voice(tmp_path).speak(line).audio.rate != 24000
    radha = name("राधा")
    Recordings(tmp_path).keep(radha, RECORDING, {radha.cuts[0].piece: (0, 12000)})
    assert voice(tmp_path).speak(line).audio.rate == 24000


def test_a_broken_recording_is_told_of_once_and_synthesised(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    keep(tmp_path, FIXED)
    path = tmp_path / f"{FIXED}.wav"
    path.write_bytes(b"RIFF....WAVE")
    speaker = voice(tmp_path)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert speaker.speak(Line(FIXED)).audio.seconds > 0
    (record,) = caplog.records
    assert str(path) in record.getMessage()
    assert "record it again" in record.getMessage()


def test_warming_makes_every_prompt_that_is_always_the_same(tmp_path: Path) -> None:
    cached = Cached(Tone(), tmp_path / "cache")
    count = PromptVoice(cached).warm()
    texts = [prompts.template(key) for key in sorted(prompts.keys())]
    same = [text for text in texts if "{" not in text]
    assert count == len(same) > 0
    assert all(cached.path(text).is_file() for text in same)


def test_a_voice_that_fails_says_so(tmp_path: Path) -> None:
    class Hoarse(Tone):
        def speak(self, text: str) -> Audio:
            raise SynthesisFailed("no voice today")

    with pytest.raises(SynthesisFailed, match="no voice today"):
        PromptVoice(Hoarse()).speak(Line(FIXED))
