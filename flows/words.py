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


def phrases(question: str, meanings: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """Every phrase that answers ``question`` (only those of ``meanings``, when given)."""
    table = _table()[question]
    return tuple(phrase for meaning in (meanings or tuple(table)) for phrase in table[meaning])


@cache
def _index(question: str) -> dict[str, str]:
    return {normalize(said): meaning for meaning, group in _table()[question].items() for said in group}


def meaning(question: str, text: str) -> str | None:
    """The meaning of ``text`` as an answer to ``question``; None when it is none of its phrases."""
    return _index(question).get(normalize(text))
