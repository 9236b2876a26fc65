"""The recipe of the ears, small: a few phrases, a few steps. It needs the extra `train`."""

import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra train is not installed: pip install -e '.[train]'")
pytest.importorskip("pyworld", reason="the extra train is not installed: pip install -e '.[train]'")
pytest.importorskip("onnxruntime", reason="the extra train is not installed: pip install -e '.[train]'")

import torch

from models.training import conversion, noises, recipe, synthetic
from models.training.acoustic import Schedule
from models.training.codecs import CODECS, lossy
from models.training.kaldi import read_weights
from models.training.mixing import PROMPTS, Shares
from models.training.network import Network, padded
from models.training.recipe import Work
from models.training.sentences import short_answers
from models.training.synthetic import Said
from models.training.throats import stretched, warped
from models.training.units import Units
from speech.audio import Audio
from speech.pyttsx3 import Pyttsx3, Worker

MODEL = Path(__file__).resolve().parent.parent / "models" / "hi-small"
TEXTS = ("एक", "दो सौ पचास", "हाँ जी", "नहीं")


@pytest.fixture(scope="module")
def voices() -> Iterator[dict[str, Audio]]:
    with Worker() as worker:
        voice = Pyttsx3(worker, "hi")
        yield {text: voice.speak(text).resampled(16000) for text in TEXTS}


def test_each_stage_goes_on_and_a_model_comes_out(tmp_path: Path, voices: dict[str, Audio]) -> None:
    people = tmp_path / "people"
    people.mkdir()
    rows = ["path\tsplit\ttranscript"]
    for number, (text, audio) in enumerate([("दो सौ पचास", voices["दो सौ पचास"])] * 3):
        audio.write(people / f"{number}.wav")
        rows.append(f"{number}.wav\ttrain\t{text}")
    (people / "manifest.tsv").write_text("\n".join(rows), encoding="utf-8")

    def say(count: int, rng: Random) -> Said:
        for text in TEXTS:
            yield voices[text].samples, text

    work = Work(tmp_path / "work", MODEL)
    told: list[tuple[str, int, int]] = []

    def progress(stage: str, done: int, of: int) -> None:
        told.append((stage, done, of))

    recipe.speak(work, {"espeak": (say, 1), PROMPTS: (say, 1)}, progress)
    recipe.record(work, [people])
    recipe.convert(work, progress)
    recipe.align(work, progress)
    shares = Shares({"espeak": 0.5}, whole=0.2, pieces=0.2, nobody=0.1, utterances=20)
    assert len(list(recipe.train(work, Schedule(parts=1), shares, progress))) == 1
    assert len(list(recipe.train(work, Schedule(parts=2), shares, progress))) == 1
    recipe.export(work)
    old, new = (read_weights(model / "am" / "final.mdl") for model in (MODEL, work.model))
    assert {key: array.shape for key, array in new.items()} == {
        key: array.shape for key, array in old.items()
    }
    assert any((old[key] != new[key]).any() for key in old)
    assert told == [
        ("voices: espeak", 1, 1),
        ("voices: kokoro_prompts", 1, 1),
        ("the other sex", 1, 1),
        *(("alignment", done, 4) for done in (1, 2, 3, 4)),
        ("training", 1, 1),
        ("training", 2, 2),
    ]


def test_a_training_that_is_killed_leaves_no_process_behind() -> None:
    code = """if True:
        import os, time
        from models.training.recipe import second_process
        with second_process() as other:
            print(other.submit(os.getpid).result(), flush=True)
            time.sleep(600)
    """
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as first:
        assert first.stdout is not None
        second = Path("/proc") / first.stdout.readline().strip() / "cmdline"
        assert second.read_bytes()
        first.kill()
    end = time.monotonic() + 60
    while second.exists() and second.read_bytes():  # a process that waits to be seen off has none
        assert time.monotonic() < end
        time.sleep(0.1)


def test_what_comes_spoken_with_sakhi_is_learned_from() -> None:
    units = Units.of(MODEL)
    for sound, text in islice(synthetic.prompts(1, Random(0)), 20):
        letters = sum(map(len, text.split()))
        assert 0.02 < len(sound) / 16000 / letters < 0.4
        assert all(units.ways(text))


def test_short_answers_are_words_of_the_questions_that_stand_alone() -> None:
    units = Units.of(MODEL)
    said = short_answers(300, Random(0))
    assert len(said) == 300 and said == short_answers(300, Random(0))
    assert {"हाँ", "नहीं", "जी", "हाज़िर", "रुको"} <= set(said)
    assert all(" " not in text and units.ways(text) for text in said)
    assert said.count("जी") > said.count("हाज़िर")


def test_recordings_without_a_column_are_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.tsv").write_text("path\ttranscript\na.wav\tएक\n", encoding="utf-8")
    with pytest.raises(ValueError, match="lacks the columns split"):
        recipe.record(Work(tmp_path / "work", MODEL), [tmp_path])


@pytest.mark.parametrize("name", CODECS)
def test_a_codec_keeps_the_voice(name: str, voices: dict[str, Audio]) -> None:
    voice = voices["दो सौ पचास"].resampled(8000).samples
    heard = CODECS[name](voice)
    assert len(heard) == len(voice)
    levels = [np.abs(sound.astype(float)).reshape(-1, 1).mean() for sound in (voice, heard)]
    assert levels[1] == pytest.approx(levels[0], rel=0.5)


def test_lost_packets_change_little_and_no_length(voices: dict[str, Audio]) -> None:
    voice = voices["दो सौ पचास"].resampled(8000).samples
    heard = lossy(voice, np.random.default_rng(3))
    assert len(heard) == len(voice)
    assert 0 < (heard != voice).mean() < 0.3


def test_what_a_line_returns_of_sakhi_is_one_sentence_after_another() -> None:
    sentences = [np.full(8000, 2000, np.int16), np.full(24000, -2000, np.int16)]
    returned = noises.another(sentences)(160_000, np.random.default_rng(1))
    assert len(returned) == 160_000
    assert {-1, 0, 1} == set(np.sign(np.round(returned / np.abs(returned).max(), 1)))


def test_another_speaker_is_as_long_and_another_pace_is_not(voices: dict[str, Audio]) -> None:
    voice = voices["दो सौ पचास"].samples / 32768
    assert len(warped(voice, 1.15)) == len(voice)
    assert len(stretched(voice, 0.8)) == pytest.approx(len(voice) / 0.8, rel=0.05)


@pytest.mark.parametrize(("pitch", "given"), [(220.0, conversion.MEN), (110.0, conversion.WOMEN)])
def test_the_other_sex_speaks_as_long_at_a_pitch_of_its_own(pitch: float, given: tuple[float, float]) -> None:
    time = np.arange(16000) / 16000
    voice = sum(np.sin(2 * np.pi * pitch * tone * time) / tone for tone in range(1, 20)) / 4
    other = conversion.converted(voice, np.random.default_rng(3))
    assert len(other) == len(voice)
    half = other[4000:12000]
    same = np.correlate(half, half, "full")[len(half) - 1 :]
    period = 40 + int(np.argmax(same[40:250]))
    assert given[0] * 0.95 < 16000 / period < given[1] * 1.05
    silence = np.zeros(16000)
    assert conversion.converted(silence, np.random.default_rng(3)) is silence


def test_the_network_knows_how_each_weight_counts() -> None:
    network = Network(read_weights(MODEL / "am" / "final.mdl")).requires_grad_(True)
    torch.manual_seed(0)
    sound = torch.tensor(padded(np.random.default_rng(0).normal(size=(60, 40)).astype(np.float32), 20))[None]
    toward = {name: torch.randn_like(weight) * weight.std() for name, weight in network.named_parameters()}
    weights = dict(network.named_parameters())

    def score(step: float) -> torch.Tensor:
        moved = {name: weight + step * toward[name] for name, weight in weights.items()}
        return torch.func.functional_call(network.double(), moved, (sound.double(), torch.double)).sum()

    step = torch.zeros((), dtype=torch.double, requires_grad=True)
    (slope,) = torch.autograd.grad(score(step), step)
    assert slope.item() == pytest.approx(((score(1e-7) - score(-1e-7)) / 2e-7).item(), rel=1e-3)
