"""What any version of the model must satisfy, on the small workspace.

Fits of edited workspaces keep the shapes of the arrays, so that one compiled model serves them all.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import forecast
from forecast.inference.fit import as_if_independent
from forecast.inputs.records import OutcomeJudgment, Scenario, Source
from forecast.inputs.workspace import Workspace
from forecast.model.density import NumpyFunctions, log_likelihood, parameters
from forecast.simulation.forecast import QUANTITIES, Forecast, compare, monte_carlo_error

if TYPE_CHECKING:
    from forecast.inference.fit import Fit

DRAWS = 1000
Edit = Callable[[Workspace], Workspace]


def simulated(fit: Fit, scenario: str | Scenario = "baseline", **options: Any) -> Forecast:
    """The forecast under a scenario, on few paths unless told otherwise."""
    chosen = fit.workspace.scenarios[scenario] if isinstance(scenario, str) else scenario
    return forecast.simulate(fit, chosen, **{"paths": 16, **options})


def with_source(workspace: Workspace, source: str, **changes: Any) -> Workspace:
    """The workspace with fields of one source replaced."""
    edited = workspace.sources[source].model_copy(update=changes)
    return dataclasses.replace(workspace, sources={**workspace.sources, source: edited})


def with_outcome(workspace: Workspace, source: str, outcome: str, **changes: Any) -> Workspace:
    """The workspace with one outcome judgment of one source restated."""
    outcomes = workspace.sources[source].outcomes
    before = getattr(outcomes, outcome)
    window = "after_years" if outcome == "alliance_broad" else "within_years"
    quantiles = {k: v for k, v in changes.items() if k.startswith("p")} or before.quantiles.stated()
    judgment = OutcomeJudgment.model_validate(
        {**quantiles, window: before.years, "grade": changes.get("grade", before.grade)}
    )
    return with_source(workspace, source, outcomes=outcomes.model_copy(update={outcome: judgment}))


def with_code(workspace: Workspace, source: str, driver: str, **codes: Any) -> Workspace:
    """The workspace with codes of one source on one driver replaced."""
    effects = workspace.sources[source].effects
    return with_source(
        workspace, source, effects={**effects, driver: effects[driver].model_copy(update=codes)}
    )


def chance(fit: Fit, outcome: str) -> np.ndarray:
    """Probability of reaching ``outcome`` by the horizon, per draw."""
    return simulated(fit).at("reached", outcome, fit.workspace.question.horizon)


def assert_rises(before: np.ndarray, after: np.ndarray) -> None:
    """The mean rises by more than three Monte Carlo errors of the difference of two runs."""
    noise = np.hypot(monte_carlo_error(before), monte_carlo_error(after))
    assert after.mean() - before.mean() > 3 * noise


def logit(p: np.ndarray) -> np.ndarray:
    """Log odds."""
    return np.log(p / (1 - p))


# ------------------------------------------------------------- 1: logic of the numbers


@pytest.mark.parametrize("name", ["baseline", "threat_stays", "trade_grows"])
@pytest.mark.parametrize("start", ["partnership", "alliance", "split"])
def test_probabilities_are_coherent(fitted: Fit, name: str, start: str) -> None:
    """States sum to one; reached never falls and is at least the state; broad is at least narrow.

    For every draw and every grid date, and for any day between two dates.
    """
    fc = forecast.simulate(
        dataclasses.replace(fitted, start_state=start), fitted.workspace.scenarios[name], paths=16
    )
    draws = fc.draws
    column = QUANTITIES
    assert draws[:, :, :3].sum(axis=2) == pytest.approx(np.ones(draws.shape[:2]), abs=1e-12)
    assert (draws >= -1e-15).all()
    assert (draws <= 1 + 1e-12).all()
    for outcome in ("alliance", "split", "alliance_broad"):
        rising = draws[:, :, column["reached", outcome]]
        assert (np.diff(rising, axis=1) >= -1e-12).all()
    for inner, outer in (
        (("state", "alliance"), ("reached", "alliance")),
        (("state", "split"), ("reached", "split")),
        (("state", "alliance"), ("alliance_broad", "alliance_broad")),
        (("reached", "alliance"), ("reached", "alliance_broad")),
        (("alliance_broad", "alliance_broad"), ("reached", "alliance_broad")),
    ):
        assert (draws[:, :, column[inner]] <= draws[:, :, column[outer]] + 1e-12).all()
        for day in (dt.date(2026, 12, 30), dt.date(2026, 12, 31), dt.date(2031, 8, 8)):
            assert (fc.at(*inner, day) <= fc.at(*outer, day) + 1e-12).all()


def test_the_baseline_is_the_scenario_that_does_nothing(fitted: Fit) -> None:
    """Byte for byte, whatever it is called."""
    nothing = Scenario.model_validate(
        {"schema": "scenario/1", "id": "idle", "title": "Nothing", "storyline": "Nothing is done."}
    )
    assert simulated(fitted, nothing).draws.tobytes() == simulated(fitted).draws.tobytes()


@pytest.mark.parametrize(("start", "slack"), [(dt.date(2027, 12, 31), 0.0), (dt.date(2028, 2, 15), 0.1)])
def test_a_shift_of_nothing_is_nothing(fitted: Fit, start: dt.date, slack: float) -> None:
    """An intervention of size 0 that starts on a grid date changes no byte.

    Inside a step it cuts the step, whose hazards are then averaged over two pieces: a difference of second
    order in the step, under a tenth of the Monte Carlo error.
    """
    still = Scenario.model_validate(
        {"schema": "scenario/1", "id": "still", "title": "t", "storyline": "s", "interventions": [
            {"shift": {"driver": "trade", "amount": 0.0, "start": start}}]}
    )  # fmt: skip
    fc, base = simulated(fitted, still), simulated(fitted)
    for quantity, outcome in QUANTITIES:
        before, after = (x.at(quantity, outcome, dt.date(2035, 12, 31)) for x in (base, fc))
        assert abs((after - before).mean()) <= slack * monte_carlo_error(before)
    if slack == 0:
        assert fc.draws.tobytes() == base.draws.tobytes()


def test_scenarios_share_their_noise(fitted: Fit) -> None:
    """Before an intervention begins, a scenario is the baseline; after, paired differences are quiet."""
    fc, base = simulated(fitted, "threat_stays"), simulated(fitted)
    before = [t for t, d in enumerate(fc.dates) if d <= dt.date(2026, 12, 31)]
    assert np.array_equal(fc.draws[:, before], base.draws[:, before])
    day = dt.date(2031, 12, 31)
    gap = compare(fc, base, "reached", "alliance", day).difference
    loose = np.hypot(
        fc.summary("reached", "alliance", day).mcse, base.summary("reached", "alliance", day).mcse
    )
    assert gap.mcse < 0.7 * loose


# ------------------------------------------------------------- 2 and 3: the numerics


@pytest.mark.parametrize("name", ["baseline", "threat_stays"])
def test_quarters_and_months_agree(fitted: Fit, name: str) -> None:
    """Steps of 1/4 and 1/12 year agree within Monte Carlo error, every quantity, at two dates.

    The two grids use different noise on the same posterior draws; the error is that of the paired
    differences. Four of them, for 14 comparisons: passes by chance 999 times in 1000.
    """
    quarters, months = (simulated(fitted, name, steps_per_year=n, paths=128) for n in (4, 12))
    for quantity, outcome in QUANTITIES:
        for day in (dt.date(2030, 12, 31), dt.date(2035, 12, 31)):
            gap = quarters.at(quantity, outcome, day) - months.at(quantity, outcome, day)
            assert abs(gap.mean()) <= 4 * monte_carlo_error(gap), (quantity, outcome, day)


def test_fit_and_simulation_reach_alike(fitted: Fit, own_reached: Callable[[Fit, float], np.ndarray]) -> None:
    """The functional that judgments are held to is the one that is simulated: within 5% at ten years."""
    own = own_reached(fitted, 10.0)
    fc = simulated(fitted, paths=128)
    day = fitted.as_of.replace(year=fitted.as_of.year + 10)
    for k, outcome in enumerate(("alliance", "split")):
        forward = fc.at("reached", outcome, day)
        assert forward.mean() == pytest.approx(own[:, k].mean(), rel=0.05)
        assert np.corrcoef(forward, own[:, k])[0, 1] > 0.95


# ------------------------------------------------------------- 5: one source, and none


@pytest.mark.slow
def test_a_tight_source_draws_the_forecast_to_it(small: Workspace) -> None:
    """An expert at 30% for alliance moves it up, one at 1% down, and tighter quantiles pull harder."""
    none = chance(forecast.fit(small, panel="none", draws=DRAWS), "alliance")
    found = {}
    for name, quantiles in {
        "high, loose": (0.1, 0.3, 0.6), "high, tight": (0.28, 0.3, 0.32), "low, tight": (0.009, 0.01, 0.011),
    }.items():  # fmt: skip
        stated = dict(zip(("p05", "p50", "p95"), quantiles, strict=True))
        workspace = with_outcome(small, "expert_one", "alliance", **stated)
        found[name] = chance(forecast.fit(workspace, panel="expert_one", draws=DRAWS), "alliance")
    assert_rises(none, found["high, loose"])
    assert_rises(found["low, tight"], none)
    assert logit(found["high, tight"]).std() < logit(found["high, loose"]).std()
    assert 0.01 < np.median(found["low, tight"]) < np.median(none) < np.median(found["high, tight"]) < 0.3


@pytest.mark.slow
def test_a_tight_source_is_followed_where_nothing_else_is_known(small: Workspace) -> None:
    """With an outside view of no opinion, the forecast's median is the source's within .25 on the logit.

    What remains between them is not shrinkage: the window is the expert's to within a month, and the
    source's own shift (sd .4) and scatter (median .45) widen the forecast without moving its middle. The
    median of 1000 draws of a spread of about 1 on the logit has an error of .04.
    """
    vague = {t: {"p05": 1e-4, "p50": 0.03, "p95": 9.0} for t in ("partnership->alliance",)}
    elicited = small.base_rates.model_validate(
        small.base_rates.model_dump(by_alias=True) | {"elicited": vague}
    ).elicited
    base = small.base_rates.model_copy(update={"elicited": {**small.base_rates.elicited, **elicited}})
    workspace = with_outcome(
        dataclasses.replace(small, base_rates=base), "expert_one", "alliance", p05=0.28, p50=0.3, p95=0.32
    )
    fit = forecast.fit(workspace, panel="expert_one", draws=DRAWS)
    by = simulated(fit).at("reached", "alliance", dt.date(2035, 6, 3))
    assert np.median(logit(by)) == pytest.approx(float(logit(np.array(0.3))), abs=0.25)


@pytest.mark.slow
def test_an_empty_panel_is_outside_view_and_record(small: Workspace) -> None:
    """Posterior log rates equal the prior's reweighted by the record's likelihood: importance sampling.

    20,000 draws of z from the prior; tolerance four standard errors of both estimates.
    """
    fit = forecast.fit(small, panel="none", draws=4 * DRAWS)
    data, layout = fit.prepared.data, fit.prepared.theta
    assert (data.stated_weight == 0).all()
    assert (data.code_weight == 0).all()
    rng = np.random.default_rng(11)
    rates, log_weight = [], []
    for z in rng.standard_normal((20_000, fit.prepared.z.size)):
        p = parameters(z, data, layout, NumpyFunctions)
        log_weight.append(sum(log_likelihood(p, data, NumpyFunctions).values()))
        rates.append(p.log_rate)
    table = np.array(rates)
    weight = np.exp(np.array(log_weight) - max(log_weight))
    weight /= weight.sum()
    mean = weight @ table
    error = np.sqrt((weight**2) @ (table - mean) ** 2)
    sampled = fit.posterior.log_rate
    noise = np.hypot(error, [monte_carlo_error(column) for column in sampled.T])
    assert (np.abs(sampled.mean(axis=0) - mean) < 4 * noise).all()


# ------------------------------------------------------------- 6: the gates


@pytest.mark.parametrize("panel", ["all", "texts", "none", "expert_one", "jones2022", "smith2019"])
def test_every_panel_passes_its_gates(small: Workspace, panel: str) -> None:
    """R-hat, both ESS and divergences."""
    assert forecast.fit(small, panel=panel, draws=DRAWS).posterior.diagnostics.failures == ()


# ------------------------------------------------------------- 8: what moves the answer, and what does not


@pytest.mark.slow
def test_a_stated_probability_moves_the_outcome_it_is_about(small: Workspace, fitted: Fit) -> None:
    """A higher quantile set of one source raises the pooled chance of that outcome."""
    more = with_outcome(small, "expert_one", "alliance", p05=0.1, p50=0.25, p95=0.5)
    assert_rises(chance(fitted, "alliance"), chance(forecast.fit(more, draws=DRAWS), "alliance"))
    more = with_outcome(small, "expert_one", "split", p05=0.1, p50=0.25, p95=0.5)
    assert_rises(chance(fitted, "split"), chance(forecast.fit(more, draws=DRAWS), "split"))


@pytest.mark.slow
def test_a_code_moves_the_effect_it_is_about(small: Workspace) -> None:
    """From +2 to -2 on alliance: the score falls, and holding the driver up turns from help to harm."""
    fits = [
        forecast.fit(with_code(small, "smith2019", "shared_threat", alliance=code), draws=DRAWS)
        for code in (-2.0, 2.0)
    ]
    low, high = (fit.posterior.score[:, 0, 0] for fit in fits)
    assert_rises(low, high)
    day = dt.date(2031, 12, 31)
    gaps = []
    for fit in fits:
        held = simulated(fit, "threat_stays")
        gaps.append(compare(held, simulated(fit), "reached", "alliance", day).difference)
    assert gaps[0].mean < -3 * gaps[0].mcse
    assert gaps[1].mean > 3 * gaps[1].mcse


def test_a_denial_is_not_silence(small: Workspace) -> None:
    """A code of 0 holds the score to zero; no code leaves it wide."""
    denied = with_code(small, "smith2019", "border_dispute", alliance=0.0)
    silent = with_code(small, "smith2019", "border_dispute", alliance=None)
    spread = [forecast.fit(w, draws=DRAWS).posterior.score[:, 2, 0] for w in (denied, silent)]
    assert abs(spread[0].mean()) < 4 * monte_carlo_error(spread[0])
    # Silent: the prior of a driver the panel does not speak of, sd .4; spoken of: 1.5 seen through a code.
    assert spread[1].std() == pytest.approx(0.4, rel=0.15)


def test_counts_move_the_outside_view(small: Workspace) -> None:
    """More alliances formed in the class, a higher chance of one."""
    chosen = small.base_rates.classes["neighbours"]
    count = chosen.transitions["partnership->alliance"].model_copy(update={"events": 16, "episodes": 12})
    classes = {
        **small.base_rates.classes,
        "neighbours": chosen.model_copy(
            update={"transitions": {**chosen.transitions, "partnership->alliance": count}}
        ),
    }
    more = dataclasses.replace(small, base_rates=small.base_rates.model_copy(update={"classes": classes}))
    for panel in ("none", "all"):
        before, after = (chance(forecast.fit(w, panel=panel, draws=DRAWS), "alliance") for w in (small, more))
        assert_rises(before, after)


def test_a_longer_quiet_record_lowers_both_ways_out(small: Workspace) -> None:
    """Nine more years of partnership without a move, where moves are expected every ten years.

    (21 and 30 years of record fill the same three blocks of rows, so no new shape is compiled. Nine years
    move the answer by two to three points: eight Monte Carlo errors and more at 4,000 draws.)
    """
    often = {
        t: {"p05": 0.03, "p50": 0.1, "p95": 0.33} for t in ("partnership->alliance", "partnership->split")
    }
    base = small.base_rates.model_validate(small.base_rates.model_dump(by_alias=True) | {"elicited": often})
    found = []
    for first in (1996, 2005):
        history = small.history.model_copy(update={"record_start": first})
        found.append(
            forecast.fit(
                dataclasses.replace(small, base_rates=base, history=history), panel="none", draws=4 * DRAWS
            )
        )
    for outcome in ("alliance", "split"):
        assert_rises(*(chance(fit, outcome) for fit in found))


def test_an_indicator_moves_its_driver_and_the_answer(small: Workspace) -> None:
    """Trade up by half in the last two years: its level rises, and with it the index of a broad alliance.

    The narrow alliance follows the sign of trade's effect on it, which the texts code as positive.
    """
    recent = tuple(
        m.model_copy(update={"value": 1.5 * m.value})
        if m.indicator == "trade_share" and m.date.year >= 2023
        else m
        for m in small.measurements
    )
    fits = [
        forecast.fit(w, panel="texts", draws=DRAWS)
        for w in (small, dataclasses.replace(small, measurements=recent))
    ]
    levels = [fit.prepared.drivers.filtered()[0][-1, 1] for fit in fits]
    assert levels[1] > levels[0] + 0.2
    assert fits[0].posterior.coefficients[:, 1, 0].mean() > 0
    day = small.question.horizon
    # Both fits have the same noise, and thresholds drawn alike: the error is that of the paired differences.
    before, after = (simulated(fit).at("alliance_broad", "alliance_broad", day) for fit in fits)
    assert (after - before).mean() > 3 * monte_carlo_error(after - before)
    narrow = [simulated(fit, paths=64).at("reached", "alliance", day) for fit in fits]
    assert narrow[1].mean() > narrow[0].mean()


def test_a_reading_moves_its_driver(small: Workspace) -> None:
    """A level judgment one unit higher raises the driver's level that day."""
    driver = small.drivers.drivers["shared_threat"]
    reading = driver.readings[0]
    quantiles = reading.quantiles.model_copy(
        update={"values": tuple(v + 1 for v in reading.quantiles.values)}
    )
    higher = driver.model_copy(update={"readings": [reading.model_copy(update={"quantiles": quantiles})]})
    drivers = small.drivers.model_copy(update={"drivers": {**small.drivers.drivers, "shared_threat": higher}})
    fits = [
        forecast.fit(w, panel="none", draws=DRAWS)
        for w in (small, dataclasses.replace(small, drivers=drivers))
    ]
    levels = [fit.prepared.drivers.filtered()[0][-1, 0] for fit in fits]
    assert 0.2 < levels[1] - levels[0] < 1.0


def test_a_weight_moves_the_answer_toward_its_source(small: Workspace) -> None:
    """A dissenter heard in full pulls harder than one heard at a tenth."""
    dissent = with_outcome(small, "expert_one", "alliance", p05=0.25, p50=0.4, p95=0.6)
    quiet = with_source(dissent, "expert_one", weight=0.1)
    before, after = (chance(forecast.fit(w, draws=DRAWS), "alliance") for w in (quiet, dissent))
    assert_rises(before, after)


@pytest.mark.slow
def test_a_grade_moves_the_answer_toward_what_is_in_the_text(small: Workspace) -> None:
    """The same number weighs more as TEXT than as INFER."""
    stated = {"p05": 0.15, "p50": 0.25, "p95": 0.4}
    fits = [
        forecast.fit(with_outcome(small, "smith2019", "split", grade=grade, **stated), draws=DRAWS)
        for grade in ("INFER", "TEXT")
    ]
    assert_rises(*(chance(fit, "split") for fit in fits))


def test_a_broad_judgment_moves_the_definition_and_nothing_narrow(small: Workspace, fitted: Fit) -> None:
    """Who expects a broad alliance more draws its line lower: broad rises, narrow stays to the last bit."""
    looser = with_outcome(small, "smith2019", "alliance_broad", p05=0.3, p50=0.5, p95=0.7)
    other = forecast.fit(looser, draws=fitted.posterior.draws)
    assert np.array_equal(other.posterior.z, fitted.posterior.z)
    day = small.question.horizon
    before, after = simulated(fitted), simulated(other)
    assert_rises(*(fc.at("alliance_broad", "alliance_broad", day) for fc in (before, after)))
    assert np.array_equal(before.draws[:, :, :5], after.draws[:, :, :5])


def test_a_changed_rationale_changes_nothing(small: Workspace, fitted: Fit) -> None:
    """Words are not numbers: the same arrays, found in the cache, and the same forecast byte for byte."""
    reworded = with_source(small, "smith2019", rationale="Other words.", citation="Other edition.")
    other = forecast.fit(reworded, draws=fitted.posterior.draws)
    assert other.from_cache
    assert other.prepared.data.packed().tobytes() == fitted.prepared.data.packed().tobytes()
    assert simulated(other).draws.tobytes() == simulated(fitted).draws.tobytes()


def test_those_not_heard_change_nothing(small: Workspace) -> None:
    """Whatever a source outside the panel says, the draws are the same to the last bit."""
    loud = with_outcome(small, "expert_one", "alliance", p05=0.5, p50=0.7, p95=0.9)
    fits = [forecast.fit(w, panel="texts", draws=DRAWS) for w in (small, loud)]
    assert fits[0].posterior.z.tobytes() == fits[1].posterior.z.tobytes()


@pytest.fixture(scope="module")
def echoed(small: Workspace) -> Workspace:
    """The small workspace with three more sources that repeat expert_one, and three that agree with it.

    Echoes share its cluster; the others are clusters of their own.
    """
    original = small.sources["expert_one"]
    judged = original.outcomes.model_copy(
        update={
            k: OutcomeJudgment.model_validate({"p05": 0.06, "p50": 0.12, "p95": 0.22, "within_years": 10})
            for k in ("alliance", "split")
        }
    )
    effects = small.sources["smith2019"].effects
    base: Source = original.model_copy(update={"outcomes": judged, "effects": effects, "levels": []})
    sources = {
        **small.sources,
        "expert_one": base,
        **{f"echo{n}": base.model_copy(update={"id": f"echo{n}"}) for n in range(3)},
        **{
            f"other{n}": base.model_copy(update={"id": f"other{n}", "cluster": f"other{n}"}) for n in range(3)
        },
    }
    return dataclasses.replace(small, sources=sources)


@pytest.mark.slow
def test_an_echo_narrows_less_than_an_independent_view(echoed: Workspace) -> None:
    """Three that repeat a source leave the interval wider than three that agree with it on their own."""
    panels = {
        "alone": "expert_one",
        "echoed": "expert_one,echo0,echo1,echo2",
        "agreed": "expert_one,other0,other1,other2",
    }
    fits = {name: forecast.fit(echoed, panel=p, draws=2000) for name, p in panels.items()}
    for outcome in ("alliance", "split"):
        sd = {name: logit(chance(fit, outcome)).std() for name, fit in fits.items()}
        assert sd["agreed"] < 0.95 * sd["echoed"]
        assert sd["echoed"] < 1.05 * sd["alone"]
    score = {name: fit.posterior.score[:, 0, 0].std() for name, fit in fits.items()}
    assert score["agreed"] < 0.9 * score["echoed"] < 0.9 * 1.05 * score["alone"]


@pytest.mark.slow
def test_echoes_taken_as_independent_are_views_of_their_own(echoed: Workspace) -> None:
    """An echoed panel fitted as if independent is the panel of those who agree on their own.

    Means and spreads of rates and scores within four Monte Carlo errors, that of a spread being about
    sd / sqrt(2 n) for n = 1000 effective draws.
    """
    told = as_if_independent(forecast.fit(echoed, panel="expert_one,echo0,echo1,echo2", draws=2000))
    agreed = forecast.fit(echoed, panel="expert_one,other0,other1,other2", draws=2000)
    assert told.posterior.diagnostics.failures == ()
    for pick in (lambda f: f.posterior.log_rate[:, :2], lambda f: f.posterior.score[:, 0]):
        for one, other in zip(pick(told).T, pick(agreed).T, strict=True):
            noise = np.hypot(monte_carlo_error(one), monte_carlo_error(other))
            assert abs(one.mean() - other.mean()) < 4 * noise
            assert one.std() == pytest.approx(other.std(), rel=4 * np.sqrt(2 / 2000))


def test_the_fit_as_if_independent_is_kept_and_compiles_nothing(small: Workspace) -> None:
    """Two told by one text: another posterior from the same compiled model, found again afterwards."""
    from forecast.inference import sampler

    fit = forecast.fit(with_source(small, "expert_one", reported_in="smith2019"), draws=DRAWS)
    before = len(sampler._compiled)
    apart = as_if_independent(fit)
    assert len(sampler._compiled) == before
    assert not np.array_equal(apart.posterior.z, fit.posterior.z)
    again = as_if_independent(fit)
    assert again.from_cache
    assert again.posterior.z.tobytes() == apart.posterior.z.tobytes()


# ------------------------------------------------------------- the same run twice


def test_the_same_seed_gives_the_same_bytes(small: Workspace, fitted: Fit) -> None:
    """Sampled anew, with one chain at a time or two, and simulated with one worker or two."""
    draws = fitted.posterior.draws
    for jobs in (1, 2):
        again = forecast.fit(small, draws=draws, refit=True, jobs=jobs)
        assert not again.from_cache
        assert again.posterior.z.tobytes() == fitted.posterior.z.tobytes()
        assert again.thresholds.tobytes() == fitted.thresholds.tobytes()
        assert simulated(again, jobs=jobs).draws.tobytes() == simulated(fitted, jobs=2).draws.tobytes()


def test_another_seed_agrees_within_monte_carlo_error(small: Workspace, fitted: Fit) -> None:
    """Other draws, the same answer: within four errors of the difference."""
    other = forecast.fit(small, draws=DRAWS, seed=7)
    for outcome in ("alliance", "split", "alliance_broad"):
        one, two = chance(fitted, outcome), chance(other, outcome)
        noise = np.hypot(monte_carlo_error(one), monte_carlo_error(two))
        assert abs(one.mean() - two.mean()) < 4 * noise
        assert one.mean() != two.mean()
