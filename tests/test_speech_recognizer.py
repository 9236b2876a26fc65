"""Both recognizers under the same tests, and what is Vosk's alone."""

import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from speech.audio import Audio
from speech.echo import EchoRecognizer
from speech.pyttsx3 import Pyttsx3, Worker
from speech.recognizer import UNKNOWN, Recognizer, known_words
from speech.vosk import ModelBroken, ModelMissing, VoskRecognizer

YES_NO = ("हाँ", "नहीं")
Twin = tuple[Recognizer, Callable[[str], Audio]]


@pytest.fixture
def voice(worker: Worker) -> Pyttsx3:
    return Pyttsx3(worker, "hi+f4")


@pytest.fixture(params=["echo", pytest.param("vosk", marks=pytest.mark.sound)])
def twin(request: pytest.FixtureRequest) -> Twin:
    if request.param == "echo":
        return EchoRecognizer(), EchoRecognizer.audio_of
    return request.getfixturevalue("recognizer"), request.getfixturevalue("voice").speak


def heard(twin: Twin, text: str, phrases: tuple[str, ...], rate: int = 16000) -> str:
    recognizer, speak = twin
    session = recognizer.session()
    session.listen_for(phrases)
    framed = Audio.joined([Audio.silence(0.5, rate), speak(text), Audio.silence(0.7, rate)])
    session.feed(framed.resampled(session.rate).samples)
    return session.finish().text


@pytest.mark.parametrize("text", YES_NO)
def test_a_phrase_listened_for_is_heard(twin: Twin, text: str) -> None:
    assert heard(twin, text, YES_NO) == text


def test_a_word_outside_the_phrases_is_not_bent_into_one(twin: Twin) -> None:
    assert not set(known_words(heard(twin, "ग्यारह", YES_NO))) & {"हाँ"}


def test_sound_from_a_telephone_is_heard(twin: Twin) -> None:
    assert heard(twin, "नहीं", YES_NO, rate=8000) == "नहीं"


def test_each_question_begins_anew(twin: Twin) -> None:
    recognizer, speak = twin
    session = recognizer.session()
    session.listen_for(YES_NO)
    session.feed(speak("हाँ").resampled(session.rate).samples)
    session.listen_for(("दो", "तीन"))
    framed = Audio.joined([Audio.silence(0.5, session.rate), speak("तीन"), Audio.silence(0.7, session.rate)])
    session.feed(framed.samples)
    assert session.finish().text == "तीन"


def test_silence_is_no_word(twin: Twin) -> None:
    session = twin[0].session()
    session.listen_for(YES_NO)
    session.feed(Audio.silence(2, session.rate).samples)
    assert known_words(session.finish().text) == ()


def test_two_calls_do_not_disturb_each_other(twin: Twin) -> None:
    recognizer, speak = twin
    calls = {text: recognizer.session() for text in YES_NO}
    sounds = {}
    for text, session in calls.items():
        session.listen_for(YES_NO)
        pieces = [Audio.silence(0.5, session.rate), speak(text), Audio.silence(0.7, session.rate)]
        sounds[text] = Audio.joined(pieces).samples
    for at in range(0, 40000, 320):
        for text, session in calls.items():
            session.feed(sounds[text][at : at + 320])
    assert {text: session.finish().text for text, session in calls.items()} == {t: t for t in YES_NO}


def test_what_it_may_have_been_comes_with_its_likelihood_beside_the_others(twin: Twin) -> None:
    recognizer, speak = twin
    session = recognizer.session()
    session.listen_for(YES_NO)
    pause = Audio.silence(2.0, session.rate)
    spoken = [piece for text in YES_NO for piece in (pause, speak(text).resampled(session.rate))]
    session.feed(Audio.joined([*spoken, pause]).samples)
    heard = session.finish()
    shares = [one.confidence for one in (heard, *heard.others)]
    assert heard.text == " ".join(YES_NO)
    assert shares == sorted(shares, reverse=True)
    assert 0.5 < shares[0] <= sum(shares) < 1.001


def test_words_it_can_never_hear_are_named(recognizer: VoskRecognizer) -> None:
    assert recognizer.unknown_words(["हाँ नहीं", "कखगघ रुपये"]) == {"कखगघ"}
    assert EchoRecognizer().unknown_words(["हाँ ✓"]) == {"✓"}


@pytest.mark.parametrize(
    "spelled", ["पंद्रह", "पन्द्रह", "फ़ीस", "चांदी", "दीदी", "साढे", "साढ\u093cे", "गाँव", "गांव"]
)
def test_a_word_is_known_in_each_of_its_spellings(recognizer: VoskRecognizer, spelled: str) -> None:
    assert recognizer.unknown_words([spelled, f"कखगघ {spelled}"]) == {"कखगघ"}


@pytest.mark.sound
@pytest.mark.parametrize(("written", "model_writes"), [("गांव", "गाँव"), ("साढे", "साढ़े"), ("चान्दी", "चाँदी")])
def test_a_word_comes_back_as_the_model_spells_it(
    recognizer: VoskRecognizer, voice: Pyttsx3, written: str, model_writes: str
) -> None:
    heard_as = heard((recognizer, voice.speak), model_writes, (written, "बैठक", "पूजा"))
    assert heard_as == unicodedata.normalize("NFC", model_writes)


@pytest.mark.sound
def test_a_phrase_with_an_unknown_word_spoils_no_other(recognizer: VoskRecognizer, voice: Pyttsx3) -> None:
    assert heard((recognizer, voice.speak), "हाँ", (*YES_NO, "कखगघ")) == "हाँ"


@pytest.mark.sound
def test_what_is_out_of_grammar_comes_back_as_unknown(recognizer: VoskRecognizer, voice: Pyttsx3) -> None:
    assert UNKNOWN in heard((recognizer, voice.speak), "बारिश बहुत हो रही थी", YES_NO)


def test_no_model_says_where_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"no speech model in .*nowhere; install one or correct"):
        VoskRecognizer(tmp_path / "nowhere")


def test_a_zip_in_place_of_the_folder_is_to_be_unpacked(model_folder: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "model"), "zip", model_folder / "conf")
    with pytest.raises(ModelBroken, match=r"model\.zip is a file, .*; unpack it and name the folder"):
        VoskRecognizer(Path(archive))


@pytest.mark.parametrize("gone", ["am/final.mdl", "graph/HCLr.fst", "conf/mfcc.conf"])
@pytest.mark.parametrize("how", ["missing", "empty"])
def test_an_incomplete_model_names_the_file(model_folder: Path, tmp_path: Path, gone: str, how: str) -> None:
    folder = Path(shutil.copytree(model_folder, tmp_path / "model"))
    (folder / gone).unlink()
    if how == "empty":
        (folder / gone).touch()
    with pytest.raises(ModelBroken, match=rf"{gone} missing or empty; install the model again"):
        VoskRecognizer(folder)


def test_a_static_graph_is_refused_with_the_reason(model_folder: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(model_folder, tmp_path / "model"))
    (folder / "graph/HCLr.fst").rename(folder / "graph/HCLG.fst")
    with pytest.raises(ModelBroken, match="static graph"):
        VoskRecognizer(folder)


@pytest.mark.parametrize("name", ["am/final.mdl", "graph/HCLr.fst"])
@pytest.mark.parametrize("how", ["truncated", "garbage"])
def test_a_damaged_file_is_a_broken_model_and_no_crash(
    model_folder: Path, tmp_path: Path, name: str, how: str
) -> None:
    folder = Path(shutil.copytree(model_folder, tmp_path / "model"))
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[: len(whole) // 2] if how == "truncated" else b"no model" * 99)
    with pytest.raises(ModelBroken, match="damaged; install the model again"):
        VoskRecognizer(folder)
