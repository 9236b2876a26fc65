"""The word-pair model Gr, used only when Vosk is given no phrases.

A back-off bigram with Witten and Bell's discounting ("The zero-frequency problem", 1991), as an acceptor
whose back-off arcs are empty, which is how Vosk builds its own from phrases. Words of one class (names) share
their neighbours, as in Brown et al., "Class-based n-gram models of natural language" (1992).
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from models.training.openfst import Arc, Automaton

EDGE = 0
"""Stands for the beginning of a phrase as history, and for its end as word."""
UNKNOWN_SHARE = 0.01
"""Probability of the unknown word at any place."""
ADDED = 0.5
"""Times each word is counted beyond its own, so that none is impossible."""


def bigram(
    phrases: Iterable[list[int]], words: int, unknown: int, classes: Mapping[int, Sequence[int]]
) -> Automaton:
    """An acceptor of the words numbered 1 to `words`, `unknown` among them; its start is state 0.

    `classes` has the words of each class by its number, which stands in `phrases` for any of them and is
    above `words`.
    """
    following: defaultdict[int, Counter[int]] = defaultdict(Counter)
    alone: Counter[int] = Counter()
    for phrase in phrases:
        for history, word in zip([EDGE, *phrase], [*phrase, EDGE], strict=True):
            following[history][word] += 1
            alone[word] += 1
    state = {history: number for number, history in enumerate(sorted(following))}
    back = len(state)
    inside = {name: back + 1 + at for at, name in enumerate(classes)}
    automaton = Automaton([], {})

    def follow(source: int, word: int, cost: float) -> None:
        if word == EDGE:
            automaton.finals[source] = cost
        elif word in inside:
            automaton.arcs.append(Arc(source, inside[word], 0, 0, cost))
        else:
            automaton.arcs.append(Arc(source, state.get(word, back), word, word, cost))

    total = alone.total() + ADDED * words
    for word in (EDGE, *range(1, words + 1), *classes):
        share = (alone[word] + ADDED) / total * (1 - UNKNOWN_SHARE)
        follow(back, word, -math.log(UNKNOWN_SHARE if word == unknown else share))
    for history, counts in following.items():
        source, kinds, seen = state[history], len(counts), counts.total()
        automaton.arcs.append(Arc(source, back, 0, 0, -math.log(kinds / (seen + kinds))))
        for word, count in counts.items():
            follow(source, word, -math.log(count / (seen + kinds)))
    for name, members in classes.items():
        each = math.log(len(members))
        automaton.arcs.extend(Arc(inside[name], state.get(name, back), word, word, each) for word in members)
    return automaton
