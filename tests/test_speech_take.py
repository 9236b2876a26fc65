"""A take of a recording: what is wrong is told, and what is kept is trimmed and as loud as the rest."""

from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.audio import FULL_SCALE, Audio
from speech.loudness import LOUDNESS
from speech.pyttsx3 import Pyttsx3, Worker
from speech.take import RATE, Fault, fault_of, finished

pytestmark = pytest.mark.sound
TEXT = "बैठक में बहनें जो बोलती हैं, मैं वही लिखती हूँ।"
AT = 16000


@pytest.fixture(scope="module")
def voice(worker: Worker) -> Audio:
    return Pyttsx3(worker, "hi+f4", 150).speak(TEXT).resampled(AT)


def take(
    voice: Audio, gain: float = 0.5, noise: float = 15, before: float = 0.4, after: float = 0.6
) -> Audio:
    whole = Audio.joined([Audio.silence(before, AT), voice, Audio.silence(after, AT)]).samples * gain
    heard = whole + np.random.default_rng(1).normal(0, noise, len(whole))
    return Audio(heard.clip(-FULL_SCALE, FULL_SCALE - 1).astype(np.int16), AT)


def test_a_good_take_has_no_fault(voice: Audio) -> None:
    assert fault_of(take(voice), TEXT) is None
    assert fault_of(take(voice, gain=0.1, noise=2), TEXT) is None


@pytest.mark.parametrize("gain", [0.3, 1.0])
def test_one_word_is_enough(worker: Worker, gain: float) -> None:
    assert fault_of(take(Pyttsx3(worker, "hi+f4").speak("जी?").resampled(AT), gain), "जी?") is None


@pytest.mark.parametrize(
    ("fault", "how"),
    [
        (Fault.SILENT, {"gain": 0}),
        (Fault.QUIET, {"gain": 0.01, "noise": 1}),
        (Fault.CLIPPED, {"gain": 5}),
        (Fault.NOISY, {"gain": 0.3, "noise": 900}),
        (Fault.NOISY, {"gain": 0.3, "noise": 300}),
    ],
)
def test_what_is_wrong_with_a_take_is_told(voice: Audio, fault: Fault, how: dict[str, float]) -> None:
    assert fault_of(take(voice, **how), TEXT) is fault


def test_a_take_that_begins_too_late_or_ends_too_early_is_cut(voice: Audio) -> None:
    whole = take(voice)
    late = np.abs(whole.samples[len(whole.samples) // 2 :][: AT // 2])
    in_a_word = len(whole.samples) // 2 + int(np.argmax(late))  # the voice pauses elsewhere each time
    assert fault_of(Audio(whole.samples[round(0.5 * AT) :], AT), TEXT) is Fault.CUT
    assert fault_of(Audio(whole.samples[:in_a_word], AT), TEXT) is Fault.CUT


def test_half_a_text_and_a_text_with_more_after_it_are_told(voice: Audio) -> None:
    word = Audio(voice.samples[: AT // 3], AT)
    assert fault_of(take(word), TEXT) in (Fault.SHORT, Fault.CUT)
    assert fault_of(take(voice), TEXT * 5) is Fault.SHORT
    assert fault_of(take(Audio.joined([voice] * 6)), TEXT) is Fault.LONG


def test_a_take_with_holes_is_told(voice: Audio) -> None:
    samples = take(voice).samples.copy()
    for loud in (
        np.argmax(np.abs(samples[second * AT : (second + 1) * AT])) + second * AT for second in (1, 2, 3)
    ):
        samples[loud + 1 : loud + 1 + AT // 30] = 0
    assert fault_of(Audio(samples, AT), TEXT) is Fault.HOLES


@pytest.mark.parametrize("gain", [0.1, 0.5, 1.0])
def test_what_is_kept_is_trimmed_and_as_loud_as_all_that_is_said(voice: Audio, gain: float) -> None:
    kept = finished(take(voice, gain, 3, 1.5, 2.5))
    assert kept.rate == RATE
    assert kept.seconds == pytest.approx(voice.seconds + 0.1, abs=0.1)
    sound = kept.samples / FULL_SCALE
    assert pyloudnorm.Meter(RATE).integrated_loudness(sound) == pytest.approx(LOUDNESS, abs=1.0)
    assert abs(sound[0]) < 0.001 > abs(sound[-1])


@given(st.binary(max_size=4000), st.sampled_from([8000, 16000, 44100]))
def test_any_sound_at_all_is_judged(noise: bytes, rate: int) -> None:
    sound = Audio(np.frombuffer(noise[: len(noise) // 2 * 2], np.int16), rate)
    if fault_of(sound, TEXT) is None:
        assert finished(sound).seconds > 0


def test_a_file_that_was_recorded_elsewhere_is_judged_alike(voice: Audio, tmp_path: Path) -> None:
    path = tmp_path / "hers.wav"
    take(voice.resampled(AT)).resampled(44100).write(path)
    assert fault_of(Audio.read(path), TEXT) is None
