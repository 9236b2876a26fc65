"""One spelling for each word, however it was typed or recognized."""

from __future__ import annotations

import re
import unicodedata

from flows.hindi.words import OTHER, SMALL

_NUKTA, _CHANDRABINDU, _ANUSVARA = "\u093c", "\u0901", "\u0902"
ENDINGS = "।?!"
"""What ends a sentence."""
_JOINERS = re.compile("[\u200b-\u200d\u2060\ufeff]")
# A nasal written out before a stop of its own class (पन्द्रह, सितम्बर) is the same as an anusvara.
_WRITTEN_NASAL = re.compile("(?:ङ्(?=[क-घ])|ञ्(?=[च-झ])|ण्(?=[ट-ढ])|न्(?=[त-ध])|म्(?=[प-भ]))")
_TOKEN = re.compile(r"\[unk\]|\d+(?:,\d+)*(?:\.\d+)?|[^\d\[]+|\[")
_GROUPED = re.compile(r"\d{1,2}(?:,\d{2})*,\d{3}|\d{1,3}(?:,\d{3})+")
_SEPARATORS = "PSZC"


def _fold(word: str) -> str:
    word = unicodedata.normalize("NFC", word).casefold()
    word = word.replace(_NUKTA, "").replace(_CHANDRABINDU, _ANUSVARA)
    return _WRITTEN_NASAL.sub(_ANUSVARA, word)


_CANON = {_fold(said): unicodedata.normalize("NFC", row[0]) for row in (*SMALL, *OTHER) for said in row}


def normalize(text: str) -> str:
    """``text`` in the one spelling the flows compare, single-spaced and without punctuation.

    Number and money words come back in canonical spelling (छः, छे → छह; हजार → हज़ार; ₹ → रुपये), every
    other word without nukta, with anusvara for chandrabindu and in lower case. Digits become ASCII and
    well-formed commas in them go (``२,५०० → 2500``); ``[unk]`` stays. Idempotent.
    """
    text = _JOINERS.sub("", unicodedata.normalize("NFC", text)).replace("₹", " रुपये ")
    text = "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in text)
    return " ".join(word for token in _TOKEN.findall(text) for word in _words(token))


def _words(token: str) -> list[str]:
    if token == "[unk]":
        return [token]
    if token[0].isdecimal():
        return (token.replace(",", "") if _GROUPED.fullmatch(token) else token.replace(",", " ")).split()
    spaced = "".join(" " if unicodedata.category(c)[0] in _SEPARATORS else c for c in token)
    return [_CANON.get(_fold(word), _fold(word)) for word in spaced.split()]
