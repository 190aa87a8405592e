"""Priors out of a workspace or a table: one judgment fitted, or a panel's judgments of one item pooled."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation import logit, standard_score
from forecast.elicitation.distribution import Distribution
from forecast.elicitation.fitting import Fitted, fit_many, fits_many
from forecast.elicitation.in_files import InFile
from forecast.elicitation.judgment import Judgment
from forecast.errors import UsageError
from forecast.inputs.plain_words import did_you_mean
from forecast.inputs.workspace import Workspace
from forecast.interchange.elicited import Elicited
from forecast.interchange.priors import Prior, Voice
from forecast.pooling.by_performance import COOKE, by_performance
from forecast.pooling.items import item as said_of
from forecast.pooling.of_workspace import HIERARCHICAL
from forecast.pooling.on_scale import OnScale
from forecast.pooling.rule import Rule
from forecast.pooling.said import Item, Said
from forecast.pooling.side_by_side import LEVELS, of_probabilities
from forecast.pooling.table import RULES

if TYPE_CHECKING:
    from forecast.panel import Panel

#: Every rule that a prior can be pooled by.
POOLS = (*RULES, HIERARCHICAL, *(name for name, rule in COOKE.items() if rule != "user"))


def rule_named(name: str) -> str:
    """The name itself; UsageError with the nearest one where there is no such rule."""
    if name in POOLS:
        return name
    near = did_you_mean(name, POOLS)
    hint = f"Did you mean '{near}'?" if near else f"There are {', '.join(POOLS)}."
    raise UsageError(f"unknown rule '{name}'. {hint}")


def of_judgment(place: InFile, *, family: str | None = None) -> Prior:
    """The judgment at a path, fitted: with a family, else with the one that fits best."""
    best = _fitted([place.judgment], family)[0]
    source = place.path.split(".")[1] if place.path.startswith("sources.") else place.path
    return Prior(
        place.path,
        best,
        voices=(Voice(source, 1.0, _quantiles(place.judgment), place.file, place.line),),
        title=_title(place.label, best),
        unit=place.unit,
        lower=place.judgment.lower,
        upper=place.judgment.upper,
        ssq=best.ssq,
        notes=best.warnings,
    )


def of_item(
    workspace: Workspace,
    panel: Panel,
    key: str,
    *,
    rule: str = "linear",
    family: str | None = None,
    by: dt.date | None = None,
) -> Prior:
    """What a panel says of one item, pooled.

    Without ``family`` it is what ``forecast elicit pool`` shows for the rule: of a quantity, the model's
    readings of what sources state are pooled; of a probability, their quantiles at 5, 50 and 95% level by
    level, and the prior is the normal on the log odds, split at its median, that runs through the three. With
    a family each source's quantiles are fitted with it, and these distributions are pooled.

    Raises
    ------
    UsageError
        For an unknown item or rule, a rule not made for the item, an item of which nobody speaks, a family
        that needs a limit the item has not.
    """
    rule_named(rule)
    item = said_of(workspace, panel, key, by=by)
    speaking = [one for one in item.said if one.effective > 0]
    if not speaking:
        raise UsageError(f"nobody on panel {panel.id} says anything of {key}")
    weights = np.array([one.effective for one in speaking])
    notes = [f"{name} is left out: {why}" for name, why in item.left_out.items()]
    voices = tuple(Voice(one.source, one.effective, _stated(one), one.file, one.line) for one in speaking)
    if rule in RULES:
        made, more = _flat(item, speaking, weights, RULES[rule], family)
    else:
        if family is not None:
            raise UsageError(f"{rule} reads quantiles in its own way; leave --family out")
        made, shares = _by_model(workspace, item, rule)
        more = ""
        if shares is not None:
            voices = tuple(
                Voice(one.source, shares[one.source], dict(one.stated), one.file, one.line)
                for one in item.said
                if one.source in shares
            )
    notes += [more] if more else []
    return Prior(key, made, rule, voices, _when(item), item.unit, item.lower, item.upper, notes=tuple(notes))


def of_table(
    said: Sequence[Elicited], *, rule: str = "linear", family: str | None = None
) -> tuple[Prior, ...]:
    """Every item of a table: each expert's judgment fitted, best or with a family, and pooled.

    Raises
    ------
    UsageError
        As `of_item`; also for rules that need a workspace.
    """
    rule_named(rule)
    if rule not in RULES or RULES[rule].densities is None:
        made = ", ".join(name for name, one in RULES.items() if one.densities is not None)
        raise UsageError(f"{rule} does not pool tables of quantities; there are {made}")
    return tuple(
        _of_answers([one for one in said if one.item == name], RULES[rule], family)
        for name in dict.fromkeys(one.item for one in said)
    )


def _of_answers(said: Sequence[Elicited], rule: Rule, family: str | None) -> Prior:
    heard = [one for one in said if one.weight > 0]
    if not heard:
        raise UsageError(f"every weight of {said[0].item} is 0; give at least one expert a weight above 0")
    best = _fitted([one.judgment for one in heard], family)
    voices = tuple(
        Voice(one.expert, one.weight, _quantiles(one.judgment), one.file, one.line) for one in heard
    )
    assert rule.densities is not None
    alone = best[0] if len(best) == 1 else None
    pooled = rule.densities(best, np.array([one.weight for one in heard]))
    ends = [one.judgment for one in heard]
    return Prior(
        said[0].item,
        pooled,
        "" if alone else rule.name,
        voices,
        _title("", *best),
        next((one.unit for one in said if one.unit), ""),
        min(one.lower for one in ends),
        max(one.upper for one in ends),
        ssq=alone.ssq if alone else None,
        notes=alone.warnings if alone else (),
    )


def _fitted(judgments: Sequence[Judgment], family: str | None) -> tuple[Fitted, ...]:
    if family is not None:
        return fit_many(judgments, family)
    return tuple(ranked[0] for ranked in fits_many(judgments))


def _flat(
    item: Item, speaking: Sequence[Said], weights: Floats, rule: Rule, family: str | None
) -> tuple[Distribution, str]:
    """The item by a rule of the table, and what to say of it."""
    if item.form == "probability" and family is None:
        return _through(item, speaking, weights, rule)
    if rule.densities is None:
        raise UsageError(f"{rule.name} pools probabilities of an event, not distributions; see elicit pool")
    if family is None:
        return rule.densities([one.distribution for one in speaking], weights), ""
    coded = [one.source for one in speaking if one.judgment is None]
    if coded:
        raise UsageError(
            f"{item.key} is coded in points ({coded[0]}): no quantiles to fit; leave --family out"
        )
    fitted = fit_many([one.judgment for one in speaking if one.judgment is not None], family)
    return rule.densities(fitted, weights), f"each source's quantiles fitted with {family}, then pooled"


def _through(item: Item, speaking: Sequence[Said], weights: Floats, rule: Rule) -> tuple[OnScale, str]:
    """A split normal on the log odds through a probability's pooled quantiles."""
    at = {p: np.array([_at(one, p) for one in speaking]) for p in LEVELS}
    (pool,) = of_probabilities(at, weights, {rule.name: rule})
    low, middle, high = pool.quantiles
    if low is None or middle is None or high is None:
        raise UsageError(f"{item.key}: {rule.name} {pool.why}; choose another rule, or give --family")
    if not 0.0 < low < middle < high < 1.0:
        raise UsageError(
            f"{item.key}: {rule.name} leaves no spread (p05 {low:g}, p50 {middle:g}, p95 {high:g}); "
            "choose another rule, or give --family"
        )
    score = standard_score(LEVELS[-1])
    below, above = (logit(middle) - logit(low)) / score, (logit(high) - logit(middle)) / score
    return (
        OnScale("logit", logit(middle), below, above),
        "quantiles at 5, 50 and 95% pooled level by level; a normal on the log odds, split at its median, "
        "runs through the three",
    )


def _by_model(workspace: Workspace, item: Item, rule: str) -> tuple[Distribution, Mapping[str, float] | None]:
    """The model's hierarchical pool, or Cooke's decision maker and the weights that experts earned."""
    if rule == HIERARCHICAL:
        from forecast.pooling.hierarchical import of_item as hierarchical

        return hierarchical(item, workspace.question.model), None
    made = by_performance(
        workspace,
        item.key,
        {one.source: dict(one.stated) for one in item.said if not one.coded and len(one.stated) > 1},
        limits=(_or_nan(item.lower), _or_nan(item.upper)),
    )
    if rule not in made.makers:
        raise UsageError(f"{item.key}: {made.why[rule]}")
    return made.makers[rule], made.weights[rule]


def _or_nan(limit: float) -> float:
    return limit if math.isfinite(limit) else math.nan


def _at(said: Said, level: float) -> float:
    """A quantile as pooled where it was stated, else of the model's reading."""
    judgment = said.judgment
    if judgment is not None and level in judgment.probabilities:
        return judgment.values[judgment.probabilities.index(level)]
    return float(said.distribution.ppf(np.array(level)))


def _stated(said: Said) -> dict[float, float]:
    return dict(said.stated) if said.judgment is None else _quantiles(said.judgment)


def _quantiles(judgment: Judgment) -> dict[float, float]:
    return dict(zip(judgment.probabilities, judgment.values, strict=True))


def _title(label: str, *fitted: Fitted) -> str:
    kinds = ", ".join(dict.fromkeys(one.family for one in fitted))
    return f"{label} ({kinds})" if label else kinds


def _when(item: Item) -> str:
    return f"{item.title} by {item.horizon}" if item.horizon else item.title
