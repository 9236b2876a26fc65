"""From words to the graph HCLr that Vosk composes with the phrases of each question.

HCLr is H (transition-ids) ∘ C (no context here) ∘ L (words), made as in Mohri, Pereira and Riley, "Speech
recognition with weighted finite-state transducers" (2008), with Kaldi's conventions: optional silence of
probability ½ between words, disambiguation symbols, self-loops after the forward arc ("reorder").
"""

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from models.training.lexicon import Lexicon
from models.training.openfst import Arc, Automaton, ToolFailed, parsed, text_of
from models.training.phones import GARBAGE, SILENCE, PhoneTable, forward, loop

UNKNOWN = "[unk]"
HALF = math.log(2)
"""Cost of probability ½: of silence or none, and of staying in a phone or leaving it."""
START, BETWEEN, PAUSING = range(3)
"""States of the lexicon: the start, where a word may begin, where silence must come first."""


@dataclass(slots=True)
class _Lexicon:
    """The lexicon transducer while it is built."""

    phones: PhoneTable
    """The acoustic model's phones."""
    arcs: list[Arc] = field(default_factory=list)
    """Arcs so far."""
    states: int = 3
    """States so far."""

    def new_state(self) -> int:
        self.states += 1
        return self.states - 1

    def spell(self, symbols: list[int], word: int) -> None:
        """Add a word: its symbols one after the other, then silence or none."""
        at = BETWEEN
        for symbol, given in zip(symbols[:-1], [word] + [0] * len(symbols), strict=False):
            target = self.new_state()
            self.arcs.append(Arc(at, target, symbol, given, 0.0))
            at = target
        given = word if len(symbols) == 1 else 0
        self.arcs += [Arc(at, end, symbols[-1], given, HALF) for end in (BETWEEN, PAUSING)]


def lexicon_transducer(lexicon: Lexicon, phones: PhoneTable, unknown_cost: float) -> tuple[Automaton, int]:
    """Phones in, words out, and how many disambiguation symbols it uses, which are numbered after the phones.

    Words are numbered in the order of `word_numbers`. `unknown_cost` is the cost of hearing `UNKNOWN`.
    """
    numbers = word_numbers(lexicon)
    entries = [(numbers[word], phones.numbers(said)) for word, ways in lexicon.items() for said in ways]
    silence_symbol = len(phones.ids) + 1
    building = _Lexicon(phones)
    after_silence = building.new_state()
    building.arcs += [
        Arc(START, BETWEEN, 0, 0, HALF),
        Arc(START, PAUSING, 0, 0, HALF),
        Arc(PAUSING, after_silence, phones.ids[SILENCE], 0, 0.0),
        Arc(after_silence, BETWEEN, silence_symbol, 0, 0.0),
    ]
    said_by = Counter(tuple(symbols) for _, symbols in entries)
    begins_another = {said[:length] for said in said_by for length in range(1, len(said))}
    used: Counter[tuple[int, ...]] = Counter()
    for word, symbols in entries:
        said = tuple(symbols)
        if said_by[said] > 1 or said in begins_another:
            used[said] += 1
            symbols = [*symbols, silence_symbol + used[said]]
        building.spell(symbols, word)
    garbage, unknown = phones.ids[GARBAGE], numbers[UNKNOWN]
    building.arcs += [Arc(BETWEEN, end, garbage, unknown, unknown_cost + HALF) for end in (BETWEEN, PAUSING)]
    return Automaton(building.arcs, {BETWEEN: 0.0}), 1 + max(used.values(), default=0)


def word_numbers(lexicon: Lexicon) -> dict[str, int]:
    """A number for each word, `UNKNOWN` first."""
    return {word: number for number, word in enumerate([UNKNOWN, *lexicon], 1)}


def determinized(automaton: Automaton) -> Automaton:
    """The same transducer, deterministic and without empty arcs, its start at 0.

    kaldifst must never be in one process with vosk: both carry OpenFst, and the second one loaded crashes.
    Raises ToolFailed when it is not installed.
    """
    try:
        import kaldifst  # noqa: PLC0415  (see above)
    except ImportError as error:
        raise ToolFailed("kaldifst is missing; run: pip install -e '.[train]'") from error

    fst: Any = kaldifst.compile(text_of(automaton), keep_state_numbering=True)
    kaldifst.determinize_star(fst)
    return parsed(str(fst.to_str(show_weight_one=True)))


def with_transitions(lexicon: Automaton, phones: PhoneTable) -> Automaton:
    """HCL: each phone becomes its forward transition, with a loop on the state it leads to.

    A state that other symbols lead to as well can't carry the loop: the phone gets a state of its own.
    """
    entered_by: defaultdict[int, set[int]] = defaultdict(set)
    for arc in lexicon.arcs:
        entered_by[arc.target].add(arc.taken if arc.taken <= len(phones.ids) else 0)
    looping = {state: min(by) for state, by in entered_by.items() if len(by) == 1 and 0 not in by}
    arcs = [Arc(state, state, loop(phone), 0, HALF) for state, phone in looping.items()]
    own: dict[tuple[int, int], int] = {(state, phone): state for state, phone in looping.items()}
    fresh = 1 + max(max(arc.source, arc.target) for arc in lexicon.arcs)
    for source, target, taken, given, cost in lexicon.arcs:
        cost += HALF if source in looping else 0.0
        if taken == 0 or taken > len(phones.ids):
            symbol = taken and phones.transitions + taken - len(phones.ids)
            arcs.append(Arc(source, target, symbol, given, cost))
            continue
        if (target, taken) not in own:
            own[target, taken] = fresh
            arcs += [Arc(fresh, fresh, loop(taken), 0, HALF), Arc(fresh, target, 0, 0, HALF)]
            fresh += 1
        arcs.append(Arc(source, own[target, taken], forward(taken), given, cost))
    finals = {state: cost + (HALF if state in looping else 0.0) for state, cost in lexicon.finals.items()}
    return Automaton(arcs, finals)
