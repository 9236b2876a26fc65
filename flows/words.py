"""The words an answer may be given in, read from ``flows/words/hi.yaml``: data, not code."""

from __future__ import annotations

from functools import cache
from importlib import resources

import yaml

from flows.hindi import normalize


@cache
def _table() -> dict[str, dict[str, tuple[str, ...]]]:
    raw = yaml.safe_load((resources.files("flows") / "words" / "hi.yaml").read_text(encoding="utf-8"))
    return {
        question: {meaning: tuple(said) for meaning, said in meanings.items()}
        for question, meanings in raw.items()
    }


def everything() -> tuple[str, ...]:
    """Every phrase of every question, for checking a model's vocabulary."""
    return tuple(dict.fromkeys(phrase for question in _table() for phrase in phrases(question)))


def meanings(question: str) -> tuple[str, ...]:
    """The meanings an answer to ``question`` can have, in the order the keys count them."""
    return tuple(_table()[question])


def phrases(question: str, meanings: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """Every phrase that answers ``question`` (only those of ``meanings``, when given)."""
    table = _table()[question]
    return tuple(phrase for meaning in (meanings or tuple(table)) for phrase in table[meaning])


@cache
def _index(question: str) -> dict[tuple[str, ...], str]:
    return {
        tuple(normalize(phrase).split()): meaning
        for meaning, said in _table()[question].items()
        for phrase in said
    }


def meaning(question: str, text: str) -> str | None:
    """The one meaning of ``text`` as an answer to ``question``; None when it has none or more than one.

    The whole text must be made of the question's phrases: "जी हाँ सही है" is one yes, "हाँ नहीं" is nothing.
    """
    index = _index(question)
    said = normalize(text).split()
    found, at = set(), 0
    while at < len(said):
        end = next((end for end in range(len(said), at, -1) if tuple(said[at:end]) in index), None)
        if end is None:
            return None
        found.add(index[tuple(said[at:end])])
        at = end
    return found.pop() if len(found) == 1 else None
