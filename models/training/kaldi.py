"""The weights of Kaldi's `final.mdl`, read out of a binary file and written back into a copy of it.

Only the numbers of matrices and vectors change, with `resize_weights` how many there are, and with
`with_units` the outputs; all else in the file (layers, their order) is kept byte for byte. Format: Kaldi's
io-funcs and nnet3's `Write` methods: a token such as `<LinearParams>`, then "FM" rows columns or "FV" length,
each int32 after a byte that says 4, then little-endian float32.
"""

import re
import struct
from collections.abc import Iterable, Sequence
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


def resize_weights(weights: Weights, source: Path, target: Path) -> None:
    """Write `target`, which is `source` with arrays of any size in place of its own. Raises OSError."""
    data = _with_arrays(source.read_bytes(), weights)
    for (component, field), array in weights.items():
        if field == "StatsMean":
            data = _with_size(data, component, len(array))
    target.write_bytes(data)


def with_units(units: list[int], outputs: Weights, source: Path, target: Path) -> None:
    """Write `target`, which is `source` with phone n in unit `units[n - 1]` and other output arrays.

    The phones share the topology of those of `source`: one state that is entered with pdf 2 unit, stayed in
    with 2 unit + 1, and left half the time (Kaldi, `TransitionModel::Write`). Raises OSError, ValueError.
    """
    data = source.read_bytes()
    topology, tuples, end = (data.find(token) for token in (b"<Topology> ", b"</Topology>", b"</LogProbs>"))
    if min(topology, tuples, end) < 0:
        raise ValueError(f"{source} is not a binary final.mdl: it has no topology")
    count = struct.unpack_from("<i", data, topology + len(b"<Topology> ") + 1)[0]
    entries = data[topology + len(b"<Topology> ") + 5 * 2 + 4 * (2 * count + 1) : tuples]
    phones = range(1, len(units) + 1)
    rows = b"".join(map(_integers, ((n, 0, 2 * u, 2 * u + 1) for n, u in zip(phones, units, strict=True))))
    half = np.full(2 * len(units) + 1, np.log(0.5), "<f4")
    half[0] = 0
    transitions = (
        b"<Topology> " + _vector(phones) + _vector([-1, *(0 for _ in phones)]) + entries,
        b"</Topology> <Tuples> " + _integers([len(units)]) + rows,
        b"</Tuples> <LogProbs> FV " + _integers([len(half)]) + half.tobytes(),
    )
    target.write_bytes(b"".join([data[:topology], *transitions, _with_arrays(data[end:], outputs)]))


def _with_arrays(data: bytes, arrays: Weights) -> bytes:
    """`data` with other arrays, of any size."""
    parts, at = [], 0
    for key, (begin, shape) in sorted(_places(data).items(), key=lambda place: place[1][0]):
        if key in arrays:
            new = np.ascontiguousarray(arrays[key], "<f4")
            parts += [data[at : begin - 5 * len(shape)], _integers(new.shape), new.tobytes()]
            at = begin + 4 * int(np.prod(shape))
    return b"".join([*parts, data[at:]])


def _with_size(data: bytes, component: str, size: int) -> bytes:
    """`data` with a batch normalisation over `size` numbers."""
    begins = f"<ComponentName> {component} <BatchNormComponent> ".encode()
    before, found, after = data.partition(begins)
    sizes = b"<Dim> " + _integers([size]) + b"<BlockDim> " + _integers([size])
    return before + found + sizes + after[len(sizes) :]


def _integers(numbers: Iterable[int]) -> bytes:
    """Each as `WriteBasicType` writes it."""
    return b"".join(struct.pack("<bi", 4, number) for number in numbers)


def _vector(numbers: Sequence[int]) -> bytes:
    """As `WriteIntegerVector` writes them."""
    return _integers([len(numbers)]) + np.array(numbers, "<i4").tobytes()


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
