"""Checks of what drivers do to one another: pairs that can be pairs, and a system that comes to rest."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

from forecast.errors import Problem
from forecast.inputs.draft import Document, Draft
from forecast.inputs.loops import Loop, Strengths, components, strongest_loop
from forecast.inputs.plain_words import choices
from forecast.inputs.records import Drivers
from forecast.inputs.small_matrices import Matrix, is_stable, least_eigenvalue

#: Correlations whose least eigenvalue is below this leave a direction in which nothing can move.
LEAST_EIGENVALUE = 1e-6
#: Units tried from 0 to the one that is unstable, before the step between two of them is halved.
UNITS_TRIED = 20


def check_cross_impacts(draft: Draft) -> Iterator[Problem]:
    """Each pair once and of two drivers; a stable system; correlations that can hold together."""
    if (pair := draft.one(Drivers)) is None:
        return
    doc, drivers = pair
    impacts = [(impact.from_, impact.to) for impact in drivers.cross_impacts]
    alone = "acts on itself here; how it returns by itself is its half_life_years"
    yield from _check_pairs(doc, "cross_impacts", impacts, twice="'{0}' on '{1}'", alone=alone)
    correlated = [(min(one.drivers), max(one.drivers)) for one in drivers.correlations]
    alone = "stands here with itself; write two drivers"
    yield from _check_pairs(doc, "correlations", correlated, twice="'{0}' with '{1}'", alone=alone)
    yield from _check_stability(doc, drivers)
    yield from _check_correlations(doc, drivers)


def _check_pairs(
    doc: Document, at: str, pairs: list[tuple[str, str]], *, twice: str, alone: str
) -> Iterator[Problem]:
    first: dict[tuple[str, str], int] = {}
    for index, (a, b) in enumerate(pairs):
        if a == b:
            yield doc.problem(f"{at}[{index}]", f"'{a}' {alone}")
        elif (a, b) in first:
            lines = [doc.line(f"{at}[{i}]") for i in (first[a, b], index)]
            message = f"{twice.format(a, b)} is given twice, on lines {lines[0]} and {lines[1]}; keep one"
            yield doc.problem(f"{at}[{index}]", message)
        first.setdefault((a, b), index)


def _check_stability(doc: Document, drivers: Drivers) -> Iterator[Problem]:
    """dx_i = theta_i (m_i + sum_j u s_ij dev_j - x_i) dt comes to rest: Theta (u S - I) is stable.

    Judged where the unit u is as high as the file says it may be, and the half-lives are at their medians.
    Drivers in no loop are stable whatever the unit, as a triangular matrix is that has -theta_i on its
    diagonal; so each set of drivers that drive one another is judged alone.
    """
    strengths = {
        (one.from_, one.to): one.strength
        for one in drivers.cross_impacts
        if one.from_ != one.to and {one.from_, one.to} <= drivers.drivers.keys()
    }
    unit = drivers.cross_impact_unit
    highest = unit.values[-1]
    for members in components(strengths):
        half_lives = {name: drivers.drivers[name].half_life_years.p50 for name in members}

        def stable(u: float, half_lives: Mapping[str, float] = half_lives) -> bool:
            return is_stable(_drift(strengths, half_lives, u))

        if not stable(highest):
            level = round(100 * unit.levels[-1])
            message = (
                f"{choices(members)} would drive one another ever further: unstable above "
                f"{_floor(_limit(stable, highest))} a point, and cross_impact_unit goes to p{level:02d} = "
                f"{highest:g}. The strongest loop is {_described(strongest_loop(strengths, members))}; "
                "lower a strength in it, or cross_impact_unit"
            )
            yield doc.problem("cross_impacts", message)


def _drift(strengths: Strengths, half_lives: Mapping[str, float], unit: float) -> Matrix:
    """Theta (u S - I), row = the driver pulled, column = the one that pulls."""
    return [
        [
            math.log(2) / half_lives[to] * (unit * strengths.get((source, to), 0.0) - (source == to))
            for source in half_lives
        ]
        for to in half_lives
    ]


def _limit(stable: Callable[[float], bool], unstable: float) -> float:
    """The unit up to which the system is stable: 0 is, ``unstable`` is not."""
    tried = [unstable * i / UNITS_TRIED for i in range(UNITS_TRIED + 1)]
    high = next(u for u in tried[1:] if u == unstable or not stable(u))
    low = tried[tried.index(high) - 1]
    while high - low > 1e-3 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if stable(middle) else (low, middle)
    return low


def _floor(x: float) -> str:
    """Two digits, downward, so that the number shown is itself below the limit."""
    step = 10.0 ** (math.floor(math.log10(x)) - 1)
    return f"{math.floor(x / step + 1e-9) * step:.2g}"


def _described(loop: Loop) -> str:
    factors = " x ".join(f"{s:g}" for s in loop.strengths)
    return f"{loop} (strengths {factors} = {loop.product:g})"


def _check_correlations(doc: Document, drivers: Drivers) -> Iterator[Problem]:
    names = list(dict.fromkeys(name for one in drivers.correlations for name in one.drivers))
    if not names:
        return
    index = {name: i for i, name in enumerate(names)}
    matrix = [[float(i == j) for j in range(len(names))] for i in range(len(names))]
    for one in drivers.correlations:
        a, b = (index[name] for name in one.drivers)
        if a != b:
            matrix[a][b] = matrix[b][a] = one.correlation
    least, vector = least_eigenvalue(matrix)
    if least < LEAST_EIGENVALUE:
        largest = max(map(abs, vector))
        involved = [name for name, x in zip(names, vector, strict=True) if abs(x) > 0.1 * largest]
        message = (
            f"cannot hold together among {choices(involved)}: the matrix of correlations is not positive "
            f"definite (least eigenvalue {least:.2g}); bring them nearer to 0"
        )
        yield doc.problem("correlations", message)
