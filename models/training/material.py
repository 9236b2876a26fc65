"""What the network is trained on: features, and the units of each word said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from models.training.alignment import Word, aligned
from models.training.corpus import Corpus
from models.training.features import Features, features_of
from models.training.lines import Mixture, through_a_line
from models.training.network import Network, padded, steps
from models.training.noises import RATE, Noise
from models.training.units import Units
from speech.audio import Samples, from_float

STEP = RATE * 3 // 100
"""Samples a step of the network lasts."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One utterance without noise."""

    sound: Samples
    """Samples at `RATE`."""
    words: list[Word]
    """How each word is said in it, and when."""
    texts: list[str]
    """What each word is."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """One utterance as the network gets it."""

    features: Features
    """Frames of 10 ms."""
    words: list[list[int]]
    """The units of each word."""

    @property
    def fits(self) -> bool:
        """Whether it is long enough for what is said in it."""
        return steps(len(self.features)) > sum(map(len, self.words)) + 1


def voices(corpus: Corpus, network: Network, units: Units) -> Iterator[Voice]:
    """The utterances of `corpus`, each word in the way that fits its sound best.

    Those that the rules cannot spell, or that are too short for their text, are left out.
    """
    for sound, text in zip(corpus.sounds, corpus.texts, strict=True):
        try:
            ways = units.ways(text)
        except ValueError:
            continue
        features = features_of(sound)
        if not len(features):
            continue
        with torch.no_grad():
            scores = network(torch.tensor(padded(features, steps(len(features))))[None])[0].numpy()
        words = aligned(scores, ways)
        if words:
            yield Voice(sound, words, text.split())


def cut_tight(voice: Voice, first: int, length: int) -> Voice:
    """`length` words out of longer speech, as people answer a question."""
    words = voice.words[first : first + length]
    begin, end = words[0].begin * STEP, words[-1].end * STEP
    sound = voice.sound[max(0, begin - STEP // 2) : end + STEP // 2]
    return Voice(sound, words, voice.texts[first : first + length])


@dataclass(frozen=True, slots=True)
class Garbage:
    """Which words are trained as the phone that `[unk]` is made of."""

    known: frozenset[str]
    """The words of the questions."""
    phone: int
    """Number of the unit."""
    of_known: float = 0.08
    """Share of the known words: each is outside the phrases of some question."""
    of_others: float = 0.35
    """Share of the others."""

    def instead(self, voice: Voice, rng: np.random.Generator) -> list[list[int]]:
        """The units of the words of `voice`, some of them garbage."""
        shares = [self.of_known if text in self.known else self.of_others for text in voice.texts]
        return [
            [self.phone] if drawn < share else word.way
            for word, share, drawn in zip(voice.words, shares, rng.random(len(shares)), strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where and how everything is said."""

    noises: Sequence[Noise]
    """Noises of these places."""
    mixture: Mixture
    """How often what happens to a voice."""
    garbage: Garbage
    """Which words are garbage."""

    def heard(self, voice: Voice, rng: np.random.Generator) -> Utterance | None:
        """`voice` over a line of its own; None when too little is left of it."""
        features = features_of(through_a_line(voice.sound, self.noises, self.mixture, rng))
        one = Utterance(features, self.garbage.instead(voice, rng))
        return one if one.fits else None

    def nobody(self, rng: np.random.Generator) -> Utterance:
        """A second or three of noise in which nothing is said."""
        length = round(RATE * rng.uniform(0.8, 3))
        noise = self.noises[int(rng.integers(len(self.noises)))](length, rng)
        alone = from_float(np.clip(noise / (np.abs(noise).max() + 1e-9), -1, 1))
        return Utterance(features_of(through_a_line(alone, self.noises, self.mixture, rng)), [])
