"""Why a probability is what it is: its value on a date, how it is computed, and what it rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from forecast.answers import three_answers
from forecast.errors import UsageError
from forecast.explaining.bases import Bases
from forecast.explaining.basis import clean
from forecast.explaining.document import foot, head, of_keys
from forecast.explaining.ground import Ground, in_words
from forecast.explaining.ranked import leading
from forecast.explaining.target import Target, quantity_names
from forecast.inference.fit import Fit
from forecast.inputs.workspace import BASELINE
from forecast.simulation.forecast import Forecast
from forecast.simulation.run import PATHS

#: Drivers whose readings are told.
DRIVERS = 3


def quantity(
    target: Target, fit: Fit, baseline: Forecast, date: dt.date, *, scenario: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A probability by date; of a scenario, whose own numbers come from its document (`scenario_value`).

    Judgments are ranked by how far the baseline's answer moves with them, also of a scenario, which rests on
    the same judgments.
    """
    bases = Bases(Ground(fit, baseline, date))
    value = dict(scenario or {"value": baseline.summary(*quantity_names()[target.name], date).as_dict()})
    name = value.pop("scenario", BASELINE)
    broad = target.outcome == "alliance_broad"
    keys = [
        f"scenario:{name}",
        f"answer:{target.name}",
        *(["definition", "index"] if broad else [f"drivers:{target.outcome}"]),
        *(f"driver:{driver}" for driver in leading(bases.ground, target.name)[:DRIVERS]),
        *("class", "record", f"resolution:{target.outcome}"),
    ]
    return {
        **head(target, fit.workspace, fit.panel, as_of=fit.as_of, start=fit.start_state),
        "date": date.isoformat(),
        "scenario": name,
        "title": in_words(fit.workspace, target.name, date),
        **value,
        "how": (
            f"mean over {fit.posterior.draws:,} draws of the posterior, each the average of {PATHS} simulated"
            " futures of drivers and shocks; the interval is from the 5% to the 95% quantile over draws"
        ),
        "basis": of_keys(bases, keys),
        **foot(fit),
    }


def estimate(target: Target, fit: Fit, baseline: Forecast, date: dt.date) -> dict[str, Any]:
    """One of the three answers.

    Raises
    ------
    UsageError
        If the panel gives no such answer: pooled judgment needs probabilities of both outcomes from a source
        that wrote while the pair was in partnership, and a forecast that starts there.
    """
    answers = three_answers(fit, baseline, (date,))
    answer = {
        "outside_view": answers.outside_view,
        "pooled_judgment": answers.pooled_judgment.answer,
        "model": answers.model,
    }[target.name]
    if date not in answer.reached:
        raise UsageError(
            f"panel {fit.panel.id} has no pooled judgment from {fit.start_state}: that takes a source that"
            " states both outcomes of a pair in partnership, and a forecast that starts there"
        )
    asked = f"reached.{target.outcome}"
    keys = {
        "outside_view": ["class"],
        "pooled_judgment": [f"pooled:{target.outcome}", "panel"],
        "model": [f"answer:{asked}", f"drivers:{target.outcome}", "class", "record"],
    }[target.name]
    return {
        **head(target, fit.workspace, fit.panel, as_of=fit.as_of, start=fit.start_state),
        "date": date.isoformat(),
        "scenario": BASELINE,
        "title": f"{target.name.replace('_', ' ')}: {in_words(fit.workspace, asked, date)}",
        "value": answer.reached[date][target.outcome].as_dict(),
        "how": clean(answer.rule),
        "basis": of_keys(Bases(Ground(fit, baseline, date)), [*keys, f"resolution:{target.outcome}"]),
        **foot(fit),
    }


def scenario_value(
    document: Mapping[str, Any], target: Target, scenario: str, date: dt.date
) -> dict[str, Any]:
    """A scenario's own numbers from its document: value, the baseline's, the paired difference, its lines.

    ``lines`` is what each line of the scenario adds to those before it, at the last date, if that is asked.
    """
    baseline, told = (
        next(s for s in document["scenarios"] if s["id"] == name) for name in (BASELINE, scenario)
    )
    compared = next(
        c
        for c in document["comparisons"]
        if (c["scenario"], c["date"], c["quantity"]) == (scenario, date.isoformat(), target.name)
    )
    reasons = [
        r for r in told.get("reasons", ()) if (r["quantity"], r["date"]) == (target.name, date.isoformat())
    ]
    return {
        "scenario": scenario,
        "value": _horizon(told, target, date),
        "baseline": _horizon(baseline, target, date),
        "difference": compared["difference"],
        "p_sign": compared["p_sign"],
        **({"parts": reasons[0]["parts"], "lines": reasons[0]["lines"]} if reasons else {}),
    }


def _horizon(scenario: Mapping[str, Any], target: Target, date: dt.date) -> dict[str, float]:
    found: Any = next(h for h in scenario["horizons"] if h["date"] == date.isoformat())
    for part in target.name.split("."):
        found = found[part]
    return dict(found)
