"""Weights of codes and stated probabilities, by hand on a constructed panel."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import numpy as np
import pytest
from scipy import stats

from forecast.inputs.records import Source
from forecast.inputs.workspace import Workspace
from forecast.model.judgments import code_sums, stated, weighted_codes
from forecast.panel import Panel, resolve


def source(name: str, **changes: Any) -> Source:
    """A source that codes trade +2 on alliance, unless told otherwise."""
    return Source.model_validate(
        {
            "schema": "source/1",
            "id": name,
            "kind": "text",
            "citation": "Example",
            "view_date": dt.date(2020, 7, 1),
            "lens": ["economic"],
            "cluster": name,
            "locator": "p. 1",
            "rationale": "Example.",
            "effects": {"trade": {"alliance": 2}},
        }
        | changes
    )


def heard(small: Workspace, *sources: Source) -> tuple[Workspace, Panel]:
    """A workspace of these sources alone, all of them heard."""
    workspace = dataclasses.replace(small, sources={s.id: s for s in sources})
    return workspace, resolve(workspace, panel=",".join(s.id for s in sources))


def weights(small: Workspace, *sources: Source) -> dict[tuple[str, str, str], float]:
    """w by driver, channel and source."""
    return {(d, c, s.id): w for d, c, s, w in weighted_codes(*heard(small, *sources))}


def test_independent_sources_have_their_own_weight_times_the_grade(small: Workspace) -> None:
    """w = w_e grade: 1 for what a text says, .3 for what is inferred, per channel."""
    graded = {"trade": {"alliance": 2, "split": -1, "grade": {"split": "INFER"}}}
    w = weights(small, source("a", weight=2.0), source("b", weight=1.0, effects=graded))
    assert w == pytest.approx(
        {("trade", "alliance", "a"): 1.0, ("trade", "alliance", "b"): 0.5, ("trade", "split", "b"): 0.15}
    )


def test_members_of_a_cluster_share_what_they_repeat(small: Workspace) -> None:
    """Three of one cluster on the same item: each divided by 1 + 2 rho = 2.2, in sum 1.36 of one source."""
    w = weights(small, *(source(name, cluster="school") for name in "abc"), source("d"))
    assert [w["trade", "alliance", name] for name in "abcd"] == pytest.approx([1 / 2.2] * 3 + [1.0])


def test_dependence_counts_per_item(small: Workspace) -> None:
    """Cluster members that code other drivers, or the other channel, do not dilute one another."""
    other = source("b", cluster="school", effects={"shared_threat": {"alliance": 1}, "trade": {"split": 1}})
    w = weights(small, source("a", cluster="school"), other)
    assert set(w.values()) == {1.0}


def test_views_reported_by_one_text_share_its_reading(small: Workspace) -> None:
    """Two views known through the same text: each over 1 + rho_reported = 1.3; the text itself is not."""
    w = weights(small, source("r"), source("a", reported_in="r"), source("b", reported_in="r"))
    assert [w["trade", "alliance", name] for name in "rab"] == pytest.approx([1.0, 1 / 1.3, 1 / 1.3])


def test_the_stronger_dependence_counts(small: Workspace) -> None:
    """max of the two divisors, not their product: a cluster of two 1.6, four reported by one text 1.9."""
    pair = [source(n, cluster="school", reported_in="r") for n in "ab"]
    lone = [source(n, reported_in="r") for n in "cd"]
    w = weights(small, source("r"), *pair, *lone)
    assert w["trade", "alliance", "a"] == pytest.approx(1 / 1.9)
    assert w["trade", "alliance", "c"] == pytest.approx(1 / 1.9)
    w = weights(small, source("r"), *pair)
    assert w["trade", "alliance", "a"] == pytest.approx(1 / 1.6)


def test_a_source_in_two_texts_counts_with_the_busier_one(small: Workspace) -> None:
    """reported_in lists two texts: the one that reports more views of this item decides."""
    views = [source("a", reported_in=["r", "q"]), source("b", reported_in="q"), source("c", reported_in="q")]
    w = weights(small, source("r"), source("q"), *views)
    assert w["trade", "alliance", "a"] == pytest.approx(1 / 1.6)


def test_codes_collapse_to_three_sums(small: Workspace) -> None:
    """sum w, sum w y, sum w y^2 by driver and channel: all a normal likelihood needs."""
    workspace, panel = heard(
        small, source("a"), source("b", weight=0.5, effects={"trade": {"alliance": -1, "split": 3}})
    )
    sums = code_sums(workspace, panel)
    trade = list(small.drivers.drivers).index("trade")
    assert sums.weight[trade].tolist() == [1.5, 0.5]
    assert sums.first[trade].tolist() == [2 - 0.5, 1.5]
    assert sums.second[trade].tolist() == [4 + 0.5, 4.5]
    assert np.delete(sums.weight, trade, axis=0).sum() == 0


def test_a_hazard_ratio_is_a_normal_on_the_effect(small: Workspace) -> None:
    """w / sd^2 and w m / sd^2 of ln(ratio), apart from the codes."""
    ratio = {"hazard_ratio": {"p05": 0.3, "p50": 0.6, "p95": 0.9}}
    workspace, panel = heard(small, source("a"), source("b", weight=0.5, effects={"trade": {"split": ratio}}))
    sums = code_sums(workspace, panel)
    trade = list(small.drivers.drivers).index("trade")
    slope, intercept = np.polyfit(stats.norm.ppf([0.05, 0.5, 0.95]), np.log([0.3, 0.6, 0.9]), 1)
    assert sums.ratio_precision[trade, 1] == pytest.approx(0.5 / slope**2)
    assert sums.ratio_mean[trade, 1] == pytest.approx(0.5 * intercept / slope**2)
    assert sums.weight[trade, 1] == 0


def test_stated_probabilities_of_those_not_heard_weigh_nothing(small: Workspace) -> None:
    """Every source keeps its row, so that shapes never change; weight 0 outside the panel, .3 if inferred."""
    rows = stated(small, resolve(small, panel="smith2019"))
    by = {(s, int(c)): w for s, c, w in zip(rows.source, rows.channel, rows.weight, strict=True)}
    assert by == {
        ("expert_one", 0): 0.0, ("expert_one", 1): 0.0, ("jones2022", 0): 0.0, ("jones2022", 1): 0.0,
        ("smith2019", 0): 1.0, ("smith2019", 1): 0.3,
    }  # fmt: skip


def test_stated_probabilities_know_their_window_and_kin(small: Workspace) -> None:
    """Window from the view's date; coding bias only for coded sources; the reporting text's share."""
    rows = stated(small, resolve(small))
    spans = [rows.windows[w] for w in rows.window]
    assert spans[rows.source.index("jones2022")] == (2022 + 134 / 365, 5.0)
    assert spans[rows.source.index("smith2019")] == (2019 + 181 / 365, 10.0)
    assert rows.coded.tolist() == [0, 0, 1, 1, 1, 1]
    assert rows.reporters == ("smith2019",)
    assert rows.via[:, 0].tolist() == [0, 0, 1, 1, 0, 0]
    assert [rows.clusters[c] for c in rows.cluster] == ["expert_one"] * 2 + ["jones"] * 2 + ["smith"] * 2


def test_only_views_of_partnership_are_scored_as_leaving_it(small: Workspace) -> None:
    """The pair was split until March 1992: a view of 1990 states another probability, and has weight 0."""
    outcomes = {"split": {"p05": 0.1, "p50": 0.2, "p95": 0.4, "within_years": 10}}
    before, after = (
        source(name, view_date=date, outcomes=outcomes)
        for name, date in (("before", dt.date(1990, 7, 1)), ("after", dt.date(1993, 7, 1)))
    )
    judged = stated(*heard(small, before, after))
    assert dict(zip(judged.source, judged.weight, strict=True)) == {"before": 0.0, "after": 1.0}


def test_a_kind_no_code_should_speak_for_is_widened(small: Workspace) -> None:
    """A factor f on the sd: a code keeps 1 / f^2 of its weight, a probability gains f on either side."""
    outcomes = {"alliance": {"p05": 0.02, "p50": 0.06, "p95": 0.15, "within_years": 10}}
    plain = heard(small, source("a", outcomes=outcomes), source("b", kind="official", outcomes=outcomes))
    wide = widen(plain[0], official=1.5), plain[1]
    w = {s.id: weight for _, _, s, weight in weighted_codes(*wide)}
    assert w == pytest.approx({"a": 1.0, "b": 1.0 / 1.5**2})
    before, after = stated(*plain), stated(*wide)
    assert after.centre == pytest.approx(before.centre)
    assert after.below / before.below == pytest.approx([1.0, 1.5])
    assert after.above / before.above == pytest.approx([1.0, 1.5])


def widen(workspace: Workspace, **factors: float) -> Workspace:
    """The workspace with these factors by kind."""
    question = workspace.question.model_copy(update={"widening": factors})
    return dataclasses.replace(workspace, question=question)
