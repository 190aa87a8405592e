"""A result as the documented JSON, ``forecast/1``: plain dicts, unrounded numbers."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from forecast import cache
from forecast.inputs.act_words import in_words
from forecast.inputs.composition import Placed, acts
from forecast.simulation.quantities import QUANTITIES
from forecast.states import ESTIMATED, STATES, endpoints
from forecast.visible import in_json

if TYPE_CHECKING:
    from forecast.answering import Result
    from forecast.answers import Answer
    from forecast.consistency.pushes import Push
    from forecast.consistency.verdict import Verdict
    from forecast.inputs.workspace import Workspace
    from forecast.simulation.forecast import Forecast
    from forecast.simulation.plausibility import Plausibility
    from forecast.simulation.study import Part, Reasons

SCHEMA = "forecast/1"
#: A difference counts as one where its sign has at least this probability.
CLEAR = 0.6
#: A difference smaller than this (as a probability), or than this share of the baseline, is none.
SMALL, SMALL_SHARE = 0.02, 0.25
#: A driver that raises an outcome with this probability, or lowers it, is taken to do so.
KNOWN = 0.8


def document(result: Result) -> dict[str, Any]:
    """The document of one panel. Everything but ``run`` is a function of files, flags, seed and versions."""
    fit = result.fit
    return {
        "schema": SCHEMA,
        "question": fit.workspace.question.id,
        "as_of": fit.as_of.isoformat(),
        "start_state": fit.start_state,
        "exact": result.quick is None,
        "panel": list(fit.panel.members),
        "panel_id": fit.panel.id,
        "scenarios": [_scenario(result, at) for at in range(len(result.forecasts))],
        "comparisons": [
            {
                "scenario": c.scenario,
                "vs": c.versus,
                "date": c.date.isoformat(),
                "quantity": dotted(c.quantity, c.outcome),
                "difference": c.difference.as_dict(),
                "p_sign": c.p_sign,
            }
            for c in result.comparisons
        ],
        "estimates": {
            "outside_view": _estimate(result.answers.outside_view),
            "pooled_judgment": _estimate(result.answers.pooled_judgment.answer),
            "model": _estimate(result.answers.model),
        },
        "notes": list(fit.notes),
        "diagnostics": _diagnostics(result),
        "provenance": {
            "inputs_sha256": fit.workspace.inputs_sha256,
            "seed": fit.seed,
            "versions": cache.versions(),
        },
        "run": {
            "source": "reweighted" if result.quick else "cache" if fit.from_cache else "fit",
            "seconds": result.seconds,
            "workspace": str(fit.workspace.root),
        },
    }


def _diagnostics(result: Result) -> dict[str, Any]:
    """Of the sampling, and of a quick answer also of its weights."""
    sampled = result.fit.posterior.diagnostics.as_dict()
    if result.quick is None:
        return sampled
    found = result.quick.found
    # Equal weights have no tail: minus infinity, which JSON cannot hold.
    k_hat, before = (max(k, -1.0) for k in (result.quick.k_hat, found.k_before))
    return {
        **sampled,
        "pareto_k_max": k_hat if math.isfinite(k_hat) else None,
        "pareto_k_before": before if math.isfinite(before) else None,
        "ess_weights": found.ess,
        "moment_matching": list(found.steps),
        "draws_simulated": result.quick.simulated,
        "passed": sampled["passed"] and result.quick.trusted,
    }


def to_json(document: Any) -> str:
    """Text of a document or a list of them; the same bytes for the same numbers."""
    return in_json(json.dumps(document, indent=1, allow_nan=False, ensure_ascii=False))


def headline(outcome: str, start_state: str) -> str:
    """Which quantity is asked of a state: whether it is reached, or, of the present one, still held."""
    return "state" if outcome == start_state else "reached"


def came_out(expected: str, *, difference: float, p_sign: float, level: float) -> bool | None:
    """Whether a difference from the baseline's ``level`` is what was expected; None where nothing was.

    higher, lower   the difference has that sign, with a probability of at least `CLEAR`
    unchanged       it is smaller than `SMALL`, or than `SMALL_SHARE` of the level

    >>> came_out("unchanged", difference=0.03, p_sign=0.7, level=0.1)
    False
    """
    if expected == "unsure":
        return None
    if expected == "unchanged":
        return abs(difference) < max(SMALL, SMALL_SHARE * level)
    return (difference > 0) == (expected == "higher") and difference != 0 and p_sign >= CLEAR


def consistency(verdict: Verdict) -> dict[str, Any]:
    """A verdict of consistency: each driver that is set, and the judgments for and against it."""
    return {
        "verdict": verdict.word,
        "inconsistency": verdict.inconsistency,
        "drivers": [
            {
                "driver": one.driver,
                "variant": one.variant,
                "deviation": one.deviation,
                "verdict": one.word,
                "inconsistency": one.inconsistency,
                "direct": one.direct,
                "supports": [_push(push) for push in one.supports],
                "contradicts": [_push(push) for push in one.contradicts],
            }
            for one in verdict.drivers
        ],
        "swinging": list(verdict.swinging),
    }


def _push(push: Push) -> dict[str, Any]:
    names = ("kind", "from_", "to", "strength", "points", "imposed", "place")
    return {name.rstrip("_"): getattr(push, name) for name in names}


def _scenario(result: Result, at: int) -> dict[str, Any]:
    """A forecast by date; of every one but the baseline also what it does, why it differs, how it fits."""
    forecast = result.forecasts[at]
    horizons = [_horizon(forecast, date) for date in result.dates]
    if at == 0:
        return {"id": forecast.scenario, "horizons": horizons}
    workspace = result.fit.workspace
    verdict, scenario = result.verdicts[at - 1], workspace.scenarios[forecast.scenario]
    studied = {}
    if result.studies:
        study = result.studies[at - 1]
        studied = {
            "reasons": [_reasons(one, result, verdict) for one in study.reasons],
            "plausibility": _plausibility(study.plausibility, workspace),
        }
    return {
        "id": forecast.scenario,
        "title": " ".join(scenario.title.split()),
        "horizons": horizons,
        "interventions": [_act(one, workspace) for one in acts(scenario, workspace.scenarios)],
        **studied,
        "consistency": consistency(verdict),
        "expected": dict(scenario.expected),
        "as_expected": {outcome: _as_expected(result, at, outcome) for outcome in scenario.expected},
    }


def _act(placed: Placed, workspace: Workspace) -> dict[str, Any]:
    """An intervention: where it stands, and what it does in words."""
    file = f"scenarios/{placed.scenario}.yaml"
    return {
        "at": placed.at,
        "scenario": placed.scenario,
        "text": in_words(placed.intervention.act, workspace.shocks),
        "file": file,
        "line": workspace.lines.get((file, f"interventions[{placed.index}]")),
    }


def _reasons(reasons: Reasons, result: Result, verdict: Verdict) -> dict[str, Any]:
    files, set_by_hand = result.fit.workspace, {one.driver: one.deviation for one in verdict.drivers}
    return {
        "quantity": dotted(reasons.quantity, reasons.outcome),
        "date": reasons.date.isoformat(),
        "total": reasons.total.as_dict(),
        "parts": [
            {
                "kind": part.kind,
                "name": part.name,
                "moved": _moved(part, reasons, result, set_by_hand),
                "transition": part.transition,
                "share": part.share.as_dict(),
            }
            for part in reasons.parts
        ],
        "lines": [{**_act(one.placed, files), "share": one.share.as_dict()} for one in reasons.lines],
    }


def _moved(part: Part, reasons: Reasons, result: Result, set_by_hand: dict[str, float]) -> str | None:
    """Whether a driver is higher or lower than in the baseline, where that matters; None if not clear.

    Known of one that the scenario sets; of another it follows from its effect, and from what came of it.
    """
    if part.kind != "driver":
        return None
    off = set_by_hand.get(part.name, 0.0)
    if not off:
        origin, destination = (STATES[i] for i in endpoints(part.transition))  # type: ignore[arg-type]
        at = result.fit.prepared.features.names.index(part.name), ESTIMATED.index(part.transition)
        up = float((result.fit.posterior.coefficients[:, *at] > 0).mean())
        if reasons.outcome not in (origin, destination) or KNOWN > up > 1 - KNOWN:
            return None
        off = part.share.mean * (up - 0.5) * (1 if destination == reasons.outcome else -1)
    return "higher" if off > 0 else "lower"


def _plausibility(found: Plausibility, workspace: Workspace) -> dict[str, Any]:
    from forecast.simulation.plausibility import MEASURE

    return {
        "measure": MEASURE,
        "futures": found.futures,
        "share": found.share.as_dict(),
        "conditions": [
            {**_act(one.placed, workspace), "share": one.share.as_dict() if one.share else None}
            for one in found.conditions
        ],
    }


def _as_expected(result: Result, at: int, outcome: str) -> bool | None:
    forecast, date = result.forecasts[at], result.dates[-1]
    scenario = result.fit.workspace.scenarios[forecast.scenario]
    quantity = headline(outcome, forecast.start_state)
    wanted = (forecast.scenario, quantity, outcome, date)
    found = next(c for c in result.comparisons if (c.scenario, c.quantity, c.outcome, c.date) == wanted)
    return came_out(
        scenario.expected[outcome],  # type: ignore[index]
        difference=found.difference.mean,
        p_sign=found.p_sign,
        level=result.baseline.summary(quantity, outcome, date).mean,
    )


def _horizon(forecast: Forecast, date: Any) -> dict[str, Any]:
    found = {name: forecast.summary(*name, date).as_dict() for name in QUANTITIES}
    kinds = {
        kind: {outcome: p for (quantity, outcome), p in found.items() if quantity == kind}
        for kind in ("state", "reached")
    }
    return {"date": date.isoformat(), **kinds, "alliance_broad": found["alliance_broad", "alliance_broad"]}


def dotted(quantity: str, outcome: str) -> str:
    """A quantity's name in one word: ``reached.split``, ``alliance_broad``."""
    return quantity if quantity == outcome else f"{quantity}.{outcome}"


def _estimate(answer: Answer) -> dict[str, Any]:
    return {
        "rule": answer.rule,
        "horizons": [
            {"date": date.isoformat(), "reached": {k: p.as_dict() for k, p in by_outcome.items()}}
            for date, by_outcome in answer.reached.items()
        ],
    }
