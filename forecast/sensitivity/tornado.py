"""A tornado: every judgment moved alone over its own range, ranked by how far the answer follows.

A bar is the range of the answer over a judgment's settings and over what the files have, so that a driver
whose two ends both lower the answer is not taken for one that does nothing. One judgment is moved at a time:
what two do together is not seen. Sources: Howard (1988), Decision analysis: practice and promise, Management
Science 34(6), on the diagram; Eschenbach (1992), Spiderplots versus tornado diagrams for sensitivity
analysis, Interfaces 22(6), on its limits.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from forecast.errors import UsageError
from forecast.inputs.knobs import Setting, start_levels, turned
from forecast.reweighting.engine import Engine, Point
from forecast.reweighting.meddling import is_shock, meddling
from forecast.sensitivity.runs import packed, place, question, runs, summary
from forecast.sensitivity.swings import LEFT_OUT, Swing, groups_of, swings_of
from forecast.sensitivity.without import without


@dataclass(frozen=True)
class Bar:
    """A swing with its points, one a setting."""

    swing: Swing
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Refused:
    """A setting that the workspace does not accept, and why."""

    path: str
    setting: Setting
    why: str


@dataclass(frozen=True)
class Row:
    """A bar at one outcome and date.

    ``low`` and ``high`` are the answers at the low and high end of a range, of choices the lowest and the
    highest answer among them and the present one (whose setting is None); ``errors`` their Monte Carlo
    standard errors, which are at most those of the difference from the answer: ends share draws and noise.
    ``width``: highest less lowest, the present answer among them; ``k_hat``: the worst of the ends.
    """

    path: str
    label: str
    group: str
    unit: str
    choice: bool
    low_setting: Setting | None
    high_setting: Setting | None
    low: float
    high: float
    errors: tuple[float, float]
    width: float
    k_hat: float
    trusted: bool


@dataclass(frozen=True)
class Tornado:
    """The answer as it stands and every bar, in the order of the files."""

    engine: Engine
    now: Point
    bars: tuple[Bar, ...]
    refused: tuple[Refused, ...]

    def ranked(self, quantity: tuple[str, str], date: dt.date) -> tuple[Row, ...]:
        """The bars at an outcome and date, the widest first; UsageError for a date not answered for."""
        at = place(self.engine, quantity, date)
        rows = [_row(bar, self.now, at) for bar in self.bars]
        return tuple(sorted(rows, key=lambda row: (-row.width, row.path)))

    def answer(self, quantity: tuple[str, str], date: dt.date) -> Mapping[str, float]:
        """The answer as it stands."""
        return summary(self.now, place(self.engine, quantity, date))


def tornado(
    engine: Engine,
    groups: Iterable[str] = (),
    *,
    jobs: int = 1,
    scheduler: str | None = None,
    fresh: bool = False,
    quiet: bool = True,
) -> Tornado:
    """Move every judgment of some groups (all by default) over its range.

    Some hundreds of points, of 0.1 to 0.5 s each; those kept by an earlier run are read.

    Parameters
    ----------
    engine
        The exact answer. Its dates and quantities are all answered for.
    groups
        Of GROUPS.
    jobs, scheduler, fresh, quiet
        As for `forecast.sensitivity.runs.runs`.

    Raises
    ------
    UsageError
        For an unknown group.
    """
    wanted = groups_of(groups)
    swings, refused = [], []
    for swing in swings_of(engine, wanted):
        faults = [_refusal(engine, asked) for asked in swing.questions()]
        said = zip(swing.settings, faults, strict=True)
        refused += [Refused(swing.path, value, why) for value, why in said if why]
        if not any(faults):
            swings.append(swing)
    asked = [question({}), *(question(one) for swing in swings for one in swing.questions())]
    with runs(engine, task, jobs=jobs, scheduler=scheduler, fresh=fresh, quiet=quiet) as ask:
        now, *points = ask(asked)
    rest = iter(points)
    bars = tuple(Bar(swing, tuple(next(rest) for _ in swing.settings)) for swing in swings)
    return Tornado(engine, now, bars, tuple(refused))


def task(engine: Engine, text: str) -> bytes:
    """The point of some settings, or without a source, as workers are asked for it."""
    data = json.loads(text)
    if LEFT_OUT in data:
        return packed(without(engine, engine.workspace, (data[LEFT_OUT],)))
    return packed(engine.point(data))


def _refusal(engine: Engine, settings: Mapping[str, Setting]) -> str | None:
    """Why the workspace does not accept some settings; None where it does."""
    files = engine.workspace
    if LEFT_OUT in settings:
        return None
    try:
        edited = turned(files, {path: value for path, value in settings.items() if not is_shock(path)})
        meddling(edited, turned(files, settings), settings)
        start_levels(settings)
    except UsageError as error:
        return str(error)
    return None


def _row(bar: Bar, now: Point, at: tuple[int, int]) -> Row:
    swing = bar.swing
    present = summary(now, at)
    found: list[tuple[Setting | None, dict[str, float]]] = [
        (value, summary(point, at)) for value, point in zip(swing.settings, bar.points, strict=True)
    ]
    if swing.choice:
        found.append((None, present))
        found.sort(key=lambda one: one[1]["mean"])
    (low_setting, low), *_, (high_setting, high) = found if len(found) > 1 else found * 2
    means = [present["mean"], *(one["mean"] for _, one in found)]
    return Row(
        path=swing.path,
        label=swing.label,
        group=swing.group,
        unit=swing.unit,
        choice=swing.choice,
        low_setting=low_setting,
        high_setting=high_setting,
        low=low["mean"],
        high=high["mean"],
        errors=(low["mcse"], high["mcse"]),
        width=max(means) - min(means),
        k_hat=max((point.k_hat for point in bar.points), default=-np.inf),
        trusted=all(point.trusted for point in bar.points),
    )
