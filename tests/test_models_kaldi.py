"""The weights in Kaldi's file: what is written is read back, in half the room, and all else is kept."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from kaldi_kit import array

from models.training.kaldi import read_weights, resize_weights, write_weights

MATRIX, VECTOR = ("tdnn1.affine", "LinearParams"), ("tdnn1.affine", "BiasParams")
NUMBERS = st.floats(-1000, 1000, width=32)
MATRICES = arrays.arrays(np.float32, st.tuples(st.integers(1, 6), st.integers(1, 6)), elements=NUMBERS)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file as Kaldi writes it: float32 throughout."""
    path = tmp_path_factory.mktemp("plain") / "final.mdl"
    path.write_bytes(
        b"\0B<Nnet3> <ComponentName> tdnn1.affine <MaxChange> \4?? <LinearParams> "
        + array(np.arange(6).reshape(2, 3))
        + b"<BiasParams> " + array(np.array([7, -8])) + b"<Rest> the end"
    )  # fmt: skip
    return path


def test_what_kaldi_wrote_is_read(plain: Path) -> None:
    weights = read_weights(plain)
    assert weights[MATRIX].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert weights[VECTOR].tolist() == [7, -8]


@given(MATRICES)
def test_a_matrix_is_kept_in_16_bits_and_written_again_alike(plain: Path, matrix: np.ndarray) -> None:
    first, second = plain.with_name("first"), plain.with_name("second")
    resize_weights({MATRIX: matrix}, plain, first)
    read = read_weights(first)
    half = float(np.ptp(matrix)) / 65535 / 2
    assert np.abs(read[MATRIX] - matrix).max() <= half + 1e-6 * np.abs(matrix).max()
    assert read[VECTOR].tolist() == [7, -8]
    content = first.read_bytes()
    assert content.endswith(b"<Rest> the end")
    assert content.startswith(b"\0B<Nnet3> <ComponentName> tdnn1.affine <MaxChange> \4?? <LinearParams> CM2 ")
    assert len(content) == len(plain.read_bytes()) - 6 * 4 + 2 * matrix.size + len("CM2 ") - len("FM ") + 6
    write_weights(read, first, second)
    assert np.abs(read_weights(second)[MATRIX] - matrix).max() <= 2 * half + 1e-6 * np.abs(matrix).max()


def test_an_array_of_another_shape_is_refused(plain: Path) -> None:
    with pytest.raises(ValueError, match=r"tdnn1.affine LinearParams is \(2, 3\) there, not \(3, 2\)"):
        write_weights({MATRIX: np.zeros((3, 2), np.float32)}, plain, plain.with_name("other"))


def test_a_file_without_weights_is_refused(tmp_path: Path) -> None:
    (tmp_path / "final.mdl").write_bytes(b"no model")
    with pytest.raises(ValueError, match="has no weights"):
        read_weights(tmp_path / "final.mdl")
