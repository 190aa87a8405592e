"""The pair's own record: years lived through in a state without leaving it, and moves seen."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats, decimal_year
from forecast.inputs.workspace import Workspace
from forecast.panel import Panel
from forecast.states import ESTIMATED, STATES, endpoints


@dataclass(frozen=True)
class Record:
    """R rows, one per calendar year and spell since the record starts.

    ``dates`` (R,) are the middles; ``exposure`` (R, 5) the weighted years at risk of each transition and
    ``events`` (R, 5) the moves seen at the end of a row.
    """

    dates: tuple[dt.date, ...]
    exposure: Floats
    events: Floats


def record(workspace: Workspace, panel: Panel, as_of: dt.date) -> Record:
    """The record up to ``as_of``, each year weighted by how much of the panel had not yet seen it.

    Year weight = share of the panel's weight whose view dates from before that year; 1 for an empty panel.
    A source that wrote in 2021 knew that nothing had happened by then: only later years are news to it.
    """
    history = workspace.history
    dates, exposure, events = [], [], []
    for episode, following in zip(history.episodes, [*history.episodes[1:], None], strict=True):
        stop = min(episode.end or as_of, as_of)
        for year in range(max(episode.start.year, history.record_start), stop.year + 1):
            first = max(dt.date(year, 1, 1), episode.start)
            last = min(dt.date(year + 1, 1, 1), stop)
            if first >= last:
                continue
            weight = _news(workspace, panel, year)
            at_risk = np.array(
                [endpoints(t)[0] == STATES.index(episode.state) for t in ESTIMATED], dtype=float
            )
            moved = np.zeros(len(ESTIMATED))
            if following is not None and following.start <= as_of and last == stop:
                move = f"{episode.state}->{following.state}"
                moved = np.array([float(t == move) for t in ESTIMATED])
            dates.append(first + (last - first) / 2)
            length = 366 if calendar.isleap(year) else 365
            exposure.append(weight * at_risk * ((last - first).days / length))
            events.append(weight * moved)
    shape = (len(dates), len(ESTIMATED))
    return Record(tuple(dates), np.array(exposure).reshape(shape), np.array(events).reshape(shape))


def _news(workspace: Workspace, panel: Panel, year: int) -> float:
    total = sum(panel.weights.values())
    if total == 0:
        return 1.0
    start = decimal_year(dt.date(year, 1, 1))
    before = sum(w for m, w in panel.weights.items() if decimal_year(workspace.sources[m].view_date) < start)
    return before / total
