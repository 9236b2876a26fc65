"""Audio in the one shape it travels in."""

import resource
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from speech.audio import Audio, trimmed
from speech.suppressor import RATE, NoiseSuppressor


def tone(seconds: float, rate: int, level: float = 0.3, pitch: float = 440.0) -> Audio:
    time = np.arange(round(seconds * rate)) / rate
    return Audio((level * 32767 * np.sin(2 * np.pi * pitch * time)).astype(np.int16), rate)


def strongest_pitch(audio: Audio) -> float:
    spectrum = np.abs(np.fft.rfft(audio.samples))
    return float(np.fft.rfftfreq(len(audio.samples), 1 / audio.rate)[np.argmax(spectrum)])


@given(st.floats(0.2, 1.0), st.sampled_from([8000, 16000, 22050, 44100]), st.sampled_from([8000, 16000]))
def test_resampling_keeps_length_and_pitch(seconds: float, rate: int, to: int) -> None:
    there = tone(seconds, rate).resampled(to)
    assert there.rate == to
    assert there.seconds == pytest.approx(seconds, abs=0.002)
    assert strongest_pitch(there) == pytest.approx(440, abs=6)


@given(st.floats(0.2, 1.0), st.floats(300, 3400), st.floats(0.05, 0.9))
def test_what_a_telephone_carries_survives_the_way_to_16_khz_and_back(
    seconds: float, pitch: float, level: float
) -> None:
    said = tone(seconds, 8000, level, pitch)
    back = said.resampled(16000).resampled(8000)
    middle = slice(400, min(len(said.samples), len(back.samples)) - 400)
    error = said.samples[middle].astype(float) - back.samples[middle]
    assert abs(len(back.samples) - len(said.samples)) <= 1
    assert np.std(error) < 0.01 * np.std(said.samples[middle])


@pytest.mark.parametrize(("kind", "subtype"), [("WAV", "PCM_16"), ("FLAC", "PCM_16"), ("OGG", "VORBIS")])
def test_a_file_of_two_channels_is_read_as_one(tmp_path: Path, kind: str, subtype: str) -> None:
    path = tmp_path / "prompt"
    sound = tone(0.5, 16000).samples / 32768
    soundfile.write(path, np.stack([sound, sound], axis=1), 16000, format=kind, subtype=subtype)
    assert strongest_pitch(Audio.read(path)) == pytest.approx(440, abs=4)


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    before = tone(0.3, 8000)
    before.write(tmp_path / "a.wav")
    after = Audio.read(tmp_path / "a.wav")
    assert after.rate == 8000
    assert np.array_equal(after.samples, before.samples)


def test_no_file_and_no_sound_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no sound file at .*none\.wav"):
        Audio.read(tmp_path / "none.wav")
    (tmp_path / "text.wav").write_text("not a sound")
    with pytest.raises(ValueError, match=r"text\.wav is not a sound file"):
        Audio.read(tmp_path / "text.wav")


@pytest.mark.parametrize(
    ("samples", "rate"),
    [(np.zeros(4), 8000), (np.zeros((2, 2), np.int16), 8000), (np.zeros(4, np.int16), 0)],
)
def test_a_wrong_shape_is_refused(samples: np.ndarray, rate: int) -> None:
    with pytest.raises(ValueError, match=r"audio is one row of int16|positive number of Hz"):
        Audio(samples, rate)


def test_a_full_disk_is_an_error_of_the_system(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            tone(0.3, 8000).write(tmp_path / "a.wav")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_pieces_join_at_the_rate_of_the_first() -> None:
    joined = Audio.joined([tone(0.2, 8000), Audio.silence(0.3, 16000)])
    assert joined.rate == 8000
    assert joined.seconds == pytest.approx(0.5, abs=0.002)
    with pytest.raises(ValueError, match="nothing to join"):
        Audio.joined([])


def test_trimming_keeps_the_sound_and_a_margin() -> None:
    framed = Audio.joined([Audio.silence(1, 16000), tone(0.5, 16000), Audio.silence(1, 16000)])
    assert trimmed(framed).seconds == pytest.approx(0.58, abs=0.01)
    assert trimmed(Audio.silence(1, 8000)).seconds == 1


@pytest.mark.parametrize("rate", [8000, 16000])
def test_noise_is_suppressed_and_a_voice_kept(rate: int) -> None:
    noise = np.random.default_rng(1).normal(0, 600, 4 * rate)
    voice = np.concatenate([np.zeros(3 * rate), tone(1, rate, level=0.12, pitch=500).samples])
    suppressor = NoiseSuppressor(rate)
    sound = (noise + voice).astype(np.int16)
    frames = [suppressor.feed(sound[at : at + rate // 50]) for at in range(0, len(sound), rate // 50)]
    quiet = np.concatenate(frames).astype(float)
    assert len(quiet) == pytest.approx(4 * RATE, abs=0.12 * RATE)
    between, spoken = quiet[2 * RATE : round(2.9 * RATE)], quiet[round(3.1 * RATE) : round(3.4 * RATE)]
    assert np.std(between) < 600 / 4
    assert np.std(spoken) > 1400
