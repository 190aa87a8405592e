"""Documents as tidy rows: one number each, for a spreadsheet or a data frame."""

from __future__ import annotations

from typing import Any

from forecast.document import dotted
from forecast.simulation.quantities import STATS


def tidy(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows scenario, date, quantity, outcome, stat, value; ``panel`` too if there are several documents.

    And ``exact``, if any of them is not.
    """
    rows = []
    rough = not all(doc["exact"] for doc in documents)
    for doc in documents:
        panel = {"panel": doc["panel_id"]} if len(documents) > 1 else {}
        exact = {"exact": str(doc["exact"]).lower()} if rough else {}
        compared = {(c["scenario"], c["date"], c["quantity"]): c for c in doc["comparisons"]}
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
                        "value": value,
                        **exact,
                    }
                    for quantity, outcome, p in cells
                    for stat, value in _stats(
                        p, compared.get((scenario["id"], horizon["date"], dotted(quantity, outcome)))
                    )
                ]
    return rows


def _stats(p: dict[str, float], compared: dict[str, Any] | None) -> list[tuple[str, float]]:
    """A probability's own numbers, then what it differs from the baseline's by, unless it is that."""
    own = [(stat, p[stat]) for stat in STATS]
    if compared is None:
        return own
    ends = [(f"difference_{stat}", compared["difference"][stat]) for stat in ("mean", "p05", "p95")]
    return [*own, *ends, ("p_sign", compared["p_sign"])]
