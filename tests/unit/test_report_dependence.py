"""The report on dependence: the graph's layout, the width of intervals, and what is said of both."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_report_material import make_material

from forecast.answering import Material
from forecast.inputs.workspace import Workspace
from forecast.model.dependence import Dependence, dependence
from forecast.panel import resolve
from forecast.report.figures import dependence as figure
from forecast.report.figures.dependence import APART, ROW, lay_out
from forecast.report.findings.dependence import Shared, shared, width_ratio
from forecast.report.marks import plain
from forecast.report.sections.dependence import dependence as section
from forecast.report.view import View
from forecast.rounding import percent


def edited(workspace: Workspace, **changes: dict[str, Any]) -> Workspace:
    """The workspace with fields of some sources replaced."""
    sources = {name: s.model_copy(update=changes.get(name, {})) for name, s in workspace.sources.items()}
    return replace(workspace, sources=sources)


@pytest.fixture(scope="module")
def kin(small: Workspace) -> Workspace:
    """Jones in Smith's cluster, told by him and citing the expert."""
    return edited(small, jones2022={"cluster": "smith", "cites": ["expert_one", "smith2019"]})


@pytest.fixture(scope="module")
def material(kin: Workspace) -> Material:
    """The report's material where two sources share a cluster."""
    return make_material(kin)


def text(material: Material, found: Shared | None = None) -> str:
    """The section as one string."""
    view = View(material)
    found = found or shared(view)
    return plain("\n".join(section(view, found, figure.dependence(view, found.structure))))


# ------------------------------------------------------------- the width of an interval


def test_the_ratio_of_widths() -> None:
    """1 for the same draws; 2 for twice the spread, whatever the means."""
    draws = np.random.default_rng(3).standard_normal(4000)
    assert width_ratio(draws, draws)[0] == 1.0
    assert width_ratio(2 * draws + 5, draws)[0] == pytest.approx(2.0)


def test_its_error_is_the_spread_of_ratios() -> None:
    """Over 200 pairs of samples of 4,000: the stated error within a fifth of the ratios' own sd."""
    rng = np.random.default_rng(4)
    found = np.array([width_ratio(*rng.standard_normal((2, 4000))) for _ in range(200)])
    assert found[:, 1].mean() == pytest.approx(found[:, 0].std(), rel=0.2)


# ------------------------------------------------------------- the words


def test_the_interval_with_and_without(material: Material) -> None:
    """Both intervals, and the ratio with its error."""
    said = text(material)
    assert "| By 2035 | As modelled | If all were independent | Width, times |" in said
    assert len([line for line in said.splitlines() if "(±" in line]) == 3
    assert "what dependence moves is the central number" in said


@pytest.mark.parametrize(("share", "said"), [(0.45, True), (0.01, False)])
def test_what_bounds_the_interval_whoever_depends_on_whom(
    material: Material, share: float, said: bool
) -> None:
    """The coding bias is named with its share of the spread, unless that is next to nothing."""
    found = shared(View(material))
    forced = tuple(replace(d, coding=share) for d in found.differences)
    words = text(material, replace(found, differences=forced))
    assert (f"all our codings accounts for {percent(share)} of the spread" in words) == said


def test_no_table_where_nothing_is_shared(small: Workspace) -> None:
    """The small workspace as it stands: nobody shares anything, and the report says so."""
    said = text(make_material(small))
    assert "No two share a cluster or a reporting text" in said
    assert "If all were independent" not in said


def test_citations_are_said_not_to_be_modelled(material: Material, small: Workspace) -> None:
    """How many there are, which are beyond what is reported, and that nothing uses them."""
    said = text(material)
    assert "2 citations between sources of this panel are on record" in said
    assert "nothing in the model uses citations yet" in said
    assert "1 of them joins two sources that it takes to be independent" in said
    assert "No citation between sources" in text(make_material(small))


@pytest.mark.parametrize(
    ("ratio", "error", "words"),
    [(1.03, 0.02, "as wide either way"), (1.3, 0.02, "widens the interval"), (0.8, 0.02, "does not widen")],
)
def test_the_verdict_follows_the_number(material: Material, ratio: float, error: float, words: str) -> None:
    """Within two sampling errors of 1 it is no difference; whatever comes out is said as it is."""
    found = shared(View(material))
    forced = tuple(replace(d, ratio=ratio, error=error) for d in found.differences)
    assert text(material, replace(found, differences=forced)).count(words) == 2


def test_an_unconverged_fit_is_marked(material: Material) -> None:
    """Also where only the second fit failed."""
    apart = material.independent
    assert apart is not None
    posterior = apart.fit.posterior
    failed = replace(posterior, diagnostics=replace(posterior.diagnostics, divergences=1))
    broken = replace(apart, fit=replace(apart.fit, posterior=failed))
    assert text(replace(material, independent=broken)).count("(not converged)") == 3


# ------------------------------------------------------------- the graph


def structure(workspace: Workspace, panel: str = "all") -> Dependence:
    """The structure of one of its panels."""
    return dependence(workspace, resolve(workspace, panel=panel))


@pytest.mark.parametrize("panel", ["all", "texts", "ying2018", "blank2020,korolev2020,lo2008"])
def test_no_two_names_share_a_place(shipped: Workspace, panel: str) -> None:
    """Rows at least ROW apart, texts at least APART; every voice has one place."""
    found = structure(shipped, panel)
    layout = lay_out(found)
    for heights, least in ((layout.right, ROW), (layout.left, APART)):
        assert all(b - a >= least - 1e-9 for a, b in pairwise(sorted(heights.values())))
    assert {*layout.left, *layout.right} == {v.source for v in found.voices}
    assert max([*layout.left.values(), *layout.right.values()]) < layout.height


def test_members_of_a_cluster_stand_together(shipped: Workspace) -> None:
    """Their rows follow one another, whichever text reports them."""
    found = structure(shipped)
    layout = lay_out(found)
    rows = sorted(layout.right, key=lambda s: layout.right[s])
    for who in found.clusters.values():
        places = sorted(rows.index(s) for s in who if s in layout.right)
        assert places == list(range(places[0], places[0] + len(places))) if places else True


def test_a_reporter_that_is_itself_reported(small: Workspace, tmp_path: Path) -> None:
    """A chain of reports is drawn within the right-hand column."""
    chain = edited(small, smith2019={"reported_in": "expert_one"}, expert_one={"cites": ["jones2022"]})
    drawn = figure.dependence(View(make_material(chain)), structure(chain))
    assert "2 texts" in drawn.alt


def test_the_description_counts(material: Material) -> None:
    """Sources, texts, clusters and citations, in words."""
    drawn = figure.dependence(View(material), structure(material.workspace))
    assert "3 sources reach us through 2 texts" in drawn.alt
    assert "smith 2" in drawn.alt
    assert "2 citations among them, of which 2 beyond what is reported" in drawn.alt
