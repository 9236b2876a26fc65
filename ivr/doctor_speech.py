"""What is wrong with the voice and the ears: a word is really spoken, and really heard."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from unicodedata import normalize

import numpy as np

from flows import words
from flows.expect import Day
from flows.hindi import number_vocabulary
from ivr.finding import Finding, broken, fine, warning
from ivr.sections import Voice
from speech.audio import Audio
from speech.pyttsx3 import Pyttsx3, Worker
from speech.synthesizer import SynthesisFailed
from speech.vosk import RATE, ModelBroken, ModelMissing, VoskRecognizer

SAID = "नहीं"
HEARD_AMONG = (SAID, "हाँ")
QUIET = 1000
"""Peak of 16-bit samples under which a voice is as good as silent; speech of espeak-ng peaks above 10,000."""
_OTHER_MODEL = "name a Vosk model folder as `model` in config.yaml, or install one with `sakhi model fetch`"


@dataclass(frozen=True, slots=True)
class Ears:
    """What a trial of the ears brought."""

    unknown: frozenset[str]
    """The words asked about that the model does not know."""
    heard: str
    """What was heard in the sound."""


def check_voice(voice: Voice) -> tuple[Finding, Audio | None]:
    """Whether the synthetic voice really speaks Hindi; and what it said, None when nothing."""
    try:
        with Worker() as worker:
            said = Pyttsx3(worker, voice.name, voice.rate).speak(SAID)
    except SynthesisFailed as error:
        mend = "correct `voice.name` in config.yaml, or run `make demo`, which installs what is missing"
        return broken("voice", str(error), mend), None
    if not said.samples.size or np.abs(said.samples.astype(np.int32)).max() < QUIET:
        mend = "name another voice as `voice.name` in config.yaml, such as hi+f2"
        return broken("voice", f"{voice.name} stays silent", mend), None
    if voice.name.partition("+")[0] != "hi":
        mend = "write hi, or hi+f2, as `voice.name` in config.yaml"
        return warning("voice", f"{voice.name} is not a Hindi voice", mend), said
    return fine("voice", f"{voice.name} says {SAID} in {said.seconds:.1f} s"), said


def check_ears(model: Path, names: Iterable[str], said: Audio | None) -> Iterator[Finding]:
    """Whether the model loads, hears `said` (our own voice), and knows every word that is listened for."""
    spoken_of = {
        "answers": tuple(words.everything()),
        "amounts": number_vocabulary(),
        "days": Day(date(2000, 1, 1)).phrases(),  # of any day: the words are the same
        "members' names": tuple(sorted(names)),
    }
    asked = tuple(phrase for phrases in spoken_of.values() for phrase in phrases)
    try:
        ears = _try(model, asked, said or Audio.silence(1.0, RATE))
    except (ModelMissing, ModelBroken) as error:
        yield broken("model", str(error), _OTHER_MODEL)
        return
    if said is not None and ears.heard != SAID:
        yield warning(
            "model",
            f"{model} loads, but heard {ears.heard or 'nothing'!r} where our own voice said {SAID!r}",
            f"if members are misheard too, use another model: {_OTHER_MODEL}",
        )
    else:
        yield fine("model", f"{model} loads" + (f" and hears {SAID}" if said is not None else ""))
    yield from _vocabulary(spoken_of, ears.unknown)


def _try(model: Path, phrases: tuple[str, ...], sound: Audio) -> Ears:
    recognizer = VoskRecognizer(model)
    session = recognizer.session()
    session.listen_for(HEARD_AMONG)
    session.feed(sound.resampled(RATE).samples)
    return Ears(frozenset(recognizer.unknown_words(phrases)), session.finish().text)


def _vocabulary(spoken_of: dict[str, tuple[str, ...]], unknown: frozenset[str]) -> Iterator[Finding]:
    for what, phrases in spoken_of.items():
        lacking = [phrase for phrase in phrases if not unknown.isdisjoint(normalize("NFC", phrase).split())]
        if lacking:
            shown = ", ".join(lacking[:10]) + (", ..." if len(lacking) > 10 else "")
            yield warning(
                "words",
                f"{what} that can't be heard, for the model lacks a word in them: {shown}",
                "they can be keyed; use another model, or write a name as a known word that sounds alike",
            )
    if not unknown:
        yield fine("words", "the model knows every word that is listened for")
