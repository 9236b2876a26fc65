"""How else a word is said in the villages of the north: rules from one pronunciation to others.

Each rule is a habit of speech: शादी as सादी, ज़ as ज, a doubled consonant said once, बारह as बारा, a nasal
vowel before a stop as a nasal consonant, छियासठ as छ्यासठ, लक्ष्मी as लछमी, विमला as बिमला.
"""

from collections.abc import Callable, Iterator

from speech.spelling import NASALIZED, VOWELS, homorganic

Phones = tuple[str, ...]
MOST = 8
"""Pronunciations kept of one word: more of them only make words alike."""
SHORT = 4
"""Phones up to which a word has too little sound to be blurred: चार was heard as छह said छा."""

_EASIER = {"z": "j", "f": "ph", "sh": "s"}


def variants(phones: Phones) -> list[Phones]:
    """`phones` and other ways to say them, the likelier first, at most `MOST`; a short word has no other."""
    found = [phones]
    if len(phones) <= SHORT:
        return found
    for rule in _RULES:
        for known in list(found):
            found += [new for new in rule(known) if new not in found]
    return found[:MOST]


def _rewritten(replace: Callable[[Phones, int], Phones | None]) -> Callable[[Phones], Iterator[Phones]]:
    """A rule from what to put in place of the phone at an index; None keeps it."""

    def rule(phones: Phones) -> Iterator[Phones]:
        new: list[str] = []
        for at, phone in enumerate(phones):
            put = replace(phones, at)
            new += (phone,) if put is None else put
        if tuple(new) != phones:
            yield tuple(new)

    return rule


def _said_once(phones: Phones, at: int) -> Phones | None:
    """अस्सी as असी, and of अट्ठारह only the ठ."""
    after = phones[at + 1 : at + 2]
    return () if after and phones[at] not in VOWELS and after[0] in (phones[at], phones[at] + "h") else None


def _easier(phones: Phones, at: int) -> Phones | None:
    return (_EASIER[phones[at]],) if phones[at] in _EASIER else None


def _nasal_consonant(phones: Phones, at: int) -> Phones | None:
    after = phones[at + 1 : at + 2]
    return (homorganic(after[0]),) if phones[at] == NASALIZED and after else None


def _no_nasal(phones: Phones, at: int) -> Phones | None:
    return () if phones[at] == NASALIZED else None


def _no_vowel_before_y(phones: Phones, at: int) -> Phones | None:
    """छियासठ as छ्यासठ, बयासी as ब्यासी."""
    glides = at > 0 and phones[at] in ("i", "a") and phones[at + 1 : at + 3] == ("y", "aa")
    return () if glides and phones[at - 1] not in VOWELS else None


def _chh_for_ksh(phones: Phones, at: int) -> Phones | None:
    """लक्ष्मी as लछमी, शिक्षा as सिच्छा."""
    if phones[at : at + 2] == ("k", "sh"):
        return ("ch",)
    return () if at > 0 and phones[at - 1 : at + 1] == ("k", "sh") else None


def _b_for_v(phones: Phones) -> Iterator[Phones]:
    """विमला as बिमला."""
    if phones[0] == "v":
        yield ("b", *phones[1:])


def _open_end(phones: Phones) -> Iterator[Phones]:
    """बारह as बारा."""
    if len(phones) > 3 and phones[-2:] == ("a", "h"):
        yield (*phones[:-2], "aa")


_RULES: tuple[Callable[[Phones], Iterator[Phones]], ...] = (
    _open_end,
    _rewritten(_said_once),
    _rewritten(_chh_for_ksh),
    _b_for_v,
    _rewritten(_easier),
    _rewritten(_nasal_consonant),
    _rewritten(_no_vowel_before_y),
    _rewritten(_no_nasal),
)
