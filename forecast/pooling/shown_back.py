"""Judgments shown back: one as everything it was read as, several on one item beside their linear pool."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from forecast.elicitation.distribution import Distribution
from forecast.elicitation.families import DEFAULT_DF, PIECEWISE
from forecast.elicitation.feedback import Feedback, feedback, feedback_of
from forecast.elicitation.fitting import Fitted, fit_many, fits_many
from forecast.elicitation.in_files import InFile, judgment_at
from forecast.elicitation.judgment import Judgment
from forecast.elicitation.statements import Window, in_percent, in_years, of_probability, of_rate
from forecast.errors import UsageError
from forecast.inputs.fields import Quantiles
from forecast.inputs.knob_places import places
from forecast.inputs.plain_words import choices, did_you_mean
from forecast.inputs.workspace import Workspace
from forecast.lexicon import words
from forecast.pooling.as_read import as_read

Role = Literal["enters the forecast", "best fit", "asked for"]
_LEVEL = re.compile(r"sources\.(\w+)\.levels\b")
#: Why a judgment is read so, as what, and the family that fits second best.
Found = tuple[Role, Fitted, Fitted | None]
_REACHED = re.compile(r"sources\.(\w+)\.outcomes\.(\w+)\Z")


@dataclass(frozen=True)
class Asked:
    """What to show: a family (None: the best), values at probabilities, probabilities at values."""

    family: str | None = None
    quantiles: Sequence[float] | None = None
    values: Sequence[float] | None = None
    df: float = DEFAULT_DF


@dataclass(frozen=True)
class ShownBack:
    """A judgment shown back.

    Attributes
    ----------
    name, label
        Its path (or who said it of what), and what readers call it.
    file, line, unit
        Where it stands; empty and 0 where it stands in no file.
    readings
        What it was read as and why, the one that counts first.
    second
        The family that fits second best: how much the curve is a matter of choice.
    statements
        What follows for a probability or a yearly rate.
    share
        Whether it is a probability, said in percent.
    """

    name: str
    label: str
    readings: tuple[tuple[Role, Feedback], ...]
    second: Fitted | None = None
    statements: tuple[str, ...] = ()
    file: str = ""
    line: int = 0
    unit: str = ""
    share: bool = False
    window: Window | None = None

    @property
    def judgment(self) -> Judgment:
        """What was stated."""
        return self.readings[0][1].judgment

    @property
    def distribution(self) -> Distribution:
        """What it was read as."""
        return self.readings[0][1].distribution


def of_judgment(
    said: Judgment,
    asked: Asked,
    *,
    name: str,
    label: str = "",
    unit: str = "",
    file: str = "",
    line: int = 0,
    fitted: Found | None = None,
) -> ShownBack:
    """A judgment by itself, read as the family asked for, else as the one that fits best.

    ``fitted``: its own of `fitted_to`, where many are fitted in one go.
    """
    role, chosen, second = fitted or fitted_to([said], asked)[0]
    shown = feedback(chosen, quantiles=asked.quantiles, values=asked.values)
    return ShownBack(name, label, ((role, shown),), second, (), file, line, unit)


def at_path(
    workspace: Workspace,
    path: str,
    asked: Asked,
    *,
    lower: float | None = None,
    upper: float | None = None,
) -> ShownBack:
    """One of `at_paths`."""
    return at_paths(workspace, [path], asked, lower=lower, upper=upper)[0]


def at_paths(
    workspace: Workspace,
    wanted: Sequence[str],
    asked: Asked,
    *,
    lower: float | None = None,
    upper: float | None = None,
) -> list[ShownBack]:
    """Quantiles of a workspace: what the model reads them as, beside the family asked for or the best.

    A probability of reaching something within a window is told for other windows too, at a constant hazard;
    of every probability the words of the question's lexicon.
    """
    found = [judgment_at(workspace, path) for path in wanted]
    limited = [judgment_at(workspace, path, lower=lower, upper=upper).judgment for path in wanted]
    fitted = fitted_to(limited, asked)
    return [
        _in_file(workspace, place, said, fits_it, asked)
        for place, said, fits_it in zip(found, limited, fitted, strict=True)
    ]


def _in_file(workspace: Workspace, place: InFile, said: Judgment, fitted: Found, asked: Asked) -> ShownBack:
    """One judgment, with the limits asked for, and what was fitted to it."""
    read = as_read(workspace, place)
    share = place.unit == "probability"
    own = feedback_of(
        read.distribution, said,
        family=f"model_{read.distribution.scale}", title=read.title,
        parameters={
            "centre": read.distribution.centre,
            "sd_below": read.distribution.sd_below,
            "sd_above": read.distribution.sd_above,
        },
        quantiles=asked.quantiles, values=asked.values, share=share,
        stepped=read.distribution.sd_below != read.distribution.sd_above,
    )  # fmt: skip
    role, chosen, second = fitted
    beside = feedback(chosen, quantiles=asked.quantiles, values=asked.values, share=share)
    window = _window(workspace, place.path, read.distribution)
    return ShownBack(
        place.path,
        _whose(place),
        (("enters the forecast", own), (role, beside)),
        second,
        _follows(workspace, read.distribution, place.unit, window),
        place.file,
        place.line,
        place.unit,
        share,
        window,
    )


def _whose(place: InFile) -> str:
    """What readers call it; a dated level is named by its driver alone, which is not whose it is."""
    found = _LEVEL.match(place.path)
    return place.label if found is None else f"{place.label}, by {found[1]}"


def paths(workspace: Workspace, wanted: str) -> tuple[str, ...]:
    """The paths of all quantiles at or below one, which may be the id of a source alone.

    Raises
    ------
    UsageError
        Where nothing is stated in quantiles there.
    """
    wanted = wanted.strip()
    start = f"sources.{wanted}" if wanted in workspace.sources else wanted
    known = [
        place.path
        for place in places(workspace)
        if isinstance(place.value, Quantiles) and place.quantile is None
    ]
    known += _listed(workspace)
    below = [path for path in known if path == start or path.startswith((f"{start}.", f"{start}["))]
    if below:
        return tuple(below)
    if start in {f"{part}.{one}" for part, some in _owners(workspace).items() for one in some}:
        inside = [path for path in known if path.startswith(start.partition(".")[0] + ".")]
        raise UsageError(f"{start} states nothing in quantiles; others do: {choices(inside, limit=3)}")
    if "." not in start and (near := did_you_mean(start, workspace.sources)):
        raise UsageError(f"'{start}' is no source. Did you mean '{near}'?")
    # The reader of one path says best what is wrong with it.
    return (start,)


def _owners(workspace: Workspace) -> dict[str, list[str]]:
    return {
        "sources": list(workspace.sources),
        "drivers": list(workspace.drivers.drivers),
        "shocks": list(workspace.shocks),
    }


def _listed(workspace: Workspace) -> list[str]:
    """Dated quantiles in lists, which are no knobs."""
    return [
        *(f"sources.{s.id}.levels[{n}]" for s in workspace.sources.values() for n in range(len(s.levels))),
        *(
            f"drivers.{name}.readings[{n}]"
            for name, driver in workspace.drivers.drivers.items()
            for n in range(len(driver.readings))
        ),
    ]


def fitted_to(said: Sequence[Judgment], asked: Asked) -> list[Found]:
    """Of each judgment why, what, and the second best; all in one go, which is far quicker."""
    ranked = fits_many(said, df=asked.df)
    role: Role = "best fit" if asked.family is None else "asked for"
    chosen = [some[0] for some in ranked]
    if asked.family is not None:
        chosen = list(fit_many(said, asked.family, df=asked.df))
    return [
        (role, one, next((other for other in some if other.family not in {one.family, PIECEWISE}), None))
        for one, some in zip(chosen, ranked, strict=True)
    ]


def _window(workspace: Workspace, path: str, said: Distribution) -> Window | None:
    """The median of a probability of reaching something, and the years it is stated for."""
    found = _REACHED.match(path)
    if found is None:
        return None
    stated = getattr(workspace.sources[found[1]].outcomes, found[2])
    within = stated.within_years
    return Window(float(said.ppf(np.array(0.5))), float(within)) if within else None


def _follows(workspace: Workspace, said: Distribution, unit: str, window: Window | None) -> tuple[str, ...]:
    if unit == "per year":
        return (of_rate(said),)
    if unit != "probability":
        return ()
    low, middle, high = (float(p) for p in said.ppf(np.array([0.05, 0.5, 0.95])))
    lexicon = workspace.lexicon
    spoken = [words(lexicon, p) for p in (low, middle, high)]
    told = spoken[1] if len(set(spoken)) == 1 else f"{spoken[1]} (from {spoken[0]} to {spoken[2]})"
    found = [of_probability(said), f"in words ({lexicon.id}): {told}"]
    if window is not None:
        found.append(f"{in_percent(middle)} within {in_years(window.years)} at a constant hazard: {window}")
    return tuple(found)
