"""What experts said of seeds and targets: the input of the Classical Model.

A *seed* (calibration variable) is an item whose realisation is known to the analyst; a *target* is one whose
realisation is not. Source: Cooke (1991), Experts in Uncertainty, ch. 12.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from forecast.calendar import Floats
from forecast.errors import UsageError

UNIFORM, LOG = "uniform", "log"
SCALES = (UNIFORM, LOG)
#: Faults that one message spells out before it counts the rest.
SHOWN = 8

Mask = NDArray[np.bool_]


class ClassicalError(UsageError):
    """Assessments or settings that the Classical Model cannot score, and how to mend them."""


@dataclass(frozen=True, eq=False)
class Assessments:
    """Quantiles of E experts for I items at the same Q levels, and what came true.

    Parameters
    ----------
    experts, items
        Ids, each once.
    levels
        Probabilities of the quantiles, increasing, strictly between 0 and 1; the same throughout.
    values
        (E, I, Q), in each item's unit; NaN in all Q where an expert did not answer. Strictly increasing.
    realisations
        (I,), NaN for a target.
    scales
        (I,) of ``uniform`` or ``log``: the background measure. Values of a log item must be positive.
    limits
        (I, 2), lower and upper limits that the item cannot pass, NaN where there are none (the default); see
        ``ranges``.

    Raises
    ------
    ClassicalError
        Naming every expert and item at fault (the first eight in full).

    Examples
    --------
    >>> answer = np.array([[[1., 2., 4.]]])
    >>> said = Assessments(("a",), ("x",), (.05, .5, .95), answer, np.array([3.]), ("log",))
    >>> said.seeds, said.targets
    (('x',), ())
    """

    experts: tuple[str, ...]
    items: tuple[str, ...]
    levels: tuple[float, ...]
    values: Floats
    realisations: Floats
    scales: tuple[str, ...]
    limits: Floats = field(default_factory=lambda: np.empty((0, 2)))

    def __post_init__(self) -> None:
        if len(self.limits) == 0:
            object.__setattr__(self, "limits", np.full((len(self.items), 2), np.nan))
        for name in ("values", "realisations", "limits"):
            object.__setattr__(self, name, np.array(getattr(self, name), dtype=float))
        object.__setattr__(self, "levels", tuple(float(p) for p in self.levels))
        faults = list(_shape_faults(self)) or list(_faults(self))
        if faults:
            more = [f"and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
            raise ClassicalError("\n".join(faults[:SHOWN] + more))

    @classmethod
    def of_answers(
        cls,
        answers: Mapping[str, Mapping[str, Mapping[float, float]]],
        *,
        realisations: Mapping[str, float],
        scales: Mapping[str, str] | None = None,
        limits: Mapping[str, tuple[float, float]] | None = None,
    ) -> Assessments:
        """From {expert: {item: {level: value}}}; items without a realisation are targets.

        Raises
        ------
        ClassicalError
            Also where two answers state different levels.

        >>> said = Assessments.of_answers({"a": {"x": {.5: 2., .05: 1., .95: 4.}}}, realisations={"x": 3.})
        >>> said.levels, said.values.tolist()
        ((0.05, 0.5, 0.95), [[[1.0, 2.0, 4.0]]])
        """
        experts = tuple(answers)
        items = tuple(dict.fromkeys(item for said in answers.values() for item in said))
        levels = _common_levels(answers)
        values = np.full((len(experts), len(items), len(levels)), np.nan)
        for e, expert in enumerate(experts):
            for item, stated in answers[expert].items():
                values[e, items.index(item)] = [stated[p] for p in levels]
        ends = np.array([(limits or {}).get(item, (np.nan, np.nan)) for item in items], dtype=float)
        return cls(
            experts,
            items,
            levels,
            values,
            np.array([realisations.get(item, np.nan) for item in items], dtype=float),
            tuple((scales or {}).get(item, UNIFORM) for item in items),
            ends.reshape(len(items), 2),
        )

    @property
    def answered(self) -> Mask:
        """(E, I): who answered what."""
        answered: Mask = ~np.isnan(self.values[..., 0])
        return answered

    @property
    def is_seed(self) -> Mask:
        """(I,): which items have a realisation."""
        known: Mask = ~np.isnan(self.realisations)
        return known

    @property
    def seeds(self) -> tuple[str, ...]:
        """Items with a realisation."""
        return tuple(item for item, seed in zip(self.items, self.is_seed, strict=True) if seed)

    @property
    def targets(self) -> tuple[str, ...]:
        """Items without."""
        return tuple(item for item, seed in zip(self.items, self.is_seed, strict=True) if not seed)

    def without_experts(self, out: Sequence[str]) -> Assessments:
        """The same study had these experts not taken part; items that nobody else answered go with them."""
        keep = [e for e, expert in enumerate(self.experts) if expert not in out]
        said = [i for i in range(len(self.items)) if self.answered[keep, i].any()]
        return self._of(keep, said)

    def without_items(self, out: Sequence[str]) -> Assessments:
        """The same study had these items not been asked."""
        return self._of(
            list(range(len(self.experts))), [i for i, item in enumerate(self.items) if item not in out]
        )

    def _of(self, experts: list[int], items: list[int]) -> Assessments:
        return replace(
            self,
            experts=tuple(self.experts[e] for e in experts),
            items=tuple(self.items[i] for i in items),
            values=self.values[np.ix_(experts, items)],
            realisations=self.realisations[items],
            scales=tuple(self.scales[i] for i in items),
            limits=self.limits[items],
        )


def _common_levels(answers: Mapping[str, Mapping[str, Mapping[float, float]]]) -> tuple[float, ...]:
    """The levels that every answer states."""
    first: tuple[tuple[float, ...], str] | None = None
    for expert, said in answers.items():
        for item, stated in said.items():
            levels = tuple(sorted(stated))
            if first is None:
                first = levels, f"{expert}, {item}"
            elif levels != first[0]:
                raise ClassicalError(
                    f"{expert}, {item} states {named(levels)}, but {first[1]} states {named(first[0])}; "
                    "performance is scored on the same quantiles throughout: ask everybody for the same ones"
                )
    return first[0] if first else ()


def named(levels: Sequence[float]) -> str:
    """Levels as quantiles: ``p05, p50, p95``."""
    return ", ".join(f"p{100 * p:02.4g}" for p in levels) or "none"


def _shape_faults(said: Assessments) -> Iterator[str]:
    """Faults after which nothing else can be looked at."""
    for what, ids in (("expert", said.experts), ("item", said.items)):
        if not ids:
            yield f"there is no {what}; the Classical Model weighs answers of at least one {what}"
        for name in dict.fromkeys(i for i in ids if list(ids).count(i) > 1):
            yield f"{what} {name} stands twice; ids must differ"
    levels = said.levels
    rising = all(a < b for a, b in pairwise(levels))
    if not levels or not rising or not all(0 < p < 1 for p in levels):
        yield (
            f"levels must increase strictly between 0 and 1 (found {list(levels)}); "
            "for instance 0.05, 0.5, 0.95"
        )
    count, shape = len(said.items), (len(said.experts), len(said.items), len(levels))
    if said.values.shape != shape:
        yield f"values have shape {said.values.shape}; experts x items x levels are {shape}"
    for name, found, right in (
        ("realisations", said.realisations.shape, (count,)),
        ("scales", (len(said.scales),), (count,)),
        ("limits", said.limits.shape, (count, 2)),
    ):
        if found != right:
            yield f"{name} have shape {found}; there are {count} items, so {right}"


def _faults(said: Assessments) -> Iterator[str]:
    """What is wrong with which item and answer."""
    for i, item in enumerate(said.items):
        realised = said.realisations[i]
        if said.scales[i] not in SCALES:
            yield f"item {item}: scale '{said.scales[i]}' is neither uniform nor log"
        if math.isinf(realised):
            yield f"item {item}: the realisation is infinite; leave it out if it is unknown"
        if said.scales[i] == LOG and realised <= 0:
            yield (
                f"item {item}: the realisation {realised:g} is not positive, but the item is on a log scale; "
                "use the uniform scale or change the unit"
            )
    for i in np.flatnonzero(~said.answered.any(axis=0)).tolist():
        yield f"item {said.items[i]}: nobody answered it; leave it out"
    for e, i in np.argwhere(_suspect(said)).tolist():
        yield f"{said.experts[e]}, item {said.items[i]}: {_answer_fault(said.values[e, i], said.levels)}"
    yield from _beyond_limits(said)


def _suspect(said: Assessments) -> Mask:
    """(E, I): answers that are incomplete, not finite, not increasing, or not positive on a log scale."""
    silent = np.isnan(said.values).all(axis=2)
    is_log = np.array([scale == LOG for scale in said.scales])
    # Comparisons with NaN are false: what is incomplete is suspect here, and what is silent is let off.
    rising = (said.values[..., 1:] > said.values[..., :-1]).all(axis=2)
    whole = np.isfinite(said.values).all(axis=2)
    suspect: Mask = ~silent & ~(whole & rising & ~(is_log & (said.values[..., 0] <= 0)))
    return suspect


def _answer_fault(values: Floats, levels: tuple[float, ...]) -> str:
    found = ", ".join(f"p{100 * p:02.4g} {v:g}" for p, v in zip(levels, values, strict=True))
    steps = np.diff(values)
    if np.isnan(values).any():
        return f"quantiles are missing (found {found}); state all of them, or none if it was not answered"
    if not np.isfinite(values).all():
        return f"quantiles must be finite (found {found})"
    if (steps <= 0).any():
        relation = "decrease" if (steps < 0).any() else "are equal"
        return f"quantiles must increase, but some {relation} (found {found}); ask again, or spread them"
    return f"a log scale needs positive values (found {found}); use the uniform scale or change the unit"


def _beyond_limits(said: Assessments) -> Iterator[str]:
    low, high = said.limits.T
    for e, i, q in np.argwhere((said.values < low[:, None]) | (said.values > high[:, None])).tolist():
        yield _beyond(said, i, f"an answer of {said.experts[e]}", float(said.values[e, i, q]))
    for i in np.flatnonzero((said.realisations < low) | (said.realisations > high)).tolist():
        yield _beyond(said, i, "the realisation", float(said.realisations[i]))


def _beyond(said: Assessments, i: int, what: str, value: float) -> str:
    low, high = said.limits[i]
    end = f"below its lower limit {low:g}" if value < low else f"above its upper limit {high:g}"
    return f"item {said.items[i]}: {what} ({value:g}) lies {end}; move one of the two"
