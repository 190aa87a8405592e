"""Competing hypotheses in a report: items, weights, ratings, and the text they make."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from test_report_material import make_material, material, prior_result  # noqa: F401

from forecast.answering import Material
from forecast.inputs.workspace import Workspace
from forecast.model.batch import log_likelihood
from forecast.report.figures.ach import weights
from forecast.report.findings.ach import SHOWN, Ach, Matrix, ach
from forecast.report.findings.evidence import Evidence, Item, evidence, left_lines
from forecast.report.findings.heuer import admiralty, credibility
from forecast.report.findings.levels import tracks
from forecast.report.findings.partings import Row
from forecast.report.findings.ratings import NO_BROAD, Rater
from forecast.report.findings.weight_of_evidence import Weighed
from forecast.report.findings.without import silent, without_sources
from forecast.report.marks import plain
from forecast.report.sections.ach import ach as section
from forecast.report.view import View
from forecast.sensitivity.prior import likelihood_components
from forecast.states import STATES


@pytest.fixture(scope="module")
def view(material: Material) -> View:  # noqa: F811
    """The small workspace's material, read."""
    return View(material)


@pytest.fixture(scope="module")
def told(view: View) -> Evidence:
    """Its evidence."""
    return evidence(view.fit)


@pytest.fixture(scope="module")
def found(view: View) -> Ach:
    """Its matrices."""
    return ach(view)


@pytest.fixture(scope="module")
def text(view: View, found: Ach) -> str:
    """The section as it is read."""
    return plain("\n".join(section(view, found)))


def rater(view: View) -> Rater:
    """Ratings of the view's fit."""
    return Rater(view.fit, evidence(view.fit).standing.levels, {t.driver: t for t in tracks(view.fit)})


def test_every_source_and_driver_is_in_one_item(view: View, told: Evidence) -> None:
    """Nothing counts twice: clusters part the panel, and each driver has one level."""
    members = [m for item in told.items for m in item.members]
    assert Counter(members) == Counter(view.fit.panel.members)
    assert [i.name for i in told.items if i.kind == "level"] == list(view.workspace.drivers.drivers)
    assert [i.kind for i in told.items].count("record") == 1


def test_items_are_the_parts_of_the_likelihood(view: View, told: Evidence) -> None:
    """What the items with a likelihood say adds up to all of it."""
    prepared = view.fit.prepared
    whole = log_likelihood(view.fit.posterior.z, prepared.data, prepared.theta).total
    assert sum(told.log_likelihood.values()) == pytest.approx(whole)


def test_sources_of_one_cluster_are_one_item(small: Workspace) -> None:
    """Two sources that share an origin are not two bodies of evidence."""
    twin = small.sources["jones2022"].model_copy(update={"cluster": "smith"})
    sources = {**small.sources, "jones2022": twin}
    items = evidence(prior_result(replace(small, sources=sources), "all").fit).items
    assert Item("sources", "smith", ("jones2022", "smith2019")) in items


def test_rows_are_sorted_by_what_they_tell_apart(found: Ach) -> None:
    """The most diagnostic first, in both matrices; what is not shown is summed."""
    for matrix in found.matrices:
        ranges = [row.weighed.diagnosticity for row in matrix.rows]
        assert ranges == sorted(ranges, reverse=True)
        assert len(matrix.main) + matrix.rest.items == len(matrix.rows)
        assert len(matrix.main) <= SHOWN
        for h in range(len(matrix.hypotheses)):
            left = sum(row.weighed.decibans[h] for row in matrix.rows[matrix.shown :])
            assert matrix.rest.decibans[h] == pytest.approx(left)


def test_the_chances_are_the_headlines(view: View, found: Ach) -> None:
    """The hypotheses are the key judgments', in the quantities those give."""
    for state, chance in zip(STATES, found.states.chances, strict=True):
        assert chance == pytest.approx(view.headline(state, view.far).mean)
    assert found.broad.hypotheses == ("alliance_broad", NO_BROAD)
    assert sum(found.broad.chances) == pytest.approx(1)


def test_the_start_is_the_outside_view(view: View, found: Ach) -> None:
    """The base rate, against one chance in three each."""
    outside = view.main.answers.outside_view.reached[view.far]
    for outcome in ("alliance", "split"):
        assert found.states.total.start is not None
        share = 10 ** (found.states.total.start[STATES.index(outcome)] / 10) / 3
        assert share == pytest.approx(outside[outcome].mean, rel=0.1)


def test_a_driver_at_its_average_says_nothing(told: Evidence) -> None:
    """A level is weighed against the driver's average: there it is no evidence."""
    standing = told.standing
    own = standing.chances(start=standing.levels)
    assert own.reached == pytest.approx(standing.base.reached)
    assert own.broad == pytest.approx(standing.base.broad)


def test_a_level_counts_the_way_its_effect_goes(view: View, told: Evidence, found: Ach) -> None:
    """A driver above its average that raises alliance on average speaks for it."""
    features, at = view.fit.prepared.features, "shared_threat"
    effect = view.fit.posterior.coefficients[:, features.drivers.index(at), 0].mean()
    (row,) = [r for r in found.states.rows if r.item == Item("level", at)]
    assert told.standing.levels[at] > 0
    assert np.sign(row.weighed.decibans[0]) == np.sign(effect)


def test_taking_sources_out_leaves_the_others_as_they_are(view: View) -> None:
    """The density without a source is that with it less the source's own part, at every draw."""
    fit = view.fit
    parts = likelihood_components(fit.posterior.z, fit.prepared, fit.workspace, fit.panel)
    own = {part.name: part.log_density for part in parts if part.group == "source"}
    for member in fit.panel.members:
        left = log_likelihood(fit.posterior.z, silent(fit, (member,)), fit.prepared.theta).total
        whole = log_likelihood(fit.posterior.z, fit.prepared.data, fit.prepared.theta).total
        assert whole - left == pytest.approx(own[member], abs=1e-9)


def test_taking_all_out_leaves_nothing_said(view: View) -> None:
    """No code, no ratio of a source, no stated outcome."""
    data = silent(view.fit, view.fit.panel.members)
    assert not data.code_weight.any()
    assert not data.code_second.any()
    assert not data.stated_weight.any()
    assert not data.ratio_mean.any()


def test_draws_that_need_not_move_stay(view: View) -> None:
    """Without a source that says nothing the chances are the fit's own, draw by draw."""
    found = without_sources(view.fit, (), None)
    assert found.weights == pytest.approx(1)
    assert found.chances.reached == pytest.approx(found.own.reached)


def test_lines_leave_with_their_sources(view: View) -> None:
    """Of the one source that draws a line the question's own takes the place; of others none changes."""
    assert left_lines(view.fit, ("jones2022",)) is None
    left = left_lines(view.fit, ("smith2019",))
    assert left is not None
    assert left.source == ("elicited",)
    assert left.centre == pytest.approx(1.8, abs=0.01)


def test_a_source_is_rated_by_its_medians(view: View) -> None:
    """Smith: alliance 6% is I, split 4% II, and the 90% left to partnership C; broad 20% N, none 80% C."""
    smith = Item("sources", "smith", ("smith2019",))
    rated = rater(view).rate(smith, STATES)
    assert rated is not None
    assert rated.ratings == ("I", "C", "II")
    assert rated.relevance == "high"
    broad = rater(view).rate(smith, ("alliance_broad", NO_BROAD))
    assert broad is not None
    assert broad.ratings == ("N", "C")


def test_a_source_of_causes_alone_is_rated_by_its_push(small: Workspace) -> None:
    """Code 2 for alliance and -2 for split on a threat that stands high: C, and I for the rest."""
    smith = small.sources["smith2019"]
    threat = smith.effects["shared_threat"].model_copy(update={"split": -2.0})
    causes = smith.model_copy(
        update={
            "outcomes": type(smith.outcomes)(),
            "effects": {"shared_threat": threat},
        }
    )
    view = View(make_material(replace(small, sources={**small.sources, "smith2019": causes})))
    rated = rater(view).rate(Item("sources", "smith", ("smith2019",)), STATES)
    assert rated is not None
    assert rated.ratings == ("C", "I", "I")
    assert rated.relevance == "low"


def test_other_pairs_are_not_rated(view: View) -> None:
    """Base rates have no place in the method."""
    assert rater(view).rate(Item("ratios", ""), STATES) is None


def test_credibility_is_the_grade_or_the_kind(small: Workspace) -> None:
    """An Admiralty grade by its worse half; a source without one by its kind."""
    smith = small.sources["smith2019"]
    assert credibility(smith.model_copy(update={"admiralty": None})) == "high"
    assert credibility(smith.model_copy(update={"admiralty": "C3"})) == "medium"
    assert [admiralty(g) for g in ("A1", "B2", "C1", "B3", "D1", "F6")] == [
        "high",
        "high",
        "medium",
        "medium",
        "low",
        "low",
    ]


def test_where_model_and_rating_point_opposite_ways(found: Ach) -> None:
    """By at least a fifth of a deciban, and with the rating strictly the other way round."""
    scale = ["II", "I", "N", "C", "CC"]
    for matrix in found.matrices:
        for one in matrix.parted:
            (row,) = [r for r in matrix.rows if r.item == one.item]
            a, b = (matrix.hypotheses.index(h) for h in (one.for_, one.over))
            assert row.weighed.decibans[a] - row.weighed.decibans[b] == pytest.approx(one.decibans)
            assert one.decibans >= 0.2
            assert scale.index(one.rated_for) < scale.index(one.rated_over)


def tables(text: str) -> list[list[list[str]]]:
    """Every table's rows of cells."""
    blocks = re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE)
    return [[line.strip("| ").split(" | ") for line in block.strip().split("\n")] for block in blocks]


def test_the_text_has_a_matrix_for_each(text: str, found: Ach) -> None:
    """A heading, a table with as many cells in every row, and what follows from it."""
    assert text.startswith("## Competing hypotheses")
    two = tables(text)
    assert len(two) == 2
    for rows, matrix in zip(two, found.matrices, strict=True):
        assert {len(row) for row in rows} == {4 + 2 * len(matrix.hypotheses)}
        assert len(rows) <= SHOWN + 5
    assert text.count("**Rankings.**") == 2
    assert "Karvetski and Mandel" in text


def test_a_figure_stands_before_its_table(view: View, found: Ach) -> None:
    """One for each matrix, described with numbers, its rows named as the table's."""
    drawn = {d.name: d for d in weights(view, found)}
    assert list(drawn) == ["evidence_states", "evidence_broad"]
    text = plain("\n".join(section(view, found, drawn)))
    assert re.search(
        r"!\[What each body [^\]]*\d[^\]]*\]\(figures/evidence_states\.svg\)\n\n\| Evidence", text
    )
    for drawing in drawn.values():
        assert "<text" in drawing.svg
        assert len(drawing.alt) > 40


def test_the_text_says_which_rows_not_to_rely_on(view: View, found: Ach) -> None:
    """Weights that cannot be trusted are marked in the table, and named with what to do."""
    first, *others = found.states.rows
    doubtful = Weighed(first.weighed.decibans, first.weighed.errors, 0.1, k_hat=0.9, ess=500.0)
    matrix: Matrix = replace(found.states, rows=(Row(first.item, doubtful, first.rated), *others))
    text = plain("\n".join(section(view, replace(found, states=matrix))))
    assert re.search(r"^\| [^|]+ † \|", text, re.MULTILINE)
    assert "--exclude" in text


def test_no_certainty_in_the_text(text: str) -> None:
    """And no estimative word without its number: the section uses none."""
    assert not re.search(r"\bwill\b", text)
    assert not re.search(r"\b(un)?likely\b|\bprobable\b", text)


def test_an_empty_panel_has_its_matrices_too(small: Workspace) -> None:
    """Record and levels are evidence when nobody is heard."""
    view = View(Material(small, prior_result(small, "none"), (), ()))
    found = ach(view)
    assert not [row for row in found.states.rows if row.item.members]
    assert "The pair's own record" in plain("\n".join(section(view, found))) or found.states.rest.items


def test_a_pair_that_starts_allied(small: Workspace) -> None:
    """The hypotheses follow the headlines: being in an alliance, not entering one."""
    question = small.question.model_copy(update={"initial_state": "alliance"})
    view = View(make_material(replace(small, question=question)))
    found = ach(view)
    assert found.states.chances[0] == pytest.approx(view.headline("alliance", view.far).mean)
    assert plain("\n".join(section(view, found))).count("| **End") == 2


def test_decibans_are_of_the_probability(view: View, found: Ach, text: str) -> None:
    """A cell is of a hypothesis' probability, odds only between two cells; the end against chance."""
    assert "1 multiplies the probability by 1.26, 3 double it" in text
    assert "multiplies the odds" not in text
    for matrix in found.matrices:
        for chance, cell in zip(matrix.chances, matrix.total.end, strict=True):
            assert cell == pytest.approx(10 * np.log10(chance * len(matrix.hypotheses)), abs=0.05)
