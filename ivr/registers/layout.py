"""How a table is fitted on paper: how wide a column is, where its text breaks, which columns share a sheet.

Nothing is drawn here; `measure` tells how wide a text is. All lengths are millimetres.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

Measure = Callable[[str], float]

_JOINERS = "\u200c\u200d\u094d"
"""Zero-width (non-)joiner and virama: what stands beside them is one letter with it."""


@dataclass(frozen=True, slots=True)
class Widths:
    """What a column would like."""

    least: float
    """So that its longest word fits."""
    best: float
    """So that nothing breaks."""


def clusters(text: str) -> list[str]:
    """The letters as they are written: a consonant with what hangs on it and the conjunct it is part of."""
    found: list[str] = []
    for sign in text:
        hangs = unicodedata.category(sign).startswith("M") or sign in _JOINERS
        if found and (hangs or found[-1][-1] in _JOINERS):
            found[-1] += sign
        else:
            found.append(sign)
    return found


def wrapped(text: str, width: float, measure: Measure) -> list[str]:
    """The text in lines no wider than `width`, broken between words, or within a word that is too long."""
    lines = []
    for paragraph in text.split("\n"):
        line = ""
        for word in _pieces(paragraph, width, measure):
            longer = f"{line}{word}".strip()
            if line and measure(longer) > width:
                lines.append(line)
                longer = word.strip()
            line = longer
        lines.append(line)
    return lines


def _pieces(text: str, width: float, measure: Measure) -> Iterator[str]:
    """Words with the space before them; a word wider than `width` in parts that are not."""
    for word in re.findall(r"\s*\S+", text):
        if measure(word.strip()) <= width:
            yield word
            continue
        part = ""
        for letter in clusters(word):
            if part.strip() and measure((part + letter).strip()) > width:
                yield part
                part = ""
            part += letter
        yield part


def column_widths(texts: Sequence[str], measure: Measure, padding: float, longest: float) -> Widths:
    """What the texts of a column need; no word is given more than `longest`."""
    words = {word for text in texts for word in text.split()}
    lines = {line for text in texts for line in text.split("\n")}
    least = min(longest, max(map(measure, words), default=0.0)) + padding
    return Widths(least, max(least, max(map(measure, lines), default=0.0) + padding))


def shared(columns: Sequence[Widths], room: float) -> list[float]:
    """Room divided: each column at least its least, and of the rest by what it lacks, then by its width."""
    least, best = sum(one.least for one in columns), sum(one.best for one in columns)
    if best <= room:
        return [one.best * room / best for one in columns]
    spare = max(0.0, room - least) / (best - least) if best > least else 0.0
    return [one.least + (one.best - one.least) * spare for one in columns]


def parts(least: Sequence[float], fixed: int, together: Sequence[str], room: float) -> list[list[int]]:
    """The columns on each sheet side by side: the first `fixed` on all, those of one non-empty name in
    `together` never apart."""
    sheets: list[list[int]] = [[]]
    start = sum(least[:fixed])
    used, at = start, fixed
    while at < len(least):
        end = at + 1
        while end < len(least) and together[at] and together[end] == together[at]:
            end += 1
        wide = sum(least[at:end])
        if sheets[-1] and used + wide > room:
            sheets.append([])
            used = start
        sheets[-1] += range(at, end)
        used, at = used + wide, end
    return [[*range(fixed), *sheet] for sheet in sheets]
