"""The weights of Kaldi's `final.mdl`, read out of a binary file and written back into a copy of it.

Only the numbers of matrices and vectors change; all else in the file (transitions, layers, their order) is
kept byte for byte. Format: Kaldi's io-funcs and nnet3's `Write` methods: a token such as `<LinearParams>`,
then "FM" rows columns or "FV" length, each int32 after a byte that says 4, then little-endian float32.
"""

import re
import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

Weights = dict[tuple[str, str], npt.NDArray[np.float32]]
"""Arrays by component and field, such as ("output.affine", "LinearParams")."""

_FIELD = re.compile(
    rb"<ComponentName> ([\w.-]+) "
    rb"|<(LinearParams|BiasParams|Params|StatsMean|StatsVar)> (?:FM \x04(.{4})\x04(.{4})|FV \x04(.{4}))",
    re.DOTALL,
)


def read_weights(path: Path) -> Weights:
    """The weights of a `final.mdl`. Raises OSError; ValueError when there are none."""
    data = path.read_bytes()
    found = {
        key: np.frombuffer(data, "<f4", int(np.prod(shape)), at).reshape(shape).copy()
        for key, (at, shape) in _places(data).items()
    }
    if not found:
        raise ValueError(f"{path} is not a binary final.mdl of nnet3: it has no weights")
    return found


def write_weights(weights: Weights, source: Path, target: Path) -> None:
    """Write `target`, which is `source` with other weights. Raises ValueError for other names or shapes."""
    data = bytearray(source.read_bytes())
    places = _places(bytes(data))
    for key, array in weights.items():
        at, shape = places.get(key, (0, ()))
        if array.shape != shape:
            raise ValueError(f"{source}: {' '.join(key)} is {shape} there, not {array.shape}")
        new = np.ascontiguousarray(array, "<f4").tobytes()
        data[at : at + len(new)] = new
    target.write_bytes(data)


def _places(data: bytes) -> dict[tuple[str, str], tuple[int, tuple[int, ...]]]:
    """Offset and shape of every array that is not empty."""
    places: dict[tuple[str, str], tuple[int, tuple[int, ...]]] = {}
    component, at = "", 0
    while match := _FIELD.search(data, at):
        at = match.end()
        name, field, *sizes = match.groups()
        if name:
            component = name.decode()
            continue
        shape = tuple(struct.unpack("<i", size)[0] for size in sizes if size)
        if component and all(shape):
            places[component, field.decode()] = at, shape
            at += 4 * int(np.prod(shape))
    return places
