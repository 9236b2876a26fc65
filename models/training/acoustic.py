"""Goes on training the acoustic model."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from models.training.kaldi import Weights
from models.training.material import Utterance
from models.training.network import CONTEXT, CrossEntropy, Network, padded, steps
from models.training.objective import Bigram, Said, likelihoods, objective

WARMING = 30
"""Steps until the learning rate is at its highest."""
NEW = 2.0
"""Share of the learning rate for the layers that are only there for training, which begin with nothing."""
PRECISION = torch.bfloat16 if torch.cpu.get_capabilities().get("avx512_bf16") else torch.float32
"""What the network multiplies in: without bfloat16 a processor takes 13 times as long in it."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """How it is trained."""

    parts: int = 60
    """How many parts of material are heard, of about an hour each."""
    times: int = 2
    """How often each is heard: to make one takes as long as to hear it twice."""
    rate: float = 6e-4
    """Highest learning rate of the layers that tell the phones apart."""
    below: float = 0.4
    """Of that, for the layers below, which were trained on much more speech."""
    frames: int = 6400
    """Features of 10 ms heard before each step, with those around each utterance."""
    small_scores: float = 2e-4
    """Weight of the squares of the scores, which keeps them small."""
    cross_entropy: float = 0.1
    """Weight of the cross-entropy beside LF-MMI (Povey et al. 2016)."""
    memory: float = 0.997
    """Share of the average of the weights that each step keeps."""


class Training:
    """The network while it is trained, part by part; what is written down after one is gone on with later."""

    def __init__(self, network: Network, bigram: Bigram, schedule: Schedule) -> None:
        self._network, self._bigram, self._schedule = network, bigram, schedule
        above = network.above()
        mine = {id(parameter) for parameter in above}
        below = [p for p in network.parameters() if p.requires_grad and id(p) not in mine]
        torch.manual_seed(0)
        self._cross_entropy = CrossEntropy(network.width, 2 * len(bigram.start))
        self._optimizer = torch.optim.AdamW(
            [
                {"params": above, "share": 1.0},
                {"params": below, "share": schedule.below},
                {"params": self._cross_entropy.parameters(), "share": NEW},
            ],
            lr=schedule.rate,
            weight_decay=1e-5,
        )
        self._average = {name: p.detach().clone() for name, p in network.named_parameters()}
        self.parts = 0
        """Parts heard so far."""
        self._steps = 0

    def hear(self, material: Sequence[Utterance]) -> float:
        """Train with one more part; the objective for each 30 ms of it, at most about 0."""
        rng = random.Random(self.parts)
        torch.manual_seed(self.parts)
        times = range(self._schedule.times)
        batches = [batch for _ in times for batch in _batches(material, self._schedule.frames, rng)]
        sums = np.zeros(2)
        for number, batch in enumerate(batches):
            done = (self.parts + number / len(batches)) / self._schedule.parts
            rate = self._schedule.rate * min(1.0, (self._steps + 1) / WARMING) * max(0.02, 1 - done)
            for group in self._optimizer.param_groups:
                group["lr"] = rate * group["share"]
            sums += self._step([material[at] for at in batch])
            self._steps += 1
            with torch.no_grad():
                kept = min(self._schedule.memory, self._steps / (self._steps + 10))
                for name, parameter in self._network.named_parameters():
                    self._average[name].lerp_(parameter, 1 - kept)
        self.parts += 1
        return float(sums[0] / sums[1])

    def write(self, path: Path) -> None:
        """Write all that `read` needs. Raises OSError."""
        part = path.with_suffix(".part")
        kept = {
            "network": self._network.state_dict(),
            "cross_entropy": self._cross_entropy.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "average": self._average,
            "done": (self.parts, self._steps),
        }
        torch.save(kept, part)
        part.replace(path)

    def read(self, path: Path) -> None:
        """Go on where `write` left off. Raises OSError."""
        kept = torch.load(path)
        self._network.load_state_dict(kept["network"])
        self._cross_entropy.load_state_dict(kept["cross_entropy"])
        self._optimizer.load_state_dict(kept["optimizer"])
        self._average = kept["average"]
        self.parts, self._steps = kept["done"]

    def averaged(self) -> Weights:
        """The average of the weights over the last few hundred steps."""
        now = {name: p.detach().clone() for name, p in self._network.named_parameters()}
        self._network.load_state_dict(self._average, strict=False)
        weights = {key: value.copy() for key, value in self._network.weights().items()}
        self._network.load_state_dict(now, strict=False)
        return weights

    def _step(self, chosen: Sequence[Utterance]) -> tuple[float, int]:
        """One step; the objective, and over how many outputs."""
        lengths = torch.tensor([steps(len(one.features)) for one in chosen])
        longest = int(lengths.max())
        sound = torch.tensor(np.stack([padded(one.features, longest) for one in chosen]))
        said = [Said(one.words, self._bigram) for one in chosen]
        below = self._network.below(sound, PRECISION)
        scores = self._network.last(below).float()
        gained = objective(scores, lengths, said, self._bigram).sum()
        real = torch.arange(longest)[None] < lengths[:, None]
        loss = self._schedule.small_scores * (scores**2)[real].sum(1).mean() - gained / lengths.sum()
        beside = self._cross_entropy(below.float(), likelihoods(scores, lengths, said))[real].mean()
        loss = loss + self._schedule.cross_entropy * beside
        self._optimizer.zero_grad()
        loss.backward()
        trained = [p for p in self._network.parameters() if p.requires_grad]
        if torch.isfinite(torch.nn.utils.clip_grad_norm_(trained, 5.0)):
            self._optimizer.step()
        return gained.item(), int(lengths.sum())


def parts_heard(checkpoint: Path) -> int:
    """How many parts training had heard when `Training.write` wrote it. Raises OSError."""
    parts, _ = torch.load(checkpoint)["done"]
    return int(parts)


def _batches(material: Sequence[Utterance], frames: int, rng: random.Random) -> list[list[int]]:
    """Numbers of utterances of about the same length, `frames` features a batch, in random order."""
    lengths = [len(one.features) + 2 * CONTEXT for one in material]
    batches: list[list[int]] = [[]]
    full = 0
    for number in sorted(range(len(lengths)), key=lambda at: lengths[at] + rng.randint(0, 12)):
        if batches[-1] and full + lengths[number] > frames:
            batches.append([])
            full = 0
        batches[-1].append(number)
        full += lengths[number]
    rng.shuffle(batches)
    return batches
