"""`python -m models.training.widen IN_MODEL OUT_MODEL`: more room in the narrow places of the network.

All that is heard must pass them. The new model hears as the old one does, until it is trained: what is new
gets random weights on its way in and none on its way out (as in Chen et al., "Net2Net", 2016).
"""

import shutil
import sys
from pathlib import Path

import numpy as np

from models.training.kaldi import Weights, read_weights, resize_weights
from models.training.network import EPSILON, STRIDES
from models.training.remaking import remake

LAYERS, LAST = 128, 160
"""Numbers that pass between the halves of each layer, and before the outputs."""
_OF_LAYERS = [(f"tdnnf{n}.linear", f"tdnnf{n}.affine") for n in range(2, 2 + len(STRIDES))]
_OF_LAST = [("prefinal-l", "prefinal.affine"), ("prefinal.linear", "output.affine")]
"""Each narrow matrix, and the wide one after it."""
_EVENED = "prefinal.batchnorm2"
"""Lies between the last two."""


def widen(source: Path, target: Path, layers: int = LAYERS, last: int = LAST) -> None:
    """Write into `target` the model in `source`, wider. Raises OSError; ValueError if it is so already."""
    model = Path("am", "final.mdl")
    weights = read_weights(source / model)
    wider = _batchnorm(weights, last)
    rng = np.random.default_rng(0)
    for pairs, size in ((_OF_LAYERS, layers), (_OF_LAST, last)):
        for narrow, wide in pairs:
            wider |= _wider(weights, narrow, wide, size, rng)
    shutil.copytree(source, target, dirs_exist_ok=True)
    resize_weights(wider, source / model, target / model)


def _wider(weights: Weights, narrow: str, wide: str, size: int, rng: np.random.Generator) -> Weights:
    key = next(key for key in weights if key[0] == narrow)
    old, out = weights[key], weights[wide, "LinearParams"]
    new = size - len(old)
    if new < 0:
        raise ValueError(f"{narrow} is {len(old)} wide already, more than {size}")
    rows = np.concatenate([old, rng.normal(0, old.std(), (new, old.shape[1]))])
    frames = out.reshape(len(out), -1, len(old))
    columns = np.pad(frames, ((0, 0), (0, 0), (0, new))).reshape(len(out), -1)
    return {key: rows, (wide, "LinearParams"): columns}


def _batchnorm(weights: Weights, size: int) -> Weights:
    """One that leaves the new numbers as they are."""
    mean, variance = (weights[_EVENED, field] for field in ("StatsMean", "StatsVar"))
    new = max(0, size - len(mean))
    return {
        (_EVENED, "StatsMean"): np.pad(mean, (0, new)),
        (_EVENED, "StatsVar"): np.pad(variance, (0, new), constant_values=1 - EPSILON),
    }


if __name__ == "__main__":
    raise SystemExit(remake("models.training.widen", widen, sys.argv[1:]))
