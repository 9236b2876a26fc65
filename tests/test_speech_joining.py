"""Pieces are joined without a click, a gap or a jump in loudness."""

import numpy as np
import pytest

from speech.audio import FULL_SCALE, Audio, from_float
from speech.joining import CLOSED, HUSH, OVERLAP, flowing, joined, levelled, tightened

RATE = 24000


def hum(seconds: float, loudness: float = 0.2, pitch: int = 220) -> Audio:
    time = np.arange(round(seconds * RATE)) / RATE
    return Audio(from_float(loudness * np.sin(2 * np.pi * pitch * time)), RATE)


def steepest(audio: Audio) -> int:
    return int(np.abs(np.diff(audio.samples.astype(np.int32))).max())


def loudness(audio: Audio) -> float:
    return float(20 * np.log10(np.sqrt(np.mean((audio.samples / FULL_SCALE) ** 2))))


def test_joined_pieces_overlap_and_do_not_click() -> None:
    one, other = hum(0.3), Audio(hum(0.4).samples[27:], RATE)  # which begins in the middle of a swing
    whole = joined([one, other])
    assert whole.seconds == pytest.approx(one.seconds + other.seconds - OVERLAP, abs=0.001)
    assert steepest(whole) < 1.5 * steepest(one)
    assert steepest(Audio.joined([one, other])) > 2 * steepest(one)


def test_a_piece_shorter_than_the_overlap_is_joined_all_the_same() -> None:
    assert joined([hum(0.3), hum(0.005), hum(0.3)]).seconds > 0.55


def test_one_piece_is_itself() -> None:
    assert np.array_equal(joined([hum(0.1)]).samples, hum(0.1).samples)


def test_pieces_at_several_rates_or_none_are_refused() -> None:
    with pytest.raises(ValueError, match="one rate"):
        joined([hum(0.1), Audio.silence(0.1, 8000)])
    with pytest.raises(ValueError, match="one rate"):
        joined([])


@pytest.mark.parametrize("level", [0.02, 0.1, 0.5])
def test_pieces_come_out_about_as_loud_as_one_another(level: float) -> None:
    assert abs(loudness(levelled(hum(0.5, level))) - loudness(levelled(hum(0.5)))) <= 2.1


def test_silence_around_a_word_does_not_make_it_louder() -> None:
    quiet = Audio.silence(0.3, RATE)
    padded = levelled(Audio.joined([quiet, hum(0.5, 0.05), quiet]))
    assert np.abs(padded.samples).max() == pytest.approx(
        np.abs(levelled(hum(0.5, 0.05)).samples).max(), rel=0.1
    )


def test_nothing_is_clipped() -> None:
    spiky = hum(0.5, 0.01).samples.copy()
    spiky[100] = 20000
    assert np.abs(levelled(Audio(spiky, RATE)).samples.astype(np.int32)).max() < FULL_SCALE - 1


def test_silence_is_taken_off_where_it_is_asked_for() -> None:
    quiet = Audio.silence(0.3, RATE)
    piece = Audio.joined([quiet, hum(0.5), quiet])
    assert tightened(piece, start=True, end=True).seconds == pytest.approx(0.5 + 2 * HUSH, abs=0.02)
    assert tightened(piece, start=False, end=True).seconds == pytest.approx(0.8 + HUSH, abs=0.02)
    assert tightened(quiet, start=True, end=True).samples.any() == np.False_


def test_a_long_silence_within_a_word_is_shortened_and_a_short_one_left_as_it_is() -> None:
    def silent(seconds: float) -> Audio:
        return Audio.joined([hum(0.3), Audio.silence(seconds, RATE), hum(0.3), Audio.silence(0.3, RATE)])

    assert flowing(silent(0.15)).seconds == pytest.approx(0.9 + CLOSED, abs=0.006)
    assert steepest(flowing(silent(0.15))) <= steepest(silent(0.15))
    assert np.array_equal(flowing(silent(0.1)).samples, silent(0.1).samples)
    assert flowing(Audio.silence(0.5, RATE)).seconds == pytest.approx(0.5)


def test_every_long_silence_within_a_piece_is_shortened() -> None:
    quiet = Audio.silence(0.2, RATE)
    piece = Audio.joined([hum(0.2), quiet, hum(0.2), quiet, hum(0.2)])
    assert flowing(piece).seconds == pytest.approx(0.6 + 2 * CLOSED, abs=0.01)
