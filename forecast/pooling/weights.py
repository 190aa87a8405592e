"""What a source weighs on one item: its grade, its age, and who else says the same for the same reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from forecast.inputs.fields import Grade

#: A stated probability's weight halves with each of these years of age.
AGE_HALVING_YEARS = 10.0


def dependence(
    speaking: Iterable[str],
    *,
    cluster: Mapping[str, str],
    reporters: Mapping[str, Sequence[str]],
    rho: float,
    rho_reported: float,
) -> dict[str, float]:
    """What the weight of each of several sources on one item is divided by, for saying it with others.

        max(1 + (m_cluster - 1) rho, 1 + (m_via - 1) rho_reported)

    where m counts those who speak of this very item: members of the source's cluster, and views known
    through the text that reports most of them. m equally uncertain views with correlation rho are worth
    m / (1 + (m - 1) rho) independent ones (Clemen and Winkler 1985, Operations Research 33), which is what
    m sources of one cluster weigh together here.

    Parameters
    ----------
    speaking
        Names of those who say something of the item.
    cluster, reporters
        The cluster of each, and the texts that report it (none where it speaks for itself).
    rho, rho_reported
        Correlations, 0 to 1, between views of one cluster, and between views one text reports.

    Examples
    --------
    >>> dependence(
    ...     ["a", "b", "c"],
    ...     cluster={"a": "school", "b": "school", "c": "c"},
    ...     reporters={"a": [], "b": ["r"], "c": ["r"]},
    ...     rho=0.6,
    ...     rho_reported=0.3,
    ... )
    {'a': 1.6, 'b': 1.6, 'c': 1.3}
    """
    names = tuple(speaking)
    in_cluster = Counter(cluster[name] for name in names)
    reported = Counter(reporter for name in names for reporter in reporters[name])
    return {
        name: max(
            1 + (in_cluster[cluster[name]] - 1) * rho,
            1 + (max((reported[r] for r in reporters[name]), default=1) - 1) * rho_reported,
        )
        for name in names
    }


def graded(grade: Grade, infer_weight: float) -> float:
    """1 for what a text says, ``infer_weight`` for what was inferred from it."""
    return 1.0 if grade == "TEXT" else infer_weight


def aged(years: float) -> float:
    """What is left of the weight of a view of that age: half after `AGE_HALVING_YEARS`.

    >>> aged(10.0), aged(0.0)
    (0.5, 1.0)
    """
    return float(0.5 ** (years / AGE_HALVING_YEARS))
