"""A document as a table for a terminal: plain text, fixed columns, never wrapped."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from forecast.cli.comparison import comparison
from forecast.cli.why import measure, why
from forecast.inputs.workspace import Workspace
from forecast.rounding import interval, percent
from forecast.states import CHANNELS, STATES

WIDTH = 13
NOT_CONVERGED = "NOT CONVERGED: do not use these numbers (see diagnostics in --json)"
NOT_TRUSTED = "NOT TO BE TRUSTED: the draws are too far from these judgments; run without --quick"
#: The blank before a probability or a difference, in a table.
_CELL = re.compile(r" (?=[<>+-]?\d[\d.]*(?:%| \[))")


def render(
    document: dict[str, Any],
    workspace: Workspace,
    *,
    by: Sequence[dt.date] = (),
    width: int | None = None,
) -> str:
    """The baseline by date and the three answers; then each scenario beside it, and what was found of it.

    ``by``: dates to compare at beside the middle and the last. ``width``: that of a terminal, to which prose
    is wrapped; tables never are.
    """
    question = workspace.question
    members = len(document["panel"])
    lines = [
        question.title,
        f"as of {document['as_of']}, from {document['start_state']}; panel {document['panel_id']}"
        f" ({members} source{'s' * (members != 1)})",
    ]
    exact = document["exact"]
    if not document["diagnostics"]["passed"]:
        lines.append(NOT_CONVERGED if exact else NOT_TRUSTED)
    baseline, *others = document["scenarios"]
    numbers = ["", *_scenario(baseline), "", *_answers(document)]
    if others:
        numbers += ["", *comparison(document, by)]
    lines += numbers if exact else map(_marked, numbers)
    for scenario in others:
        lines += ["", *why(document, scenario, workspace, width)]
    if others and exact:
        lines += ["", *measure(document, width)]
    if not exact:
        lines += ["", _weighed(document)]
    return "\n".join(line.rstrip() for line in lines)


def _marked(line: str) -> str:
    """A line of a quick answer: each number after a blank, where a cell begins, is marked as estimated."""
    return _CELL.sub("~", line)


def _weighed(document: dict[str, Any]) -> str:
    """How a quick answer was come by, in a line."""
    diagnostics = document["diagnostics"]
    k_hat = diagnostics["pareto_k_max"]
    shape = "not known" if k_hat is None else "below 0" if k_hat < 0 else f"{k_hat:.2f}"
    how = [f"~ reweighted draws: Pareto k {shape} (to 0.7), effective draws {diagnostics['ess_weights']:.0f}"]
    if diagnostics["moment_matching"]:
        how.append(f"moved by moment matching ({', '.join(diagnostics['moment_matching'])})")
    if diagnostics["draws_simulated"]:
        how.append(f"{diagnostics['draws_simulated']} simulated again")
    last = document["scenarios"][0]["horizons"][-1]["reached"]
    errors = ", ".join(f"{name} {100 * last[name]['mcse']:.1f}" for name in CHANNELS)
    how.append(f"Monte Carlo error at the end, points: {errors}")
    return ", ".join(how) + "; forecast run without --quick is exact"


def _scenario(scenario: dict[str, Any]) -> list[str]:
    head = [f"{name:>{WIDTH}}" for name in (*STATES, *(f"{k} *" for k in CHANNELS), "broad")]
    rows = [
        f"{scenario['id']}: state on the date; * reached by then [90%];"
        " broad: alliance or de facto, on the date",
        f"{'':12}" + "".join([*head[:3], *(f"{k + ' *':>22}" for k in CHANNELS), f"{'broad':>10}"]),
    ]
    for horizon in scenario["horizons"]:
        state = [f"{percent(horizon['state'][name]['mean']):>{WIDTH}}" for name in STATES]
        reached = [f"{interval(horizon['reached'][k]):>22}" for k in CHANNELS]
        broad = f"{percent(horizon['alliance_broad']['mean']):>10}"
        rows.append(f"{horizon['date']:12}" + "".join([*state, *reached, broad]))
    return rows


def _answers(document: dict[str, Any]) -> list[str]:
    names = {"outside_view": "outside view", "pooled_judgment": "pooled judgment", "model": "model"}
    last = document["scenarios"][0]["horizons"][-1]["date"]
    rows = [f"three answers: reached by {last} [90%]", f"{'':18}" + "".join(f"{k:>22}" for k in CHANNELS)]
    for key, name in names.items():
        found = [h for h in document["estimates"][key]["horizons"] if h["date"] == last]
        cells = [interval(found[0]["reached"][k]) for k in CHANNELS] if found else ["no such judgments"] * 2
        rows.append(f"{name:18}" + "".join(f"{cell:>22}" for cell in cells))
    return rows
