"""A quick answer is the refit's within Monte Carlo error, for edits of every kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from forecast.answering import answer, answer_quickly
from forecast.inputs.knobs import Setting, turned
from forecast.inputs.workspace import Workspace
from forecast.request import Request
from forecast.reweighting.reference import Reference, reference_of
from forecast.simulation.forecast import Forecast
from forecast.simulation.weighted import weighted_quantile

pytestmark = pytest.mark.slow

Edit = Callable[[Workspace], tuple[Workspace, Request]]
#: Quantities compared, each at the middle and the end: with 45 edits 270 numbers. Of as many standard normals
#: the largest is over 4.2 once in a hundred times.
QUANTITIES = (("reached", "alliance"), ("reached", "split"), ("alliance_broad", "alliance_broad"))
ERRORS = 4.2


def knob(path: str, value: Setting) -> Edit:
    """Turn one knob."""
    return lambda files: (turned(files, {path: value}), Request())


def asked(**what: object) -> Edit:
    """Ask another panel."""
    return lambda files: (files, dataclasses.replace(Request(), **what))


def removed(name: str) -> Edit:
    """A source's file deleted, and its id from every panel."""

    def edit(files: Workspace) -> tuple[Workspace, Request]:
        panels = {p: [m for m in members if m != name] for p, members in files.question.panels.items()}
        question = files.question.model_copy(update={"panels": panels})
        sources = {n: s for n, s in files.sources.items() if n != name}
        return dataclasses.replace(files, question=question, sources=sources), Request()

    return edit


def added(like: str) -> Edit:
    """One more source in every panel that has ``like``, saying the same from a cluster of its own."""

    def edit(files: Workspace) -> tuple[Workspace, Request]:
        source = files.sources[like].model_copy(update={"id": "newcomer", "cluster": "newcomers"})
        panels = {p: [*m, "newcomer"] if like in m else m for p, m in files.question.panels.items()}
        question = files.question.model_copy(update={"panels": panels})
        return dataclasses.replace(files, question=question, sources={**files.sources, "newcomer": source}), (
            Request()
        )

    return edit


def uncoded(name: str, driver: str) -> Edit:
    """One effect deleted from a source."""

    def edit(files: Workspace) -> tuple[Workspace, Request]:
        source = files.sources[name]
        left = source.model_copy(update={"effects": {d: e for d, e in source.effects.items() if d != driver}})
        return dataclasses.replace(files, sources={**files.sources, name: left}), Request()

    return edit


EDITS: dict[str, Edit] = {
    "a weight halved": knob("sources.ying2018.weight", 0.5),
    "a weight of nothing": knob("sources.ying2018.weight", 0.0),
    "a larger weight": knob("sources.korolev2016.weight", 3.0),
    "a camp unheard": knob("sources.blank2020.weight", 0.0),
    "a probability doubled": knob("sources.ying2018.outcomes.alliance", 0.06),
    "a probability near a half": knob("sources.korolev2016.outcomes.alliance", 0.5),
    "a split made likely": knob("sources.ying2018.outcomes.split", 0.15),
    "a median alone": knob("sources.ying2018.outcomes.alliance.p50", 0.05),
    "a wider interval": knob("sources.ying2018.outcomes.alliance.p95", 0.3),
    "a broad judgment": knob("sources.ying2018.outcomes.alliance_broad", 0.4),
    "a code reversed": knob("sources.ying2018.effects.identity_divergence.alliance", 3.0),
    "a code stronger": knob("sources.ying2018.effects.us_pressure_russia.alliance", 3.0),
    "rho 0": knob("model.rho", 0.0),
    "rho 1": knob("model.rho", 1.0),
    "rho_reported 1": knob("model.rho_reported", 1.0),
    "inferences in full": knob("model.infer_weight", 1.0),
    "inferences hardly": knob("model.infer_weight", 0.1),
    "no shared bias": knob("model.shared_bias_sd", 0.0),
    "more shared bias": knob("model.shared_bias_sd", 1.0),
    "analysts widened": knob("widening.analyst", 2.0),
    "camps as they are": knob("widening.camp", 1.0),
    "a wider class": knob("base_rates.use", "powers_1945"),
    "a class of neighbours": knob("base_rates.use", "contiguous_major_1945"),
    "an older class": knob("base_rates.use", "majors_1816"),
    "no offsets": knob("base_rates.offsets", "false"),
    "a definition": knob("base_rates.definition_offset.split", 1.0),
    "within-pair ratios in full": knob("base_rates.within_pair.weight", 1.0),
    "a shorter half-life": knob("drivers.us_pressure_russia.half_life_years", 2.0),
    "a longer half-life": knob("drivers.power_asymmetry.half_life_years", 30.0),
    "another mean": knob("drivers.us_pressure_china.long_run_mean", 2.0),
    "more volatile": knob("drivers.us_pressure_china.volatility", 1.0),
    "a way back": knob("drivers.us_pressure_russia.returns.split->partnership", 3.0),
    "cross-impacts stronger": knob("cross_impact_unit", 0.18),
    "a shock more often": knob("shocks.taiwan_crisis.rate", 0.08),
    "the texts": asked(panel="texts"),
    "one source": asked(panel="zhang_yun2021"),
    "nobody": asked(panel="none"),
    "a lens": asked(lens=("realist",)),
    "two left out": asked(exclude=("ying2018", "blank2020")),
    "a source deleted": removed("korolev2016"),
    "a source added": added("ying2018"),
    "an effect deleted": uncoded("ying2018", "identity_divergence"),
}


@pytest.fixture(scope="module")
def reference(shipped: Workspace) -> Reference:
    """The draws of the files as they are."""
    result = answer(shipped, Request())
    return reference_of(result.fit, result.baseline)


@pytest.mark.parametrize("name", EDITS)
def test_a_quick_answer_is_the_refits(shipped: Workspace, reference: Reference, name: str) -> None:
    """Means lie within their Monte Carlo errors, and a refit's interval ends within the ranks they may have.

    An answer that says it is not to be trusted is held to nothing: `forecast run --quick` then fits.
    """
    edited, request = EDITS[name](shipped)
    quick = answer_quickly(edited, request, [reference])
    assert quick is not None
    assert quick.quick is not None
    if not quick.quick.trusted:
        pytest.skip(f"says so itself: k {quick.quick.k_hat:.2f}, {quick.quick.found.ess:.0f} draws")
    exact = answer(edited, request)
    found, gaps = [], []
    for quantity, outcome in QUANTITIES:
        for date in (exact.dates[len(exact.dates) // 2], exact.dates[-1]):
            a = exact.baseline.summary(quantity, outcome, date)
            b = quick.baseline.summary(quantity, outcome, date)
            gaps.append(abs(a.mean - b.mean) / max(np.hypot(a.mcse, b.mcse), 1e-12))
            found.append((quantity, outcome, str(date), a, b))
            for level, end in ((0.05, a.p05), (0.95, a.p95)):
                low, high = _where(quick.baseline, quantity, outcome, date, level, ess=quick.quick.found.ess)
                assert low <= end <= high, (name, quantity, outcome, date, level, low, end, high)
    assert max(gaps) < ERRORS, (name, quick.quick.k_hat, found[int(np.argmax(gaps))])


def _where(
    forecast: Forecast, quantity: str, outcome: str, date: object, level: float, *, ess: float
) -> tuple[float, float]:
    """Where a quantile lies for all its rank among ``ess`` draws tells, and a refit's among as many."""
    values = forecast.at(quantity, outcome, date)  # type: ignore[arg-type]
    weight = forecast.weight(outcome)
    assert weight is not None
    slack = ERRORS * (2 * level * (1 - level) / min(ess, len(values))) ** 0.5
    ends = (max(level - slack, 0.0), min(level + slack, 1.0))
    with np.errstate(divide="ignore"):
        low, high = weighted_quantile(values, ends, log_weights=np.log(weight)).tolist()
    # A quantile between two draws is read a little differently from weighted ones.
    return low - 1e-3, high + 1e-3


def test_most_edits_are_answered(shipped: Workspace, reference: Reference) -> None:
    """At least thirty of the edits are answered without a fit."""
    trusted = []
    for name, edit in EDITS.items():
        quick = answer_quickly(*edit(shipped), [reference])
        if quick is not None and quick.quick is not None and quick.quick.trusted:
            trusted.append(name)
    assert len(trusted) >= 30, sorted(set(EDITS) - set(trusted))
