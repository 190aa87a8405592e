"""The specification band at the price a report can pay: each choice alone, then all that push one way.

    spokes    the files' own combination, and every combination that differs from it in one choice
    corners   per outcome, the option of each choice under which its mean is lowest, together; and highest

`specification` answers every combination, five classes by three half-lives by three biases. Where what one
choice adds does not depend on the others, the extremes of that whole grid are the corners; where it does, the
band from these cells lies inside that of the grid. A test holds both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from forecast.inference.fit import Fit
from forecast.request import Request
from forecast.reweighting.engine import Engine
from forecast.reweighting.reference import reference_of
from forecast.sensitivity.specification import (
    CHOICES,
    Band,
    Cell,
    Choice,
    band,
    cells,
    fitted,
    grid,
    settings,
)
from forecast.simulation.forecast import Forecast
from forecast.simulation.quantities import QUANTITIES, STATS
from forecast.states import CHANNELS, STATES, State

#: Draws simulated again for a combination. The band is of means, on common draws and noise: their differences
#: are known far better than the means themselves.
DRAWS = 120
#: Draws of a fit of its own: its mean is then known to a hundredth or two of the width it is held against.
FITTED = 500
_MEAN = STATS.index("mean")
_COLUMNS = list(QUANTITIES)


@dataclass(frozen=True)
class Specification:
    """The bands of a panel's headline numbers at one date, and from how many combinations.

    ``bands`` by quantity and outcome (``reached.split``); ``asked`` combinations of ``whole`` in the full
    grid, of which ``used`` could be answered.
    """

    date: dt.date
    bands: Mapping[str, Band]
    asked: int
    used: int
    whole: int


def specification_of(
    fit: Fit,
    baseline: Forecast,
    request: Request,
    *,
    fits: bool = False,
    told: Callable[[str], None] | None = None,
) -> Specification | None:
    """The bands of the headlines at the horizon, of an answer that is at hand.

    Parameters
    ----------
    fit, baseline, request
        The exact answer, and what was asked for it; its draws are reweighted, or simulated again.
    fits
        Whether combinations that reweighting cannot answer get a fit of their own, which takes some ten
        seconds each; else they are left out, and as they are those that move the answer most, the band is
        too narrow.
    told
        Hears what is being worked on.

    Returns
    -------
    None where no combination but the files' own can be answered: then there is nothing to compare.
    """
    alone = replace(request, scenarios=(), by=())
    engine = Engine(fit, reference_of(fit, baseline), request=alone, draws=DRAWS)
    date = engine.dates.index(fit.workspace.question.horizon)
    quantities = headlines(fit.start_state)
    columns = [_COLUMNS.index(quantity) for quantity in quantities]
    found = _answers(engine, spokes(engine), fits=fits, told=told)
    trusted = [cell for cell in found if cell.trusted]
    ends = [c for column in columns for c in corners(trusted, date=date, quantity=column)]
    found += _answers(engine, _new(ends, found), fits=fits, told=told)
    used = [cell for cell in found if cell.trusted]
    if len(used) < 2:
        return None
    return Specification(
        date=engine.dates[date],
        bands={
            f"{quantity}.{outcome}": band(used, date=date, quantity=column)
            for (quantity, outcome), column in zip(quantities, columns, strict=True)
        },
        asked=len(found),
        used=len(used),
        whole=len(grid(fit.workspace)),
    )


def headlines(start: State) -> tuple[tuple[str, str], ...]:
    """The quantity that is reported of each outcome: reached where it can be, else the state on the date.

    >>> headlines("partnership")[:2]
    (('reached', 'alliance'), ('state', 'partnership'))
    """
    reached = [state for state in CHANNELS if state != start]
    return (
        *(("reached" if state in reached else "state", state) for state in STATES),
        ("alliance_broad", "alliance_broad"),
    )


def spokes(engine: Engine) -> tuple[Choice, ...]:
    """The files' own combination first, then those that differ from it in one choice."""
    own, *others = grid_from_own(engine)
    return (own, *(each for each in others if _differs(each, own) == 1))


def grid_from_own(engine: Engine) -> tuple[Choice, ...]:
    """Every combination, the files' own first."""
    return tuple(sorted(grid(engine.workspace), key=lambda c: bool(settings(engine.workspace, c))))


def corners(answered: Sequence[Cell], *, date: int, quantity: int) -> tuple[Choice, ...]:
    """The options with the lowest means of a quantity, together, and those with the highest.

    ``answered``: spokes that can be trusted, the files' own first; none where even that is missing.
    """
    if not answered:
        return ()
    own = answered[0].choice
    ends = []
    for pick in (min, max):
        options = {}
        for name in CHOICES:
            spoke = [c for c in answered if _differs(c.choice, own) == 0 or _turned(c.choice, own) == {name}]
            best = pick(spoke, key=lambda cell: float(cell.values[date, quantity, _MEAN]))
            options[name] = getattr(best.choice, name)
        ends.append(Choice(**options))
    return tuple(ends)


def _answers(
    engine: Engine, choices: Sequence[Choice], *, fits: bool, told: Callable[[str], None] | None
) -> list[Cell]:
    """The cells of some combinations, kept as they are done; what cannot be trusted fitted, if asked for."""
    if not choices:
        return []
    if told is not None:
        told(f"{len(choices)} other choices of class, half-lives and bias")
    found = list(cells(engine, choices=choices, jobs=engine.request.jobs, fresh=engine.request.refit))
    if not fits:
        return found
    return [cell if cell.trusted else fitted(engine, cell.choice, draws=FITTED) for cell in found]


def _new(choices: Iterable[Choice], found: Sequence[Cell]) -> tuple[Choice, ...]:
    known = {cell.choice for cell in found}
    return tuple(choice for choice in dict.fromkeys(choices) if choice not in known)


def _turned(choice: Choice, own: Choice) -> set[str]:
    return {name for name in CHOICES if getattr(choice, name) != getattr(own, name)}


def _differs(choice: Choice, own: Choice) -> int:
    return len(_turned(choice, own))
