"""The word-pair model Gr, used only when Vosk is given no phrases.

A back-off bigram with Witten and Bell's discounting ("The zero-frequency problem", 1991), as an acceptor
whose back-off arcs are empty, which is how Vosk builds its own from phrases.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable

from models.training.openfst import Arc, Automaton

EDGE = 0
"""Stands for the beginning of a phrase as history, and for its end as word."""
UNKNOWN_SHARE = 0.01
"""Probability of the unknown word at any place."""
ADDED = 0.5
"""Times each word is counted beyond its own, so that none is impossible."""


def bigram(phrases: Iterable[list[int]], words: int, unknown: int) -> Automaton:
    """An acceptor of the words numbered 1 to `words`, `unknown` among them; its start is state 0."""
    following: defaultdict[int, Counter[int]] = defaultdict(Counter)
    alone: Counter[int] = Counter()
    for phrase in phrases:
        for history, word in zip([EDGE, *phrase], [*phrase, EDGE], strict=True):
            following[history][word] += 1
            alone[word] += 1
    state = {history: number for number, history in enumerate(sorted(following))}
    back = len(state)
    total = alone.total() + ADDED * words
    automaton = Automaton([], {back: -math.log((alone[EDGE] + ADDED) / total)})
    for word in range(1, words + 1):
        share = (alone[word] + ADDED) / total * (1 - UNKNOWN_SHARE)
        cost = -math.log(UNKNOWN_SHARE if word == unknown else share)
        automaton.arcs.append(Arc(back, state.get(word, back), word, word, cost))
    for history, counts in following.items():
        source, kinds, seen = state[history], len(counts), counts.total()
        automaton.arcs.append(Arc(source, back, 0, 0, -math.log(kinds / (seen + kinds))))
        for word, count in counts.items():
            cost = -math.log(count / (seen + kinds))
            if word == EDGE:
                automaton.finals[source] = cost
            else:
                automaton.arcs.append(Arc(source, state.get(word, back), word, word, cost))
    return automaton
