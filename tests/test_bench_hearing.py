"""The measurement of hearing: that it counts what it says it counts."""

import json
import re
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from bench.card import BEGIN, END, main, read, replaced
from bench.cost import cost
from bench.ears import Ears
from bench.hearing import MODEL, Job, decoded, done, listened, sample
from bench.interval import over_speakers, wilson
from bench.lines import LINES, OPENED, harsh, nobody
from bench.report import Cost, Heard, Report, Row, beside, grouped, printed, row
from bench.speakers import PEOPLE, SYNTHETIC, Spoken, clips, people
from bench.spoken import Saying, sayings
from bench.whisper import spelled
from ivr.channel import said
from speech.audio import Samples
from speech.pyttsx3 import Pyttsx3, Worker
from speech.vosk import RATE

COST = Cost("a-model", 9.5, "0123456789abcdef", 0.1, (100.0, 120.0, 130.0), 1.2, 60.0)


def saying(kind: str, text: str) -> Saying:
    return next(one for one in sayings() if (one.kind, one.text) == (kind, text))


@pytest.mark.parametrize(
    ("right", "said", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662), (0, 0, 0.0, 1.0)],
)
def test_the_interval_is_wilsons(right: int, said: int, low: float, high: float) -> None:
    assert wilson(right, said) == pytest.approx((low, high), abs=5e-5)


def test_speakers_who_differ_make_a_share_less_certain() -> None:
    assert over_speakers([(5, 10), (10, 20)]) == (0.5, 0.5)
    low, high = over_speakers([(0, 50), (50, 50), (0, 50), (50, 50)])
    assert low < wilson(100, 200)[0] and high > wilson(100, 200)[1]


def test_a_word_outside_the_phrases_is_right_when_it_is_refused() -> None:
    one = saying("outside, yes/no", "पानी")
    assert [one.verdict(said(heard)) for heard in ("", "[unk]", "हाँ", "नहीं")] == [
        "right",
        "right",
        "wrong",
        "wrong",
    ]


def test_an_amount_is_right_only_when_the_value_is() -> None:
    one = saying("amounts", "डेढ़ सौ")
    assert [one.verdict(said(heard)) for heard in ("एक सौ पचास", "ढाई सौ", "[unk] सौ")] == [
        "right",
        "wrong",
        "again",
    ]


def test_what_is_not_sure_is_asked_again() -> None:
    one = saying("amounts", "डेढ़ सौ")
    doubtful = replace(said("डेढ़ सौ"), confidence=0.3)
    assert one.verdict(doubtful) == "again"
    assert saying("outside, amounts", "पानी").verdict(doubtful) == "right"


def test_every_kind_of_the_goals_is_said_often_enough_to_be_judged() -> None:
    counted = Counter(one.kind for one in sayings())
    assert counted["amounts"] >= 150
    assert (
        min(counted[f"outside, {question}"] for question in ("yes/no", "amounts", "attendance", "digits"))
        >= 100
    )
    assert {one.text for one in sayings() if one.kind == "1 to 99"} >= {"निन्यानवे", "उनसठ"}


def test_what_is_outside_is_outside() -> None:
    answers = {word for one in sayings() for phrase in one.phrases for word in phrase.split()}
    outside = [one for one in sayings() if not one.inside]
    assert [one.text for one in outside if one.verdict(said(one.text)) == "wrong"] == []
    assert [one.text for one in outside if len(one.text.split()) == 1 and one.text in answers] == []


@pytest.fixture(scope="module")
def ears() -> Ears:
    return Ears(MODEL)


@pytest.fixture(scope="module")
def spoken() -> Iterator[list[Spoken]]:
    with Worker() as worker:
        voice = Pyttsx3(worker, "hi+f4")
        asked = [saying("digits", "चार"), saying("commands", "मदद"), saying("outside, yes/no", "ट्रैक्टर")]
        yield [Spoken(SYNTHETIC, one, voice.name, partial(voice.speak, one.text), one.kind) for one in asked]


@pytest.mark.sound
def test_voices_are_heard_through_the_ears_over_every_line(ears: Ears, spoken: list[Spoken]) -> None:
    lines = {**LINES, **harsh([spoken[2].sound()])}
    heard = [
        each for number, one in enumerate(spoken) for each in listened(number, one, one.sound(), lines, ears)
    ]
    assert [(one.kind, one.line, one.number) for one in heard] == [
        (one.kind, line, number) for number, one in enumerate(spoken) for line in lines
    ]
    assert row(grouped(heard)[SYNTHETIC, "commands", "wide"]) == Row(1, 0, 0)
    assert {one.system for one in heard} == {"hi-small"}
    assert 0 < ears.processor < ears.seconds


@pytest.mark.sound
def test_the_decoder_alone_hears_words_among_themselves(ears: Ears, spoken: list[Spoken]) -> None:
    wide = {"wide": LINES["wide"]}
    words = ("चार", "मदद")
    heard = [each for one in spoken for each in decoded(0, one, one.sound(), wide, words, ears)]
    assert [(one.said, one.heard, one.verdict, one.kind) for one in heard[:2]] == [
        ("चार", "चार", "right", "2 words, decoder alone"),
        ("मदद", "मदद", "right", "2 words, decoder alone"),
    ]
    assert heard[2].verdict != "right"


@pytest.mark.sound
def test_noise_is_put_to_every_question_until_nobody_is_waited_for(ears: Ears, spoken: list[Spoken]) -> None:
    every = list(nobody(RATE, [one.sound() for one in spoken]))
    assert {one.saying.kind for one in every} == {
        f"nobody, {question}" for question in ("yes/no", "amounts", "attendance", "digits")
    }
    assert {one.kind for one in every if not one.sound().samples.any()} == {"silence"}
    assert {one.opened for one in every} == {OPENED}
    hum = next(one for one in every if one.kind == "hum")
    (heard,) = listened(0, hum, hum.sound(), {"wide": LINES["wide"]}, ears)
    assert (heard.heard, heard.verdict) == ("", "right")


@pytest.mark.sound
def test_what_is_heard_before_the_question_is_opened_is_no_answer(ears: Ears, spoken: list[Spoken]) -> None:
    help_ = spoken[1]
    late = replace(help_, opened=60.0)
    texts = [
        heard.heard
        for one in (help_, late)
        for heard in listened(0, one, one.sound(), {"wide": LINES["wide"]}, ears)
    ]
    assert texts == ["मदद", ""]


@pytest.mark.sound
def test_every_part_hears_its_share_of_recordings_and_noise(tmp_path: Path, spoken: list[Spoken]) -> None:
    manifest = ["path\tsplit\ttranscript\tspeaker", "x.wav\ttrain\tदो\tb"]
    for number, one in enumerate(spoken[:1] * 2):
        one.sound().write(tmp_path / f"{number}.wav")
        manifest.append(f"{number}.wav\tdev\t{one.saying.text}\tspeaker {number}")
    (tmp_path / "manifest.tsv").write_text("\n".join(manifest), encoding="utf-8")
    options = Namespace(
        model=MODEL, whisper=None, recordings=[tmp_path], voices_folder=None, voices=(), harsh=False, jobs=97
    )
    part = done(Job(options, 1))
    assert [(one.number, one.speaker) for one in part.heard if one.who == PEOPLE] == [(1, "speaker 1")] * 4
    assert {one.number % 97 for one in part.heard} == {1}
    assert part.spent.keys() == {"hi-small"}


@pytest.mark.sound
def test_loading_and_memory_are_taken(ears: Ears) -> None:
    taken = cost(Ears, MODEL)
    assert (taken.system, len(taken.sha256)) == (ears.system, 64)
    assert taken.loaded > 0 and taken.megabytes > 1 and min(taken.memory) > 0


def test_recordings_for_training_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "manifest.tsv").write_text(
        "path\tsplit\ttranscript\tspeaker\na.wav\ttrain\tएक\tx\nb.wav\tdev\tदस\ty\n", encoding="utf-8"
    )
    assert [(one.who, one.kind, one.speaker) for one in people(tmp_path)] == [(PEOPLE, "digits", "y")]


def test_a_sample_has_so_many_of_each_kind_and_is_the_same_each_time(spoken: list[Spoken]) -> None:
    every = [spoken[0]] * 9 + [spoken[1]] * 2
    numbers = sample(every, 4)
    assert numbers == sample(every, 4)
    assert Counter(every[number].kind for number in numbers) == {"digits": 4, "commands": 2}


def test_clips_are_put_to_every_question_they_are_said_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "manifest.tsv").write_text(
        "path\tsplit\ttranscript\tspeaker\n"
        "a.wav\ttest\tपानी\tx\nb.wav\ttest\tकभी नहीं पूछा\tx\nc.wav\ttrain\tपानी\tx\n",
        encoding="utf-8",
    )
    assert [one.kind for one in clips(tmp_path)] == [
        "outside, yes/no",
        "outside, amounts",
        "outside, attendance",
        "outside, digits",
    ]
    assert "कभी नहीं पूछा" in capsys.readouterr().err


def heard(number: int, text: str, verdict: str, *, speaker: str = "a", system: str = "a-model") -> Heard:
    return Heard(system, PEOPLE, "digits", "wide", speaker, number, "एक", text, 0.9, verdict)


def test_figures_survive_their_file_and_come_into_the_card(tmp_path: Path) -> None:
    report = Report("a machine", [COST], [heard(0, "एक", "right"), heard(1, "छह", "wrong", speaker="b")])
    results, card = tmp_path / "r.json", tmp_path / "README.md"
    results.write_text(json.dumps(asdict(report), ensure_ascii=False), encoding="utf-8")
    card.write_text(f"# A model\n{BEGIN}\nold\n{END}\nthe end\n", encoding="utf-8")
    assert main([str(results), str(card)]) == 0
    text = card.read_text(encoding="utf-8")
    assert read(results) == report
    assert f"**{PEOPLE}: 2 speakers**" in text
    assert "| digits | wide | 2 | 50.0 (9 to 91) | 50.0 (9 to 91) | 0.0 (0 to 66) | 0 to 100 |" in text
    assert "| digits | wide | एक as छह (1) |" in text
    assert "0.020 of real time" in text
    assert "old" not in text and text.startswith("# A model") and text.endswith("the end\n")


def test_a_report_without_a_voice_is_printed_too() -> None:
    silent = replace(COST, processor=0.0, seconds=0.0)
    assert "no voice heard" in printed(Report("a machine", [silent], []))


def test_systems_are_compared_on_the_same_clips_alone() -> None:
    every = [
        heard(0, "एक", "right"),
        heard(1, "", "again"),
        heard(1, "छह", "wrong", system="other"),
    ]
    (line,) = [line for line in beside(every, "a-model", "other") if line.startswith("| digits")]
    none, all_ = "0.0 (0 to 79)", "100.0 (21 to 100)"
    assert line == f"| digits | wide | 1 | {none} | {none} | {none} | {all_} |"


def test_a_card_without_a_place_for_figures_is_refused() -> None:
    with pytest.raises(ValueError, match="no place for figures"):
        replaced("# A model", printed(Report("a machine", [COST], [])))


@pytest.mark.parametrize(
    ("whisper", "words"),
    [
        ("२५०!", "दो सौ पचास"),
        ("9" * 20, ""),
        ("250", "दो सौ पचास"),
        ("1,250 रुपये।", "एक हज़ार दो सौ पचास रुपये"),
        (" हाँ, जी! ", "हाँ जी"),
    ],
)
def test_whispers_digits_count_as_numbers(whisper: str, words: str) -> None:
    assert spelled(whisper) == words


class Parrot:
    """Says everything as the same second of sound, and counts."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def speak(self, text: str, voice: str, speed: float) -> Samples:
        self.said.append((text, voice))
        return np.ones(RATE, np.int16)


def test_clips_to_measure_with_are_of_held_out_voices_in_two_halves(tmp_path: Path) -> None:
    kokoro = pytest.importorskip("bench.kokoro_clips", exc_type=ImportError)
    planned = list(kokoro.clips())
    assert planned == list(kokoro.clips())
    assert {name for clip in planned for name in re.findall(r"h[fm]_\w+?(?=\+|:|$)", clip.speaker)} == {
        "hf_beta",
        "hm_psi",
    }
    asked = {saying.text for saying in sayings()}
    assert {clip.text for clip in planned} == asked
    halves = [{clip.path for clip in planned if clip.half == half} for half in kokoro.HALVES]
    assert len(halves[0]) == len(halves[1]) == len(planned) / 2 and not halves[0] & halves[1]


def test_clips_that_are_there_are_not_made_again(tmp_path: Path) -> None:
    kokoro = pytest.importorskip("bench.kokoro_clips", exc_type=ImportError)
    parrot, some = Parrot(), list(kokoro.clips())[:6]
    for _ in range(2):
        kokoro.render_all(some, tmp_path, parrot)
    assert parrot.said == [(clip.text, clip.speaker) for clip in some]
    heard = [one for half in kokoro.HALVES for one in clips(tmp_path / half)]
    assert {(one.saying.text, one.speaker) for one in heard} == set(parrot.said)
