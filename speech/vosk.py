"""The ears: Vosk with a grammar for each question.

Facts about Vosk 0.3.45 that shape this module: a grammar word missing from the model's vocabulary is only
logged; a folder that lacks a file may abort the whole process; Vosk's own end of speech would cut an answer
at a pause, so its pieces are joined here. A recognizer with a grammar of 900 phrases is made in 3 ms, as fast
as `SetGrammar` changes one, so each question gets a new one and nothing leaks from one to the next. Its word
confidences say nothing of the sentence, so the likeliest sentences are asked for; each comes with the natural
logarithm of its likelihood, save for a constant.
"""

import json
import math
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from heapq import nlargest
from itertools import product
from pathlib import Path
from typing import Any

import vosk

from speech.audio import Audio, Samples
from speech.recognizer import UNKNOWN, Hypothesis

RATE = 16000
AROUND = 0.3
"""Seconds of silence before and after what is timed: else the first and last words are not found."""
STATIC_GRAPH = "graph/HCLG.fst"
NEEDED_FILES = (
    "am/final.mdl",
    "conf/mfcc.conf",
    "conf/model.conf",
    "graph/HCLr.fst",
    "graph/Gr.fst",
    "graph/disambig_tid.int",
    "graph/phones/word_boundary.int",
)

SENTENCES = 20
"""How many sentences are asked for: beyond them none is likely enough to count."""
VOCABULARY = "graph/words.txt"
ANUSVARA = "\u0902"
NOT_WRITTEN_BY_ALL = str.maketrans({"\u093c": None, "\u0901": ANUSVARA, "\u200c": None, "\u200d": None})
"""Nukta and joiners away, and chandrabindu as anusvara."""
WRITTEN_NASAL = re.compile("(?:ङ्(?=[क-घ])|ञ्(?=[च-झ])|ण्(?=[ट-ढ])|न्(?=[त-ध])|म्(?=[प-भ]))")

TRIAL = f"""
import sys, vosk
vosk.SetLogLevel(-1)
vosk.KaldiRecognizer(vosk.Model(sys.argv[1]), {RATE}, '["{UNKNOWN}"]')
"""

vosk.SetLogLevel(-1)


class ModelMissing(Exception):
    """There is no speech model at the place named in the settings."""


class ModelBroken(Exception):
    """There is a speech model, but it cannot be used."""


class VoskRecognizer:
    """A Vosk model in memory, shared by all calls.

    Raises ModelMissing if the folder is not there, and ModelBroken if it is a file such as a zip, if files in
    it are missing or damaged, or if the model has a static graph, which cannot take a grammar.
    """

    def __init__(self, model_folder: Path) -> None:
        _check(model_folder)
        _survive(model_folder)
        self._model = vosk.Model(str(model_folder))
        self._respelled = _vocabulary(model_folder)
        self._known: dict[str, str | None] = {}

    def session(self) -> "VoskSession":
        """New ears for one call."""
        return VoskSession(self)

    def unknown_words(self, phrases: Iterable[str]) -> set[str]:
        """The words of `phrases` that the model's vocabulary lacks in any spelling, in NFC."""
        return {word for phrase in phrases for word in _words(phrase) if not self._known_as(word)}

    def listening_for(self, phrases: Iterable[str], unknown: float = 0.0) -> Any:
        """A Vosk recognizer for these phrases and `UNKNOWN`; phrases with words it lacks are left out.

        A word that the model spells otherwise (फातिमा, फ़ातिमा) comes back as the model spells it. Vosk counts
        how often a phrase is listed: `UNKNOWN` is listed as often as makes its share `unknown`.
        """
        every = ([self._known_as(word) for word in _words(phrase)] for phrase in phrases)
        usable = [" ".join(filter(None, said)) for said in every if said and None not in said]
        strangers = max(1, round(len(usable) * unknown / (1 - unknown)))
        grammar = json.dumps([*usable, *[UNKNOWN] * strangers], ensure_ascii=False)
        decoder = vosk.KaldiRecognizer(self._model, RATE, grammar)
        decoder.SetMaxAlternatives(SENTENCES)
        return decoder

    def word_times(
        self, words: Sequence[str], sound: Audio, surely: bool = False
    ) -> tuple[tuple[float, float], ...] | None:
        """Where each of the words begins and ends in the sound, in seconds.

        None when anything else is said in it. A word that the vocabulary lacks may sound in any way.
        `surely`: nothing else is said in it, as we said it ourselves.
        """
        asked = [self._known_as(word) or UNKNOWN for word in words]
        phrases = [" ".join(asked), *([] if surely else [UNKNOWN])]
        decoder = vosk.KaldiRecognizer(self._model, RATE, json.dumps(phrases, ensure_ascii=False))
        decoder.SetWords(True)
        quiet = Audio.silence(AROUND, RATE)
        decoder.AcceptWaveform(Audio.joined([quiet, sound.resampled(RATE), quiet]).samples.tobytes())
        found = json.loads(decoder.FinalResult()).get("result", [])
        if surely:  # a word that it lacks may be taken for a known one and itself
            found = found[-len(words) :]
        strange = [each["word"] == UNKNOWN for each in found]
        if strange != [word == UNKNOWN for word in asked]:
            return None
        return tuple((each["start"] - AROUND, each["end"] - AROUND) for each in found)

    def _known_as(self, word: str) -> str | None:
        """The model's spelling of `word`, its own where the model has that."""
        if word not in self._known:
            known = self._model.vosk_model_find_word(word) >= 0
            self._known[word] = word if known else self._respelled.get(spelling_key(word))
        return self._known[word]


class VoskSession:
    """The ears of one call."""

    rate = RATE

    def __init__(self, recognizer: VoskRecognizer) -> None:
        self._recognizer = recognizer
        self.listen_for(())

    def listen_for(self, phrases: Sequence[str], unknown: float = 0.0) -> None:
        """Begin a new question; all heard before is forgotten."""
        self._decoder = self._recognizer.listening_for(phrases, unknown)
        self._heard = [Hypothesis("", 1.0)]

    def feed(self, samples: Samples) -> str:
        """Hear more sound at 16 kHz and return the text so far."""
        if self._decoder.AcceptWaveform(samples.tobytes()):
            self._keep(self._decoder.Result())
            return self._text()
        return self._text(json.loads(self._decoder.PartialResult())["partial"])

    def finish(self) -> Hypothesis:
        """End the question; a confidence is the likelihood of the sentence beside that of the others."""
        self._keep(self._decoder.FinalResult())
        likeliest, *others = self._heard
        self.listen_for(())
        return replace(likeliest, others=tuple(others))

    def _keep(self, result: str) -> None:
        """Each sentence so far goes on with each of a new piece; the likeliest ones are kept."""
        piece = _sentences(json.loads(result)["alternatives"])
        joined = (
            Hypothesis(_spaced(before.text, text), before.confidence * share)
            for before, (text, share) in product(self._heard, piece)
        )
        self._heard = nlargest(SENTENCES, joined, key=lambda one: one.confidence)

    def _text(self, more: str = "") -> str:
        return _spaced(self._heard[0].text, more)


def _sentences(found: Sequence[dict[str, Any]]) -> list[tuple[str, float]]:
    """What a piece of sound may have been, each with how likely that is beside the others."""
    highest = max(one["confidence"] for one in found)
    shares = [math.exp(one["confidence"] - highest) for one in found]
    return [(one["text"].strip(), share / sum(shares)) for one, share in zip(found, shares, strict=True)]


def _spaced(*texts: str) -> str:
    return " ".join(filter(None, texts))


def _words(phrase: str) -> list[str]:
    return unicodedata.normalize("NFC", phrase).split()


def spelling_key(word: str) -> str:
    """What the spellings of one word share: with and without nukta, चाँद and चांद, पन्द्रह and पंद्रह."""
    plain = unicodedata.normalize("NFD", word).translate(NOT_WRITTEN_BY_ALL)
    return WRITTEN_NASAL.sub(ANUSVARA, plain)


def _vocabulary(folder: Path) -> dict[str, str]:
    """The model's spelling by `spelling_key`; empty for a model whose words are within its graph alone."""
    path = folder / VOCABULARY
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    words = [line.partition(" ")[0] for line in lines]
    return {spelling_key(word): word for word in reversed(words)}


def _check(folder: Path) -> None:
    """Vosk aborts the process on some broken folders: look before it does."""
    if folder.is_file():
        raise ModelBroken(
            f"{folder} is a file, and a speech model is a folder; unpack it and name the folder"
        )
    if not folder.is_dir():
        raise ModelMissing(f"there is no speech model in {folder}; install one or correct the settings")
    if (folder / STATIC_GRAPH).exists() and not (folder / "graph/HCLr.fst").exists():
        raise ModelBroken(
            f"the speech model in {folder} has a static graph ({STATIC_GRAPH}) and cannot take the "
            "phrases of a question; install a small model (with graph/HCLr.fst and graph/Gr.fst)"
        )
    missing = [name for name in NEEDED_FILES if not _has_content(folder / name)]
    if missing:
        raise ModelBroken(
            f"the speech model in {folder} is not complete: {', '.join(missing)} missing or empty; "
            "install the model again"
        )


def _survive(folder: Path) -> None:
    """Load the model in another process first (0.4 s): Vosk ends the whole process over a damaged graph."""
    trial = [sys.executable, "-c", TRIAL, str(folder)]
    if subprocess.run(trial, capture_output=True, check=False).returncode:
        raise ModelBroken(f"the speech model in {folder} is damaged; install the model again")


def _has_content(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0
