"""Short words over a telephone, through the real ears: what the end of speech is for."""

import pytest

from bench.telephone import AFTER, BEFORE, in_silence, over_the_telephone
from flows import words
from flows.hindi import amount_phrases, parse_rupees
from speech.audio import Audio
from speech.listener import Hearing, Listener, Outcome, Question
from speech.pyttsx3 import Pyttsx3, Worker
from speech.vosk import VoskRecognizer

pytestmark = pytest.mark.sound

RATE = 8000
VOICES = ("hi+f1", "hi+f4", "hi+steph")
COMMANDS = words.phrases("command")
YES_NO = (*words.phrases("yes_no"), *COMMANDS)
AMOUNTS = (*amount_phrases(10_000_00), *COMMANDS)


def question(phrases: tuple[str, ...]) -> Question:
    def settled(text: str) -> bool:
        return bool(words.meaning("yes_no", text) or words.meaning("command", text))

    return Question(phrases, settled, no_input=3.0, short_pause=0.25, long_pause=0.6, longest=8.0)


def ears(recognizer: VoskRecognizer, phrases: tuple[str, ...], sound: Audio) -> Hearing:
    """The hearing of the sound by a call's ears, in frames of 20 ms."""
    listener = Listener(recognizer.session(), sound.rate)
    listener.open(question(phrases))
    whole = Audio.joined([sound, Audio.silence(4, sound.rate)]).samples
    for at in range(0, len(whole), sound.rate // 50):
        hearing = listener.feed(whole[at : at + sound.rate // 50])
        if hearing:
            return hearing
    raise AssertionError("the answer never ended")


@pytest.mark.parametrize(
    ("text", "phrases"), [("हाँ", YES_NO), ("नहीं", YES_NO), ("दोबारा", YES_NO), ("दो सौ पचास", AMOUNTS)]
)
@pytest.mark.parametrize("name", VOICES)
def test_a_voice_is_found_where_it_is(
    recognizer: VoskRecognizer, worker: Worker, name: str, text: str, phrases: tuple[str, ...]
) -> None:
    voice = Pyttsx3(worker, name).speak(text)
    hearing = ears(recognizer, phrases, over_the_telephone(voice, 25, seed=1))
    assert hearing.outcome is Outcome.SPEECH
    assert hearing.voiced_until == pytest.approx(BEFORE + voice.seconds, abs=0.2)
    assert hearing.seconds < BEFORE + voice.seconds + AFTER


def test_short_words_survive_a_noisy_telephone(recognizer: VoskRecognizer, worker: Worker) -> None:
    """Nine in ten are heard; as many are asked of it here that only a broken end of speech fails."""
    heard = [
        words.meaning("yes_no", hearing.text) or words.meaning("command", hearing.text)
        for name in VOICES
        for seed in range(3)
        for hearing in (
            ears(recognizer, YES_NO, over_the_telephone(Pyttsx3(worker, name).speak(text), 20, seed))
            for text in ("हाँ", "नहीं", "दोबारा")
        )
    ]
    meant = ["yes", "no", "repeat"] * (len(heard) // 3)
    assert sum(one == other for one, other in zip(heard, meant, strict=True)) >= 0.7 * len(meant)


@pytest.mark.parametrize("name", VOICES)
def test_an_amount_with_a_breath_in_it_is_heard_whole(
    recognizer: VoskRecognizer, worker: Worker, name: str
) -> None:
    voice = Pyttsx3(worker, name)
    breath = Audio.silence(0.35, RATE)
    said = Audio.joined([breath, voice.speak("दो सौ").resampled(RATE), breath, voice.speak("पचास"), breath])
    hearing = ears(recognizer, AMOUNTS, said)
    assert hearing.outcome is Outcome.SPEECH
    assert parse_rupees(hearing.text) == parse_rupees("दो सौ पचास")


def test_sound_of_8_khz_is_heard_and_mislabelled_as_16_khz_is_not(
    recognizer: VoskRecognizer, worker: Worker
) -> None:
    """Vosk takes 8 kHz for 16 kHz without a word, and hears other things in it: the ears must resample."""
    said = in_silence(Pyttsx3(worker, "hi+f4").speak("दो सौ पचास रुपये").resampled(RATE))
    assert parse_rupees(ears(recognizer, AMOUNTS, said).text) == parse_rupees("दो सौ पचास रुपये")
    mislabelled = recognizer.session()
    mislabelled.listen_for(AMOUNTS)
    mislabelled.feed(said.samples)
    assert parse_rupees(mislabelled.finish().text) != parse_rupees("दो सौ पचास रुपये")
