"""Speaks sentences beforehand with Kokoro, levels and trims them, and finds the pieces in them.

Needs the extra `voice`. What was spoken before and is still right is left alone, so that it can be broken off
and goes on where it stopped.
"""

from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path

import numpy as np
import numpy.typing as npt

from flows.inventory import Sentence
from ivr.cutting import heard, with_breaths
from ivr.rendered import (
    ENDING,
    PACE,
    VOICE,
    Rendering,
    fingerprint,
    missing,
    put,
    read_manifest,
    write_manifest,
)
from speech.audio import Audio, from_float
from speech.kokoro import RATE, Kokoro, Style, ipa
from speech.loudness import levelled
from speech.vosk import VoskRecognizer

ROW = 45
"""The style of a text of so many symbols speaks all sentences that pieces are cut from."""
QUIET = 0.006
BEFORE, AFTER = 0.04, 0.08
"""Seconds of silence kept at either end of a sentence."""

Sound = npt.NDArray[np.float32]


class Renderer:
    """Speaks sentences into `folder`; `ears` find the words in them. Raises ImportError without the extra."""

    def __init__(self, folder: Path, ears: VoskRecognizer) -> None:
        self._folder = folder
        self._ears = ears
        self._kokoro = Kokoro()
        self._style = style()

    def render(self, sentences: Sequence[Sentence]) -> Iterator[Rendering]:
        """Speak those that are missing, one after the other. Raises ValueError, OSError.

        One in which the ears don't hear the words, such as a name with digits in it, is left out.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        there = read_manifest(self._folder)
        for sentence in outdated(sentences, self._folder):
            rendering = self._spoken(sentence)
            if rendering is None:
                continue
            there[sentence.name] = rendering
            write_manifest(self._folder, there)
            yield there[sentence.name]

    def _spoken(self, sentence: Sentence) -> Rendering | None:
        said = self._kokoro.say(sentence.text, self._style, PACE, ROW if sentence.cuts else None)
        sound = Audio(from_float(levelled(_trimmed(said), RATE)), RATE)
        sound = with_breaths(sentence, sound, self._ears)
        spans = heard(sentence, sound, self._ears, surely=True) if sentence.cuts else {}
        if spans is None:
            return None
        put(self._folder / f"{sentence.name}{ENDING}", sound.opus())
        text, letters = sentence.text, ipa(sentence.text)
        return Rendering(fingerprint(sentence), text, letters, round(sound.seconds, 2), spans)


def outdated(sentences: Sequence[Sentence], folder: Path) -> tuple[Sentence, ...]:
    """Those that are missing, and those in which a word would be said otherwise today, by more than stress.

    Raises ValueError, OSError.
    """
    there = read_manifest(folder)
    lacking = {each.name for each in missing(sentences, folder)}
    return tuple(
        each
        for each in sentences
        if each.name in lacking or _unstressed(there[each.name].said) != _unstressed(ipa(each.text))
    )


def tidy(folder: Path, wanted: Sequence[Sentence]) -> None:
    """Delete what lies in the folder of other sentences than these. Raises ValueError, OSError."""
    names = {sentence.name for sentence in wanted}
    write_manifest(folder, {name: each for name, each in read_manifest(folder).items() if name in names})
    for path in folder.iterdir():
        if path.suffix in (ENDING, ".part") and path.stem not in names:
            path.unlink()


def style() -> Style:
    """The voice that comes with Sakhi."""
    with resources.as_file(resources.files("speech") / "voices" / f"{VOICE}.bin") as path:
        return np.fromfile(path, np.float32).reshape(-1, 256)


def _unstressed(letters: str) -> str:
    return letters.translate({ord(mark): None for mark in "ˈˌ"})


def _trimmed(said: Sound) -> Sound:
    (loud,) = np.nonzero(np.abs(said) > QUIET * np.abs(said).max())
    first, last = (int(loud[0]), int(loud[-1])) if len(loud) else (0, len(said))
    return said[max(0, first - round(BEFORE * RATE)) : last + round(AFTER * RATE)]
