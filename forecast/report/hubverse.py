"""The report's probabilities as a table in the manner of hubverse, for scoring beside other forecasters.

Hubverse (Consortium of Infectious Disease Modeling Hubs; docs.hubverse.io, "Model output") has a row for
each prediction: columns that say what is predicted, then ``output_type``, ``output_type_id`` and ``value``.
This is one table of several models, as its ``collect_hub`` would give it.

    model_id         alliance_forecast-PANEL for each panel, and each spotlight source heard alone; the other
                     two answers of the main panel are -outside_view and -pooled_judgment
    origin_date      the day the forecast was made for
    scenario_id      baseline, or the scenario's id
    target           what is predicted, see below
    horizon          days from origin_date to target_end_date
    target_end_date  the date the prediction is for

Targets that will come to pass or not have ``pmf`` rows, whose values sum to one for each date; their value is
the mean over the draws:

    state              which state holds on the date: alliance, partnership or split
    reached.X          whether X was entered at least once by the date: yes or no
    alliance_broad     whether the pair counts as allied in the broad sense on the date: yes or no

A probability is itself uncertain, since judgments leave the model's parameters open. Targets P(...) are that
probability, with its ``mean`` (no id: NA) and its ``quantile`` rows over the draws, of levels 0.05, 0.5 and
0.95. They say how well founded a number is and are not to be scored against an event.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

COLUMNS = (
    *("model_id", "origin_date", "scenario_id", "target", "horizon", "target_end_date"),
    *("output_type", "output_type_id", "value"),
)
TEAM = "alliance_forecast"
#: Hubverse's word for an id that does not apply.
NO_ID = "NA"
_LEVELS = {"p05": "0.05", "p50": "0.5", "p95": "0.95"}
#: Output type, its id, value.
_Output = tuple[str, str, float]


def hubverse(data: Mapping[str, Any]) -> str:
    """The CSV of a report's data (report.json), values unrounded; rows in the order of the data."""
    stream = io.StringIO()
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(COLUMNS)
    for task, output in _rows(data):
        kind, identity, value = output
        rows.writerow([*task, kind, identity, repr(value)])
    return stream.getvalue()


def _rows(data: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], _Output]]:
    heard = {model_id(d["panel_id"]): d for d in (*data["spotlight"], *data["panels"], data["main"])}
    for model, document in reversed(heard.items()):
        for scenario in document["scenarios"]:
            for horizon in scenario["horizons"]:
                yield from _horizon(model, document["as_of"], scenario["id"], horizon)
    for answer in ("outside_view", "pooled_judgment"):
        for horizon in data["main"]["estimates"][answer]["horizons"]:
            yield from _horizon(model_id(answer), data["main"]["as_of"], "baseline", horizon)


def _horizon(
    model: str, origin: str, scenario: str, horizon: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], _Output]]:
    """All rows of one date."""
    date = horizon["date"]
    days = (dt.date.fromisoformat(date) - dt.date.fromisoformat(origin)).days

    def task(target: str) -> tuple[str, ...]:
        return (model, origin, scenario, target, str(days), date)

    state = horizon.get("state", {})
    for name, probability in state.items():
        yield task("state"), ("pmf", name, probability["mean"])
    for name, probability in state.items():
        yield from ((task(f"P(state.{name})"), output) for output in _spread(probability))
    events = {f"reached.{name}": found for name, found in horizon["reached"].items()}
    if "alliance_broad" in horizon:
        events["alliance_broad"] = horizon["alliance_broad"]
    for name, probability in events.items():
        yield task(name), ("pmf", "yes", probability["mean"])
        yield task(name), ("pmf", "no", 1.0 - probability["mean"])
        yield from ((task(f"P({name})"), output) for output in _spread(probability))


def _spread(probability: Mapping[str, float]) -> Iterator[_Output]:
    """A probability over the draws."""
    yield "mean", NO_ID, probability["mean"]
    yield from (("quantile", level, probability[name]) for name, level in _LEVELS.items())


def model_id(panel: str) -> str:
    """A panel as a model: hubverse allows letters, digits and underscores in either part.

    >>> model_id("ying2018,blank2020")
    'alliance_forecast-ying2018_blank2020'
    """
    return f"{TEAM}-{re.sub(r'[^A-Za-z0-9]+', '_', panel).strip('_') or 'none'}"
