"""Tornadoes and what is left out as JSON, ``tornado/1`` and ``leave_out/1``: plain dicts, unrounded numbers.

Everything but ``run`` is a function of files, flags, seed and versions.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

from forecast import cache
from forecast.reweighting.engine import Engine, Point
from forecast.sensitivity.leave_out import KEY, LeaveOut, Left
from forecast.sensitivity.runs import place, summary
from forecast.sensitivity.silenced import Unit
from forecast.sensitivity.smallest import Flip, Smallest
from forecast.sensitivity.tornado import Bar, Row, Tornado
from forecast.simulation.quantities import QUANTITIES

Quantity = tuple[str, str]


def name_of(quantity: Quantity) -> str:
    """A quantity in one word, as in ``forecast/1``.

    >>> name_of(("reached", "split")), name_of(("alliance_broad", "alliance_broad"))
    ('reached.split', 'alliance_broad')
    """
    return quantity[0] if quantity[0] == quantity[1] else ".".join(quantity)


def tornado_document(found: Tornado, quantity: Quantity, date: dt.date, *, seconds: float) -> dict[str, Any]:
    """The ranking at one outcome and date, and every bar's answers at all of them, means and errors."""
    bars = {bar.swing.path: bar for bar in found.bars}
    return {
        **_head("tornado/1", found.engine),
        "outcome": name_of(quantity),
        "date": date.isoformat(),
        "answer": dict(found.answer(quantity, date)),
        "bars": [_bar(row, bars[row.path], found.engine) for row in found.ranked(quantity, date)],
        "refused": [{"path": one.path, "setting": one.setting, "why": one.why} for one in found.refused],
        **_foot(found.engine, seconds, points=1 + sum(len(bar.points) for bar in found.bars)),
    }


def leave_out_document(found: LeaveOut, quantity: Quantity, *, seconds: float) -> dict[str, Any]:
    """Units and judgments ranked by what leaving them out does to one outcome, with all key judgments."""
    return {
        **_head("leave_out/1", found.engine),
        "outcome": name_of(quantity),
        "date": found.date.isoformat(),
        "lexicon": found.engine.workspace.question.lexicon,
        "answer": {
            name_of(key): {**found.at(found.now, key), "word": found.word(found.now, key)}
            for key in _followed(quantity)
        },
        "units": [_left(one, found, quantity) for one in found.ranked(found.units, quantity)],
        "judgments": [_left(one, found, quantity) for one in found.ranked(found.judgments, quantity)],
        "smallest": {name_of(key): _smallest(one) for key, one in zip(KEY, found.smallest, strict=False)},
        **_foot(found.engine, seconds, points=found.evaluated),
    }


def finite(k_hat: float) -> float | None:
    """A Pareto shape for JSON: None where all weigh the same, and there is no tail."""
    return k_hat if math.isfinite(k_hat) else None


def _followed(quantity: Quantity) -> tuple[Quantity, ...]:
    """The key judgments, and the outcome that is ranked by."""
    return tuple(dict.fromkeys((*KEY, quantity)))


def _head(schema: str, engine: Engine) -> dict[str, Any]:
    exact = engine.exact
    return {
        "schema": schema,
        "question": exact.workspace.question.id,
        "as_of": exact.as_of.isoformat(),
        "start_state": exact.start_state,
        "exact": False,
        "panel": list(exact.panel.members),
        "panel_id": exact.panel.id,
    }


def _foot(engine: Engine, seconds: float, *, points: int) -> dict[str, Any]:
    return {
        "provenance": {
            "inputs_sha256": engine.workspace.inputs_sha256,
            "seed": engine.exact.seed,
            "versions": cache.versions(),
        },
        "run": {"points": points, "seconds": seconds, "workspace": str(engine.workspace.root)},
    }


def _bar(row: Row, bar: Bar, engine: Engine) -> dict[str, Any]:
    return {
        "path": row.path,
        "label": row.label,
        "group": row.group,
        "unit": row.unit,
        "current": bar.swing.current,
        "choice": row.choice,
        "width": row.width,
        "low": {"setting": row.low_setting, "mean": row.low, "mcse": row.errors[0]},
        "high": {"setting": row.high_setting, "mean": row.high, "mcse": row.errors[1]},
        "pareto_k": finite(row.k_hat),
        "trusted": row.trusted,
        "settings": [
            {"setting": setting, **_weighed(point), "horizons": _horizons(point, engine)}
            for setting, point in zip(bar.swing.settings, bar.points, strict=True)
        ],
    }


def _weighed(point: Point) -> dict[str, Any]:
    return {"pareto_k": finite(point.k_hat), "ess": point.ess, "draws_simulated": point.simulated}


def _horizons(point: Point, engine: Engine) -> list[dict[str, Any]]:
    """Means and their errors by date and quantity."""

    def at(quantity: Quantity, date: dt.date) -> dict[str, float]:
        found = summary(point, place(engine, quantity, date))
        return {"mean": found["mean"], "mcse": found["mcse"]}

    return [
        {"date": date.isoformat(), **{name_of(one): at(one, date) for one in QUANTITIES}}
        for date in engine.dates
    ]


def _left(left: Left, found: LeaveOut, quantity: Quantity) -> dict[str, Any]:
    out = left.out
    told: Mapping[str, Any] = (
        {"kind": out.kind, "name": out.name, "members": list(out.members)}
        if isinstance(out, Unit)
        else {"path": out.path, "source": out.source, "driver": out.driver}
    )
    return {
        **told,
        "answers": {
            name_of(key): {
                **found.at(left.point, key),
                "change": found.change(left, key),
                "word": found.word(left.point, key),
            }
            for key in _followed(quantity)
        },
        **_weighed(left.point),
        "trusted": left.point.trusted,
    }


def _smallest(one: Smallest) -> dict[str, Any]:
    return {
        "mean": one.p,
        "mcse": one.error,
        "word": one.word,
        "below": one.below,
        "above": one.above,
        "found": _flip(one.found),
        "clear": _flip(one.clear),
        "furthest": _flip(one.furthest),
        "proved": one.proved,
        "pairs_tried": one.pairs[0],
        "pairs": one.pairs[1],
        "largest_tried": one.most,
        "sets_tried": one.tried[0],
        "sets_not_trusted": one.tried[1],
    }


def _flip(flip: Flip | None) -> dict[str, Any] | None:
    if flip is None:
        return None
    return {
        "without": list(flip.members),
        "mean": flip.p,
        "mcse": flip.error,
        "word": flip.word,
        "past_the_edge": flip.past,
        "clear": flip.clear,
        "trusted": flip.trusted,
    }
