"""Pooled priors are what the rules of pooling give: the same quantiles as they stand side by side."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from forecast.elicitation.families import KEYS
from forecast.elicitation.fitting import fit, fits
from forecast.elicitation.in_files import judgment_at
from forecast.elicitation.judgment import Judgment
from forecast.errors import UsageError
from forecast.inputs.workspace import Workspace
from forecast.interchange.elicited import Elicited
from forecast.interchange.pooled_priors import POOLS, of_item, of_judgment, of_table
from forecast.panel import resolve
from forecast.pooling.densities import linear
from forecast.pooling.items import item, items
from forecast.pooling.of_workspace import pool_item
from forecast.pooling.table import RULES
from tests.unit.test_side_by_side import two_experts

__all__ = ["two_experts"]

LEVELS = np.array([0.05, 0.5, 0.95])
QUARTILES = Judgment.of_quartiles(25, 30, 35, lower=0, upper=100)
OTHER = Judgment.of_quartiles(20, 40, 50, lower=10, upper=90)


def test_every_rule_gives_the_quantiles_that_are_shown_side_by_side(two_experts: Workspace) -> None:
    """For every item of the workspace; where a rule has none, the same reason is told."""
    panel = resolve(two_experts)
    pooled = 0
    for key in items(two_experts, panel):
        shown = pool_item(two_experts, item(two_experts, panel, key), RULES)
        for pool in shown.pools:
            if pool.rule not in POOLS:
                continue
            if pool.p50 is None:
                with pytest.raises(UsageError):
                    of_item(two_experts, panel, key, rule=pool.rule)
            elif pool.p05 is not None and pool.p05 > 1e-12:
                prior = of_item(two_experts, panel, key, rule=pool.rule)
                assert prior.distribution.ppf(LEVELS) == pytest.approx(pool.quantiles, rel=1e-6), pool
                pooled += 1
    assert pooled > 30


def test_decision_makers_say_what_experts_earned(two_experts: Workspace) -> None:
    """Voices of a Classical pool carry earned weights, and nobody who earned none."""
    prior = of_item(two_experts, resolve(two_experts), "outcomes.alliance", rule="cooke_global")
    assert [(voice.name, voice.weight) for voice in prior.voices] == [("expert_one", 1.0)]
    assert prior.voices[0].file == "priors/sources/expert_one.yaml"
    assert len(prior.components) == 1


def test_a_family_fits_each_source_first(two_experts: Workspace) -> None:
    """A pool of fitted families is a mixture of exactly those, in the shares of the panel."""
    panel = resolve(two_experts)
    prior = of_item(two_experts, panel, "outcomes.split", family="beta")
    said = item(two_experts, panel, "outcomes.split").said
    weights = np.array([one.effective for one in said])
    assert [share for share, _ in prior.components] == pytest.approx(list(weights / weights.sum()))
    for one, (_, part) in zip(said, prior.components, strict=True):
        assert one.judgment is not None
        assert part == fit(one.judgment, "beta").distribution


def test_a_judgment_is_fitted_where_it_stands(two_experts: Workspace) -> None:
    """The best family unless one is named, with file, line and the sum of squares."""
    place = judgment_at(two_experts, "sources.expert_one.outcomes.split")
    best = of_judgment(place)
    assert best.ssq == fits(place.judgment)[0].ssq
    assert (best.voices[0].name, best.voices[0].file) == ("expert_one", "priors/sources/expert_one.yaml")
    assert best.voices[0].line == place.line > 0
    for family in KEYS:
        found = of_judgment(place, family=family)
        assert found.components == ((1.0, fit(place.judgment, family).distribution),)


def test_a_table_is_pooled_item_by_item() -> None:
    """One judgment is itself; weights are those of the table, and a weight of 0 drops its expert."""
    said = [
        Elicited("A", "x", QUARTILES, weight=1), Elicited("B", "x", OTHER, weight=3, unit="km"),
        Elicited("C", "x", OTHER, weight=0), Elicited("A", "y", QUARTILES),
    ]  # fmt: skip
    x, y = of_table(said, family="normal")
    two = linear([fit(QUARTILES, "normal"), fit(OTHER, "normal")], np.array([1.0, 3.0]))
    assert x.distribution.ppf(LEVELS) == pytest.approx(two.ppf(LEVELS), rel=1e-12)
    assert ([voice.name for voice in x.voices], x.unit, x.lower, x.upper) == (["A", "B"], "km", 0, 100)
    assert (y.rule, y.ssq, y.components) == (
        "", fit(QUARTILES, "normal").ssq, ((1.0, fit(QUARTILES, "normal").distribution),)
    )  # fmt: skip
    with pytest.raises(UsageError, match="every weight of x is 0"):
        of_table([Elicited("C", "x", OTHER, weight=0)])


def test_what_cannot_be_pooled_says_why(two_experts: Workspace) -> None:
    """An unknown rule or item, a family for codes, a rule that reads quantiles in its own way."""
    panel = resolve(two_experts)
    coded = next(
        key
        for key in items(two_experts, panel)
        if key.startswith("effects.") and not key.endswith("hazard_ratio")
    )
    cases: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("outcomes.split", {"rule": "linaer"}, "Did you mean 'linear'"),
        ("outcomes.splt", {}, "Did you mean 'outcomes.split'"),
        (coded, {"family": "normal"}, "coded in points"),
        ("outcomes.split", {"rule": "hierarchical", "family": "beta"}, "leave --family out"),
        ("outcomes.split", {"rule": "quantile_average"}, "choose another rule, or give --family"),
    )
    for key, options, message in cases:
        with pytest.raises(UsageError, match=message):
            of_item(two_experts, panel, key, **options)
