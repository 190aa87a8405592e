"""A sweep as the documented JSON, ``sweep/1``, and as tidy rows for a spreadsheet or a data frame."""

from __future__ import annotations

import importlib.util
import io
import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from forecast import cache
from forecast.errors import UsageError
from forecast.inputs.knobs import Setting
from forecast.sensitivity.sweep import Swept
from forecast.simulation.quantities import QUANTITIES, STATS

SCHEMA = "sweep/1"
#: Columns of tidy rows behind those of the knobs, which are named by their paths.
COLUMNS = ("scenario", "date", "quantity", "outcome", "stat", "value", "means")


def document(swept: Swept) -> dict[str, Any]:
    """The document of a whole sweep: a function of files, flags, seed and versions.

    ``current`` is the answer with nothing turned. Of each point ``means`` says how it was come by: ``exact``
    draws, some of them ``simulated`` again, ``reweighted``, or ``refit`` since the weights would not do.
    ``k_hat`` is null where all draws weigh the same, or too few differ to say.
    """
    sweep = swept.sweep
    return {
        "schema": SCHEMA,
        "question": sweep.question,
        "title": sweep.title,
        "as_of": sweep.as_of,
        "start_state": sweep.start_state,
        "exact": bool(swept.exact.all()),
        "panel": list(sweep.panel),
        "panel_id": sweep.panel_id,
        "knobs": [asdict(dial) for dial in sweep.dials],
        "current": _point(swept, 0),
        "points": [_point(swept, place) for place in range(1, len(swept.cells))],
        "provenance": {
            "inputs_sha256": sweep.inputs_sha256,
            "sweep_sha256": sweep.sha256,
            "seed": sweep.seed,
            "draws": sweep.draws,
            "versions": cache.versions(),
        },
    }


def columns(swept: Swept) -> tuple[str, ...]:
    """The names of the columns of `tidy`."""
    return (*(dial.path for dial in swept.sweep.dials), *COLUMNS)


def tidy(swept: Swept) -> Iterator[tuple[Any, ...]]:
    """A row a number: the knobs' values, then as in COLUMNS; ``means`` as in the document."""
    sweep = swept.sweep
    for place, cell in enumerate(swept.cells):
        if cell == 0:
            continue
        settings = sweep.cells[cell].values()
        values, means = swept.values[place].tolist(), swept.means(place)
        for s, scenario in enumerate(sweep.scenarios):
            for t, date in enumerate(sweep.dates):
                for q, (quantity, outcome) in enumerate(QUANTITIES):
                    for i, stat in enumerate(STATS):
                        value = values[s][t][q][i]
                        yield (*settings, scenario, date, quantity, outcome, stat, value, means)


def parquet(swept: Swept) -> bytes:
    """The tidy rows as a Parquet file; UsageError if what writes it is not installed."""
    import pandas as pd

    check_parquet()
    names = columns(swept)
    # A column at a time: a sweep of many points has many rows, of which most of each repeats.
    table = pd.DataFrame(dict(zip(names, zip(*tidy(swept), strict=True), strict=True)))
    buffer = io.BytesIO()
    table.to_parquet(buffer, engine="pyarrow", index=False)
    return buffer.getvalue()


def check_parquet() -> None:
    """Raise UsageError if what writes Parquet is not installed."""
    if importlib.util.find_spec("pyarrow") is None:
        raise UsageError(
            "--parquet needs pyarrow, which is not installed: pip install 'alliance-forecast[sensitivity]'"
        )


def _point(swept: Swept, place: int) -> dict[str, Any]:
    sweep = swept.sweep
    settings: dict[str, Setting] = sweep.cells[swept.cells[place]]
    values = swept.values[place].tolist()
    return {
        "settings": dict(settings),
        "means": swept.means(place),
        "exact": bool(swept.exact[place]),
        "k_hat": _finite(float(swept.k_hat[place])),
        "ess": float(swept.ess[place]),
        "simulated": int(swept.simulated[place]),
        "converged": bool(swept.converged[place]),
        "trusted": bool(swept.trusted[place]),
        "scenarios": [
            {
                "id": scenario,
                "horizons": [{"date": date, **_horizon(values[s][t])} for t, date in enumerate(sweep.dates)],
            }
            for s, scenario in enumerate(sweep.scenarios)
        ],
    }


def _horizon(values: list[list[float]]) -> dict[str, Any]:
    """Quantities (Q, 5) as `forecast.document` has them."""
    found = {
        name: {stat: _finite(value) for stat, value in zip(STATS, row, strict=True)}
        for name, row in zip(QUANTITIES, values, strict=True)
    }
    kinds = {
        kind: {outcome: p for (quantity, outcome), p in found.items() if quantity == kind}
        for kind in ("state", "reached")
    }
    return {**kinds, "alliance_broad": found["alliance_broad", "alliance_broad"]}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
