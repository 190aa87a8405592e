"""What readers call the things that numbers are of: names and titles in place of ids."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from forecast.inputs.workspace import BASELINE
from forecast.report.numbers import listed
from forecast.report.trace.pointers import SEVERAL
from forecast.report.view import View

_Naming = tuple[Collection[str], Callable[[str], str]]


def called(view: View, here: Mapping[str, str]) -> dict[str, str]:
    """The same with names for ids: of drivers, shocks and scenarios in quotation marks, of outcomes small.

    ``carrier`` is what carries a part of a difference, whichever kind it is of; ``item`` one of evidence.
    """
    naming, drivers = _naming(view), view.workspace.drivers.drivers
    known = {}
    for key, value in here.items():
        names, name = naming.get(key, ((), str))
        known[key] = name(value) if value in names else value.replace("_", " ")
    of, called_so = here.get("kind", ""), here.get("name", "")
    known["name"] = view.source_names.get(called_so, called_so.replace("_", " "))
    if "opposite" in here:
        known["outcome"] = f"no {known['outcome']}"
    known["each_driver"] = listed(
        [f"“{view.driver_name(d)}”" for d in here.get("each_driver", "").split(SEVERAL) if d in drivers]
    )
    members = [view.source_names[m] for m in here.get("each", "").split(SEVERAL) if m in view.source_names]
    known["item"] = known.get("driver", "") or listed(members) or _ITEMS.get(of, "an item of evidence")
    return {**known, "carrier": known.get(of, "") or "what has no name of its own"}


_ITEMS = {"record": "the pair's own record", "ratios": "what is seen across other pairs"}


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
