"""The second module as a PyMC model: the density of `density` over one vector of standard normals."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any, cast

# Set before PyTensor is first imported: without a C++ compiler flag it complains of BLAS on stderr, and the
# numba backend that samples here needs none. The draws are the same.
os.environ.setdefault("PYTENSOR_FLAGS", "cxx=")

import pymc as pm
import pytensor.tensor as pt

from forecast.model.affine import Blocks
from forecast.model.data import ModelData
from forecast.model.density import log_likelihood, parameters

#: Name of the model's one data vector.
NUMBERS = "numbers"


def build(data: ModelData, theta: Blocks) -> pm.Model:
    """The model. Its numbers are one `pm.Data` vector, so that another panel needs no new compilation.

    One vector rather than an array each: every shared array costs the compiler half a second. The one
    random variable is ``z``, standard normal; what it means is `density.parameters`. Potentials are the
    tempered log likelihoods, one per part of the evidence.
    """
    with pm.Model() as model:
        packed = data.packed()
        held = _unpacked(pm.Data(NUMBERS, packed, shape=packed.shape), data)
        z = pm.Normal("z", 0.0, 1.0, shape=data.matrix.shape[1])
        values = parameters(z, held, theta, PyTensorFunctions)
        for part, value in log_likelihood(values, held, PyTensorFunctions).items():
            pm.Potential(part, value)
    return model


def _unpacked(flat: Any, data: ModelData) -> ModelData:
    """The symbolic counterpart of ``data``: stretches of ``flat`` in the shapes of its arrays."""
    parts, start = {}, 0
    for name, array in data.numbers().items():
        parts[name] = flat[start : start + array.size].reshape(array.shape)
        start += array.size
    return cast(ModelData, SimpleNamespace(**parts, pair_left=data.pair_left, pair_right=data.pair_right))


class PyTensorFunctions:
    """What the density needs of an array library, from PyTensor; see `density.NumpyFunctions`."""

    exp, log, sqrt, dot = pt.exp, pt.log, pt.sqrt, pt.dot
    maximum, minimum, where = pt.maximum, pt.minimum, pt.where

    @staticmethod
    def split(vector: Any, sizes: tuple[int, ...]) -> Any:
        """Consecutive pieces of these lengths."""
        return pt.split(vector, list(sizes), n_splits=len(sizes), axis=-1)

    @staticmethod
    def split_columns(table: Any) -> Any:
        """The five columns, one to a transition."""
        return pt.split(table, [1] * 5, n_splits=5, axis=1)
