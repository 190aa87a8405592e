"""Global sensitivity as JSON, ``global/1``: every output's indices, and where its inputs come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from forecast import cache
from forecast.document import dotted
from forecast.sensitivity.global_levels import AHEAD, GlobalSensitivity

if TYPE_CHECKING:
    from forecast.reweighting.engine import Engine

SCHEMA = "global/1"
#: Columns of the tidy form.
COLUMNS = ("method", "quantity", "date", "driver", "stat", "value")
ASSUMED = {
    "independent": "levels today are taken to be independent",
    "dynamics": "levels today are taken to be correlated as cross-impacts and joint innovations make the"
    f" drivers within {AHEAD:g} year; Sobol and Morris take them to be independent",
}


def global_document(
    engine: Engine, found: GlobalSensitivity, *, correlation: str, rows: int, seconds: float
) -> dict[str, Any]:
    """The document; all but ``run`` depends on files, flags, seed and versions. Effects are probabilities."""
    exact, of = engine.exact, found.inputs
    dates = engine.reference.baseline.report_dates
    return {
        "schema": SCHEMA,
        "question": exact.workspace.question.id,
        "as_of": exact.as_of.isoformat(),
        "start_state": exact.start_state,
        "exact": False,
        "panel": list(exact.panel.members),
        "panel_id": exact.panel.id,
        "inputs": [
            {"driver": name, "mean": float(mean), "sd": float(sd)}
            for name, mean, sd in zip(of.drivers, of.mean, of.sd, strict=True)
        ],
        "correlation": {
            "kind": correlation,
            "assumption": ASSUMED[correlation],
            "matrix": of.correlation.tolist(),
        },
        "n": rows,
        "evaluations": found.evaluations,
        "simulated": {
            "draws": len(engine.rows),
            "paths": engine.paths,
            "steps_per_year": engine.steps_per_year,
        },
        "outputs": [
            {
                "quantity": dotted(quantity, outcome),
                "date": dates[at].isoformat(),
                **_methods(found, place),
            }
            for place, (quantity, outcome, at) in enumerate(found.outputs)
        ],
        "diagnostics": exact.posterior.diagnostics.as_dict(),
        "provenance": {
            "inputs_sha256": exact.workspace.inputs_sha256,
            "seed": exact.seed,
            "versions": cache.versions(),
        },
        "run": {"seconds": seconds, "workspace": str(exact.workspace.root)},
    }


def rows(document: dict[str, Any]) -> Iterator[tuple[str | float, ...]]:
    """The document in tidy form, a row a number (COLUMNS)."""
    for output in document["outputs"]:
        for method in ("sobol", "morris", "shapley"):
            for entry in (output[method] or {"drivers": []})["drivers"]:
                for stat, value in entry.items():
                    if stat != "driver":
                        yield (method, output["quantity"], output["date"], entry["driver"], stat, value)


def _methods(found: GlobalSensitivity, column: int) -> dict[str, Any]:
    return {
        "sobol": _entries(
            found,
            found.sobol,
            column,
            ("first", "first_low", "first_high", "total", "total_low", "total_high"),
        ),
        "morris": _entries(
            found, found.morris, column, ("mu", "mu_star", "mu_star_low", "mu_star_high", "sigma")
        ),
        "shapley": _entries(found, found.shapley, column, ("shares", "se")),
    }


def _entries(found: GlobalSensitivity, of: Any, column: int, names: tuple[str, ...]) -> dict[str, Any] | None:
    """One method's numbers for one output, by driver, with the output's sd where the method has it."""
    if of is None:
        return None
    drivers = [
        {"driver": driver, **{_said(name): float(getattr(of, name)[i, column]) for name in names}}
        for i, driver in enumerate(found.inputs.drivers)
    ]
    variance = getattr(of, "variance", None)
    sd = {} if variance is None else {"sd": float(max(variance[column], 0.0) ** 0.5)}
    return {**sd, "drivers": drivers}


def _said(name: str) -> str:
    return "share" if name == "shares" else name
