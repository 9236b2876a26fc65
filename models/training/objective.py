"""LF-MMI: how much likelier the network makes what was said than anything that could have been said.

Povey et al., "Purely sequence-trained neural networks for ASR based on lattice-free MMI" (2016), with one
state a unit: half the time it is left at each step. What could have been said is a bigram of units.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

Words = Sequence[Sequence[int]]
"""The units of each word of an utterance."""
SILENCE = 0
NEVER = -1e30
HALF = math.log(0.5)
AT_EDGE, BETWEEN = 0.9, 0.25
"""Probability of silence at either end of an utterance, and between two words."""
BACK_OFF, ADDED = 0.03, 0.02
"""Weight of a unit's own frequency beside its counts after another: per unit known, and of the counts."""


@dataclass(frozen=True, slots=True)
class Bigram:
    """Which unit follows which."""

    start: Tensor
    """Probability of each unit to be the first."""
    after: Tensor
    """Probability of a unit (column) after a unit (row)."""
    end: Tensor
    """Probability of each unit to be the last."""

    @classmethod
    def of(cls, utterances: Iterable[Words], units: int) -> "Bigram":
        """Counted, with silence where it may be; row and column `units` stand for the ends."""
        counts = np.zeros((units + 1, units + 1))
        for words in utterances:
            before = units
            for number, word in enumerate(words):
                silent = BETWEEN if number else AT_EDGE
                counts[before, SILENCE] += silent
                counts[before, word[0]] += 1 - silent
                counts[SILENCE, word[0]] += silent
                np.add.at(counts, (list(word[:-1]), list(word[1:])), 1)
                before = word[-1]
            counts[before, SILENCE] += AT_EDGE
            counts[before, units] += 1 - AT_EDGE
            counts[SILENCE, units] += AT_EDGE
        alone = counts[:, :units].sum(0) + 1
        alone /= alone.sum()
        counts[:, :units] += (BACK_OFF * units + ADDED * counts.sum(1, keepdims=True)) * alone
        shares = torch.tensor(counts / counts.sum(1, keepdims=True), dtype=torch.float32)
        return cls(shares[units, :units], shares[:units, :units], shares[:units, units].clip(1e-4))


class Said:
    """What was said, as a row of units; every other one is a silence that may be left out."""

    def __init__(self, words: Words, bigram: Bigram) -> None:
        row = [SILENCE]
        may_skip = [True]
        for word in words:
            row += [*word, SILENCE]
            may_skip += [False] * len(word) + [True]
        self.row = np.array(row)
        start, after, end = (table.log().numpy() for table in (bigram.start, bigram.after, bigram.end))
        length = len(row)
        self.first, self.last, self.next, self.leap = np.full((4, length), NEVER, np.float32)
        self.first[:2] = start[self.row[:2]]
        self.last[-2:] = end[self.row[-2:]]
        self.next[1:] = after[self.row[:-1], self.row[1:]]
        leaps = after[self.row[:-2], self.row[2:]]
        self.leap[2:] = np.where(may_skip[1:-1], leaps, NEVER)


def objective(scores: Tensor, lengths: Tensor, said: Sequence[Said], bigram: Bigram) -> Tensor:
    """The objective of each utterance, at most about 0. `scores`: utterances × steps × pdfs."""
    return _of_said(scores, lengths, said) - _of_anything(scores, lengths, bigram)


def likelihoods(scores: Tensor, lengths: Tensor, said: Sequence[Said]) -> Tensor:
    """How likely each pdf is at each step, since that was said: the derivative of what it is scored by."""
    scores = scores.detach().requires_grad_(True)
    (likely,) = torch.autograd.grad(_of_said(scores, lengths, said).sum(), scores)
    return likely


def _of_said(scores: Tensor, lengths: Tensor, said: Sequence[Said]) -> Tensor:
    batch, time, _ = scores.shape
    longest = max(len(one.row) for one in said)
    row = torch.tensor(_even([one.row for one in said], longest, 0))
    tables = [[getattr(one, name) for one in said] for name in ("first", "last", "next", "leap")]
    first, last, following, leap = (torch.tensor(_even(table, longest, NEVER)) for table in tables)
    places = row[:, None].expand(batch, time, longest)
    enter = torch.gather(scores, 2, 2 * places).unbind(1)
    stay = torch.gather(scores, 2, 2 * places + 1).unbind(1)
    one, two = torch.full((batch, 1), NEVER), torch.full((batch, 2), NEVER)
    alpha = first + enter[0]
    for at in range(1, time):
        stepped = torch.cat([one, alpha[:, :-1]], 1) + following
        leapt = torch.cat([two, alpha[:, :-2]], 1) + leap
        entered = torch.logaddexp(stepped, leapt) + enter[at]
        new = torch.logaddexp(entered, alpha + stay[at]) + HALF
        alpha = torch.where((lengths > at)[:, None], new, alpha)
    return torch.logsumexp(alpha + last, 1) + HALF


def _of_anything(scores: Tensor, lengths: Tensor, bigram: Bigram) -> Tensor:
    top = scores.detach().amax(2, keepdim=True)
    likely = (scores - top).exp()
    enter, stay = likely[..., 0::2].unbind(1), likely[..., 1::2].unbind(1)
    alpha = bigram.start * enter[0]
    whole = alpha.sum(1, keepdim=True)
    alpha = alpha / whole
    total = whole.log()[:, 0] + top[:, 0, 0]
    for at in range(1, scores.shape[1]):
        new = 0.5 * ((alpha @ bigram.after) * enter[at] + alpha * stay[at])
        whole = new.sum(1, keepdim=True)
        going = lengths > at
        alpha = torch.where(going[:, None], new / whole, alpha)
        total = total + torch.where(going, whole.log()[:, 0] + top[:, at, 0], torch.zeros(()))
    return total + (alpha @ bigram.end).log() + HALF


def _even(rows: Sequence[npt.NDArray[np.generic]], length: int, fill: float) -> npt.NDArray[np.generic]:
    even = np.full((len(rows), length), fill, rows[0].dtype)
    for number, row in enumerate(rows):
        even[number, : len(row)] = row
    return even
