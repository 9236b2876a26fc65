"""The acoustic network of hi-small in PyTorch: a factored time-delay network, its weights from a `final.mdl`.

Povey et al., "Semi-orthogonal low-rank matrix factorization for deep neural networks" (2018). Batch
normalisation keeps the statistics it was trained with, so that the network is the same in training and use.
Its layers pass through memory as rarely as they can: a processor waits for it more than it multiplies.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from models.training.kaldi import Weights

STRIDES = (1, 1, 1, 0, 3, 3, 3, 3, 3, 3)
"""How far each layer looks to both sides, in frames of 10 ms."""
CONTEXT = 1 + sum(STRIDES)
"""Frames needed before and after the first and the last one, of 10 ms."""
THIRD = 3
COARSE = STRIDES.index(0)
"""From this layer on only every third frame is needed."""
BYPASS = 0.66
HIDDEN = 256
"""How wide the layer is that is only there for training."""
EPSILON = 1e-3
"""Kaldi's: added to a variance."""


class _Affine(nn.Module):
    """A matrix, and a bias where Kaldi has one."""

    def __init__(self, weights: Weights, component: str) -> None:
        super().__init__()
        self.component = component
        self.field = "Params" if (component, "Params") in weights else "LinearParams"
        self.weight = nn.Parameter(torch.tensor(weights[component, self.field]))
        bias = weights.get((component, "BiasParams"))
        self.bias = None if bias is None else nn.Parameter(torch.tensor(bias))

    def forward(self, x: Tensor) -> Tensor:
        bias = None if self.bias is None else self.bias.to(x.dtype)
        return nn.functional.linear(x, self.weight.to(x.dtype), bias)


class _Normal(nn.Module):
    """Batch normalisation with fixed statistics: x times `scale`, plus `shift`."""

    scale: Tensor
    shift: Tensor

    def __init__(self, weights: Weights, component: str) -> None:
        super().__init__()
        scale = (torch.tensor(weights[component, "StatsVar"]) + EPSILON).rsqrt()
        self.register_buffer("scale", scale)
        self.register_buffer("shift", -torch.tensor(weights[component, "StatsMean"]) * scale)

    def forward(self, x: Tensor) -> Tensor:
        return torch.addcmul(self.shift.to(x.dtype), x, self.scale.to(x.dtype))


class _Rectified(nn.Module):
    """A matrix with bias, what is below 0 cut off, and batch normalisation."""

    def __init__(self, weights: Weights, affine: str, normal: str) -> None:
        super().__init__()
        self.affine = _Affine(weights, affine)
        self.normal = _Normal(weights, normal)

    def scaled(self, dtype: torch.dtype) -> tuple[Tensor, Tensor, Tensor]:
        """Matrix and bias with the scale in them, which is above 0, and the shift."""
        scale, bias = self.normal.scale, self.affine.bias
        assert bias is not None  # every matrix that is rectified has one
        weight = self.affine.weight * scale[:, None]
        return weight.to(dtype), (bias * scale).to(dtype), self.normal.shift.to(dtype)

    def forward(self, x: Tensor) -> Tensor:
        weight, bias, shift = self.scaled(x.dtype)
        return torch.relu(nn.functional.linear(x, weight, bias)) + shift


class _Spread(torch.autograd.Function):
    """A factored layer over two frames `by` apart, twice, at each `every`th frame; derived by hand."""

    @staticmethod
    def forward(
        ctx: Any, x: Tensor, narrow: Tensor, wide: Tensor, bias: Tensor, shift: Tensor, by: int, every: int
    ) -> Tensor:
        """`narrow`: first the rows for the earlier frame, then those for the later one."""
        rank = len(narrow) // 2
        both = x @ narrow.T
        pair = both[:, :-by, :rank] + both[:, by:, rank:]
        pair = torch.cat([pair[:, :-by:every], pair[:, by::every]], -1)
        above = nn.functional.linear(pair, wide, bias).relu_()
        ctx.save_for_backward(x, narrow, wide, pair, above)
        ctx.steps = by, every
        return torch.add(above, x[:, by:-by:every], alpha=BYPASS).add_(shift)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        x, narrow, wide, pair, above = ctx.saved_tensors
        (gradient,), (by, every), rank = gradients, ctx.steps, len(narrow) // 2
        at_wide = torch.ops.aten.threshold_backward(gradient, above, 0)
        flat = at_wide.flatten(0, 1)
        at_pair = at_wide @ wide
        at_one = at_pair.new_zeros(len(x), x.shape[1] - by, rank)
        at_one[:, :-by:every] = at_pair[..., :rank]
        at_one[:, by::every] += at_pair[..., rank:]
        at_both = at_pair.new_zeros(len(x), x.shape[1], 2 * rank)
        at_both[:, :-by, :rank] = at_one
        at_both[:, by:, rank:] = at_one
        at_x = at_both @ narrow
        at_x[:, by:-by:every].add_(gradient, alpha=BYPASS)
        at_narrow = at_both.flatten(0, 1).T @ x.flatten(0, 1)
        at_bias = flat.sum(0, dtype=torch.float32).to(flat.dtype)
        return at_x, at_narrow, flat.T @ pair.flatten(0, 1), at_bias, None, None, None


class _Factored(nn.Module):
    """One layer: a narrow matrix over two frames, a wide one over two frames, and a way past both."""

    def __init__(self, weights: Weights, number: int) -> None:
        super().__init__()
        name, stride = f"tdnnf{number + 2}", STRIDES[number]
        self.stride = stride if number < COARSE else stride // THIRD
        self.every = THIRD if number + 1 == COARSE else 1
        self.narrow = _Affine(weights, f"{name}.linear")
        self.wide = _Rectified(weights, f"{name}.affine", f"{name}.batchnorm")

    def forward(self, x: Tensor) -> Tensor:
        if not self.stride:
            return self.wide(self.narrow(x)) + BYPASS * x
        earlier, later = self.narrow.weight.split(x.shape[-1], 1)
        narrow = torch.cat([earlier, later]).to(x.dtype)
        spread: Tensor = _Spread.apply(x, narrow, *self.wide.scaled(x.dtype), self.stride, self.every)
        return spread


class Network(nn.Module):
    """Features in; for each 30 ms and each of Kaldi's pdfs a log-likelihood out, save for a constant."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.join = _Affine(weights, "lda").requires_grad_(False)
        self.first = _Rectified(weights, "tdnn1.affine", "tdnn1.batchnorm")
        self.layers = nn.ModuleList(_Factored(weights, number) for number in range(len(STRIDES)))
        self.last = nn.Sequential(
            _Affine(weights, "prefinal-l"),
            _Rectified(weights, "prefinal.affine", "prefinal.batchnorm"),
            _Affine(weights, "prefinal.linear"),
            _Normal(weights, "prefinal.batchnorm2"),
            _Affine(weights, "output.affine"),
        )

    def forward(self, x: Tensor, precision: torch.dtype = torch.float32) -> Tensor:
        """`x`: utterances × frames × coefficients, as `padded` makes them."""
        scores: Tensor = self.last(self.below(x, precision))
        return scores

    @property
    def width(self) -> int:
        """How many numbers stand between the last layers and those below."""
        return len(self.first.affine.weight)

    def below(self, x: Tensor, precision: torch.dtype = torch.float32) -> Tensor:
        """What the last layers make scores of: utterances × steps × `width`."""
        x = self.join(torch.cat([x[:, :-2], x[:, 1:-1], x[:, 2:]], -1)).to(precision)
        x = self.first(x)
        for layer in self.layers:
            x = layer(x)
        return x

    def above(self) -> list[nn.Parameter]:
        """The parameters of the layers that work on every third frame; those below hear the sounds."""
        layers = [*list(self.layers)[COARSE + 1 :], self.last]
        return [parameter for layer in layers for parameter in layer.parameters()]

    def weights(self) -> Weights:
        """The trained weights, for `write_weights`."""
        return dict(self._weights())

    def _weights(self) -> Iterator[tuple[tuple[str, str], npt.NDArray[np.float32]]]:
        for module in self.modules():
            if isinstance(module, _Affine):
                yield (module.component, module.field), module.weight.detach().numpy()
                if module.bias is not None:
                    yield (module.component, "BiasParams"), module.bias.detach().numpy()


class CrossEntropy(nn.Module):
    """A second way out of the network, with last layers of its own, that is only there for training."""

    def __init__(self, width: int, pdfs: int) -> None:
        super().__init__()
        self.last = nn.Sequential(nn.Linear(width, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, pdfs))

    def forward(self, below: Tensor, likely: Tensor) -> Tensor:
        """The cross-entropy of each step, where each pdf is as `likely`."""
        told: Tensor = -(likely * self.last(below).log_softmax(-1)).sum(-1)
        return told


def steps(frames: int) -> int:
    """How many outputs a sound of `frames` features has."""
    return (frames + THIRD - 1) // THIRD


def padded(features: npt.NDArray[np.float32], outputs: int) -> npt.NDArray[np.float32]:
    """Features for `outputs` outputs, first and last frame repeated beyond the ends, as Kaldi does."""
    places = np.arange((outputs - 1) * THIRD + 1 + 2 * CONTEXT) - CONTEXT
    return features[np.clip(places, 0, len(features) - 1)]
