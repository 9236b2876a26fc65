"""The weights of Kaldi's `final.mdl`, read out of a binary file and written back into a copy of it.

Only the numbers of matrices and vectors change, with `resize_weights` how many there are, and with
`with_units` the outputs; all else in the file (layers, their order) is kept byte for byte. Format: Kaldi's
io-funcs and nnet3's `Write` methods: a token such as `<LinearParams>`, then "FV" and length, or "FM", rows
and columns, each int32 after a byte that says 4, then little-endian float32. Matrices are written as "CM2",
which Kaldi reads like those (its `CompressedMatrix`) and which is half as long: the least value and the range
as float32, rows and columns as int32, then for each value how far it lies in the range, in 16 bits.
"""

import math
import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]
Weights = dict[tuple[str, str], Array]
"""Arrays by component and field, such as ("output.affine", "LinearParams")."""

_FIELD = re.compile(
    rb"<ComponentName> ([\w.-]+) "
    rb"|<(LinearParams|BiasParams|Params|StatsMean|StatsVar)> "
    rb"(FM \x04(.{4})\x04(.{4})|FV \x04(.{4})|CM2 (.{8})(.{4})(.{4}))",
    re.DOTALL,
)
_STEPS = 2**16 - 1
"""Into how many steps "CM2" divides the range."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an array stands in a file."""

    begin: int
    """Of what says its kind and size."""
    numbers: int
    """Of its numbers."""
    shape: tuple[int, ...]
    kind: str
    """Of each number, for numpy."""
    least: float = 0.0
    step: float = 1.0

    @property
    def end(self) -> int:
        return self.numbers + np.dtype(self.kind).itemsize * math.prod(self.shape)

    def read(self, data: bytes) -> Array:
        numbers = np.frombuffer(data, self.kind, math.prod(self.shape), self.numbers)
        return (numbers * np.float32(self.step) + np.float32(self.least)).reshape(self.shape)


def read_weights(path: Path) -> Weights:
    """The weights of a `final.mdl`. Raises OSError; ValueError when there are none."""
    data = path.read_bytes()
    found = {key: place.read(data) for key, place in _places(data)}
    if not found:
        raise ValueError(f"{path} is not a binary final.mdl of nnet3: it has no weights")
    return found


def write_weights(weights: Weights, source: Path, target: Path) -> None:
    """Write `target`, which is `source` with other weights. Raises ValueError for other names or shapes."""
    data = source.read_bytes()
    shapes = {key: place.shape for key, place in _places(data)}
    for key, array in weights.items():
        there = shapes.get(key, ())
        if array.shape != there:
            raise ValueError(f"{source}: {' '.join(key)} is {there} there, not {array.shape}")
    target.write_bytes(_with_arrays(data, weights))


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
    for key, place in _places(data):
        if key in arrays:
            parts += [data[at : place.begin], _written(arrays[key])]
            at = place.end
    return b"".join([*parts, data[at:]])


def _written(array: Array) -> bytes:
    """A vector as "FV", a matrix as "CM2"."""
    if array.ndim == 1:
        return b"FV " + _integers(array.shape) + np.ascontiguousarray(array, "<f4").tobytes()
    least, spread = float(array.min()), float(np.ptp(array)) or 1.0
    steps = np.rint((array.astype(float) - least) / spread * _STEPS)
    return b"CM2 " + struct.pack("<ffii", least, spread, *array.shape) + steps.astype("<u2").tobytes()


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


def _places(data: bytes) -> Iterator[tuple[tuple[str, str], _Place]]:
    """Every array that is not empty, in order."""
    component, at = "", 0
    while match := _FIELD.search(data, at):
        at = match.end()
        name, field = match.group(1, 2)
        if name:
            component = name.decode()
            continue
        place = _place(match)
        if component and all(place.shape):
            yield (component, field.decode()), place
            at = place.end


def _place(match: re.Match[bytes]) -> _Place:
    shape = tuple(struct.unpack("<i", size)[0] for size in match.group(4, 5, 6, 8, 9) if size)
    if match[7] is None:
        return _Place(match.start(3), match.end(), shape, "<f4")
    least, spread = struct.unpack("<ff", match[7])
    return _Place(match.start(3), match.end(), shape, "<u2", least, spread / _STEPS)
