"""Phones in the context of the phone before them in their word: the units of the network.

A vowel sounds of the consonant it comes from: in दो and नौ it says as much about the consonant as that itself
does. At the start of a word a phone stands for itself.
"""

from itertools import pairwise

from speech.spelling import VOWELS

VOWEL, NASAL, CONSONANT = "v", "n", "c"
_BY_PLACE = {
    NASAL: ("m", "n", "ng", "nz"),
    "lip": ("p", "ph", "b", "bh", "v", "f"),
    "tooth": ("t", "th", "d", "dh"),
    "hiss": ("s", "z", "sh"),
    "curl": ("T", "Th", "D", "Dh", "R", "Rh"),
    "palate": ("c", "ch", "j", "jh", "y"),
    "throat": ("k", "kh", "g", "gh", "h"),
    "flow": ("r", "l"),
}
_PLACE = {phone: place for place, phones in _BY_PLACE.items() for phone in phones}
BEFORE = "/"
"""Stands between a phone and the class of the one before it."""


def in_context(phones: tuple[str, ...]) -> tuple[str, ...]:
    """The units of one word."""
    return phones[:1] + tuple(unit_of(phone, before) for before, phone in pairwise(phones))


def unit_of(phone: str, before: str) -> str:
    """The unit of `phone` after `before`. What a consonant comes after matters less than for a vowel."""
    place = VOWEL if before in VOWELS else _PLACE[before]
    if phone not in VOWELS and place not in (VOWEL, NASAL):
        place = CONSONANT
    return f"{phone}{BEFORE}{place}"
