"""The words of the model and how each is said.

A file of `words/` has one entry a line: a word, or a word, a tab and the phones of one more pronunciation
than `speech.spelling` gives it. A hyphen joins the parts of a compound (फूल-मती), which are spelled each by
itself. `#` begins a comment. The numbers come from the flows' own table.
"""

import unicodedata
from pathlib import Path

from flows.hindi import number_vocabulary
from flows.hindi.words import SMALL
from models.training.variants import SHORT, Phones, variants
from speech.spelling import JOINT, phones_as_written, phones_of

WORDS = Path(__file__).parent / "words"

DEVANAGARI = {chr(code) for code in range(0x900, 0x980)}

Lexicon = dict[str, list[Phones]]
"""Pronunciations by word, in NFC as Vosk's users write it."""


def read_lexicon(*more: Path) -> Lexicon:
    """Every word and its pronunciations, from the files of `WORDS`, those of `more`, and the flows' numbers.

    Raises OSError, and ValueError, naming file and line, for an entry that cannot be used.
    """
    lexicon: Lexicon = {}
    for path in (*sorted(WORDS.glob("*.txt")), *more):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                _add(line.partition("#")[0].strip(), lexicon)
            except ValueError as error:
                raise ValueError(f"{path}:{number}: {error}") from error
    for word in number_vocabulary():
        if word not in lexicon:
            lexicon[word] = _ways(word)
    _say_canon_as_its_variants(lexicon)
    return lexicon


def lines_of(path: Path) -> list[str]:
    """The lines of a file in NFC, without comments and empty ones. Raises OSError."""
    text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8"))
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in lines if line]


def words_of(path: Path) -> list[str]:
    """The words of a file as they are written in a text, each once. Raises OSError."""
    return list(dict.fromkeys(line.partition("\t")[0].replace(JOINT, "") for line in lines_of(path)))


def _add(entry: str, lexicon: Lexicon) -> None:
    word, _, phones = unicodedata.normalize("NFC", entry).partition("\t")
    if len(word.split()) > 1 or (phones and not word):
        raise ValueError(f"{entry!r} is not one word, or one word, a tab and its phones")
    if not word:
        return
    spelled, word = word, word.replace(JOINT, "")
    said = lexicon.setdefault(word, _ways(spelled) if word[0] in DEVANAGARI else [])
    if phones and tuple(phones.split()) not in said:
        said.append(tuple(phones.split()))
    if not said:
        raise ValueError(f"{word!r} cannot be spelled out: give its phones after a tab")


def _ways(word: str) -> list[Phones]:
    """As it is said, and as it is read by who spells it out."""
    return list(dict.fromkeys((*variants(phones_of(word)), *variants(phones_as_written(word)))))


def _say_canon_as_its_variants(lexicon: Lexicon) -> None:
    """The flows listen for the canonical spelling of a number: it is said in all ways its variants are."""
    for canon, *spellings in SMALL:
        said = lexicon[canon]
        for spelling in spellings:
            for phones in lexicon[spelling][:2]:
                if len(phones) > SHORT and phones not in said:
                    said.append(phones)
