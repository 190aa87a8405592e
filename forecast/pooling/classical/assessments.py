"""What experts said of seeds and targets: the input of the Classical Model.

A *seed* (calibration variable) is an item whose realisation is known to the analyst; a *target* is one whose
realisation is not. Source: Cooke (1991), Experts in Uncertainty, ch. 12.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

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
        Probabilities of the quantiles, increasing, strictly between 0 and 1; the same for every expert and item.
    values
        (E, I, Q), in each item's unit; NaN in all Q where an expert did not answer. Strictly increasing.
    realisations
        (I,), NaN for a target.
    scales
        (I,) of ``uniform`` or ``log``: the background measure. Values of a log item must be positive.
    lower, upper
        (I,), limits that the item cannot pass, NaN where there are none (the default); see ``ranges``.

    Raises
    ------
    ClassicalError
        Naming every expert and item at fault (the first eight in full).

    Examples
    --------
    >>> said = Assessments(("a",), ("x",), (.05, .5, .95), np.array([[[1., 2., 4.]]]), np.array([3.]), ("log",))
    >>> said.seeds, said.targets
    (('x',), ())
    """

    experts: tuple[str, ...]
    items: tuple[str, ...]
    levels: tuple[float, ...]
    values: Floats
    realisations: Floats
    scales: tuple[str, ...]
    lower: Floats | None = None
    upper: Floats | None = None

    def __post_init__(self) -> None:
        nothing = np.full(len(self.items), np.nan)
        for name in ("lower", "upper"):
            given = getattr(self, name)
            object.__setattr__(self, name, nothing if given is None else np.array(given, dtype=float))
        for name in ("values", "realisations"):
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
        ends = ends.reshape(len(items), 2)
        return cls(
            experts,
            items,
            levels,
            values,
            np.array([realisations.get(item, np.nan) for item in items], dtype=float),
            tuple((scales or {}).get(item, UNIFORM) for item in items),
            ends[:, 0],
            ends[:, 1],
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
        assert self.lower is not None and self.upper is not None
        return replace(
            self,
            experts=tuple(self.experts[e] for e in experts),
            items=tuple(self.items[i] for i in items),
            values=self.values[np.ix_(experts, items)],
            realisations=self.realisations[items],
            scales=tuple(self.scales[i] for i in items),
            lower=self.lower[items],
            upper=self.upper[items],
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
                    f"{expert}, {item} states {_named(levels)}, but {first[1]} states {_named(first[0])}; "
                    "performance is scored on the same quantiles throughout: ask everybody for the same ones"
                )
    return first[0] if first else ()


def _named(levels: Sequence[float]) -> str:
    return ", ".join(f"p{100 * p:02.4g}" for p in levels) or "none"


def _shape_faults(said: Assessments) -> Iterator[str]:
    """Faults after which nothing else can be looked at."""
    for what, ids in (("expert", said.experts), ("item", said.items)):
        if not ids:
            yield f"there is no {what}; the Classical Model weighs answers of at least one {what}"
        for name in dict.fromkeys(i for i in ids if list(ids).count(i) > 1):
            yield f"{what} {name} stands twice; ids must differ"
    levels = said.levels
    rising = all(a < b for a, b in zip(levels, levels[1:], strict=False))
    if not levels or not rising or not all(0 < p < 1 for p in levels):
        yield (
            f"levels must increase strictly between 0 and 1 (found {list(levels)}); for instance 0.05, 0.5, 0.95"
        )
    assert said.lower is not None and said.upper is not None
    count, shape = len(said.items), (len(said.experts), len(said.items), len(levels))
    if said.values.shape != shape:
        yield f"values have shape {said.values.shape}; experts x items x levels are {shape}"
    for name, found in (
        ("realisations", said.realisations.shape),
        ("scales", (len(said.scales),)),
        ("lower", said.lower.shape),
        ("upper", said.upper.shape),
    ):
        if found != (count,):
            yield f"{name} have shape {found}; there are {count} items, so ({count},)"


def _faults(said: Assessments) -> Iterator[str]:
    """What is wrong with which answer."""
    assert said.lower is not None and said.upper is not None
    for i, item in enumerate(said.items):
        if said.scales[i] not in SCALES:
            yield f"item {item}: scale '{said.scales[i]}' is neither uniform nor log"
        if math.isinf(said.realisations[i]):
            yield f"item {item}: the realisation is infinite; leave it out if it is unknown"
        if said.scales[i] == LOG and said.realisations[i] <= 0:
            yield (
                f"item {item}: the realisation {said.realisations[i]:g} is not positive, but the item is on a log "
                "scale; use the uniform scale or change the unit"
            )
        yield from _outside(said, i, "the realisation", said.realisations[i : i + 1])
        if not said.answered[:, i].any():
            yield f"item {item}: nobody answered it; leave it out"
        for e, expert in enumerate(said.experts):
            fault = _answer_fault(said.values[e, i], said.levels, said.scales[i])
            if fault:
                yield f"{expert}, item {item}: {fault}"
            else:
                yield from _outside(said, i, f"an answer of {expert}", said.values[e, i])


def _outside(said: Assessments, i: int, what: str, values: Floats) -> Iterator[str]:
    """Values beyond an item's limits."""
    assert said.lower is not None and said.upper is not None
    low, high = said.lower[i], said.upper[i]
    # What is NaN compares as false: an unanswered item, an unknown realisation, a limit that is not set.
    for value in values[(values < low) | (values > high)]:
        limits = f"between {low:g} and {high:g}" if low == low and high == high else "within its limit"
        yield f"item {said.items[i]}: {what} ({value:g}) does not lie {limits}; move one of the two"


def _answer_fault(values: Floats, levels: tuple[float, ...], scale: str) -> str | None:
    missing = np.isnan(values)
    if missing.all():
        return None
    found = ", ".join(f"p{100 * p:02.4g} {v:g}" for p, v in zip(levels, values, strict=True))
    if missing.any():
        return (
            f"some quantiles are missing (found {found}); state all of them, or none if it was not answered"
        )
    if not np.isfinite(values).all():
        return f"quantiles must be finite (found {found})"
    if (np.diff(values) <= 0).any():
        relation = (
            "are equal" if (np.diff(values) == 0).any() and (np.diff(values) >= 0).all() else "decrease"
        )
        return f"quantiles must increase, but some {relation} (found {found}); ask again, or spread them"
    if scale == LOG and values[0] <= 0:
        return f"a log scale needs positive values (found {found}); use the uniform scale or change the unit"
    return None
