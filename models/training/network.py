"""The acoustic network of hi-small in PyTorch: a factored time-delay network, its weights from a `final.mdl`.

Povey et al., "Semi-orthogonal low-rank matrix factorization for deep neural networks" (2018). Batch
normalisation keeps the statistics it was trained with, so that the network is the same in training and use.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from models.training.kaldi import Weights

STRIDES = (1, 1, 1, 0, 3, 3, 3, 3, 3, 3)
"""How far each layer looks to both sides, in frames of 10 ms; from the first 3 on, every third is kept."""
CONTEXT = 1 + sum(STRIDES)
"""Frames needed before and after the first and the last one, of 10 ms."""
THIRD = 3
FINE = STRIDES.index(THIRD)
BYPASS = 0.66
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
        return nn.functional.linear(x, self.weight, self.bias)


class _Normal(nn.Module):
    """Batch normalisation with fixed statistics."""

    mean: Tensor
    scale: Tensor

    def __init__(self, weights: Weights, component: str) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(weights[component, "StatsMean"]))
        variance = torch.tensor(weights[component, "StatsVar"])
        self.register_buffer("scale", (variance + EPSILON).rsqrt())

    def forward(self, x: Tensor) -> Tensor:
        return (x - self.mean) * self.scale


class _Factored(nn.Module):
    """One layer: a narrow matrix over two frames, a wide one over two frames, and a way past both."""

    def __init__(self, weights: Weights, name: str, stride: int) -> None:
        super().__init__()
        self.stride = stride if stride < THIRD else stride // THIRD
        self.narrow = _Affine(weights, f"{name}.linear")
        self.wide = _Affine(weights, f"{name}.affine")
        self.normal = _Normal(weights, f"{name}.batchnorm")

    def forward(self, x: Tensor) -> Tensor:
        by = self.stride
        if not by:
            return self.normal(torch.relu(self.wide(self.narrow(x)))) + BYPASS * x
        y = self.narrow(torch.cat([x[:, :-by], x[:, by:]], -1))
        y = self.wide(torch.cat([y[:, :-by], y[:, by:]], -1))
        return self.normal(torch.relu(y)) + BYPASS * x[:, by:-by]


class Network(nn.Module):
    """Features in; for each 30 ms and each of Kaldi's pdfs a log-likelihood out, save for a constant."""

    def __init__(self, weights: Weights) -> None:
        super().__init__()
        self.join = _Affine(weights, "lda").requires_grad_(False)
        self.first = _Affine(weights, "tdnn1.affine")
        self.first_normal = _Normal(weights, "tdnn1.batchnorm")
        self.layers = nn.ModuleList(
            _Factored(weights, f"tdnnf{number}", stride) for number, stride in enumerate(STRIDES, 2)
        )
        self.last = nn.Sequential(
            _Affine(weights, "prefinal-l"),
            _Affine(weights, "prefinal.affine"),
            nn.ReLU(),
            _Normal(weights, "prefinal.batchnorm"),
            _Affine(weights, "prefinal.linear"),
            _Normal(weights, "prefinal.batchnorm2"),
            _Affine(weights, "output.affine"),
        )

    def forward(self, x: Tensor) -> Tensor:
        """`x`: utterances × frames × coefficients, as `padded` makes them."""
        x = self.join(torch.cat([x[:, :-2], x[:, 1:-1], x[:, 2:]], -1))
        x = self.first_normal(torch.relu(self.first(x)))
        for number, layer in enumerate(self.layers):
            x = layer(x[:, ::THIRD] if number == FINE else x)
        scores: Tensor = self.last(x)
        return scores

    def above(self) -> list[nn.Parameter]:
        """The parameters of the layers that work on every third frame; those below hear the sounds."""
        layers = [*list(self.layers)[FINE:], self.last]
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


def steps(frames: int) -> int:
    """How many outputs a sound of `frames` features has."""
    return (frames + THIRD - 1) // THIRD


def padded(features: npt.NDArray[np.float32], outputs: int) -> npt.NDArray[np.float32]:
    """Features for `outputs` outputs, first and last frame repeated beyond the ends, as Kaldi does."""
    places = np.arange((outputs - 1) * THIRD + 1 + 2 * CONTEXT) - CONTEXT
    return features[np.clip(places, 0, len(features) - 1)]
