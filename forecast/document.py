"""A result as the documented JSON, ``forecast/1``: plain dicts, unrounded numbers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from forecast import cache
from forecast.simulation.quantities import QUANTITIES, STATS

if TYPE_CHECKING:
    from forecast.answering import Result
    from forecast.answers import Answer
    from forecast.simulation.forecast import Forecast

SCHEMA = "forecast/1"


def document(result: Result) -> dict[str, Any]:
    """The document of one panel. Everything but ``run`` is a function of files, flags, seed and versions."""
    fit = result.fit
    return {
        "schema": SCHEMA,
        "question": fit.workspace.question.id,
        "as_of": fit.as_of.isoformat(),
        "start_state": fit.start_state,
        "exact": True,
        "panel": list(fit.panel.members),
        "panel_id": fit.panel.id,
        "scenarios": [
            {"id": f.scenario, "horizons": [_horizon(f, date) for date in result.dates]}
            for f in result.forecasts
        ],
        "comparisons": [
            {
                "scenario": c.scenario,
                "vs": c.versus,
                "date": c.date.isoformat(),
                "quantity": _dotted(c.quantity, c.outcome),
                "difference": c.difference.as_dict(),
                "p_sign": c.p_sign,
            }
            for c in result.comparisons
        ],
        "estimates": {
            "outside_view": _estimate(result.answers.outside_view),
            "pooled_judgment": _estimate(result.answers.pooled_judgment.answer),
            "model": _estimate(result.answers.model),
        },
        "notes": list(fit.notes),
        "diagnostics": fit.posterior.diagnostics.as_dict(),
        "provenance": {
            "inputs_sha256": fit.workspace.inputs_sha256,
            "seed": fit.seed,
            "versions": cache.versions(),
        },
        "run": {
            "source": "cache" if fit.from_cache else "fit",
            "seconds": result.seconds,
            "workspace": str(fit.workspace.root),
        },
    }


def to_json(document: Any) -> str:
    """Text of a document or a list of them; the same bytes for the same numbers."""
    return json.dumps(document, indent=1, allow_nan=False, ensure_ascii=False)


def tidy(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows scenario, date, quantity, outcome, stat, value; ``panel`` too if there are several documents."""
    rows = []
    for doc in documents:
        panel = {"panel": doc["panel_id"]} if len(documents) > 1 else {}
        for scenario in doc["scenarios"]:
            for horizon in scenario["horizons"]:
                cells = [
                    *(("state", name, p) for name, p in horizon["state"].items()),
                    *(("reached", name, p) for name, p in horizon["reached"].items()),
                    ("alliance_broad", "alliance_broad", horizon["alliance_broad"]),
                ]
                rows += [
                    {
                        **panel,
                        "scenario": scenario["id"],
                        "date": horizon["date"],
                        "quantity": quantity,
                        "outcome": outcome,
                        "stat": stat,
                        "value": p[stat],
                    }
                    for quantity, outcome, p in cells
                    for stat in STATS
                ]
    return rows


def _horizon(forecast: Forecast, date: Any) -> dict[str, Any]:
    table: dict[str, Any] = {"date": date.isoformat(), "state": {}, "reached": {}}
    for quantity, outcome in QUANTITIES:
        value = forecast.summary(quantity, outcome, date).as_dict()
        if quantity == "alliance_broad":
            table[quantity] = value
        else:
            table[quantity][outcome] = value
    return table


def _dotted(quantity: str, outcome: str) -> str:
    return quantity if quantity == outcome else f"{quantity}.{outcome}"


def _estimate(answer: Answer) -> dict[str, Any]:
    return {
        "rule": answer.rule,
        "horizons": [
            {"date": date.isoformat(), "reached": {k: p.as_dict() for k, p in by_outcome.items()}}
            for date, by_outcome in answer.reached.items()
        ],
    }
