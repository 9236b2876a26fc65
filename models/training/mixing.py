"""What one part of the training is made of: who speaks how often, and what becomes of it on its way."""

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from flows import words
from flows.hindi import number_vocabulary
from models.training import noises
from models.training.alignment import Word
from models.training.lines import Mixture
from models.training.material import Garbage, Surroundings, Utterance, Voice, cut_tight
from models.training.units import Units

PEOPLE = "people"
"""Begins the names of files with recordings of people."""
PROMPTS = "kokoro_prompts"
"""Begins the names of files with what comes spoken with Sakhi."""
SHORTEST_WORD = noises.RATE // 10
LONGEST = 12 * noises.RATE
NOISES = (
    *(noises.white, noises.white, noises.white, noises.coloured, noises.coloured, noises.pink, noises.hum),
    *(noises.fan, noises.fan, noises.gusts, noises.handling, noises.breathing, noises.clearing),
)


@dataclass(frozen=True, slots=True)
class Shares:
    """Of what is heard, how much is said by whom."""

    machines: Mapping[str, float]
    """Share of each kind of synthetic voice, by the beginning of its files' names."""
    whole: float
    """Share of whole recordings of people."""
    pieces: float
    """Share of pieces of one to four words cut out of longer speech, mostly of people."""
    nobody: float = 0.05
    """Share of noise in which nothing is said."""
    utterances: int = 2200
    """How many make one part."""


FROM_SCRATCH = Shares({"kokoro": 0.34, "espeak": 0.12, "festival": 0.03}, whole=0.2, pieces=0.26)
ADAPTING = Shares({"kokoro": 0.2, "espeak": 0.15, "festival": 0.02}, whole=0.4, pieces=0.2)


def known_words() -> frozenset[str]:
    """The words that are answers to some question."""
    return frozenset(
        {word for phrase in words.everything() for word in phrase.split()} | set(number_vocabulary())
    )


def stored(voices: Sequence[Voice], path: Path) -> None:
    """Keep aligned voices, whole or not at all. Raises OSError."""
    part = path.with_suffix(".part")
    rows = [(v.sound, [(w.way, w.begin, w.end) for w in v.words], v.texts) for v in voices]
    part.write_bytes(pickle.dumps(rows))
    part.replace(path)


def restored(folder: Path, beginning: str) -> list[Voice]:
    """The aligned voices in the files of `folder` whose names begin so."""
    return [
        Voice(sound, [Word(*word) for word in said], texts)
        for path in sorted(folder.glob(f"{beginning}*.pkl"))
        for sound, said, texts in pickle.loads(path.read_bytes())
    ]


def part(folder: Path, number: int, shares: Shares, units: Units) -> list[Utterance]:
    """Part `number` of the material from the aligned voices in `folder`, the same for the same files."""
    rng = np.random.default_rng(1000 + number)
    machines = {kind: _kept(folder, kind) for kind in shares.machines}
    people = _kept(folder, PEOPLE)
    pools = [(share, machines[kind]) for kind, share in shares.machines.items()]
    pools.append((shares.whole, [voice for voice in people if len(voice.sound) < LONGEST]))
    every = [voice for pool in machines.values() for voice in pool]
    babble = noises.babble([voice.sound for voice in (*people[::3], *every[::12])])
    garbage = Garbage(known_words(), units.garbage)
    alone = Surroundings([*NOISES, babble, babble, babble], Mixture(), garbage)
    prompts = [voice.sound for voice in _kept(folder, PROMPTS)]
    returned = [noises.another(prompts)] * 2 if prompts else []
    around = replace(alone, noises=[*alone.noises, *returned])
    made: list[Utterance | None] = []
    for share, pool in pools:
        if pool:
            made += [
                around.heard(pool[int(rng.integers(len(pool)))], rng)
                for _ in range(round(shares.utterances * share))
            ]
    pieces = _Pieces(people, every, garbage.known)
    made += [around.heard(pieces.draw(rng), rng) for _ in range(round(shares.utterances * shares.pieces))]
    made += [alone.nobody(rng) for _ in range(round(shares.utterances * shares.nobody))]
    return [one for one in made if one]


_kept = cache(restored)
"""Read once by the process that makes part after part, not once a part."""


class _Pieces:
    """Cuts words out of longer speech; those of the questions, as people say them, more often."""

    def __init__(self, people: Sequence[Voice], machines: Sequence[Voice], known: frozenset[str]) -> None:
        self._people = _Speech(people)
        self._machines = _Speech([voice for voice in machines if len(voice.texts) > 2])
        self._answers = [
            (voice, at)
            for voice in people
            for at, text in enumerate(voice.texts)
            if text in known and len(voice.texts) > 1
        ]

    def draw(self, rng: np.random.Generator) -> Voice:
        """One piece that is long enough for what is said in it."""
        while True:
            piece = self._answer(rng) if self._answers and rng.random() < 0.55 else self._any(rng)
            if len(piece.sound) >= SHORTEST_WORD * len(piece.words):
                return piece

    def _answer(self, rng: np.random.Generator) -> Voice:
        voice, at = self._answers[int(rng.integers(len(self._answers)))]
        return cut_tight(voice, at, 1 if rng.random() < 0.75 else 2)

    def _any(self, rng: np.random.Generator) -> Voice:
        pool = self._people if self._people.voices and rng.random() < 0.8 else self._machines
        voice = pool.draw(rng)
        length = int(rng.choice([1, 1, 2, 3, 4]))
        return cut_tight(voice, int(rng.integers(max(1, len(voice.texts) - length + 1))), length)


class _Speech:
    """Voices of which one is drawn the more often the more words are said in it."""

    def __init__(self, voices: Sequence[Voice]) -> None:
        self.voices = voices
        self._ends = np.cumsum([len(voice.texts) for voice in voices])

    def draw(self, rng: np.random.Generator) -> Voice:
        """One voice, as if a word was drawn."""
        return self.voices[int(np.searchsorted(self._ends, rng.integers(self._ends[-1]), "right"))]
