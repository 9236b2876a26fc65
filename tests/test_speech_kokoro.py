"""The neural voice: how Hindi is spelled for it, and that it speaks."""

from pathlib import Path
from unicodedata import normalize

import numpy as np
import pytest

from speech.spelling import respelled

kokoro = pytest.importorskip("speech.kokoro", exc_type=ImportError)

VOICE = Path(__file__).resolve().parent.parent / "speech" / "voices" / "hf_alpha.bin"
TEXT = "सीता जी, बचत साठ रुपये।"


@pytest.mark.parametrize(
    ("text", "said"),
    [("ठीक है?", "ʈʰˈiːk hɛː?"), ("हाँ, नहीं।", "hˈã, nˈʌhĩ."), ("नमस्ते! जी", "nəmˈʌsteː! ɟˈi")],
)
def test_punctuation_is_kept_for_it_makes_the_melody(text: str, said: str) -> None:
    assert kokoro.ipa(text) == normalize("NFD", said)


@pytest.mark.parametrize("word", ["थोड़ी", "साढ़े", "अड़तीस", "डेढ़"])
def test_a_flapped_letter_is_no_end_of_a_sentence(word: str) -> None:
    assert "ɽ" in kokoro.ipa(word)
    assert "." not in kokoro.ipa(word)


@pytest.mark.parametrize(
    ("word", "wrong"), [("पहले", "həl"), ("बोलकर", "lək"), ("आईं", "n"), ("पचपन", "cəp"), ("उनसठ", "nəs")]
)
def test_words_that_espeak_says_wrongly_are_respelled(word: str, wrong: str) -> None:
    assert wrong not in kokoro.ipa(word)


def test_words_are_respelled_whole_and_in_any_writing_of_their_letters() -> None:
    assert respelled("यह, यहाँ सड़सठ") == respelled("यह, यहाँ सड\u093cसठ")
    assert respelled("यहाँ") == "यहाँ"


@pytest.mark.sound
def test_it_speaks() -> None:
    style = np.fromfile(VOICE, np.float32).reshape(-1, 256)
    slow, quick = (kokoro.Kokoro().say(TEXT, style, speed) for speed in (0.8, 1.2))
    assert 1 < len(quick) / kokoro.RATE < len(slow) / kokoro.RATE < 8
    assert np.abs(slow).max() > 0.01
