"""The measurement of hearing: that it counts what it says it counts."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from bench.card import BEGIN, END, main, read, replaced
from bench.hearing import MODEL, Ears, by_the_decoder, through_the_ears
from bench.lines import LINES, nobody
from bench.report import Cost, Heard, Report, Row, interval, printed, rows
from bench.speakers import Spoken, clips
from bench.spoken import Saying, sayings
from bench.whisper import spelled
from speech.audio import Audio
from speech.pyttsx3 import Pyttsx3, Worker
from speech.vosk import RATE, VoskRecognizer

COST = Cost("a machine", "a-model", 9.5, 0.1, 0.02, 60.0, 30.0)


def saying(kind: str, text: str) -> Saying:
    return next(one for one in sayings() if (one.kind, one.text) == (kind, text))


@pytest.mark.parametrize(
    ("right", "said", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662), (0, 0, 0.0, 1.0)],
)
def test_the_interval_is_wilsons(right: int, said: int, low: float, high: float) -> None:
    assert interval(right, said) == pytest.approx((low, high), abs=5e-5)


def test_a_word_outside_the_phrases_is_right_when_it_is_refused() -> None:
    one = saying("outside, yes/no", "पानी")
    assert [one.verdict(heard) for heard in ("", "[unk]", "हाँ", "नहीं")] == [
        "right",
        "right",
        "wrong",
        "wrong",
    ]


def test_an_amount_is_right_only_when_the_value_is() -> None:
    one = saying("amounts", "डेढ़ सौ")
    assert [one.verdict(heard) for heard in ("एक सौ पचास", "ढाई सौ", "[unk] सौ")] == [
        "right",
        "wrong",
        "again",
    ]


def test_every_kind_of_the_goals_is_said_often_enough_to_be_judged() -> None:
    said = Counter(one.kind for one in sayings())
    assert said["amounts"] >= 150
    assert min(said[f"outside, {question}"] for question in ("yes/no", "amounts", "attendance")) >= 100
    assert {one.text for one in sayings() if one.kind == "1 to 99"} >= {"निन्यानवे", "उनसठ"}


def test_what_is_outside_is_outside() -> None:
    answers = {word for one in sayings() for phrase in one.phrases for word in phrase.split()}
    outside = [one for one in sayings() if not one.inside]
    assert [one.text for one in outside if one.meaning(one.text) is not None] == []
    assert [one.text for one in outside if len(one.text.split()) == 1 and one.text in answers] == []


@pytest.fixture(scope="module")
def ears() -> Ears:
    return Ears(VoskRecognizer(MODEL))


@pytest.fixture(scope="module")
def spoken() -> Iterator[list[Spoken]]:
    with Worker() as worker:
        voice = Pyttsx3(worker, "hi+f4")
        asked = [saying("digits", "चार"), saying("commands", "मदद"), saying("outside, yes/no", "ट्रैक्टर")]
        yield [(one, voice.speak(one.text), voice.name) for one in asked]


@pytest.mark.sound
def test_voices_are_heard_through_the_ears_over_every_line(ears: Ears, spoken: list[Spoken]) -> None:
    found = rows(list(through_the_ears("synthetic", spoken, LINES, ears)))
    assert {key: list(by_line) for key, by_line in found.items()} == {
        ("synthetic", "digits"): list(LINES),
        ("synthetic", "commands"): list(LINES),
        ("synthetic", "outside, yes/no"): list(LINES),
    }
    assert found["synthetic", "commands"]["wide"] == Row(1, 0, 0)
    assert 0 < ears.processor < ears.seconds


@pytest.mark.sound
def test_the_decoder_alone_hears_words_among_themselves(ears: Ears, spoken: list[Spoken]) -> None:
    heard = list(by_the_decoder(spoken[:2], {"wide": LINES["wide"]}, ears))
    assert [(one.said, one.heard, one.verdict) for one in heard] == [
        ("चार", "चार", "right"),
        ("मदद", "मदद", "right"),
    ]


@pytest.mark.sound
def test_noise_is_made_for_every_question_and_sounds(spoken: list[Spoken]) -> None:
    sounds = list(nobody(RATE, [voice for _, voice, _ in spoken]))
    assert {one.kind for _, one, _ in sounds} == {"nobody, yes/no", "nobody, amounts", "nobody, attendance"}
    assert {kind for kind, _, sound in sounds if not sound.samples.any()} == {"silence"}


def test_clips_are_put_to_every_question_they_are_said_to(tmp_path: Path) -> None:
    Audio.silence(0.5, RATE).write(tmp_path / "a.wav")
    (tmp_path / "manifest.tsv").write_text("path\ttranscript\tspeaker\na.wav\tपानी\tx\n", encoding="utf-8")
    assert [one.kind for one, _, _ in clips(tmp_path)] == [
        "outside, yes/no",
        "outside, amounts",
        "outside, attendance",
    ]


def test_figures_survive_their_file_and_come_into_the_card(tmp_path: Path) -> None:
    heard = [
        Heard("people", "digits", "wide", "a", "छह", "छह", "right"),
        Heard("people", "digits", "wide", "b", "एक", "छह", "wrong"),
    ]
    results, card = tmp_path / "r.json", tmp_path / "README.md"
    results.write_text(json.dumps(asdict(Report(COST, heard)), ensure_ascii=False), encoding="utf-8")
    card.write_text(f"# A model\n{BEGIN}\nold\n{END}\nthe end\n", encoding="utf-8")
    assert main([str(results), str(card)]) == 0
    text = card.read_text(encoding="utf-8")
    assert read(results) == Report(COST, heard)
    assert "| digits | 2 | 50.0 / 50.0 / 0.0 (9 to 91) |" in text
    assert "एक as छह (1)" in text
    assert "old" not in text and text.startswith("# A model") and text.endswith("the end\n")


def test_a_card_without_a_place_for_figures_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for figures"):
        replaced("# A model", printed(Report(COST, [])))


@pytest.mark.parametrize(
    ("whisper", "words"),
    [("250", "दो सौ पचास"), ("1,250 रुपये।", "एक हज़ार दो सौ पचास रुपये"), (" हाँ, जी! ", "हाँ जी")],
)
def test_whispers_digits_count_as_numbers(whisper: str, words: str) -> None:
    assert spelled(whisper) == words
