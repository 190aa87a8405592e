"""Several experts on one item, shown back beside their linear pool."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from forecast.elicitation.distribution import Distribution
from forecast.elicitation.feedback import check_asked
from forecast.elicitation.judgment import Judgment
from forecast.elicitation.statements import Say, in_digits, in_percent, of_probability, statements
from forecast.errors import UsageError
from forecast.pooling.densities import linear
from forecast.pooling.said import Item

_OUTCOME = re.compile(r"sources\.(\w+)\.(outcomes\.\w+)\Z")
#: The quantiles shown of members and pool where no others are asked for.
LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Member:
    """One expert: a weight free of scale, what was said of the item (None of a code) and its reading."""

    name: str
    weight: float
    distribution: Distribution
    judgment: Judgment | None = None
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class GroupShown:
    """The members who weigh something, their linear pool, and what follows from it.

    ``left_out`` says who is not heard and why; ``share``: X is a probability, said in percent. ``levels`` are
    the probabilities at which quantiles are shown, ``values`` those at which P(X <= v) is asked.
    """

    name: str
    label: str
    members: tuple[Member, ...]
    pool: Distribution
    statements: tuple[str, ...]
    unit: str = ""
    share: bool = False
    horizon: dt.date | None = None
    left_out: Mapping[str, str] = field(default_factory=dict)
    levels: tuple[float, ...] = LEVELS
    values: tuple[float, ...] = ()

    @property
    def say(self) -> Say:
        """A value as readers see it."""
        low, high = self.pool.ppf(np.array([0.05, 0.95])).tolist()
        return in_percent if self.share else in_digits(high - low)

    @property
    def shares(self) -> tuple[float, ...]:
        """Weights that sum to one."""
        total = sum(one.weight for one in self.members)
        return tuple(one.weight / total for one in self.members)

    def quantiles(self, said: Distribution) -> tuple[float, ...]:
        """A member's values, or the pool's, at ``levels``."""
        return tuple(said.ppf(np.array(self.levels)).tolist())

    def probabilities(self, said: Distribution) -> tuple[float, ...]:
        """P(X <= v) of a member or the pool at ``values``."""
        return tuple(said.cdf(np.array(self.values)).tolist())


def group(
    name: str,
    members: Sequence[Member],
    *,
    label: str = "",
    unit: str = "",
    share: bool = False,
    horizon: dt.date | None = None,
    left_out: Mapping[str, str] | None = None,
    quantiles: Sequence[float] | None = None,
    values: Sequence[float] | None = None,
) -> GroupShown:
    """Experts on one item beside the mixture of their distributions by weight, as SHELF's linear pool is.

    The rules of `forecast.pooling.table` pool the quantiles of a probability level by level instead, as a
    forecast's pooled answer does: of a probability that mean of medians is told too.

    Raises
    ------
    UsageError
        Where nobody weighs anything; for ``quantiles`` and ``values`` as `feedback`.
    """
    check_asked(quantiles or (), values or ())
    heard = tuple(one for one in members if one.weight > 0)
    if not heard:
        raise UsageError(f"nobody with a weight above 0 says anything of {name}")
    pool = linear([one.distribution for one in heard], np.array([one.weight for one in heard]))
    low, high = pool.ppf(np.array([0.05, 0.95])).tolist()
    told = statements(pool, in_percent if share else in_digits(high - low))
    follows = (of_probability(pool), _level_by_level(heard)) if share else ()
    return GroupShown(
        name,
        label,
        heard,
        pool,
        (*told, *follows),
        unit,
        share,
        horizon,
        dict(left_out or {}),
        LEVELS if quantiles is None else tuple(quantiles),
        tuple(values or ()),
    )


def _level_by_level(heard: Sequence[Member]) -> str:
    """The weighted mean of medians, which is another number than the median of the mixture."""
    weight = np.array([one.weight for one in heard])
    median = np.array([float(one.distribution.ppf(np.array(0.5))) for one in heard])
    mean = float(weight @ median / weight.sum())
    return f"the mean of their medians, which elicit pool calls linear, is {in_percent(mean)}"


def of_item(
    item: Item, *, quantiles: Sequence[float] | None = None, values: Sequence[float] | None = None
) -> GroupShown:
    """A panel on an item of a workspace, each read as the model reads it, by effective weight."""
    members = [
        Member(one.source, one.effective, one.distribution, one.judgment, one.file, one.line)
        for one in item.said
    ]
    return group(
        item.key,
        members,
        label=item.title,
        unit=item.unit,
        share=item.form == "probability",
        horizon=item.horizon,
        left_out=item.left_out,
        quantiles=quantiles,
        values=values,
    )


def shared(paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The outcomes that several sources speak of, among judgments at paths, and who they are.

    >>> shared(["sources.a.outcomes.split", "sources.b.outcomes.split", "sources.b.levels[0]"])
    {'outcomes.split': ('a', 'b')}
    """
    speaking: dict[str, tuple[str, ...]] = {}
    for found in filter(None, map(_OUTCOME.match, paths)):
        speaking[found[2]] = (*speaking.get(found[2], ()), found[1])
    return {key: sources for key, sources in speaking.items() if len(sources) > 1}
