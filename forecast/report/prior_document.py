"""What the answer rests on as JSON, ``prior/1``: components raised to a power, and the specification band."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from forecast import cache
from forecast.document import dotted
from forecast.sensitivity.prior import Scaled
from forecast.sensitivity.specification import Cell, band
from forecast.simulation.quantities import QUANTITIES, STATS

if TYPE_CHECKING:
    from forecast.reweighting.engine import Engine

SCHEMA = "prior/1"
#: Columns of the tidy form.
COLUMNS = ("part", "component", "quantity", "date", "stat", "value")
NOTES = (
    "drivers' levels are fitted first and held (a cut): their part is in forecast sensitivity global",
    "changes are gradients at the answer, per doubling of a component's power; nothing is fitted again for"
    " them",
)


def prior_document(
    engine: Engine,
    *,
    quantities: Sequence[tuple[str, str]],
    scaled: Sequence[Scaled],
    cells: Sequence[Cell],
    seconds: float,
) -> dict[str, Any]:
    """The document; either part may be empty. Everything but ``run`` depends on files, flags and versions.

    The arrays of ``scaled`` are (T, Q'): the engine's dates by ``quantities``.
    """
    exact = engine.exact
    return {
        "schema": SCHEMA,
        "question": exact.workspace.question.id,
        "as_of": exact.as_of.isoformat(),
        "start_state": exact.start_state,
        "exact": False,
        "panel": list(exact.panel.members),
        "panel_id": exact.panel.id,
        "components": [_component(one, engine, quantities) for one in scaled],
        "specification": _specification(engine, cells, quantities) if cells else None,
        "notes": [*exact.notes, *NOTES],
        "diagnostics": exact.posterior.diagnostics.as_dict(),
        "provenance": {
            "inputs_sha256": exact.workspace.inputs_sha256,
            "seed": exact.seed,
            "versions": cache.versions(),
        },
        "run": {"seconds": seconds, "workspace": str(exact.workspace.root)},
    }


def tag(component: dict[str, Any]) -> str:
    """A component's name in one word: ``prior/base_rate``, ``likelihood/source/smith2019``."""
    return "/".join(part for part in (component["kind"], component["group"], component["name"]) if part)


def rows(document: dict[str, Any]) -> Iterator[tuple[str | float, ...]]:
    """The document in tidy form, a row a number (COLUMNS)."""
    for component in document["components"]:
        for found in component["quantities"]:
            where = ("power_scaling", tag(component), found["quantity"], found["date"])
            yield (*where, "sensitivity", found["sensitivity"])
            yield (*where, "noise", found["noise"])
            for stat, value in found["per_doubling"].items():
                yield (*where, f"per_doubling_{stat}", value)
    specification = document["specification"] or {"cells": [], "bands": []}
    for cell in specification["cells"]:
        name = f"{cell['reference_class']}/{cell['half_life']:g}/{cell['shared_bias']:g}"
        for found in cell["horizons"]:
            for stat in STATS:
                yield ("specification", name, found["quantity"], found["date"], stat, found[stat])
    for each in specification["bands"]:
        for stat in ("low", "high", "p05", "p95"):
            yield ("specification", "band", each["quantity"], each["date"], stat, each[stat])


def k_shown(k_hat: float) -> float | None:
    """A Pareto shape as JSON has it: -1 for equal weights (minus infinity), None where it is not known."""
    return max(k_hat, -1.0) if math.isfinite(max(k_hat, -1.0)) else None


def _component(one: Scaled, engine: Engine, quantities: Sequence[tuple[str, str]]) -> dict[str, Any]:
    found = []
    for i, date in enumerate(engine.dates):
        for j, name in enumerate(quantities):
            change = {stat: float(getattr(one.change, stat)[i, j]) for stat in STATS[:4]}
            found.append(
                {
                    "quantity": dotted(*name),
                    "date": date.isoformat(),
                    "sensitivity": float(one.sensitivity[i, j]),
                    "noise": float(one.noise[i, j]),
                    "per_doubling": {**change, "mcse": float(one.error[i, j])},
                    "diagnosis": one.diagnosis[i * len(quantities) + j],
                }
            )
    named = {"kind": one.kind, "group": one.group, "name": one.name}
    return {**named, "k_hat": k_shown(one.k_hat), "trusted": one.trusted, "quantities": found}


def _specification(
    engine: Engine, cells: Sequence[Cell], quantities: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    places = [
        (i, list(QUANTITIES).index(name), {"quantity": dotted(*name), "date": date.isoformat()})
        for i, date in enumerate(engine.dates)
        for name in quantities
    ]
    return {
        "fitted": sum(cell.fitted for cell in cells),
        "left_out": sum(not cell.trusted for cell in cells),
        "cells": [
            {
                "reference_class": cell.choice.reference_class,
                "half_life": cell.choice.half_life,
                "shared_bias": cell.choice.shared_bias,
                "k_hat": k_shown(cell.k_hat),
                "ess": cell.ess,
                "fitted": cell.fitted,
                "trusted": cell.trusted,
                "horizons": [
                    {**where, **dict(zip(STATS, map(float, cell.values[i, j]), strict=True))}
                    for i, j, where in places
                ],
            }
            for cell in cells
        ],
        "bands": [{**where, **_band(cells, i, j)} for i, j, where in places],
    }


def _band(cells: Sequence[Cell], date: int, quantity: int) -> dict[str, Any]:
    found = band(cells, date=date, quantity=quantity)
    effects = {
        name: [{"option": option, "mean": mean} for option, mean in means.items()]
        for name, means in found.effects.items()
    }
    ends = {"low": found.low, "high": found.high, "p05": found.p05, "p95": found.p95}
    return {**ends, "ranges": found.ranges, "effects": effects}
