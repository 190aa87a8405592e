"""Maximum-entropy distributions that PreliZ (arviz-devs) tests its own `maxent` with."""

from __future__ import annotations

import math

import pytest

from forecast.elicitation.maximum_entropy import maximum_entropy

INF = math.inf

#: preliz/tests/test_maxent.py: family, interval, mass, limits, df and the parameters in our order.
_PRELIZ = [
    ("beta", (0.2, 0.6), 0.9, (0, 1), 3, (6.112, 9.101)),
    ("beta", (-1, 1), 0.8, (-2, 3), 3, (3.883, 5.560)),
    ("gamma", (0, 10), 0.7, (0, INF), 3, (0.868, 0.103)),
    ("lognormal", (1, 4), 0.5, (0, INF), 3, (1.216, 0.859)),
    ("normal", (-1, 1), 0.683, (-INF, INF), 3, (0, 1)),
    ("normal", (10, 12), 0.99, (-INF, INF), 3, (11, 0.388)),
    ("skew_normal", (-2, 10), 0.9, (-INF, INF), 3, (3.999, 3.647, 0)),
    ("student_t", (-1, 1), 0.683, (-INF, INF), 7, (0, 0.928, 7)),
    ("student_t", (-1, 1), 0.683, (-INF, INF), 99.999, (0, 0.994, 99.999)),
]


@pytest.mark.parametrize(("family", "interval", "mass", "limits", "df", "parameters"), _PRELIZ)
def test_preliz(
    family: str,
    interval: tuple[float, float],
    mass: float,
    limits: tuple[float, float],
    df: float,
    parameters: tuple[float, ...],
) -> None:
    """To 0.0011: PreliZ asks 0.001 of its own search, which ends that far from the midpoint of -2 and 10."""
    found = maximum_entropy(family, *interval, mass, lower=limits[0], upper=limits[1], df=df).distribution
    assert tuple(found.parameters.values()) == pytest.approx(parameters, abs=0.0011)  # type: ignore[union-attr]
    low, high = interval
    assert float(found.cdf(high) - found.cdf(low)) == pytest.approx(mass, abs=1e-9)
