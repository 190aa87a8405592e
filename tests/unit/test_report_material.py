"""A report's material without sampling: draws of the prior stand in for a posterior."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forecast.answering import Independent, Material, Result, consistency_of
from forecast.answers import three_answers
from forecast.inference.diagnostics import Diagnostics
from forecast.inference.fit import Fit
from forecast.inference.posterior import read_draws
from forecast.inputs.workspace import Workspace
from forecast.model.data import prepare
from forecast.model.definition import alignment_index, definitions
from forecast.model.dependence import independent
from forecast.panel import resolve
from forecast.report.findings.conflicts import departures, indicator_conflicts, misfits
from forecast.report.findings.effects import drivers_together, effects
from forecast.report.view import View
from forecast.simulation.forecast import compare
from forecast.simulation.quantities import QUANTITIES
from forecast.simulation.run import simulate
from forecast.simulation.study import study

DRAWS = 60
PASSED = Diagnostics(r_hat_max=1.003, ess_bulk_min=900.0, ess_tail_min=800.0, divergences=0)


def prior_result(
    workspace: Workspace, panel: str, *scenarios: str, diagnostics: Diagnostics = PASSED
) -> Result:
    """A result of one panel whose draws come from the prior, with a fixed seed."""
    heard, day = resolve(workspace, panel=panel), workspace.question.as_of
    prepared = prepare(workspace, heard, day)
    rng = np.random.default_rng(7)
    posterior = read_draws(rng.standard_normal((DRAWS, prepared.z.size)), prepared, diagnostics)
    index = alignment_index(workspace, prepared.drivers)
    broad = definitions(workspace, heard, prepared.drivers, index)
    fit = Fit(
        workspace=workspace,
        panel=heard,
        as_of=day,
        start_state=workspace.question.initial_state,
        seed=1,
        prepared=prepared,
        posterior=posterior,
        index=index,
        definitions=broad,
        thresholds=broad.draw(DRAWS, np.random.default_rng(2)),
        from_cache=False,
    )
    names = ("baseline", *scenarios)
    forecasts = tuple(simulate(fit, workspace.scenarios[n], paths=4, jobs=1) for n in names)
    dates = forecasts[0].report_dates
    told = [workspace.scenarios[n] for n in scenarios]
    return Result(
        fit=fit,
        forecasts=forecasts,
        comparisons=tuple(
            compare(f, forecasts[0], q, o, d) for f in forecasts[1:] for d in dates for q, o in QUANTITIES
        ),
        answers=three_answers(fit, forecasts[0], dates),
        dates=dates,
        studies=study(fit, told, forecasts, paths=4, jobs=1) if told else (),
        verdicts=tuple(consistency_of(workspace, one, prepared.drivers, as_of=day) for one in told),
        seconds=1.5,
    )


def independently(fit: Fit) -> Independent:
    """The same draws of z, read as if no source depended on another."""
    prepared = independent(fit.prepared, fit.workspace, fit.panel)
    posterior = read_draws(fit.posterior.z, prepared, fit.posterior.diagnostics)
    apart = replace(fit, prepared=prepared, posterior=posterior)
    return Independent(apart, simulate(apart, fit.workspace.scenarios["baseline"], paths=4, jobs=1))


def make_material(workspace: Workspace, *, diagnostics: Diagnostics = PASSED) -> Material:
    """The default panel with one scenario, the other panel, and each spotlight source."""
    question = workspace.question
    scenario = next(name for name in workspace.scenarios if name != "baseline")
    main = prior_result(workspace, question.default_panel, scenario, diagnostics=diagnostics)
    return Material(
        workspace=workspace,
        main=main,
        panels=tuple(prior_result(workspace, p) for p in question.panels if p != question.default_panel),
        spotlight=tuple(prior_result(workspace, s) for s in question.spotlight),
        independent=independently(main.fit),
    )


@pytest.fixture(scope="module")
def material(small: Workspace) -> Material:
    """The small workspace's material."""
    return make_material(small)


def test_headline_dates_are_five_years_on_and_the_horizon(material: Material) -> None:
    """The near date is the first 31 December at least five years after as_of."""
    view = View(material)
    assert [d.isoformat() for d in view.headline_dates] == ["2030-12-31", "2035-12-31"]


def test_the_drivers_together_are_the_sum_of_their_parts(material: Material) -> None:
    """On the log scale, interactions included."""
    fit = material.main.fit
    for channel, together in drivers_together(fit).items():
        parts = [e.now.mean for e in effects(fit) if e.channel == channel]
        assert together.mean == pytest.approx(sum(parts))


def test_effects_count_the_sources_that_speak(material: Material) -> None:
    """Two of three sources code trade or the dispute; INFER codes are not counted as text."""
    found = {(e.feature, e.channel): e for e in effects(material.main.fit)}
    dispute = found["border_dispute", "alliance"]
    assert dispute.speaking > dispute.text
    assert found["shared_threat", "alliance"].speaking == found["shared_threat", "alliance"].text == 1


def test_misfits_come_largest_first_and_sign_says_who_is_higher(material: Material) -> None:
    """z is positive where the source says more than the model."""
    found = misfits(material.main.fit)
    sizes = [abs(m.z) for m in found]
    assert sizes == sorted(sizes, reverse=True)
    assert all((m.z > 0) == (m.stated > np.median([m.stated, m.model.mean])) for m in found if abs(m.z) > 1)


def test_indicators_conflict_only_across_the_level(material: Material) -> None:
    """A pair is named when one reads the driver high and the other low, over one sd apart."""
    one, *_ = departures(material.main.fit)
    high, low = replace(one, indicator="a", recent=0.8), replace(one, indicator="b", recent=-0.4)
    (conflict,) = indicator_conflicts((low, high))
    assert (conflict.higher, conflict.lower) == ("a", "b")
    assert not indicator_conflicts((high, replace(low, recent=0.1)))
    assert not indicator_conflicts((high, replace(low, recent=-0.1)))
    assert not indicator_conflicts((high, replace(low, driver="other")))
