"""The table of `forecast sensitivity global`, from its document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forecast.cli.columns import aligned
from forecast.inputs.workspace import Workspace


def table(document: dict[str, Any], workspace: Workspace, *, column: int, ranking: Sequence[int]) -> str:
    """One output's indices, the drivers that matter most first."""
    output = document["outputs"][column]
    methods = {name: output[name] for name in ("sobol", "morris", "shapley") if output[name]}
    rows = [["", "level", *(head for name in methods for head in _HEADS[name])]]
    for i in ranking:
        given = document["inputs"][i]
        cells = [cell for name, found in methods.items() for cell in _CELLS[name](found["drivers"][i])]
        rows.append([given["driver"], f"{given['mean']:+.1f} ({given['sd']:.1f})", *cells])
    return "\n".join(
        [
            workspace.question.title,
            f"as of {document['as_of']}, from {document['start_state']}; panel {document['panel_id']}",
            "",
            f"what {output['quantity']} by {output['date']} owes to the drivers' levels today (~ simulated"
            f" with {document['simulated']['draws']} draws)",
            *aligned(rows),
            *_notes(document, methods),
        ]
    )


def _notes(document: dict[str, Any], methods: dict[str, Any]) -> list[str]:
    found = [
        f"N = {document['n']}, {document['evaluations']} points; level: mean (sd); [95%] are of the points"
        " drawn: that draws are few adds some hundredths to an index"
    ]
    if "sobol" in methods:
        first = sum(entry["first"] for entry in methods["sobol"]["drivers"])
        sd = 100 * methods["sobol"]["sd"]
        found.append(f"levels move the mean with sd {sd:.2f} points; first orders add up to ~{first:.2f}")
    if "morris" in methods:
        found.append("mu*, sigma: mean and sd of the effect from a level's 5% to its 95% quantile, in points")
    if "shapley" in methods:
        found.append(f"Shapley: {document['correlation']['assumption']}")
    return found


def _sobol(entry: dict[str, float]) -> list[str]:
    return [_share(entry[kind], entry[f"{kind}_low"], entry[f"{kind}_high"]) for kind in ("first", "total")]


def _share(middle: float, low: float, high: float) -> str:
    return f"~{middle:.2f} [{low:.2f}, {high:.2f}]"


def _morris(entry: dict[str, float]) -> list[str]:
    return [f"~{100 * entry['mu_star']:.2f}", f"{100 * entry['sigma']:.2f}"]


def _shapley(entry: dict[str, float]) -> list[str]:
    return [f"~{entry['share']:.2f} +-{1.96 * entry['se']:.2f}"]


_HEADS = {"sobol": ("first order", "total"), "morris": ("mu*", "sigma"), "shapley": ("Shapley",)}
_CELLS = {"sobol": _sobol, "morris": _morris, "shapley": _shapley}
