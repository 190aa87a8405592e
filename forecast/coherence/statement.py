"""What one source states, as cells: each a probability at a quantile level, with the place it stands in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forecast.elicitation import logit, split_logit_normal
from forecast.inputs.fields import Quantiles
from forecast.inputs.occurrence import DAYS_A_YEAR, occurrence
from forecast.inputs.records import Further, Shock, Source
from forecast.inputs.workspace import Workspace

SHOCKS = "priors/shocks.yaml"


@dataclass(frozen=True)
class Place:
    """Where a number stands: file relative to the workspace, line (0 if unknown), dotted path."""

    file: str
    line: int
    at: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}  {self.at}" if self.line else f"{self.file}  {self.at}"


@dataclass(frozen=True)
class Statement:
    """A probability somebody stated, as quantiles of what they hold it to be.

    Parameters
    ----------
    of
        ``alliance``, ``split`` or ``alliance_broad``, or the id of a shock.
    years
        Length of the window, in years.
    levels, values
        Cumulative probabilities and the stated values at them, both increasing.
    given
        The shock it is conditional on; None for none.
    happens
        Whether ``given`` is to strike within the window or to stay away.
    at_end
        The state at the end of the window, rather than reached at least once within it.
    places
        Where each value stands, in the order of ``levels``.

    Examples
    --------
    >>> said = Statement("alliance", 10, (.05, .5, .95), (.01, .03, .08))
    >>> said.title, round(said.sd, 3)
    ('alliance within 10 years', 0.654)
    """

    of: str
    years: float
    levels: tuple[float, ...]
    values: tuple[float, ...]
    given: str | None = None
    happens: bool = True
    at_end: bool = False
    places: tuple[Place, ...] = ()

    @property
    def condition(self) -> tuple[str | None, bool]:
        """What it is conditional on; statements are compared only under the same condition."""
        return self.given, self.happens or self.given is None

    @property
    def title(self) -> str:
        """What is stated, in words."""
        when = f"{'after' if self.at_end else 'within'} {self.years:g} year{'s' * (self.years != 1)}"
        if self.given is None:
            return f"{self.of} {when}"
        return f"{self.of} {when} {'given' if self.happens else 'without'} {self.given}"

    @property
    def median(self) -> int:
        """The position of p50."""
        return self.levels.index(0.5)

    @property
    def sd(self) -> float:
        """Its sd on the logit: the mean of the two sides of `split_logit_normal`."""
        fit = split_logit_normal(Quantiles(levels=self.levels, values=self.values))
        return 0.5 * (fit.sd_below + fit.sd_above)

    @property
    def logits(self) -> tuple[float, ...]:
        """Log odds of the stated values."""
        return tuple(logit(v) for v in self.values)

    def place(self, position: int) -> Place:
        """Where a value stands."""
        return self.places[position] if self.places else Place("", 0, f"{self.title} {self.key(position)}")

    def key(self, position: int) -> str:
        """The name of a quantile, as files write it: ``p05``."""
        return f"p{round(100 * self.levels[position]):02d}"


@dataclass(frozen=True)
class Chance:
    """The workspace's own probability that a shock strikes within a source's window, and where it stands."""

    value: float
    place: Place


#: (shock, years) -> the workspace's chance of it from the source's view date on.
Chances = Mapping[tuple[str, float], Chance]


@dataclass(frozen=True)
class Stated:
    """All that is checked of one source.

    ``criteria``: shocks that are an outcome's own criterion of resolution, with that outcome.
    """

    source: str
    statements: tuple[Statement, ...]
    chances: Chances
    criteria: Mapping[str, str]


def stated(workspace: Workspace, name: str) -> Stated:
    """What a source of a workspace states, outcomes first and in the order of the file."""
    source, file = workspace.sources[name], f"priors/sources/{name}.yaml"
    found: list[Statement] = []
    for of in ("alliance", "split", "alliance_broad"):
        judgment = getattr(source.outcomes, of)
        if judgment is not None:
            path = f"outcomes.{of}"
            places = _places(workspace, file, path, judgment.quantiles)
            at_end = judgment.after_years is not None
            found.append(
                Statement(of, judgment.years, *_numbers(judgment.quantiles), at_end=at_end, places=places)
            )
    for index, said in enumerate(source.also_stated):
        places = _places(workspace, file, f"also_stated[{index}]", said.quantiles)
        found.append(_further(said, places))
    criteria = {shock: str(s.outcome) for shock, s in workspace.shocks.items() if s.outcome is not None}
    return Stated(name, tuple(found), _chances(workspace, source, found), criteria)


def _further(said: Further, places: tuple[Place, ...]) -> Statement:
    return Statement(
        str(said.outcome or said.shock),
        said.years,
        *_numbers(said.quantiles),
        given=said.given or said.given_not,
        happens=said.given_not is None,
        at_end=said.after_years is not None,
        places=places,
    )


def _numbers(quantiles: Quantiles) -> tuple[tuple[float, ...], tuple[float, ...]]:
    return quantiles.levels, quantiles.values


def _places(workspace: Workspace, file: str, path: str, quantiles: Quantiles) -> tuple[Place, ...]:
    return tuple(_place(workspace, file, f"{path}.{key}") for key in quantiles.stated())


def _place(workspace: Workspace, file: str, at: str) -> Place:
    """A path and its line; of a number that words stand for, the line of the words or of what holds them."""
    words = f"{at.rpartition('.')[0]}.words"
    around = words if (file, at) not in workspace.lines and (file, words) in workspace.lines else at
    while around and (file, around) not in workspace.lines:
        around = around[: max(around.rfind("."), around.rfind("["), 0)]
    return Place(file, workspace.lines.get((file, around), 0), at)


def _chances(workspace: Workspace, source: Source, said: Sequence[Statement]) -> Chances:
    """Chances of the shocks that a source's statements are conditional on, over each window of theirs."""
    found: dict[tuple[str, float], Chance] = {}
    for one in said:
        if one.given is None:
            continue
        shock: Shock = workspace.shocks[one.given]
        end = source.view_date + dt.timedelta(days=round(one.years * DAYS_A_YEAR))
        value = occurrence(shock, source.view_date, end).chance["p50"]
        key = "rate" if shock.rate is not None else "probability"
        if 0.0 < value < 1.0:
            place = _place(workspace, SHOCKS, f"shocks.{one.given}.{key}.p50")
            found[one.given, one.years] = Chance(value, place)
    return found
