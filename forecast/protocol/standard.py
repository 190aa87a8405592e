"""Intervals of any stated confidence brought to one level, by linear extrapolation."""

from __future__ import annotations

from typing import Final, NamedTuple

#: The confidence that p05 and p95 stand for.
LEVEL: Final = 0.9


class Standardised(NamedTuple):
    """The interval at `LEVEL`, and which ends were cut, since the line left the limits."""

    p05: float
    p50: float
    p95: float
    cut: tuple[str, ...]


def standardised(
    *,
    lowest: float,
    best: float,
    highest: float,
    confidence: float,
    limits: tuple[float, float] | None = None,
) -> Standardised:
    """Four points as quantiles: each end moves along the line from the best guess.

        p05 = best - (best - lowest) * 0.9 / confidence
        p95 = best + (highest - best) * 0.9 / confidence

    (Hemming et al. 2018, Methods in Ecology and Evolution 9, 169-180, step "standardise"; Bedford and Cooke
    2001.) The best guess is read as p50. Where the line leaves the limits of the quantity, Hemming et al. cut
    it there; a probability of 0 or 1 has no log-odds, so that here it ends at a tenth of the stated end's
    distance from the limit, as verbal probabilities do (`forecast.lexicon.quantiles`).

    Parameters
    ----------
    lowest, best, highest
        As stated, increasing, in the unit of the quantity.
    confidence
        The stated chance that the truth lies from ``lowest`` to ``highest``, above 0, at most 1.
    limits
        Between which the quantity lies, if it has limits.

    Raises
    ------
    ValueError
        If the three do not increase.

    Examples
    --------
    >>> standardised(lowest=20, best=30, highest=50, confidence=0.75)
    Standardised(p05=18.0, p50=30, p95=54.0, cut=())
    """
    if not lowest < best < highest:
        raise ValueError(f"lowest, best and highest must increase (found {lowest:g}, {best:g}, {highest:g})")
    stretch = LEVEL / confidence
    low, high = best - (best - lowest) * stretch, best + (highest - best) * stretch
    cut: list[str] = []
    if limits and low <= limits[0]:
        low, cut = limits[0] + (lowest - limits[0]) / 10, [*cut, "p05"]
    if limits and high >= limits[1]:
        high, cut = limits[1] - (limits[1] - highest) / 10, [*cut, "p95"]
    return Standardised(low, best, high, tuple(cut))
