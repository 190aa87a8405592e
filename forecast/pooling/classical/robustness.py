"""How much the decision maker hangs on one expert or one seed: each left out in turn.

The study is done again as if the expert had not taken part, or the seed had not been asked: intrinsic
ranges, the effective number of seeds and an optimised cut-off are found anew. As in Excalibur each is scored,
and its distance to the decision maker of the whole study is the mean over their common items of

    I(f; g) = integral f ln(f / g)      f: without it, g: with it,

both spread evenly between their quantiles within their intrinsic ranges. Source: Cooke (1991), ch. 12; Cooke
and Goossens (2008), sec. 2.6. Anduryl keeps the whole panel's effective number of seeds when it leaves out an
expert; the two differ only where that expert alone answered fewest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats
from forecast.pooling.classical.assessments import Assessments, ClassicalError
from forecast.pooling.classical.model import Score, score_of
from forecast.pooling.classical.ranges import OVERSHOOT, Background
from forecast.pooling.classical.study import choose, study


@dataclass(frozen=True)
class Without:
    """The decision maker without one expert or seed.

    ``alpha`` is the cut-off then used (None where there is none); ``distance_seeds`` and ``distance_all`` are
    mean relative information to the original, in nats. Where nothing can be decided without it, ``why`` says
    so and the rest is None.
    """

    name: str
    score: Score | None = None
    alpha: float | None = None
    distance_seeds: float | None = None
    distance_all: float | None = None
    why: str = ""


@dataclass(frozen=True)
class Robustness:
    """Each expert, and each seed, left out in turn, in the order of the study."""

    experts: tuple[Without, ...]
    seeds: tuple[Without, ...]


@dataclass(frozen=True)
class _Settings:
    rule: str
    alpha: float | None
    overshoot: float
    power: float
    weights: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class _Decided:
    """A decision maker's quantiles (I, Q) on the background scales."""

    items: tuple[str, ...]
    made: Floats
    on: Background
    score: Score
    alpha: float | None


def robustness(
    said: Assessments,
    *,
    rule: str = "global",
    alpha: float | None = None,
    overshoot: float = OVERSHOOT,
    power: float = 1.0,
    weights: Mapping[str, float] | None = None,
) -> Robustness:
    """Leave out each expert and each seed; arguments and errors are those of ``classical``.

    >>> said = Assessments.of_answers(
    ...     {"a": {"x": {.05: 1., .5: 2., .95: 4.}}, "b": {"x": {.05: 2., .5: 3., .95: 6.}}},
    ...     realisations={"x": 3.5})
    >>> found = robustness(said, rule="equal")
    >>> [(w.name, round(w.distance_all, 3)) for w in found.experts]
    [('a', 0.341), ('b', 0.383)]
    >>> found.seeds[0].why
    'there is no item; the Classical Model weighs answers of at least one item'
    """
    settings = _Settings(rule, alpha, overshoot, power, weights or {})
    whole = _decided(said, settings)
    return Robustness(
        tuple(_without(expert, said.without_experts, settings, whole) for expert in said.experts),
        tuple(_without(seed, said.without_items, settings, whole) for seed in said.seeds),
    )


def _decided(said: Assessments, settings: _Settings) -> _Decided:
    weights = {expert: w for expert, w in settings.weights.items() if expert in said.experts}
    of = study(said, rule=settings.rule, overshoot=settings.overshoot, power=settings.power, weights=weights)
    chosen = choose(of, settings.alpha)
    return _Decided(
        said.items,
        chosen.makers.quantiles[chosen.at],
        of.on,
        score_of(chosen.makers, chosen.at, of.on),
        chosen.cut if of.by_performance else None,
    )


def _without(
    name: str, leave: Callable[[Sequence[str]], Assessments], settings: _Settings, whole: _Decided
) -> Without:
    try:
        left = _decided(leave([name]), settings)
    except ClassicalError as error:
        return Without(name, why=str(error))
    place = [whole.items.index(item) for item in left.items]
    told = relative(
        edges(left.made, left.on.lower, left.on.upper),
        edges(whole.made[place], whole.on.lower[place], whole.on.upper[place]),
        left.on.masses,
    )
    known = ~np.isnan(told)
    seeds = known & left.on.is_seed
    return Without(
        name,
        left.score,
        left.alpha,
        float(told[seeds].mean()) if seeds.any() else None,
        float(told[known].mean()) if known.any() else None,
    )


def edges(made: Floats, lower: Floats, upper: Floats) -> Floats:
    """Quantiles (I, Q) between the ends (I,) of their ranges: (I, Q + 2)."""
    return np.concatenate([lower[:, None], made, upper[:, None]], axis=1)


def relative(f: Floats, g: Floats, masses: Floats) -> Floats:
    """Relative information (I,) of f to g, both (I, B + 1) edges of B bins with these masses.

    f must lie within the range of g. NaN where either was not answered.

    >>> even = np.array([[0., 1., 2.]])
    >>> relative(np.array([[0., .5, 2.]]), even, np.array([.5, .5])).round(4).tolist()
    [0.1438]
    """
    low = np.maximum(f[:, :-1, None], g[:, None, :-1])
    high = np.minimum(f[:, 1:, None], g[:, None, 1:])
    f_density, g_density = (masses / np.diff(x, axis=1) for x in (f, g))
    # With NaN no length is above 0; such items are marked as unknown below.
    length = np.where(high > low, high - low, 0.0)
    logs = np.log(f_density)[:, :, None] - np.log(g_density)[:, None, :]
    told = (f_density[:, :, None] * length * np.where(length > 0, logs, 0.0)).sum(axis=(1, 2))
    unknown = np.isnan(f).any(axis=1) | np.isnan(g).any(axis=1)
    found: Floats = np.where(unknown, np.nan, np.maximum(np.where(unknown, 0.0, told), 0.0))
    return found
