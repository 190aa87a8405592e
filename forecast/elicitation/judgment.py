"""What somebody said of one uncertain quantity, however they were asked.

Quantiles, tertiles, quartiles, probabilities of lying below a value and chips on a roulette board are all
the same statement: P(X <= v_i) = p_i, between limits that X cannot pass.

Sources: O'Hagan et al. (2006), Uncertain Judgements, ch. 5; Gore (1987) for the roulette; the conditions on
the probabilities are those of SHELF's ``fitdist`` (Oakley and O'Hagan).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from forecast.errors import UsageError

#: A distribution is fitted only where something is said on both sides of the middle.
BELOW, ABOVE = 0.4, 0.6


class JudgmentError(UsageError):
    """A judgment that no distribution has: what was said, and how to mend it."""


@dataclass(frozen=True)
class Judgment:
    """P(X <= values[i]) = probabilities[i], for X between ``lower`` and ``upper``.

    Parameters
    ----------
    values
        In the units of X, increasing and within the limits.
    probabilities
        Cumulative probabilities in [0, 1], never decreasing; of those strictly between, one is at most .4 and
        one at least .6. Those of 0 and 1 end the piecewise-uniform reading and are no points of a fit.
    lower, upper
        Limits that X cannot pass; infinite where there are none. They are no points of the fit.
    name
        What it is called in messages and tables (a path, or ``expert, item``).

    Raises
    ------
    JudgmentError
        For values that are equal, reversed, not finite or beyond a limit; for probabilities outside [0, 1] or
        that decrease; for fewer than two points, or all on one side of the middle.

    Examples
    --------
    >>> Judgment.of_quartiles(25, 30, 35, lower=0, upper=100).probabilities
    (0.25, 0.5, 0.75)
    >>> Judgment.of_quantiles({0.05: 2, 0.5: 4, 0.95: 9}).stated()
    'p5 2, p50 4, p95 9'
    """

    values: tuple[float, ...]
    probabilities: tuple[float, ...]
    lower: float = -math.inf
    upper: float = math.inf
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(float(v) for v in self.values))
        object.__setattr__(self, "probabilities", tuple(float(p) for p in self.probabilities))
        fault = _fault(self)
        if fault:
            raise JudgmentError(f"{self.name}: {fault}" if self.name else fault)

    @classmethod
    def of_quantiles(
        cls,
        quantiles: Mapping[float, float],
        *,
        lower: float = -math.inf,
        upper: float = math.inf,
        name: str = "",
    ) -> Judgment:
        """From {probability: value}, in any order.

        >>> Judgment.of_quantiles({0.95: 9.0, 0.05: 1.0, 0.5: 4.0}).values
        (1.0, 4.0, 9.0)
        """
        levels = sorted(quantiles)
        return cls(tuple(quantiles[p] for p in levels), tuple(levels), lower, upper, name)

    @classmethod
    def of_quartiles(
        cls,
        first: float,
        median: float,
        third: float,
        *,
        lower: float = -math.inf,
        upper: float = math.inf,
        name: str = "",
    ) -> Judgment:
        """From the values with a quarter, a half and three quarters below them."""
        return cls((first, median, third), (0.25, 0.5, 0.75), lower, upper, name)

    @classmethod
    def of_tertiles(
        cls,
        first: float,
        second: float,
        *,
        median: float | None = None,
        lower: float = -math.inf,
        upper: float = math.inf,
        name: str = "",
    ) -> Judgment:
        """From the values that part X into thirds, and the median where it was given.

        SHELF's tertile method asks for all three; thirds are exact here (SHELF's forms print 0.33 and 0.66).
        """
        if median is None:
            return cls((first, second), (1 / 3, 2 / 3), lower, upper, name)
        return cls((first, median, second), (1 / 3, 0.5, 2 / 3), lower, upper, name)

    @classmethod
    def of_roulette(
        cls,
        edges: Sequence[float],
        chips: Sequence[float],
        *,
        lower: float = -math.inf,
        upper: float = math.inf,
        name: str = "",
    ) -> Judgment:
        """From chips laid on bins: P(X <= right edge) = share of the chips up to there.

        ``edges`` has one entry more than ``chips``. Bins without a chip at either end say that nothing lies
        there: the left edge of the first full one has P = 0, the right edge of the last P = 1 (SHELF's
        ``roulette``). An empty bin between full ones is kept: two edges with the same probability.

        >>> Judgment.of_roulette([0, 10, 20, 30, 40], [0, 3, 6, 1]).probabilities
        (0.0, 0.3, 0.9, 1.0)
        """
        said = f"{name}: " if name else ""
        if len(edges) != len(chips) + 1:
            raise JudgmentError(
                f"{said}{len(chips)} bins have {len(chips) + 1} edges (found {len(edges)}); "
                "give the left end of the first bin and the right end of each"
            )
        if any(not math.isfinite(c) or c < 0 for c in chips) or not sum(chips) > 0:
            raise JudgmentError(
                f"{said}chips are counts of at least 0 with some on the board (found {list(chips)})"
            )
        total, running = float(sum(chips)), [0.0]
        for count in chips:
            running.append(running[-1] + count)
        first = max(i for i, c in enumerate(running) if c == 0)
        last = min(i for i, c in enumerate(running) if c == running[-1])
        return cls(
            tuple(edges[first : last + 1]),
            tuple(count / total for count in running[first : last + 1]),
            lower,
            upper,
            name,
        )

    @property
    def inner(self) -> tuple[tuple[float, float], ...]:
        """The (value, probability) pairs with 0 < p < 1: those that are quantiles."""
        pairs = zip(self.values, self.probabilities, strict=True)
        return tuple((v, p) for v, p in pairs if 0.0 < p < 1.0)

    def stated(self) -> str:
        """What was said, as messages quote it: ``p25 25, p50 30, p75 35``."""
        return _stated(self.values, self.probabilities)


def _stated(values: Sequence[float], probabilities: Sequence[float]) -> str:
    return ", ".join(f"p{100 * p:.4g} {v:g}" for v, p in zip(values, probabilities, strict=True))


def _fault(said: Judgment) -> str | None:
    """What is wrong with a judgment, and the remedy; None if nothing."""
    if len(said.values) != len(said.probabilities):
        return f"{len(said.values)} values, but {len(said.probabilities)} probabilities; one belongs to each"
    found = _stated(said.values, said.probabilities)
    return (
        _not_numbers(said, found)
        or _not_probabilities(said.probabilities)
        or _too_few(said, found)
        or _out_of_order(said, found)
        or _beyond(said, found)
        or _one_sided(said, found)
    )


def _not_numbers(said: Judgment, found: str) -> str | None:
    if not all(math.isfinite(v) for v in said.values):
        return f"every value must be a finite number (found {found}); leave out what was not answered"
    if math.isnan(said.lower) or math.isnan(said.upper) or not said.lower < said.upper:
        return f"the lower limit {said.lower:g} is not below the upper limit {said.upper:g}"
    return None


def _not_probabilities(probabilities: Sequence[float]) -> str | None:
    wrong = [p for p in probabilities if not 0.0 <= p <= 1.0]
    if not wrong:
        return None
    # 30 is thirty per cent; of 1.4 nobody knows.
    meant = f"; write {wrong[0] / 100:g}" if 2.0 <= wrong[0] <= 100.0 else ""
    return f"{wrong[0]:g} is not a probability between 0 and 1{meant}"


def _too_few(said: Judgment, found: str) -> str | None:
    if not said.values:
        return "nothing was stated; give a value below, in and above the middle, such as p05, p50 and p95"
    if len(said.values) == 1:
        return (
            f"one quantile ({found}) does not fix a distribution; state at least one below p40 and one above "
            "p60, such as p05, p50 and p95"
        )
    return None


def _out_of_order(said: Judgment, found: str) -> str | None:
    pairs = list(zip(said.values, said.probabilities, strict=True))
    for (low, p), (high, q) in pairwise(pairs):
        if q < p:
            return f"probabilities must increase with the values (found {found})"
        if not high > low:
            relation = "equal to" if high == low else "below"
            return (
                f"{high:g} at p{100 * q:.4g} is {relation} {low:g} at p{100 * p:.4g}; "
                f"values must increase (found {found})"
            )
    return None


def _beyond(said: Judgment, found: str) -> str | None:
    low, high = said.values[0], said.values[-1]
    if low < said.lower:
        return f"{low:g} is below the lower limit {said.lower:g} (found {found}); move one of the two"
    if high > said.upper:
        return f"{high:g} is above the upper limit {said.upper:g} (found {found}); move one of the two"
    for value, probability in said.inner:
        if value in (said.lower, said.upper):
            share = "nothing" if value == said.lower else "everything"
            return (
                f"{value:g} is a limit, below which lies {share}, "
                f"not {probability:g} (found {found}); move one of the two"
            )
    return None


def _one_sided(said: Judgment, found: str) -> str | None:
    inner = [p for _, p in said.inner]
    if not inner or min(inner) > BELOW:
        return f"nothing is said of the lower side (found {found}); state a quantile below p40, such as p05"
    if max(inner) < ABOVE:
        return f"nothing is said of the upper side (found {found}); state a quantile above p60, such as p95"
    return None
