"""What a system costs: loading and memory, taken in a process that did nothing else before."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import numpy as np

from bench.machine import memory_mb
from bench.report import Cost
from bench.spoken import Saying, sayings
from flows.turn import Heard
from speech.audio import Audio

RATE = 16000
HEARD = 10
"""How many questions it hears noise to, so that all it needs is in memory."""


class Hears(Protocol):
    """What hears answers."""

    system: str
    """What it is called."""
    weights: Path
    """The file that tells one training from another."""
    processor: float
    """Seconds of one core it took so far."""
    seconds: float
    """Seconds of sound it heard so far."""

    def hear(self, saying: Saying, sound: Audio, opened: float = 0.0) -> Heard:
        """What is heard of an answer to a question that is opened after `opened` seconds."""
        ...


def cost(load: Callable[[Path], Hears], folder: Path) -> Cost:
    """What `load` of `folder` costs; call it in a fresh process. Raises what `load` raises."""
    asked = list(sayings())
    sound = Audio((np.random.default_rng(0).standard_normal(3 * RATE) * 1000).astype(np.int16), RATE)
    before, began = memory_mb(), time.perf_counter()
    ears = load(folder)
    loaded, with_it = time.perf_counter() - began, memory_mb()
    for saying in asked[:: len(asked) // HEARD]:
        ears.hear(saying, sound)
    return Cost(
        ears.system,
        sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6,
        hashlib.sha256(ears.weights.read_bytes()).hexdigest(),
        loaded,
        (before, with_it, memory_mb()),
        ears.processor,
        ears.seconds,
    )
