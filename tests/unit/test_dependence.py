"""Who depends on whom: the structure, the effective number of voices, and the panel taken as independent."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

from forecast.inference.cache import posterior_key
from forecast.inputs.records import Source
from forecast.inputs.workspace import Workspace
from forecast.model.affine import SHIFT_SD
from forecast.model.data import Prepared, prepare
from forecast.model.density import NumpyFunctions, log_likelihood, parameters
from forecast.model.dependence import Link, dependence, effective_number, independent, overlap
from forecast.panel import Panel, resolve

AS_OF = dt.date(2025, 7, 1)


def source(name: str, **changes: Any) -> Source:
    """A source that states both outcomes and codes trade, unless told otherwise."""
    stated = {"p05": 0.05, "p50": 0.15, "p95": 0.3, "within_years": 10}
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
            "effects": {"trade": {"alliance": 2, "split": -1}},
            "outcomes": {"alliance": stated, "split": stated},
        }
        | changes
    )


def heard(small: Workspace, *sources: Source) -> tuple[Workspace, Panel]:
    """A workspace of these sources alone, all of them heard."""
    workspace = dataclasses.replace(small, sources={s.id: s for s in sources})
    return workspace, resolve(workspace, panel=",".join(s.id for s in sources))


def number(small: Workspace, *sources: Source) -> float:
    """The effective number of these sources."""
    return dependence(*heard(small, *sources)).effective


# ------------------------------------------------------------- the structure


def test_the_small_workspace(small: Workspace, small_panel: Panel) -> None:
    """Three sources, three clusters, two texts: one of the two is an expert, who speaks for himself."""
    found = dependence(small, small_panel)
    assert {v.source for v in found.heard} == {"expert_one", "jones2022", "smith2019"}
    assert found.clusters == {"expert_one": ("expert_one",), "jones": ("jones2022",), "smith": ("smith2019",)}
    assert found.texts == ("smith2019", "expert_one")
    assert found.links == (Link("reports", "smith2019", "jones2022"),)
    assert not found.shares
    # Weights 1, .5, 1: (2.5)^2 / 2.25.
    assert found.by_weight == found.effective == pytest.approx(2.5**2 / 2.25)


def test_links_of_each_kind(small: Workspace) -> None:
    """Who reports, who cites, who shares a cluster; and which citations go beyond what is reported."""
    found = dependence(
        *heard(
            small,
            source("r", cites=["a", "b", "q"]),
            source("a", reported_in="r", cluster="school"),
            source("b", cluster="school", cites=["a", "absent"]),
            source("q"),
        )
    )
    assert found.of_kind("reports") == (Link("reports", "r", "a"),)
    assert found.of_kind("same cluster") == (Link("same cluster", "a", "b"),)
    cited = [(link.first, link.second) for link in found.of_kind("cites")]
    assert cited == [("r", "a"), ("r", "b"), ("r", "q"), ("b", "a")]
    assert [(c.first, c.second) for c in found.beyond] == [("r", "b"), ("r", "q"), ("b", "a")]
    assert [(c.first, c.second) for c in found.unmodelled] == [("r", "a"), ("r", "b"), ("r", "q")]
    assert found.shares


def test_a_text_that_is_not_heard_is_still_a_way(small: Workspace) -> None:
    """Two views reach us through a text outside the panel: it is there, without weight, and shares them."""
    sources = [source("r"), source("a", reported_in="r"), source("b", reported_in="r")]
    workspace = dataclasses.replace(small, sources={s.id: s for s in sources})
    found = dependence(workspace, resolve(workspace, panel="a,b"))
    assert found.texts == ("r",)
    assert [(v.source, v.weight, v.heard) for v in found.voices] == [
        ("a", 1.0, True), ("b", 1.0, True), ("r", 0.0, False),
    ]  # fmt: skip
    assert found.shares
    assert found.effective == pytest.approx(2 / 1.3)


def test_nobody_heard(small: Workspace) -> None:
    """An empty panel has no voices."""
    found = dependence(small, resolve(small, panel="none"))
    assert (found.voices, found.links, found.texts, found.effective) == ((), (), (), 0.0)


# ------------------------------------------------------------- the effective number


def test_a_cluster_counts_as_its_codes_weigh(small: Workspace) -> None:
    """m of one cluster: m / (1 + (m - 1) rho), which is the sum of their tempered weights on one item."""
    for m in (1, 2, 5):
        members = [source(f"s{i}", cluster="school") for i in range(m)]
        assert number(small, *members) == pytest.approx(m / (1 + (m - 1) * 0.6))


def test_the_stronger_tie_counts(small: Workspace) -> None:
    """Same cluster and same text: rho, not both; a common text among several is enough."""
    pair = [source(n, cluster="school", reported_in="r") for n in "ab"]
    lone = [source("c", reported_in=["r", "q"]), source("d", reported_in="q")]
    r = overlap(*heard(small, *pair, *lone, source("r"), source("q")))
    assert r[0].tolist() == [1, 0.6, 0.3, 0, 0, 0]
    assert r[2].tolist() == [0.3, 0.3, 1, 0.3, 0, 0]


def test_an_echo_adds_less_than_an_independent_view(small: Workspace) -> None:
    """And neither more than one voice."""
    alone = number(small, source("a"), source("b"))
    echoed = number(small, source("a"), source("b"), source("c", cluster="a"))
    agreed = number(small, source("a"), source("b"), source("c"))
    assert alone < echoed < agreed == pytest.approx(alone + 1)


def test_it_is_the_variance_of_a_weighted_mean() -> None:
    """1 / n is the variance of the weighted mean of unit-variance views: a million draws, 1%."""
    r = np.array([[1, 0.6, 0.3], [0.6, 1, 0.3], [0.3, 0.3, 1]])
    w = np.array([1.0, 0.5, 0.25])
    views = np.random.default_rng(1).multivariate_normal(np.zeros(3), r, size=1_000_000)
    assert effective_number(w, r) == pytest.approx(1 / np.var(views @ w / w.sum()), rel=0.01)


# ------------------------------------------------------------- as if independent


def numbers(workspace: Workspace, panel: Panel) -> tuple[Prepared, Prepared]:
    """The panel's numbers as modelled, and as if independent."""
    prepared = prepare(workspace, panel, AS_OF)
    return prepared, independent(prepared, workspace, panel)


@pytest.fixture(scope="module")
def echoed(small: Workspace) -> tuple[Workspace, Panel]:
    """A text, two of one cluster reported by it, and a third reported by it and of lower weight."""
    return heard(
        small,
        source("r"),
        source("a", cluster="school", reported_in="r"),
        source("b", cluster="school", reported_in="r"),
        source("c", reported_in="r", weight=0.4),
    )


@pytest.mark.parametrize("panel", ["all", "texts", "expert_one", "jones2022", "none"])
def test_where_nothing_is_shared_nothing_changes(small: Workspace, panel: str) -> None:
    """A panel whose sources share no cluster and no reporting text keeps its numbers to the last bit."""
    before, after = numbers(small, resolve(small, panel=panel))
    assert before.data.packed().tobytes() == after.data.packed().tobytes()


def test_other_numbers_of_the_same_shape(echoed: tuple[Workspace, Panel]) -> None:
    """The compiled model serves again; the draws are kept under another name."""
    before, after = numbers(*echoed)
    assert after.data.structure() == before.data.structure()
    assert posterior_key(after.data, seed=1, draws=9) != posterior_key(before.data, seed=1, draws=9)


def test_codes_weigh_what_their_source_and_grade_do(echoed: tuple[Workspace, Panel]) -> None:
    """Sum w = 1 + 1 + 1 + .4; as modelled all but the text over 1.6: a cluster of two, three in a text."""
    before, after = numbers(*echoed)
    trade = list(echoed[0].drivers.drivers).index("trade")
    assert after.data.code_weight[trade, :2] == pytest.approx([3.4, 3.4])
    assert before.data.code_weight[trade, :2] == pytest.approx([1 + 2.4 / 1.6] * 2)


def test_nothing_is_shared_any_more_but_the_coding_bias(echoed: tuple[Workspace, Panel]) -> None:
    """No column of z but the bias moves two judgments of those heard."""
    before, after = numbers(*echoed)
    rows = after.theta.index("shift")
    bias = after.z.index("bias")
    moved = (after.data.matrix[rows] != 0).sum(axis=0)
    assert set(np.flatnonzero(moved > 1)) == set(bias)
    assert np.array_equal(after.data.matrix[rows][:, bias], before.data.matrix[rows][:, bias])


@pytest.mark.parametrize("weight", [1.0, 0.4])
def test_a_judgment_alone_has_the_marginal_of_its_shifts(small: Workspace, weight: float) -> None:
    """integral N(u | 0, v) N(y | mu + u, s^2)^w du, v = SHIFT_SD^2 (1 + via^2), by quadrature, to 1e-9.

    Two of one cluster told by one text share all their shifts; the one looked at has weight w and quantiles
    symmetric on the logit. For w < 1 up to a constant in mu.
    """
    told: dict[str, Any] = {"cluster": "school", "reported_in": "r"}
    even = {"alliance": {"p05": 0.2, "p50": 0.5, "p95": 0.8, "within_years": 10}}
    before, after = numbers(
        *heard(small, source("a", outcomes=even, weight=weight, **told), source("b", **told), source("r"))
    )
    only = (np.array(before.judged.source) == "a") * weight

    def log_density(prepared: Prepared, log_rate: float, shift: float) -> float:
        """Of the one judgment, with the shift given and everything else in the middle of its prior."""
        z = np.zeros(prepared.z.size)
        z[prepared.z.index("log_rate")[0]] = log_rate
        data = dataclasses.replace(prepared.data, stated_weight=only)
        p = parameters(z, data, prepared.theta, NumpyFunctions)
        p = dataclasses.replace(p, shift=np.full(len(only), shift))
        return float(log_likelihood(p, data, NumpyFunctions)["stated"])

    gaps = []
    for log_rate in (-1.5, 0.0, 2.0, 6.0):

        def joint(u: float, at: float = log_rate) -> float:
            return float(stats.norm.pdf(u, scale=np.sqrt(2) * SHIFT_SD) * np.exp(log_density(before, at, u)))

        marginal, _ = integrate.quad(joint, -5, 5, epsabs=0, epsrel=1e-11)
        gaps.append(log_density(after, log_rate, 0.0) - np.log(marginal))
    assert np.ptp(gaps) < 1e-9
    if weight == 1.0:
        assert gaps == pytest.approx([0.0] * 4, abs=1e-9)
