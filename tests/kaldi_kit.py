"""Pieces of a binary `final.mdl`, as Kaldi writes them."""

import struct

import numpy as np


def number(value: int) -> bytes:
    """An int32."""
    return struct.pack("<bi", 4, value)


def array(values: np.ndarray) -> bytes:
    """A matrix or vector of float32, with its size."""
    kind = b"FM " if values.ndim == 2 else b"FV "
    return kind + b"".join(map(number, values.shape)) + values.astype("<f4").tobytes()
