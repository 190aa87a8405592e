"""Weighted kappa against scikit-learn 1.9.1's `cohen_kappa_score`."""

from __future__ import annotations

import numpy as np
import pytest

from forecast.agreement.kappa import Distance, kappa, linear, nominal, quadratic


@pytest.mark.parametrize(
    ("distance", "expected"),
    [(nominal, 0.9315068493150684), (linear, 0.9411764705882353), (quadratic, 0.9541284403669725)],
)
def test_three_categories(distance: Distance, expected: float) -> None:
    """A hundred items in three ordered categories, from scikit-learn's own tests."""
    x = np.repeat([0.0, 1.0, 2.0], [46, 44, 10])
    y = np.repeat([0.0, 1.0, 2.0], [50, 40, 10])
    assert kappa(x, y, distance) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("distance", "expected"),
    [(nominal, 0.20661157024793375), (linear, 0.6142857142857142), (quadratic, 0.8450704225352113)],
)
def test_codes_from_minus_three_to_three(distance: Distance, expected: float) -> None:
    """Twelve items on the scale of codes; `labels=range(-3, 4)` there, some of them unused."""
    x = np.array([3.0, -1, 2, 0, 1, -2, -3, 2, 1, -1, 0, 2])
    y = np.array([2.0, -1, 3, 1, 1, -1, -3, 1, 2, -2, 0, 0])
    assert kappa(x, y, distance) == pytest.approx(expected, abs=1e-12)
