"""How Hindi words are said, for ears and voices: spelling to phones, and to a spelling that is read rightly.

Devanagari writes a consonant with an inherent "a" (schwa) that is often not said. The rules for that are
those of Ohala, "Aspects of Hindi Phonology" (1983): a schwa at the end of a word goes, and so does one
between "vowel consonant" and "consonant vowel", from right to left. They hold for each part of a compound by
itself: फूल-मती keeps the schwa of मती, while घूमती loses it. What goes by no rule stands in lexicon.tsv.
"""

import re
import unicodedata
import zlib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

NUKTA, VIRAMA, VOCALIC_R = "\u093c", "\u094d", "\u0943"
CHANDRABINDU, ANUSVARA, VISARGA = "\u0901", "\u0902", "\u0903"
NASALIZED = "nz"
"""The phone of a nasal vowel: it follows the vowel."""


def _table(letters: str, phones: str) -> dict[str, str]:
    return dict(zip(letters, phones.split(), strict=True))


_CONSONANTS = _table(
    "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहळ",
    "k kh g gh ng c ch j jh n T Th D Dh n t th d dh n p ph b bh m y r l v sh sh s h l",
)
_WITH_NUKTA = _table("कखगजडढफय", "k kh g z R Rh f y")
_VOWELS = _table("अआइईउऊएऐओऔऑऍ", "a aa i ii u uu e ai o au au ai")
_SIGNS = _table("ािीुूेैोौॉॅ", "aa i ii u uu e ai o au au ai")
_VELAR, _LABIAL = {"k", "kh", "g", "gh"}, {"p", "ph", "b", "bh", "m"}
_TAKES_A_STOP = {"e", "ai", "o", "au", "ii", "uu"}
JOINT = "-"
"""Stands between the parts of a compound in the files of words."""
_SECOND_PARTS = ("वती", "वरी", "पति", "प्रसाद", "सिंह", "जहाँ", "जहां", "कुमारी", "नारायण", "दुलारी")
_LETTER_OF = {"ng": "ङ", "m": "म", "n": "न"}
_GLIDING = {"ई": "यी", "ओ": "वो"}
"""Of what espeak-ng garbles as a nasal vowel after another vowel: गईं, महिलाओं."""
_RULES = 1
"""Raised when `respelled` changes."""
_DEVANAGARI = re.compile("[\u0900-\u0963\u0970-\u097f]+")
VOWELS = frozenset({*_VOWELS.values(), *_SIGNS.values()})
"""The vowel phones."""


@dataclass(slots=True)
class _Syllable:
    """Consonants and the vowel after them."""

    onset: list[str] = field(default_factory=list)
    """Phones of the consonants."""
    vowel: str | None = None
    """Phone of the vowel; None when there is none."""
    inherent: bool = False
    """Whether the vowel is the schwa that is not written."""
    nasal: str = ""
    """Chandrabindu or anusvara over the vowel."""
    letters: str = ""
    """How it is written, without `nasal`."""
    begins: bool = False
    """Whether it is the first of a later part of a compound."""


def phones_of(word: str) -> tuple[str, ...]:
    """The phones of a word in Devanagari, its parts joined by `JOINT` where the rules can't find them.

    Raises ValueError for letters that are not Devanagari.
    """
    return phones_as_written(lexicon().get(word, word))


def phones_as_written(word: str) -> tuple[str, ...]:
    """The same by the rules alone. Raises ValueError for letters that are not Devanagari."""
    phones: list[str] = []
    syllables = _spelled_out(word)
    for here, after in zip(syllables, [*syllables[1:], _Syllable()], strict=True):
        phones += here.onset
        if here.vowel:
            phones.append(here.vowel)
        if here.nasal:
            phones.append(_nasal(here, after))
    return tuple(phones)


def respelled(text: str) -> str:
    """`text` with each word in Devanagari spelled so that espeak-ng, too, says it as `phones_of` does.

    A schwa that is not said gets a virama (जन्वरी), an anusvara becomes the consonant that is said (कुन्ती).
    """
    return _DEVANAGARI.sub(lambda word: _respelled(word[0]), unicodedata.normalize("NFC", text))


@cache
def lexicon() -> dict[str, str]:
    """The words that are not said as they are written, and how they would be written if they were."""
    table = unicodedata.normalize("NFC", _lexicon_file())
    return dict(line.split("\t") for line in table.splitlines() if line and not line.startswith("#"))


def _lexicon_file() -> str:
    return (resources.files("speech") / "lexicon.tsv").read_text(encoding="utf-8")


EDITION = f"{_RULES}.{zlib.crc32(_lexicon_file().encode()):08x}"
"""Another text whenever a word might be said otherwise: it belongs into the name of what is kept as sound."""


@cache
def _respelled(word: str) -> str:
    try:
        syllables = [_Syllable(), *_spelled_out(lexicon().get(word, word)), _Syllable()]
    except ValueError:
        return word
    written, vowels = "", 0
    for before, here, after in zip(syllables, syllables[1:], syllables[2:], strict=False):
        if here.begins and here.inherent and here.vowel and written[-1] not in (VIRAMA, JOINT):
            written += JOINT  # after it, a schwa is kept
        hiatus = here.nasal and before.vowel and not here.onset
        written += _GLIDING.get(here.letters, here.letters) if hiatus else here.letters
        written += _unsaid(before, here, after, vowels) + _nasal_sign(here, after)
        vowels += here.vowel is not None
    return unicodedata.normalize("NFC", written)


def _unsaid(before: _Syllable, here: _Syllable, after: _Syllable, vowels: int) -> str:
    """What tells espeak-ng that a schwa inside the word is not said, `vowels` of the word being said by then.

    A virama makes it drop the schwa before, too, unless that is the first vowel: there, a hyphen, where even
    that is not needed nothing. Before य it needs none, and would double the consonant.
    """
    if not here.inherent or here.vowel or not after.onset or (after.onset[0] == "y" and after.vowel != "a"):
        return ""
    if not before.inherent or vowels == 1:
        return VIRAMA
    return "" if after.inherent or here.onset == ["r"] else JOINT


def _nasal_sign(here: _Syllable, after: _Syllable) -> str:
    """The nasal written so that it is read as `_nasal` says. After a schwa it is, but for the म् before व."""
    if not here.nasal:
        return ""
    phone = _nasal(here, after)
    if phone != NASALIZED and (here.vowel != "a" or after.onset[0] == "v"):
        return _LETTER_OF[phone] + VIRAMA
    return here.nasal if here.onset and not after.letters else ANUSVARA


def _spelled_out(word: str) -> list[_Syllable]:
    """The syllables of all parts, without the schwas that are not said."""
    syllables: list[_Syllable] = []
    parts = _parts(word)
    for part in parts:
        own = _syllables(part)
        _drop_schwas(own)
        own[0].begins = bool(syllables)
        if part is not parts[-1] and len(own[-1].onset) > 1:
            own[-1].vowel = own[-1].vowel or "a"
        syllables += own
    return syllables


def _parts(word: str) -> list[str]:
    if JOINT in word:
        return [smaller for part in word.split(JOINT) for smaller in lexicon().get(part, part).split(JOINT)]
    for last in _SECOND_PARTS:
        first = word.removesuffix(last)
        if first != word and len(first) > 1 and not first.endswith(VIRAMA):
            return _parts(f"{first}{JOINT}{last}")
    return [word]


def homorganic(consonant: str) -> str:
    """The nasal said in the same place as `consonant`."""
    return "ng" if consonant in _VELAR else "m" if consonant in _LABIAL else "n"


def _nasal(syllable: _Syllable, after: _Syllable) -> str:
    """The dot is a consonant where the next one gives it a place; संवाद has an m, but गांव is said as गाँव."""
    following = after.onset[0] if after.onset else ""
    if syllable.nasal != ANUSVARA or not following or syllable.vowel in _TAKES_A_STOP:
        return NASALIZED
    if following == "v":
        return NASALIZED if syllable.vowel == "aa" else "m"
    return homorganic(following)


def _syllables(word: str) -> list[_Syllable]:
    text = unicodedata.normalize("NFD", word).replace("ज्ञ", "ग्य")
    found: list[_Syllable] = []
    onset: list[str] = []
    begin = at = 0

    def end(vowel: str | None = None, inherent: bool = False) -> None:
        nonlocal onset, begin
        found.append(_Syllable(onset, vowel, inherent, letters=text[begin:at].replace(VISARGA, "ह")))
        onset, begin = [], at

    while at < len(text):
        letter, at = text[at], at + 1
        if letter in _CONSONANTS:
            phone = _CONSONANTS[letter]
            if text[at : at + 1] == NUKTA:
                phone, at = _WITH_NUKTA.get(letter, phone), at + 1
            onset.append(phone)
            sign = text[at : at + 1]
            if sign == VIRAMA:
                at += 1
                if at == len(text):
                    end()
            elif sign == VOCALIC_R:
                at += 1
                onset.append("r")
                end("i")
            elif sign in _SIGNS:
                at += 1
                end(_SIGNS[sign])
            else:
                end("a", inherent=True)
        elif letter in _VOWELS:
            end(_VOWELS[letter])
        elif letter == "ऋ":
            onset.append("r")
            end("i")
        elif letter in (CHANDRABINDU, ANUSVARA) and found:
            found[-1].nasal, found[-1].inherent, begin = letter, False, at
        elif letter == VISARGA and found:
            found[-1].inherent = False
            onset.append("h")
            end("a", inherent=True)
        else:
            raise ValueError(f"{word!r}: {letter!r} is not a letter of Devanagari")
    return found


def _drop_schwas(syllables: list[_Syllable]) -> None:
    last = syllables[-1]
    if len(syllables) > 1 and last.inherent and not (len(last.onset) > 1 and last.onset[-1] == "y"):
        last.vowel = None
    for before, here, after in reversed(list(zip(syllables, syllables[1:], syllables[2:], strict=False))):
        open_before = before.vowel and (not before.nasal or _nasal(before, here) == NASALIZED)
        if here.inherent and open_before and after.vowel and len(here.onset) == len(after.onset) == 1:
            here.vowel = None
