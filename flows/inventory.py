"""What is spoken beforehand, so that every line can be said by joining pieces of it.

A prompt without slots is said whole. Any other is said once with an example in its slots: its own words are
cut out between them. What fills a slot is cut out of sentences made for that, in two places: inside a
sentence, and at the end of one, where the voice falls.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

import yaml

from flows import prompts
from flows.hindi import ENDINGS, kinds_of_money, say_date, say_number, say_rupees
from flows.turn import Line, Slot

IN, END = "in", "end"
PAUSE = ","
"""The text of the piece that is a short silence."""
_WORD = re.compile(rf"[^\s{ENDINGS},]+")
_BRACKETS = re.compile(r"[\[\]]")
_EXAMPLES: dict[str, Slot] = {
    "rupees": 250_00,
    "cash": 200_00,
    "number": 7,
    "digits": "42",
    "day": date(2026, 8, 15),
}
_COUNTED, _FEW = 10_000, 4
"""Rupees up to which money is told in notes, too; and how many notes of a kind are said in one breath."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that are said without a break."""

    text: str
    """The words, with their punctuation."""
    place: str
    """`IN` or `END` for what fills a slot; for a prompt's own words, its key and which of them: "key/0"."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a piece lies in its sentence."""

    piece: Piece
    """What is cut out."""
    first: int
    """Its first word, counted from 0."""
    last: int
    """Its last word."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is spoken at one go."""

    name: str
    """The key of a prompt, or a name of its own."""
    text: str
    """The words."""
    cuts: tuple[Cut, ...]
    """What is cut out of it; nothing, when it is said whole."""


def pieces_of(line: Line, known: Callable[[Piece], bool]) -> tuple[Piece, ...] | None:
    """The line in pieces that are known, as few as can be; None when there are none for some of it.

    Raises PromptError.
    """
    found: list[Piece] = []
    parts = prompts.parts_of(line)
    for at, part in enumerate(parts):
        here = _own(line.key, at, part) if at % 2 == 0 else split(part, _place(parts[at + 1]), known)
        if here is None or not all(piece.text == PAUSE or known(piece) for piece in here):
            return None
        found += here
    return tuple(found)


def split(text: str, place: str, known: Callable[[Piece], bool]) -> tuple[Piece, ...] | None:
    """What fills a slot in known pieces, the longest first; None when there are none for some of it."""
    words = text.replace(",", " ,").split()
    found: list[Piece] = []
    at = 0
    while at < len(words):
        piece, at = _longest(words, at, place, known)
        if piece is None:
            return None
        found.append(piece)
    return tuple(found)


def _longest(
    words: list[str], at: int, place: str, known: Callable[[Piece], bool]
) -> tuple[Piece | None, int]:
    if words[at] == PAUSE:
        return Piece(PAUSE, IN), at + 1
    for end in range(len(words), at, -1):
        text = " ".join(words[at:end])
        for where in dict.fromkeys((place if end == len(words) else IN, IN)):
            if known(Piece(text, where)):
                return Piece(text, where), end
    return None, at


@cache
def sentences() -> tuple[Sentence, ...]:
    """All that is spoken beforehand: the prompts first, by key."""
    every = (_prompt(key) for key in sorted(prompts.keys()) if prompts.template(key).strip())
    return (*every, *_numbers(), *_words(), *_days(), *_money(), *_notes())


def words_of(text: str) -> list[str]:
    """The words that are said, without punctuation."""
    return _WORD.findall(text)


def name(spoken: str) -> Sentence:
    """The sentence out of which a name is cut."""
    text = " ".join(spoken.split())
    called = hashlib.sha256(text.encode()).hexdigest()[:20]
    cut = Cut(Piece(text, IN), 0, len(words_of(text)) - 1)
    return Sentence(f"name-{called}", _carriers()["name"].format(piece=text), (cut,))


def _own(key: str, at: int, part: str) -> tuple[Piece, ...]:
    if _WORD.search(part):
        return (Piece(part.strip(), f"{key}/{at // 2}"),)
    return (Piece(PAUSE, IN),) if "," in part else ()


def _place(following: str) -> str:
    return END if not following.strip() or following.strip()[0] in ENDINGS else IN


@cache
def _carriers() -> dict[str, Any]:
    file = resources.files("flows.prompts") / "carriers.yaml"
    carriers: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return carriers


def _prompt(key: str) -> Sentence:
    said = _carriers()["examples"]
    examples = _EXAMPLES | said
    slots = {slot: said.get(slot, examples[kind]) for slot, kind in prompts.kinds_of(key).items()}
    parts = prompts.parts_of(Line(key, slots))
    cuts, word = [], 0
    for at, part in enumerate(parts):
        count = len(words_of(part))
        if len(parts) > 1 and at % 2 == 0 and count:
            (piece,) = _own(key, at, part)
            cuts.append(Cut(piece, word, word + count - 1))
        word += count
    return Sentence(key, "".join(parts), tuple(cuts))


def _cut(name: str, text: str) -> Sentence:
    """A sentence whose pieces stand in brackets."""
    parts = _BRACKETS.split(text)
    cuts, word = [], 0
    for at, part in enumerate(parts):
        count = len(words_of(part))
        if at % 2:
            cuts.append(Cut(Piece(part, _place("".join(parts[at + 1 :]))), word, word + count - 1))
        word += count
    return Sentence(name, "".join(parts), tuple(cuts))


def _numbers() -> Iterator[Sentence]:
    numbers = [say_number(number) for number in range(100)]
    yield from _inside("number", _shuffled(numbers), 6)
    yield from _at_the_end("number_end", _shuffled(numbers), 5)


def _words() -> Iterator[Sentence]:
    """The words that any amount can be put together from, with the numbers."""
    return (_cut(name, text) for name, text in _carriers()["words"].items())


def _days() -> Iterator[Sentence]:
    months = [say_date(date(2024, month, 1)).partition(" ")[2] for month in range(1, 13)]
    for at, month in enumerate(months, 1):
        yield _cut(f"month.{at:02}", _carriers()["month"].format(piece=month))
    yield from _at_the_end("month_end", months, 4)


def _money() -> Iterator[Sentence]:
    """Amounts in one breath, as far as they are common."""
    small = [say_rupees(rupees * 100) for rupees in (*range(1, 21), *range(25, 100, 5))]
    even = [say_rupees(n * unit) for unit, most in ((100_00, 9), (1000_00, 10)) for n in range(1, most + 1)]
    yield from _inside("units", [say_number(n * 100) for n in range(1, 10)], 5)
    yield from _inside("thousands", [say_number(n * 1000) for n in range(1, 21)], 5)
    yield from _inside("even", even, 4)
    yield from _at_the_end("even_end", even, 4)
    yield from _inside("money", small[::2] + small[1::2], 5)
    yield from _at_the_end("money_end", small, 4)


def _notes() -> Iterator[Sentence]:
    """How money is counted out, each kind inside and at the end; many notes of a kind are joined of words."""
    inside: dict[str, None] = {}
    last: dict[str, None] = {}
    for rupees in range(1, _COUNTED + 1):
        kinds = kinds_of_money(rupees * 100)
        inside |= dict.fromkeys(kinds[:-1])
        last |= dict.fromkeys(kinds[-1:])
    medial, final = sorted(filter(_few, inside)), sorted(filter(_few, last))
    for at in range(max(len(medial), len(final))):
        one, other = medial[at % len(medial)], final[at % len(final)]
        yield _cut(f"notes.{at:02}", _carriers()["notes"].format(one=one, other=other))


def _few(notes: str) -> bool:
    many = {say_number(count) for count in range(_FEW + 1, 21)}
    return many.isdisjoint(notes.split()[2:])


def _inside(name: str, texts: list[str], together: int) -> Iterator[Sentence]:
    """One after the other without a break, some together in a sentence."""
    for at, some in enumerate(_batches(texts, together)):
        pieces = " ".join(f"[{text}]" for text in some)
        yield _cut(f"{name}.{at:02}", _carriers()["inside"].format(pieces=pieces))


def _at_the_end(name: str, texts: list[str], together: int) -> Iterator[Sentence]:
    """Each at the end of a short sentence, some of these together."""
    for at, some in enumerate(_batches(texts, together)):
        yield _cut(f"{name}.{at:02}", " ".join(_carriers()["end"].format(piece=text) for text in some))


def _shuffled(texts: list[str]) -> list[str]:
    """In an order in which no two neighbours count on, for those are said as in counting."""
    return [texts[at * 37 % len(texts)] for at in range(len(texts))]


def _batches(texts: list[str], size: int) -> Iterator[list[str]]:
    return (texts[at : at + size] for at in range(0, len(texts), size))
