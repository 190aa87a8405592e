"""What readers call the things that numbers are of: names and titles in place of ids."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from forecast.inputs.workspace import BASELINE
from forecast.report.view import View

_Naming = tuple[Collection[str], Callable[[str], str]]


def called(view: View, here: Mapping[str, str]) -> dict[str, str]:
    """The same with names for ids: of drivers, shocks and scenarios in quotation marks, of outcomes small.

    ``carrier`` is what carries a part of a difference, whichever kind it is of.
    """
    naming = _naming(view)
    known = {}
    for key, value in here.items():
        names, name = naming.get(key, ((), str))
        known[key] = name(value) if value in names else value.replace("_", " ")
    of = here.get("kind", "")
    return {**known, "carrier": known.get(of, "") or "what has no name of its own"}


def _naming(view: View) -> dict[str, _Naming]:
    files = view.workspace
    drivers, series = files.drivers.drivers, files.indicators.indicators
    covariates = files.base_rates.covariates
    return {
        "driver": (drivers, lambda d: f"“{view.driver_name(d)}”"),
        "feature": ((*drivers, *files.drivers.interactions), lambda f: f"“{view.feature_name(f)}”"),
        "interaction": (files.drivers.interactions, lambda f: f"“{view.feature_name(f)}”"),
        "source": (files.sources, lambda s: view.source_names[s]),
        "shock": (files.shocks, lambda s: f"“{view.shock_name(s)}”"),
        "scenario": (set(files.scenarios) - {BASELINE}, lambda s: f"“{view.scenario_title(s)}”"),
        "outcome": (files.question.outcomes, view.outcome_name),
        "indicator": (series, lambda i: f"“{series[i].title}”"),
        "covariate": (covariates, lambda c: f"“{covariates[c].title}”"),
    }
