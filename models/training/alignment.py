"""Which way each word was said, and when: the best path through the ways to say a text (Viterbi, 1967)."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from models.training.objective import NEVER, SILENCE
from models.training.units import Ways


@dataclass(frozen=True, slots=True)
class Word:
    """One word as it was said."""

    way: list[int]
    """Its units."""
    begin: int
    """The step it begins with, of 30 ms."""
    end: int
    """The step after its last one."""


@dataclass(slots=True)
class _Paths:
    """States of the ways to say a text; state numbers rise along every path."""

    units: list[int] = field(default_factory=list)
    """The unit of each state."""
    before: list[list[int]] = field(default_factory=list)
    """The states that lead to each; −1 is the start."""
    owners: list[tuple[int, int]] = field(default_factory=list)
    """Word and way of each state; word −1 is silence."""

    def add(self, unit: int, before: list[int], owner: tuple[int, int]) -> int:
        self.units.append(unit)
        self.before.append(before)
        self.owners.append(owner)
        return len(self.units) - 1


def aligned(scores: npt.NDArray[np.float32], text: list[Ways]) -> list[Word] | None:
    """The words of `text` in `scores` (steps × pdfs); None when they do not fit in."""
    paths, ends = _paths(text)
    states = _best(scores, paths, ends)
    if not states:
        return None
    return list(_words(states, paths, text))


def _paths(text: list[Ways]) -> tuple[_Paths, list[int]]:
    paths = _Paths()
    ends = [-1, paths.add(SILENCE, [-1], (-1, 0))]
    for word, ways in enumerate(text):
        said = []
        for number, way in enumerate(ways):
            before = ends
            for unit in way:
                before = [paths.add(unit, before, (word, number))]
            said += before
        ends = [*said, paths.add(SILENCE, said, (-1, 0))]
    return paths, ends


def _best(scores: npt.NDArray[np.float32], paths: _Paths, ends: list[int]) -> list[int]:
    """The state at each step."""
    units, count = np.array(paths.units), len(paths.units)
    width = max(map(len, paths.before))
    nowhere, start = count, count + 1
    before = np.full((count, width), nowhere)
    for state, found in enumerate(paths.before):
        before[state, : len(found)] = [start if one < 0 else one for one in found]
    best = np.full(count + 2, NEVER)
    best[start] = 0.0
    trail = np.zeros((len(scores), count), np.int64)
    for at, score in enumerate(scores):
        choice = best[before].argmax(1)
        source = before[np.arange(count), choice]
        entered = best[source] + score[2 * units]
        stayed = best[:count] + score[2 * units + 1]
        trail[at] = np.where(entered >= stayed, source, np.arange(count))
        best[:count] = np.maximum(entered, stayed)
        best[start] = NEVER
    state = max(ends, key=lambda end: best[end])
    if best[state] < NEVER / 2:
        return []
    states = []
    for at in reversed(range(len(scores))):
        states.append(state)
        state = int(trail[at, state])
    return states[::-1]


def _words(states: list[int], paths: _Paths, text: list[Ways]) -> Iterator[Word]:
    owners = [paths.owners[state] for state in states]
    for word, ways in enumerate(text):
        at = [step for step, owner in enumerate(owners) if owner[0] == word]
        yield Word(ways[owners[at[0]][1]], at[0], at[-1] + 1)
