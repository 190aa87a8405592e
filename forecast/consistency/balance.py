"""Cross-impact balances: which combinations of qualitative developments support themselves.

Descriptor i takes one of its variants. ``impacts[ik, jl]`` is the judgment of how far variant k of descriptor
i promotes (> 0) or hinders (< 0) variant l of descriptor j, usually in points from -3 to 3. For a combination
that takes variant s_i of each descriptor i

    balance          theta_jl = sum_{i != j} impacts[i s_i, j l]
    inconsistency    max_l theta_jl - theta_{j s_j}   >= 0
    consistent       every inconsistency is 0

Conventions, those of the ScenarioWizard: a chosen variant that ties with others for the highest score is
consistent; the inconsistency of a combination is its largest; no descriptor impacts itself. Adding a constant
to one row of a judgment section (the impacts of one variant on one descriptor) changes no inconsistency, so
that only differences along a row mean anything.

Source: Weimer-Jehle (2006), Technological Forecasting and Social Change 73(4), 334-361; the conventions:
Weimer-Jehle (2013), ScenarioWizard 4.1 manual, ZIRIUS, University of Stuttgart, section 2.3 and glossary.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from forecast.calendar import Floats

#: Scores closer than this are equal: sums of fractional judgments in another order differ in the last digits.
TOLERANCE = 1e-9
#: More combinations than this are not enumerated: 14 descriptors of three variants are just below.
MOST_COMBINATIONS = 5_000_000
#: Combinations looked at in one go, so that memory stays bounded.
BLOCK = 60_000

#: One variant of each descriptor, by its place among the descriptor's variants.
Combination = tuple[int, ...]


@dataclass(frozen=True)
class Descriptor:
    """Something that can develop in several ways, of which it takes one."""

    name: str
    variants: tuple[str, ...]


@dataclass(frozen=True)
class CrossImpacts:
    """D descriptors with V variants in all, and ``impacts`` (V, V): of the row's variant on the column's.

    Raises
    ------
    ValueError
        Two descriptors, or two variants of one, have one name; a descriptor has no variant; ``impacts`` is
        not (V, V), not finite, or not zero where a descriptor would impact itself.
    """

    descriptors: tuple[Descriptor, ...]
    impacts: Floats

    def __post_init__(self) -> None:
        for what, names in [
            ("descriptors", self.names),
            *((f"variants of '{d.name}'", d.variants) for d in self.descriptors),
        ]:
            if not names or len(set(names)) < len(names):
                raise ValueError(f"{what} need different names, and at least one (found {', '.join(names)})")
        size = self.columns(len(self.descriptors) - 1).stop
        if self.impacts.shape != (size, size):
            raise ValueError(f"impacts must be {(size, size)}, a row a variant (found {self.impacts.shape})")
        if not np.isfinite(self.impacts).all():
            raise ValueError("impacts must be finite; write 0 where no impact is judged")
        for at, one in enumerate(self.descriptors):
            if self.impacts[self.columns(at), self.columns(at)].any():
                raise ValueError(f"'{one.name}' impacts itself; leave its own section 0")

    @property
    def names(self) -> tuple[str, ...]:
        """The descriptors' names, in order."""
        return tuple(d.name for d in self.descriptors)

    def columns(self, descriptor: int) -> slice:
        """Where a descriptor's variants stand among all V."""
        start = sum(len(d.variants) for d in self.descriptors[:descriptor])
        return slice(start, start + len(self.descriptors[descriptor].variants))

    def section(self, of: int, on: int) -> Floats:
        """The judgment section of one descriptor on another; (variants of it, variants of the other)."""
        return self.impacts[self.columns(of), self.columns(on)]

    def place(self, name: str, variant: str | None = None) -> tuple[int, int]:
        """A descriptor's place and, of its variants, this one's; ValueError for a name there is not."""
        if name not in self.names:
            raise ValueError(f"there is no descriptor '{name}' (found {', '.join(self.names)})")
        at = self.names.index(name)
        found = self.descriptors[at].variants
        if variant is not None and variant not in found:
            raise ValueError(f"'{name}' has no variant '{variant}' (found {', '.join(found)})")
        return at, found.index(variant) if variant is not None else 0

    def combination(self, variants: Mapping[str, str]) -> Combination:
        """The combination that takes these variants; ValueError unless each descriptor has one of its own."""
        places = dict(self.place(name, variant) for name, variant in variants.items())
        if missing := [name for at, name in enumerate(self.names) if at not in places]:
            raise ValueError(f"no variant is given for '{missing[0]}'")
        return tuple(places[at] for at in range(len(self.names)))

    def named(self, combination: Combination) -> dict[str, str]:
        """The variant that each descriptor takes, by their names."""
        return {d.name: d.variants[k] for d, k in zip(self.descriptors, combination, strict=True)}


def cross_impacts(
    descriptors: Sequence[Descriptor], sections: Mapping[tuple[str, str], ArrayLike]
) -> CrossImpacts:
    """The matrix made of judgment sections, keyed (of, on); a section that is not there is 0.

    Raises
    ------
    ValueError
        A section names no descriptor, or has other than a row for each variant of the one and a column for
        each of the other; and whatever `CrossImpacts` refuses.
    """
    size = sum(len(d.variants) for d in descriptors)
    empty = CrossImpacts(tuple(descriptors), np.zeros((size, size)))
    impacts = np.zeros((size, size))
    for (of, on), stated in sections.items():
        rows, columns = (empty.columns(empty.place(name)[0]) for name in (of, on))
        values = np.asarray(stated, dtype=np.float64)
        if values.shape != impacts[rows, columns].shape:
            wanted = impacts[rows, columns].shape
            raise ValueError(f"the section of '{of}' on '{on}' must be {wanted} (found {values.shape})")
        impacts[rows, columns] = values
    return CrossImpacts(tuple(descriptors), impacts)


def balance(matrix: CrossImpacts, combination: Combination) -> tuple[Floats, ...]:
    """The impact balance of each descriptor: the score of each of its variants, given all the others.

    >>> calm = Descriptor("trade", ("falls", "grows")), Descriptor("mood", ("bad", "good"))
    >>> matrix = cross_impacts(calm, {("trade", "mood"): [[2, -2], [-1, 1]]})
    >>> [scores.tolist() for scores in balance(matrix, (1, 0))]
    [[0.0, 0.0], [-1.0, 1.0]]
    """
    rows = [matrix.columns(i).start + k for i, k in enumerate(combination)]
    scores = matrix.impacts[rows].sum(axis=0)
    return tuple(scores[matrix.columns(j)] for j in range(len(matrix.descriptors)))


def inconsistencies(matrix: CrossImpacts, combination: Combination) -> Floats:
    """By how much each descriptor's best variant outscores the chosen one; (D,), never negative."""
    scores = balance(matrix, combination)
    return np.array([one.max() - one[k] for one, k in zip(scores, combination, strict=True)])


def is_consistent(matrix: CrossImpacts, combination: Combination) -> bool:
    """Whether no descriptor has a variant that the others promote more than the chosen one."""
    return bool((inconsistencies(matrix, combination) <= TOLERANCE).all())


def consistent(
    matrix: CrossImpacts, *, fixed: Mapping[str, str] | None = None, most: int = MOST_COMBINATIONS
) -> tuple[Combination, ...]:
    """Every consistent combination, in order of the variants' places.

    ``fixed``: only combinations that take these variants, which must be consistent too.

    Raises
    ------
    ValueError
        There are more than ``most`` combinations, or ``fixed`` names what is not there.
    """
    free = [range(len(d.variants)) for d in matrix.descriptors]
    for name, variant in (fixed or {}).items():
        at, k = matrix.place(name, variant)
        free[at] = range(k, k + 1)
    count = math.prod(map(len, free))
    if count > most:
        raise ValueError(
            f"{count:,} combinations are more than {most:,}: fix the variants of some descriptors, "
            "merge variants, or follow succession from chosen starts"
        )
    return tuple(found for block in _blocks(free) for found in _survivors(matrix, *block))


def _blocks(free: Sequence[range]) -> Iterator[tuple[Combination, np.ndarray]]:
    """All combinations as one of the first descriptors and all of the others, at most BLOCK at a time."""
    cut = next(c for c in range(len(free) + 1) if math.prod(map(len, free[c:])) <= BLOCK)
    rest = np.array(list(product(*free[cut:])), dtype=np.intp)
    for head in product(*free[:cut]):
        yield head, rest


def _survivors(matrix: CrossImpacts, head: Combination, rest: np.ndarray) -> Iterator[Combination]:
    """The consistent ones; each descriptor is scored only where the ones before it are consistent."""
    chosen = np.hstack([np.tile(np.array(head, dtype=np.intp), (len(rest), 1)), rest])
    for j in range(len(matrix.descriptors)):
        scores = sum(matrix.section(i, j)[chosen[:, i]] for i in range(chosen.shape[1]))
        own = np.take_along_axis(np.asarray(scores), chosen[:, [j]], axis=1)[:, 0]
        chosen = chosen[np.max(scores, axis=1) - own <= TOLERANCE]
    yield from (tuple(row) for row in chosen.tolist())
