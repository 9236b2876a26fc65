"""Hindi spelling to phones, by rule.

Devanagari writes a consonant with an inherent "a" (schwa) that is often not said. The rules for that are
those of Ohala, "Aspects of Hindi Phonology" (1983): a schwa at the end of a word goes, and so does one
between "vowel consonant" and "consonant vowel", from right to left. They hold for each part of a compound by
itself: फूल-मती keeps the schwa of मती, while घूमती loses it.
"""

import unicodedata
from dataclasses import dataclass, field

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
_IRREGULAR = {
    word: tuple(phones.split())
    for word, phones in {
        "सिंह": "s i ng gh",
        "दुःख": "d u kh",
        "वह": "v o",
        "यह": "y e",
        "बैंक": "b ai ng k",
    }.items()
}
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


def phones_of(word: str) -> tuple[str, ...]:
    """The phones of a word in Devanagari, its parts joined by `JOINT` where the rules can't find them.

    Raises ValueError for letters that are not Devanagari.
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    parts = _parts(word)
    if any(part in _IRREGULAR for part in parts):
        return tuple(phone for part in parts for phone in phones_of(part))
    syllables: list[_Syllable] = []
    for part in parts:
        own = _syllables(part)
        _drop_schwas(own)
        if part is not parts[-1] and len(own[-1].onset) > 1:
            own[-1].vowel = own[-1].vowel or "a"
        syllables += own
    phones: list[str] = []
    for here, after in zip(syllables, [*syllables[1:], _Syllable()], strict=True):
        phones += here.onset
        if here.vowel:
            phones.append(here.vowel)
        if here.nasal:
            phones.append(_nasal(here, after.onset[0] if after.onset else ""))
    return tuple(phones)


def _parts(word: str) -> list[str]:
    if JOINT in word:
        return word.split(JOINT)
    for last in _SECOND_PARTS:
        first = word.removesuffix(last)
        if first != word and len(first) > 1 and not first.endswith(VIRAMA):
            return [first, last]
    return [word]


def homorganic(consonant: str) -> str:
    """The nasal said in the same place as `consonant`."""
    return "ng" if consonant in _VELAR else "m" if consonant in _LABIAL else "n"


def _nasal(syllable: _Syllable, following: str) -> str:
    """The dot is a consonant where the next one gives it a place; संवाद has an m, but गांव is said as गाँव."""
    if syllable.nasal != ANUSVARA or not following or syllable.vowel in _TAKES_A_STOP:
        return NASALIZED
    if following == "v":
        return NASALIZED if syllable.vowel == "aa" else "m"
    return homorganic(following)


def _syllables(word: str) -> list[_Syllable]:
    text = unicodedata.normalize("NFD", word).replace("ज्ञ", "ग्य")
    found: list[_Syllable] = []
    onset: list[str] = []
    at = 0
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
                if at < len(text):
                    continue
                found.append(_Syllable(onset))
            elif sign == VOCALIC_R:
                at += 1
                found.append(_Syllable([*onset, "r"], "i"))
            elif sign in _SIGNS:
                at += 1
                found.append(_Syllable(onset, _SIGNS[sign]))
            else:
                found.append(_Syllable(onset, "a", inherent=True))
            onset = []
        elif letter in _VOWELS:
            found.append(_Syllable([], _VOWELS[letter]))
        elif letter == "ऋ":
            found.append(_Syllable(["r"], "i"))
        elif letter in (CHANDRABINDU, ANUSVARA) and found:
            found[-1].nasal, found[-1].inherent = letter, False
        elif letter == VISARGA and found:
            found[-1].inherent = False
            found.append(_Syllable(["h"], "a", inherent=True))
        else:
            raise ValueError(f"{word!r}: {letter!r} is not a letter of Devanagari")
    return found


def _drop_schwas(syllables: list[_Syllable]) -> None:
    last = syllables[-1]
    if len(syllables) > 1 and last.inherent and not (len(last.onset) > 1 and last.onset[-1] == "y"):
        last.vowel = None
    for before, here, after in reversed(list(zip(syllables, syllables[1:], syllables[2:], strict=False))):
        open_before = before.vowel and before.nasal != ANUSVARA
        if here.inherent and open_before and after.vowel and len(here.onset) == len(after.onset) == 1:
            here.vowel = None
