"""The tables of `forecast sensitivity prior`, from its document."""

from __future__ import annotations

from typing import Any

from forecast.cli.columns import aligned
from forecast.inputs.workspace import Workspace
from forecast.rounding import interval, percent

#: How a diagnosis is shown behind a number.
SHORT = {"prior-data conflict": " conflict", "strong prior / weak likelihood": " strong", "informs": " *"}
GROUPS = {
    "all": "all",
    "base_rate": "base rate",
    "effects": "effects of drivers",
    "gain": "gain of a code",
    "scatter": "scatter of sources",
    "dependence": "dependence of sources",
    "definition": "definition of broad",
    "codes": "codes, all",
    "stated": "stated outcomes, all",
    "record": "the pair's record",
    "within_pair": "the class's ratios within pairs",
}
FACTORS = {0.5: "halved", 1.0: "as judged", 2.0: "doubled"}


def table(document: dict[str, Any], workspace: Workspace, *, outcome: str, date: str, top: int) -> str:
    """Power-scaling by component, then the specification band, for one date."""
    lines = [
        workspace.question.title,
        f"as of {document['as_of']}, from {document['start_state']}; panel {document['panel_id']}",
    ]
    if document["components"]:
        lines += ["", *_components(document, outcome, date, top)]
    if document["specification"]:
        lines += ["", *_specification(document["specification"], workspace, outcome, date)]
    return "\n".join(line.rstrip() for line in lines)


def _components(document: dict[str, Any], outcome: str, date: str, top: int) -> list[str]:
    names = list(dict.fromkeys(q["quantity"] for q in document["components"][0]["quantities"]))
    rows = [["", "k", *names]]
    for kind, title in (("prior", "PRIOR"), ("likelihood", "LIKELIHOOD")):
        rows.append([title, "", *[""] * len(names)])
        rows += [_row(c, names, date) for c in _of(document, kind) if c["group"] in GROUPS]
    for group, title in (("driver", "CODES OF A DRIVER"), ("source", "ALL A SOURCE SAYS")):
        found = [c for c in document["components"] if c["group"] == group]
        ranked = sorted(found, key=lambda c: -_at(c, outcome, date)["sensitivity"])
        more = f", {top} of {len(found)}" if len(found) > top else ""
        rows.append([title + more, "", *[""] * len(names)])
        rows += [_row(c, names, date) for c in ranked[:top]]
    notes = [
        "sensitivity, and the mean's change in points per doubling of the component's power, +- its error;",
        "in brackets where chance makes half as much of a component that has nothing to do with it;",
        "from 0.05 on: * informs; of a prior, conflict (the likelihood pulls too) or strong (it does not)",
    ]
    if any(not c["trusted"] for c in document["components"]):
        notes.append("! Pareto k above 0.7: not to be trusted")
    head = f"what the answer rests on, by {date} (power-scaling; ~ reweighted)"
    return [head, *aligned(rows), *notes, *document["notes"][-2:-1]]


def _of(document: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [c for c in document["components"] if c["kind"] == kind]


def _at(component: dict[str, Any], quantity: str, date: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        q for q in component["quantities"] if (q["quantity"], q["date"]) == (quantity, date)
    )
    return found


def _row(component: dict[str, Any], names: list[str], date: str) -> list[str]:
    name = component["name"] or GROUPS[component["group"]]
    mark = "" if component["trusted"] else "!"
    return [f"  {name}", _k(component["k_hat"]) + mark, *(_cell(_at(component, q, date)) for q in names)]


def _k(k_hat: float | None) -> str:
    return "?" if k_hat is None else "-" if k_hat <= -1 else f"{k_hat:.2f}"


def _cell(found: dict[str, Any]) -> str:
    change, error = (100 * found["per_doubling"][stat] for stat in ("mean", "mcse"))
    word = SHORT.get(found["diagnosis"], "")
    clear = found["sensitivity"] >= 2 * found["noise"] > 0
    size = f"{found['sensitivity']:.2f}"
    return f"{size if clear else f'({size})':>6} ~{change:+.2f} +-{error:.2f}{word}"


def _specification(found: dict[str, Any], workspace: Workspace, outcome: str, date: str) -> list[str]:
    cells = found["cells"]
    lives = list(dict.fromkeys(c["half_life"] for c in cells))
    biases = list(dict.fromkeys(c["shared_bias"] for c in cells))
    sd = workspace.question.model.shared_bias_sd
    rows = [["reference class", "half-lives", *(f"shared bias {sd * b:g}" for b in biases)]]
    for name in dict.fromkeys(c["reference_class"] for c in cells):
        for life in lives:
            row = [c for c in cells if (c["reference_class"], c["half_life"]) == (name, life)]
            rows.append([name, FACTORS[life], *(_combination(c, outcome, date) for c in row)])
    bands = [b for b in found["bands"] if b["date"] == date]
    fits = f"; {found['fitted']} fitted" if found["fitted"] else ""
    left = (
        f"; {found['left_out']} not to be trusted (!) and left out of the band" if found["left_out"] else ""
    )
    return [
        f"{len(cells)} specifications: {outcome} by {date} [90%]{fits}{left}",
        *aligned(rows),
        "",
        *aligned([["", "means", "90% intervals", "range of averages, in points"], *map(_band, bands)]),
    ]


def _combination(cell: dict[str, Any], outcome: str, date: str) -> str:
    found = next(h for h in cell["horizons"] if (h["quantity"], h["date"]) == (outcome, date))
    files = (cell["half_life"], cell["shared_bias"], cell["k_hat"]) == (1, 1, -1.0)
    mark = "" if cell["fitted"] or files else "~" if cell["trusted"] else "!"
    return mark + interval(found)


def _band(band: dict[str, Any]) -> list[str]:
    ranges = ", ".join(f"{name.replace('_', ' ')} {100 * size:.1f}" for name, size in band["ranges"].items())
    return [
        band["quantity"],
        f"{percent(band['low'])} to {percent(band['high'])}",
        f"{percent(band['p05'])} to {percent(band['p95'])}",
        ranges,
    ]
