"""The simulated line keeps its time and its levels, and the demo runs end to end on it."""

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from ivr.__main__ import main
from ivr.demo import check as checking
from ivr.demo import group, saying, stage
from ivr.demo.line import BETWEEN_KEYS, Line
from ivr.demo.people import Part, Plans
from ivr.demo.playing import NoLoudspeaker, play_file
from ivr.demo.saying import Saying
from ivr.demo.telephone import RATE, at_level, companded, courtyard, on_the_line, voiced_until
from ivr.settings import BESIDE_THE_PACKAGES, load
from speech.audio import Audio, from_float
from speech.endpoint import loudness
from speech.synthesizer import Tone
from speech.vosk import VoskRecognizer
from store.ledger import Ledger
from store.registers import REGISTERS

FRAME = RATE // 50
SILENT_FRAME = np.zeros(FRAME, np.int16)


def beep(seconds: float) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * 1000 * np.arange(round(seconds * RATE)) / RATE)


def heard(line: Line, seconds: float) -> tuple[np.ndarray, list[tuple[float, str]]]:
    """What the line brings in the next `seconds`, and its keys with their times."""
    frames, keys = [], []
    for _ in range(round(seconds * 50)):
        at = line.seconds
        frame, pressed = line.step(SILENT_FRAME)
        frames.append(frame)
        keys += [(at, key) for key in pressed]
    return np.concatenate(frames), keys


def loud(samples: np.ndarray) -> tuple[float, float]:
    (there,) = np.nonzero(np.abs(samples) > 1000)
    return there[0] / RATE, (there[-1] + 1) / RATE


def test_she_speaks_after_the_prompt_and_her_reaction_for_as_long_as_her_words_last() -> None:
    line = Line(np.zeros(1))
    line.answer(2.0, (Saying("हाँ", wait=0.5),), lambda words: beep(0.3))
    samples, _ = heard(line, 4.0)
    assert loud(samples) == pytest.approx((2.5, 2.8), abs=0.002)
    assert line.voiced_until == pytest.approx(2.8, abs=0.002)


def test_her_pauses_are_between_her_words() -> None:
    line = Line(np.zeros(1))
    line.answer(0.0, (Saying("दो", wait=0.5), Saying("सौ", wait=0.4)), lambda words: beep(0.2))
    samples, _ = heard(line, 2.0)
    assert not np.abs(samples[round(0.71 * RATE) : round(1.09 * RATE)]).max() > 100
    assert loud(samples) == pytest.approx((0.5, 1.3), abs=0.002)


def test_she_can_interrupt_and_speak_early_but_not_before_the_prompt() -> None:
    line = Line(np.zeros(1))
    line.answer(2.0, (Saying("हाँ", wait=-0.5),), lambda words: beep(0.1))
    assert loud(heard(line, 3.0)[0])[0] == pytest.approx(1.5, abs=0.002)
    line.answer(1.0, (Saying("हाँ", wait=-5.0),), lambda words: beep(0.1))
    assert loud(heard(line, 2.0)[0])[0] == pytest.approx(0.0, abs=0.002)
    line.answer(1.0, (Saying("हाँ", wait=0.3, early=True), Saying("नहीं", wait=0.4)), lambda words: beep(0.1))
    assert loud(heard(line, 2.0)[0]) == pytest.approx((0.3, 1.5), abs=0.002)


def test_what_was_not_yet_said_stays_unsaid_when_the_next_prompt_begins() -> None:
    line = Line(np.zeros(1))
    line.answer(0.0, (Saying("दो", wait=0.1), Saying("सौ", wait=0.5)), lambda words: beep(0.2))
    heard(line, 0.2)
    line.answer(1.0, (), lambda words: beep(0.2))
    assert loud(heard(line, 2.0)[0])[1] == pytest.approx(0.1, abs=0.002)
    assert line.voiced_until == pytest.approx(0.3, abs=0.002)


def test_keys_come_one_by_one_and_without_a_sound() -> None:
    line = Line(np.zeros(1))
    line.answer(1.0, (Saying(keys="25#", wait=0.5),), lambda words: beep(0.2))
    samples, keys = heard(line, 4.0)
    assert [key for _, key in keys] == ["2", "5", "#"]
    assert [at for at, _ in keys] == pytest.approx(
        [1.5 + place * BETWEEN_KEYS for place in range(3)], abs=0.03
    )
    assert not samples.any()


def test_both_sides_are_recorded_with_their_time(tmp_path: Path) -> None:
    line = Line(np.zeros(1))
    line.answer(0.0, (Saying("हाँ", wait=0.5),), lambda words: beep(0.2))
    for _ in range(25):
        line.step(np.full(FRAME, 1000, np.int16))
    heard(line, 0.5)
    line.write(tmp_path / "call.wav")
    samples, rate = soundfile.read(tmp_path / "call.wav", dtype="int16")
    assert (rate, samples.shape) == (RATE, (RATE, 2))
    assert (samples[: RATE // 2, 0] == 1000).all()
    assert not samples[RATE // 2 :, 0].any()
    assert loud(samples[:, 1]) == pytest.approx((0.5, 0.7), abs=0.002)


@given(level=st.floats(-40, -15))
def test_a_voice_is_as_loud_as_told_where_it_speaks(level: float) -> None:
    voice = Audio.joined([Tone().speak("नमस्ते बहनो"), Audio.silence(3.0, 16000)])
    sound = on_the_line(voice, level)
    speaking = sound[: round(0.5 * RATE)]
    assert 20 * np.log10(np.sqrt(np.mean(speaking**2))) == pytest.approx(level, abs=0.5)
    assert voiced_until(sound) == pytest.approx(0.55, abs=0.02)


@given(level=st.floats(-50, -20), seed=st.integers(0, 99))
def test_the_courtyard_is_as_loud_as_told(level: float, seed: int) -> None:
    sound = courtyard([Tone().speak("अ" * 50)], 5.0, level, np.random.default_rng(seed))
    assert loudness(from_float(sound)) == pytest.approx(level, abs=0.1)


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=50))
def test_a_law_is_off_by_a_few_percent_at_most(samples: list[float]) -> None:
    sound = np.array(samples)
    back = companded(sound) / 32768
    assert (np.abs(back - sound) <= np.maximum(0.025 * np.abs(sound), 0.001)).all()


def test_silence_stays_silent() -> None:
    assert not companded(np.zeros(10)).any()
    assert not at_level(np.zeros(10), -20).any()


def test_a_machine_without_a_loudspeaker_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", str(tmp_path / "nobody"))
    sounddevice = pytest.importorskip("sounddevice", exc_type=OSError)
    if any(device["max_output_channels"] for device in sounddevice.query_devices()):
        pytest.skip("this machine has a loudspeaker")
    Audio.silence(0.1, 8000).write(tmp_path / "call.wav")
    with pytest.raises(NoLoudspeaker, match="no loudspeaker to play"):
        play_file(tmp_path / "call.wav")


@pytest.mark.sound
def test_the_model_knows_every_word_that_is_said() -> None:
    ears = VoskRecognizer(load(BESIDE_THE_PACKAGES).model)
    ways = (saying.YES, saying.NO, saying.HERE, saying.AGAIN, saying.WRONG, saying.NOTHING, saying.FULL)
    said = [phrase for way in (*ways, saying.USUAL) for phrase in way]
    said += [phrase for way in (*saying.AWAY.values(), *saying.WHY.values()) for phrase in way]
    assert ears.unknown_words([*said, *group.NAMES]) == set()


@pytest.mark.sound
def test_a_small_group_meets_by_voice_and_its_books_are_right(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    held = CliRunner().invoke(main, ["demo", "--members", "4", "--noise-db", "30", "--out", str(out)])
    assert held.exit_code == 0, held.output
    assert re.search("0 wrong entries; [34] of 4 members served", " ".join(held.stdout.split()))
    assert "सखी  नमस्ते बहनो!" in held.stdout
    samples, rate = soundfile.read(out / "meeting.wav", dtype="int16")
    assert rate == RATE
    assert np.abs(samples).max(axis=0).min() > 3000
    made = {path.name for path in out.glob("demo-ujala-*.*") if path.suffix != ".json"}
    together = {"demo-ujala-registers.xlsx", "demo-ujala-registers.pdf"}
    assert made == {f"demo-ujala-{kind}.csv" for kind in REGISTERS} | together
    assert len(json.loads((out / "demo-ujala.json").read_text())["members"]) == 4


def test_the_demo_keeps_away_from_the_books_of_real_groups(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("data: mine\n")
    books = tmp_path / "mine" / "books"
    books.mkdir(parents=True)
    (books / "demo-ujala.json").write_text("precious")
    refused = CliRunner().invoke(main, ["--config", str(config), "demo", "--out", str(books)])
    assert refused.exit_code == 2
    assert "holds the books of real groups" in refused.stderr
    assert (books / "demo-ujala.json").read_text() == "precious"


@pytest.mark.sound
def test_a_difference_of_a_paisa_ends_the_demo_with_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_a_paisa_more(
        ledger: Ledger, before: int, parts: tuple[Part, ...], meant: Plans, box: int
    ) -> checking.Report:
        first = next(part for part in parts if part.present)
        planted = replace(first, saving=first.saving + 1)
        others = tuple(planted if part is first else part for part in parts)
        return checking.check(ledger, before, others, meant, box)

    monkeypatch.setattr(stage, "check", with_a_paisa_more)
    held = CliRunner().invoke(main, ["demo", "--members", "2", "--noise-db", "30", "--out", str(tmp_path)])
    assert held.exit_code == 1, held.output
    assert "wrong" in held.stdout
