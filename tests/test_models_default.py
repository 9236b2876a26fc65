"""The model that comes with Sakhi: its files, its words, and that it hears."""

import json
import os
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import vosk

from bench.speakers import people
from flows import words
from flows.expect import Choice, Count, Day, Digits, Expect, Got, OneMember, Rupees, YesNo
from flows.hindi import normalize, number_vocabulary
from ivr.channel import said
from models.training.checksums import checksums
from speech.audio import Audio
from speech.pyttsx3 import Pyttsx3, Worker
from speech.recognizer import Hypothesis
from speech.vosk import VoskRecognizer
from store.people import Member

MODELS = Path(__file__).resolve().parent.parent / "models"
CARD = tomllib.loads((MODELS / "models.toml").read_text(encoding="utf-8"))["hi-small"]
MODEL = MODELS / CARD["folder"]
TELEPHONE = 8000
RECORDINGS = Path(os.environ.get("SAKHI_RECORDINGS", MODELS.parent.parent / "shared/speech/recordings"))


@pytest.fixture(scope="module")
def model() -> VoskRecognizer:
    return VoskRecognizer(MODEL)


@pytest.fixture(scope="module")
def voice() -> Iterator[Pyttsx3]:
    with Worker() as worker:
        yield Pyttsx3(worker, "hi+f4")


def heard(model: VoskRecognizer, sound: Audio, phrases: tuple[str, ...]) -> Hypothesis:
    session = model.session()
    session.listen_for(phrases)
    rest = Audio.silence(0.3, session.rate)
    session.feed(Audio.joined([rest, sound.resampled(session.rate), rest]).samples)
    return session.finish()


def test_the_files_are_those_of_the_card() -> None:
    assert checksums(MODEL) == CARD["sha256"]


def test_the_model_is_small_enough_for_the_repository() -> None:
    assert sum(path.stat().st_size for path in MODEL.rglob("*") if path.is_file()) <= 20_000_000


def test_every_number_word_is_in_the_vocabulary(model: VoskRecognizer) -> None:
    assert model.unknown_words(number_vocabulary()) == set()


def test_every_answer_the_flows_listen_for_is_in_the_vocabulary(model: VoskRecognizer) -> None:
    assert model.unknown_words(words.everything()) == set()


@pytest.mark.parametrize(
    "expect",
    [Rupees(10_000_000), Count(0, 99), Digits(4, 4), Day(date(2026, 1, 5))],
    ids=lambda expect: str(expect.kind),
)
def test_every_phrase_of_a_kind_of_answer_is_in_the_vocabulary(
    model: VoskRecognizer, expect: Expect[object]
) -> None:
    assert model.unknown_words(expect.phrases()) == set()


def test_common_names_of_women_are_in_the_vocabulary(model: VoskRecognizer) -> None:
    names = (MODELS / "training/words/names.txt").read_text(encoding="utf-8").splitlines()
    given = [line.partition("\t")[0].replace("-", "") for line in names if line and line[0] != "#"]
    assert len(set(given)) >= 250
    assert model.unknown_words(given) == set()


def test_every_answer_is_known_without_nukta_and_chandrabindu(model: VoskRecognizer) -> None:
    phrases = (*words.everything(), *Rupees(10_000_000).phrases(), *Count(0, 99).phrases())
    plain = [
        unicodedata.normalize("NFD", phrase).replace("\u093c", "").replace("\u0901", "\u0902")
        for phrase in phrases
    ]
    assert model.unknown_words(plain) == set()


@pytest.mark.sound
@pytest.mark.parametrize(
    ("expect", "said", "meant"),
    [
        (YesNo(), "हाँ", True),
        (YesNo(), "नहीं", False),
        (Rupees(10_000_00), "दो सौ पचास रुपये", 250_00),
        (Rupees(10_000_00), "साढ़े तीन सौ", 350_00),
        (Count(0, 99), "छह", 6),
        (Count(0, 99), "बयालीस", 42),
        (Choice("presence"), "गैरहाज़िर", "away"),
        (Choice("presence"), "मायके गई", "travel"),
    ],
)
def test_an_answer_is_heard_through_a_telephone(
    model: VoskRecognizer, voice: Pyttsx3, expect: Expect[object], said: str, meant: object
) -> None:
    phrases = (*expect.phrases(), *words.phrases("command"))
    text = heard(model, voice.speak(said).resampled(TELEPHONE), phrases).text
    assert (text, expect.words(text)) == (text, Got(meant))


@pytest.mark.sound
@pytest.mark.parametrize(("said", "command"), [("दोबारा", "repeat"), ("मदद", "help"), ("रुकिए", "stop")])
def test_a_command_is_heard_while_a_yes_is_awaited(
    model: VoskRecognizer, voice: Pyttsx3, said: str, command: str
) -> None:
    phrases = (*words.phrases("yes_no"), *words.phrases("command"))
    assert words.meaning("command", heard(model, voice.speak(said), phrases).text) == command


@pytest.mark.sound
def test_a_name_is_heard_among_those_of_a_group(model: VoskRecognizer, voice: Pyttsx3) -> None:
    group = ("सुनीता देवी", "गीता बाई", "राधा कुमारी", "फूलमती", "फ़ातिमा बेगम", "सावित्री")
    assert heard(model, voice.speak("फूलमती"), group).text == "फूलमती"


@pytest.mark.sound
def test_a_member_is_understood_whose_name_the_model_spells_otherwise(
    model: VoskRecognizer, voice: Pyttsx3
) -> None:
    names = ("मुमताज बेगम", "नूरजहां", "शान्ति देवी")
    members = [Member(str(n), n, name, name, (), False, False) for n, name in enumerate(names, 1)]
    asked = OneMember(members)
    for member in members:
        assert asked.words(heard(model, voice.speak(member.spoken), asked.phrases()).text) == Got(member)


@pytest.mark.sound
def test_a_voice_note_is_written_down_roughly(voice: Pyttsx3) -> None:
    said = "मेरी पेंशन का पैसा दो महीने से नहीं आया"
    vosk.SetLogLevel(-1)
    decoder = vosk.KaldiRecognizer(vosk.Model(str(MODEL)), 16000)
    decoder.AcceptWaveform(voice.speak(said).resampled(16000).samples.tobytes())
    found = normalize(json.loads(decoder.FinalResult())["text"]).split()
    assert len(set(found) & set(normalize(said).split())) >= 7


@pytest.mark.sound
@pytest.mark.parametrize("said", ["अगरबत्ती की दुकान", "ट्रैक्टर", "बारिश हो रही थी", "चूल्हे पर चावल"])
def test_talk_beside_the_question_is_never_a_yes(model: VoskRecognizer, voice: Pyttsx3, said: str) -> None:
    phrases = (*YesNo().phrases(), *words.phrases("command"))
    assert YesNo().words(heard(model, voice.speak(said), phrases).text) != Got(True)


@pytest.mark.model
def test_people_are_heard_counting_to_ten(model: VoskRecognizer) -> None:
    if not (RECORDINGS / "manifest.tsv").is_file():
        pytest.skip(f"no recordings of people in {RECORDINGS}")
    counts = Counter(
        one.saying.verdict(said(heard(model, one.sound(), one.saying.phrases).text))
        for one in people(RECORDINGS)
        if one.kind == "digits"
    )
    assert counts["right"] >= 0.85 * counts.total()
