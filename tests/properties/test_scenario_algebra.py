"""The algebra of scenarios: what may be said in another way, or another order, gives the same numbers.

On the small workspace with shocks, pulls between drivers, innovations that come together, an interaction
that waits for a shock, and treaty windows. Each example of a property costs a simulation, so there are few of
them, on few draws: what is to agree byte for byte does so on any number.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from what_if import add, what_if

import forecast
from forecast.answering import answer
from forecast.calendar import decimal_year, step_dates
from forecast.document import document
from forecast.drivers.features import evaluate
from forecast.errors import InputError
from forecast.inference.fit import Fit
from forecast.inputs.records import Scenario
from forecast.inputs.workspace import Workspace
from forecast.model.density import NumpyFunctions, reached
from forecast.model.judgments import WINDOW_STEPS
from forecast.request import Request
from forecast.simulation.forecast import Forecast, monte_carlo_error
from forecast.simulation.quantities import BEFORE_READING, QUANTITIES
from forecast.simulation.run import simulate_all
from forecast.states import STATES


class Few(Fit):
    """A fit of a few draws, which Hypothesis names by this where an example fails: a fit's own is endless."""

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("few")


Deed = dict[str, dict[str, Any]]
DRAWS = 400
#: Draws of a property that is about bytes: two blocks, the last of them not full.
FEW = 80
AS_OF, HORIZON = dt.date(2025, 7, 1), dt.date(2035, 12, 31)
GRID = step_dates(AS_OF, HORIZON)
#: One more shock that strikes often, one with a chance in windows that is no outcome, and pulls.
SHOCKS = """
  talks:
    name: The third power talks to one of them
    definition: A summit without the other.
    rate: {p05: 0.2, p50: 0.4, p95: 0.7}
    jumps:
      shared_threat: {p05: -0.5, p50: -0.3, p95: -0.1, spread: 0.2}
    direct:
      alliance: {p05: -0.4, p50: -0.2, p95: 0.0}
    half_life_years: 1
    rationale: It does so every other year.
  treaty_extended:
    name: The treaty is extended
    definition: Both say so.
    probability: {p05: 0.6, p50: 0.8, p95: 0.9}
    windows:
      - {start: 2026-03-15, end: 2027-03-14}
      - {start: 2031-03-15, end: 2032-03-14}
    jumps:
      trade: {p05: 0.0, p50: 0.2, p95: 0.4}
    direct:
      split: {p05: -0.4, p50: -0.2, p95: 0.0}
    half_life_years: 2
    rationale: It has been, every five years.
"""
DRIVERS = """
  threat_without_its_leader:
    form: product
    terms: [shared_threat, {shock: [leader_exit]}]
    channel: split
    effect: {p05: 0.0, p50: 0.1, p95: 0.2}
    rationale: What one man stood for.
cross_impacts:
  - {from: shared_threat, to: trade, strength: 2, rationale: They turn to each other.}
  - {from: border_dispute, to: trade, strength: -2, rationale: The crossing is shut.}
  - {from: trade, to: shared_threat, strength: 1, rationale: The third power resents it.}
correlations:
  - {drivers: [shared_threat, border_dispute], correlation: 0.4, rationale: The third power arms the valley.}
"""
SPELLS = (dt.date(2027, 12, 31), dt.date(2030, 12, 30))
#: Of every kind, of every kind of shock, on the grid and inside its steps; more than one of a kind at a time.
EVERYTHING: list[Deed] = [
    {"hold": {"driver": "shared_threat", "level": 1.5, "start": "2027-01-01", "end": "2029-12-31"}},
    {"ramp": {"driver": "trade", "level": -1.0, "start": "2026-06-10", "end": "2030-12-31"}},
    {"shift": {"driver": "border_dispute", "amount": 0.5, "start": "2027-02-03"}},
    {"shift": {"driver": "border_dispute", "amount": 0.3, "start": "2029-09-30", "end": "2033-06-30"}},
    {"force": {"shock": "border_clash", "date": "2028-06-01"}},
    {"force": {"shock": "border_clash", "date": "2030-12-31"}},
    {"force": {"shock": "leader_exit", "date": "2028-06-01"}},
    {"forbid": {"shock": "leader_exit", "end": "2027-12-31"}},
    {"forbid": {"shock": "talks", "start": "2032-02-02"}},
    {"rate": {"shock": "talks", "times": 2.5, "end": "2029-12-31"}},
    {"rate": {"shock": "treaty_lapses", "times": 3.0, "start": "2030-01-01"}},
    {"rate": {"shock": "treaty_extended", "times": 0.5}},
    {"hazard": {"transition": "partnership->alliance", "times": 0.5}},
    {"hazard": {"transition": "partnership->alliance", "times": 3.0, "start": "2032-06-01"}},
    {"hazard": {"transition": "alliance->partnership", "times": 2.0, "start": "2030-01-01"}},
]


def scenario(deeds: Sequence[Deed], name: str = "trial", includes: Sequence[str] = ()) -> Scenario:
    """A scenario of these interventions."""
    return Scenario.model_validate(
        {
            "schema": "scenario/1", "id": name, "title": "t", "storyline": "s",
            "includes": list(includes), "interventions": list(deeds),
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The small workspace with all that a what-if can turn on."""
    root = what_if(tmp_path_factory.mktemp("algebra") / "w")
    add(root, "priors/shocks.yaml", SHOCKS.removeprefix("\n"))
    add(root, "priors/drivers.yaml", DRIVERS.removeprefix("\n"))
    return forecast.load(root)


@pytest.fixture(scope="module")
def fit(workspace: Workspace) -> Fit:
    """Its default panel, fitted once."""
    return forecast.fit(workspace, draws=DRAWS)


@pytest.fixture(scope="module")
def few(fit: Fit) -> Fit:
    """The first draws of it."""
    drawn = ("z", "log_rate", "coefficients", "score", "gain", "tau", "tau_out")
    kept = {name: getattr(fit.posterior, name)[:FEW] for name in drawn}
    own = {field.name: getattr(fit, field.name) for field in dataclasses.fields(fit)}
    own["posterior"] = dataclasses.replace(fit.posterior, **kept)
    return Few(**{**own, "thresholds": fit.thresholds[:FEW]})


def simulated(fit: Fit, deeds: Sequence[Deed] = (), **options: Any) -> Forecast:
    """The forecast under interventions, on few paths unless told otherwise."""
    return forecast.simulate(fit, scenario(deeds), **{"paths": 8, **options})


def raw(fit: Fit, *scenarios: Scenario, **options: Any) -> list[bytes]:
    """The bytes of several scenarios simulated in one call."""
    found = simulate_all(fit, scenarios, **{"paths": 8, **options})
    return [fc.draws.tobytes() for fc in found]


# ------------------------------------------------------------- interventions, drawn

DAYS = st.one_of(st.sampled_from(GRID[1:-1]), st.dates(AS_OF + dt.timedelta(days=1), HORIZON))


@st.composite
def spells(draw: st.DrawFn) -> dict[str, str]:
    """A start, an end, both or neither."""
    days = sorted(draw(st.sets(DAYS, min_size=2, max_size=2)))
    kept = draw(st.sets(st.sampled_from(["start", "end"])))
    return {key: str(day) for key, day in zip(("start", "end"), days, strict=True) if key in kept}


@st.composite
def of_drivers(draw: st.DrawFn) -> list[Deed]:
    """Each driver held, ramped or let be, and shifted up to twice."""
    found: list[Deed] = []
    for driver in ("shared_threat", "trade", "border_dispute"):
        level = {"driver": driver, "level": draw(st.floats(-3, 3))}
        kind = draw(st.sampled_from(["hold", "ramp", "free"]))
        if kind == "hold":
            found.append({"hold": {**level, **draw(spells())}})
        elif kind == "ramp":
            days = sorted(draw(st.sets(DAYS, min_size=2, max_size=2)))
            found.append({"ramp": {**level, "start": str(days[0]), "end": str(days[1])}})
        found += [
            {"shift": {"driver": driver, "amount": amount, **draw(spells())}}
            for amount in draw(st.lists(st.floats(-1, 1), max_size=2))
        ]
    return found


@st.composite
def of_shocks(draw: st.DrawFn) -> list[Deed]:
    """Each shock forced, forbidden, made more or less frequent, or let be; hazards multiplied up to twice."""
    found: list[Deed] = []
    for shock in ("border_clash", "leader_exit", "treaty_lapses", "talks", "treaty_extended"):
        kind = draw(st.sampled_from(["force", "forbid", "rate", "free"]))
        if kind == "force":
            found.append({"force": {"shock": shock, "date": str(draw(DAYS))}})
        elif kind == "forbid":
            found.append({"forbid": {"shock": shock, **draw(spells())}})
        elif kind == "rate":
            found.append({"rate": {"shock": shock, "times": draw(st.floats(0.1, 10)), **draw(spells())}})
    ways = ("partnership->alliance", "partnership->split", "split->partnership")
    found += [
        {"hazard": {"transition": way, "times": draw(st.floats(0.1, 10)), **draw(spells())}}
        for way in draw(st.lists(st.sampled_from(ways), max_size=2))
    ]
    return found


deeds = st.builds(lambda drivers, shocks: drivers + shocks, of_drivers(), of_shocks())
few_examples = settings(max_examples=10, deadline=None, derandomize=True)


# ------------------------------------------------------------- nothing, said in several ways


@pytest.mark.parametrize("includes", [[], ["idle"], ["idle", "idler"]], ids=["empty", "one", "two"])
def test_the_empty_scenario_is_the_baseline(few: Fit, includes: list[str]) -> None:
    """Byte for byte, and so is one that only includes empty ones, in one call with others or alone."""
    idle, idler = scenario([], "idle"), scenario([], "idler", ["idle"])
    known = {**few.workspace.scenarios, "idle": idle, "idler": idler}
    fit = dataclasses.replace(few, workspace=dataclasses.replace(few.workspace, scenarios=known))
    nothing = scenario([], includes=includes)
    (base,) = raw(fit, known["baseline"])
    assert raw(fit, nothing) == [base]
    assert raw(fit, scenario(EVERYTHING, "other"), nothing)[1] == base


@pytest.mark.parametrize(
    "deed",
    [
        {"rate": {"shock": "border_clash", "times": 1.0, "start": SPELLS[0], "end": SPELLS[1]}},
        {"rate": {"shock": "treaty_extended", "times": 1.0, "start": SPELLS[0]}},
        {"hazard": {"transition": "partnership->split", "times": 1.0, "start": SPELLS[0]}},
        {"shift": {"driver": "trade", "amount": 0.0, "start": SPELLS[0], "end": SPELLS[1]}},
        {"forbid": {"shock": "treaty_lapses", "start": SPELLS[0], "end": SPELLS[1]}},
        {"forbid": {"shock": "treaty_extended", "start": SPELLS[0], "end": SPELLS[1]}},
    ],
    ids=["rate", "rate in windows", "hazard", "shift", "no outcome's window", "no window"],
)
def test_what_changes_nothing_is_the_baseline(few: Fit, deed: Deed) -> None:
    """Times one, plus nothing, and what cannot happen forbidden, from one date of the grid to another."""
    assert raw(few, scenario([deed])) == raw(few, scenario([]))


# ------------------------------------------------------------- order, and composition


@few_examples
@given(deeds=deeds, data=st.data())
def test_the_order_of_interventions_does_not_matter(few: Fit, deeds: list[Deed], data: st.DataObject) -> None:
    """Any permutation, byte for byte. At most two bear on one thing: a sum of three rounds by its order."""
    other = data.draw(st.permutations(deeds))
    assert raw(few, scenario(other)) == raw(few, scenario(deeds))


def test_three_factors_on_one_hazard_agree_but_for_rounding(few: Fit) -> None:
    """0.1 x 0.3 x 0.7 in either order: to the last digits."""
    three = [{"hazard": {"transition": "partnership->split", "times": x}} for x in (0.1, 0.3, 0.7)]
    one, other = simulated(few, three).draws, simulated(few, three[::-1]).draws
    assert one == pytest.approx(other, abs=1e-13)


@few_examples
@given(deeds=deeds, data=st.data())
def test_including_is_writing_in_one_file(few: Fit, deeds: list[Deed], data: st.DataObject) -> None:
    """A includes B: the interventions of both in one file; by either way round, and through a third."""
    cut = data.draw(st.integers(0, len(deeds)))
    parts = {"first": scenario(deeds[:cut], "first"), "second": scenario(deeds[cut:], "second")}
    through = scenario([], "through", ["second"])
    known = {**few.workspace.scenarios, **parts, "through": through}
    fit = dataclasses.replace(few, workspace=dataclasses.replace(few.workspace, scenarios=known))
    (whole,) = raw(fit, scenario(deeds))
    for composed in (
        scenario(deeds[cut:], includes=["first"]),
        scenario(deeds[:cut], includes=["second"]),
        scenario([], includes=["first", "second"]),
        scenario([], includes=["second", "first"]),
        scenario([], includes=["through", "first", "second"]),
    ):
        assert raw(fit, composed) == [whole]


@few_examples
@given(one=of_drivers(), other=of_shocks())
def test_independent_interventions_commute(few: Fit, one: list[Deed], other: list[Deed]) -> None:
    """What is done to drivers and what is done to shocks and hazards: in either order, byte for byte."""
    assert raw(few, scenario([*one, *other])) == raw(few, scenario([*other, *one]))


# ------------------------------------------------------------- several at a time


@few_examples
@given(some=st.lists(deeds, min_size=2, max_size=4), data=st.data())
def test_several_at_a_time_are_each_by_itself(few: Fit, some: list[list[Deed]], data: st.DataObject) -> None:
    """In one call or one by one, in any order, with one worker or two: the same bytes."""
    scenarios = [scenario(each, f"number{n}") for n, each in enumerate(some)]
    alone = [raw(few, each)[0] for each in scenarios]
    order = data.draw(st.permutations(range(len(scenarios))))
    for jobs in (1, 2):
        together = raw(few, *(scenarios[n] for n in order), jobs=jobs)
        assert together == [alone[n] for n in order]


def test_what_is_forced_in_one_scenario_does_not_depend_on_rates_in_another(few: Fit) -> None:
    """A rate thirty times as high needs more random numbers; what varies in a forced event stays what it was.

    Nor does it need fewer where the event is forbidden from the day after on, as in a settlement that is
    made once.
    """
    made = {"force": {"shock": "border_clash", "date": "2028-06-01"}}
    over = {"forbid": {"shock": "border_clash", "start": "2028-06-02"}}
    often = {"rate": {"shock": "border_clash", "times": 30.0}}
    for deeds in ([made], [made, over]):
        (alone,) = raw(few, scenario(deeds))
        assert raw(few, scenario([often], "often"), scenario(deeds))[1] == alone
        assert raw(few, few.workspace.scenarios["baseline"], scenario(deeds))[1] == alone


# ------------------------------------------------------------- never, and not yet


@pytest.mark.parametrize("spell", [{}, {"start": "2026-02-03", "end": "2031-05-05"}], ids=["always", "some"])
@pytest.mark.parametrize("shock", ["border_clash", "leader_exit", "treaty_lapses", "treaty_extended"])
def test_forbidden_is_a_rate_of_nearly_nothing(few: Fit, shock: str, spell: dict[str, str]) -> None:
    """Times 1e-12 is never, but for the rounding of clocks; both are something else than the baseline."""
    never = simulated(few, [{"forbid": {"shock": shock, **spell}}]).draws
    hardly = simulated(few, [{"rate": {"shock": shock, "times": 1e-12, **spell}}]).draws
    assert never == pytest.approx(hardly, abs=1e-10)
    assert np.abs(never - simulated(few).draws).max() > 1e-4


KINDS: dict[str, dict[str, Any]] = {
    "hold": {"driver": "trade", "level": 2.0},
    "shift": {"driver": "trade", "amount": 1.0},
    "ramp": {"driver": "trade", "level": 2.0, "end": "2034-02-02"},
    "forbid": {"shock": "talks"},
    "rate": {"shock": "border_clash", "times": 5.0},
    "hazard": {"transition": "partnership->split", "times": 5.0},
    "force": {"shock": "border_clash"},
    "force a split": {"shock": "treaty_lapses"},
}


def beginning(kind: str, day: dt.date) -> Deed:
    """An intervention of a kind that begins, or is, on a day."""
    name = kind.split(maxsplit=1)[0]
    return {name: {**KINDS[kind], ("date" if name == "force" else "start"): str(day)}}


@few_examples
@given(
    day=st.one_of(st.sampled_from(GRID[1:30]), st.dates(GRID[0] + dt.timedelta(days=1), dt.date(2033, 6, 1))),
    kind=st.sampled_from(list(KINDS)),
)
def test_until_its_first_intervention_a_scenario_is_the_baseline(few: Fit, day: dt.date, kind: str) -> None:
    """Byte for byte on every date of the grid up to then; on every day if it begins on one of them.

    (Inside a step, dates are read between its ends.) Afterwards it is something else.
    """
    fc, base = simulated(few, [beginning(kind, day)]), simulated(few)
    before = sum(date < day for date in fc.dates)
    assert fc.draws[:, :before].tobytes() == base.draws[:, :before].tobytes()
    if day in fc.dates:
        # A driver that is set on a 31 December is read where it is set: the two columns of the index.
        unread = [column for column in range(fc.draws.shape[2]) if column not in BEFORE_READING]
        assert np.array_equal(fc.draws[:, before, unread], base.draws[:, before, unread])
        eve = day - dt.timedelta(days=1)
        for quantity, outcome in QUANTITIES:
            assert np.array_equal(fc.at(quantity, outcome, eve), base.at(quantity, outcome, eve))
    assert fc.draws[:, -1].tobytes() != base.draws[:, -1].tobytes()


@pytest.mark.parametrize("kind", list(KINDS))
def test_what_begins_after_the_horizon_is_refused(tmp_path: Path, kind: str) -> None:
    """With the file and the line, for every kind of intervention."""
    root, day = what_if(tmp_path / "w"), HORIZON + dt.timedelta(days=1)
    add(root, "priors/shocks.yaml", SHOCKS.removeprefix("\n"))
    name, told = next(iter(beginning(kind, day).items()))
    if name == "ramp":
        told["end"] = "2037-01-01"
    inner = ", ".join(f"{key}: {value}" for key, value in told.items())
    head = "schema: scenario/1\nid: late\ntitle: t\nstoryline: s\ninterventions:\n"
    (root / "scenarios" / "late.yaml").write_text(f"{head}  - {name}: {{{inner}}}\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        forecast.load(root)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("scenarios/late.yaml", 6)
    assert f"{day} is after the horizon, {HORIZON}" in problem.message


# ------------------------------------------------------------- logic of the numbers


def assert_coherent(fc: Forecast) -> None:
    """States sum to one; reached never falls and is at least the state; broad is at least narrow."""
    draws = fc.draws
    assert draws[:, :, :3].sum(axis=2) == pytest.approx(np.ones(draws.shape[:2]), abs=1e-12)
    assert (draws >= -1e-15).all()
    assert (draws <= 1 + 1e-12).all()
    for outcome in ("alliance", "split", "alliance_broad"):
        assert (np.diff(draws[:, :, QUANTITIES["reached", outcome]], axis=1) >= -1e-12).all()
    for inner, outer in (
        (("state", "alliance"), ("reached", "alliance")),
        (("state", "split"), ("reached", "split")),
        (("state", "alliance"), ("alliance_broad", "alliance_broad")),
        (("reached", "alliance"), ("reached", "alliance_broad")),
        (("alliance_broad", "alliance_broad"), ("reached", "alliance_broad")),
    ):
        assert (draws[:, :, QUANTITIES[inner]] <= draws[:, :, QUANTITIES[outer]] + 1e-12).all()
        for day in (dt.date(2028, 5, 31), dt.date(2028, 6, 1), dt.date(2030, 12, 30), dt.date(2030, 12, 31)):
            assert (fc.at(*inner, day) <= fc.at(*outer, day) + 1e-12).all()


@few_examples
@given(deeds=deeds, start=st.sampled_from(STATES))
def test_probabilities_are_coherent_whatever_is_done(few: Fit, deeds: list[Deed], start: str) -> None:
    """From any state, with shocks that are an outcome forced among the rest."""
    assert_coherent(simulated(dataclasses.replace(few, start_state=start), deeds))


@pytest.mark.parametrize("start", STATES)
def test_a_forced_outcome_is_entered_by_all_of_partnership(few: Fit, start: str) -> None:
    """The treaty lapses on 31 December 2030: all that was in partnership is in split, and has reached it.

    Who is in alliance then stays there, and who has split has. It is one step later that the grid shows it:
    the day itself is what an intervention on that day begins from.
    """
    begun = dataclasses.replace(few, start_state=start)
    fc = simulated(begun, [*EVERYTHING[:6], {"force": {"shock": "treaty_lapses", "date": "2030-12-31"}}])
    assert_coherent(fc)
    t = fc.dates.index(dt.date(2030, 12, 31))
    before, after = (fc.draws[:, k, QUANTITIES["state", "partnership"]] for k in (t, t + 1))
    # In one quarter hardly anything comes back to partnership.
    assert (after < 0.1).all()
    entered = (
        fc.draws[:, t + 1, QUANTITIES["reached", "split"]] - fc.draws[:, t, QUANTITIES["reached", "split"]]
    )
    assert (entered >= 0).all()
    if start == "partnership":
        assert (before > 0.4).all()
        assert entered == pytest.approx(before, abs=0.05)


# ------------------------------------------------------------- the numerics


#: A forced event meets an open window, whose start and end cut the steps it is felt in.
WINDOW: list[Deed] = [
    {"force": {"shock": "border_clash", "date": "2030-12-31"}},
    {"rate": {"shock": "treaty_lapses", "times": 3.0, "start": "2030-01-01"}},
]


@pytest.mark.parametrize(
    "deeds",
    [
        pytest.param([], id="baseline"),
        pytest.param([deed for deed in EVERYTHING if deed != WINDOW[0]], id="everything"),
        pytest.param(
            WINDOW,
            id="struck in a window",
            marks=pytest.mark.xfail(
                reason="in a step that is cut after a shock struck, its effect is seen in proportion to the"
                " part of the step that is over, not from the strike on: 0.4 points of split are missing"
            ),
        ),
    ],
)
def test_quarters_and_months_agree_with_everything_on(fit: Fit, deeds: list[Deed]) -> None:
    """Steps of 1/4 and 1/12 year agree within Monte Carlo error, every quantity, at two dates.

    With shocks, windows, pulls, a ramp, a hold, forced events and raised rates. Four errors of the paired
    differences, for 14 comparisons: passes by chance 999 times in 1000.
    """
    quarters, months = (simulated(fit, deeds, steps_per_year=n, paths=64) for n in (4, 12))
    for quantity, outcome in QUANTITIES:
        for day in (dt.date(2030, 12, 31), dt.date(2035, 12, 31)):
            gap = quarters.at(quantity, outcome, day) - months.at(quantity, outcome, day)
            assert abs(gap.mean()) <= 4 * monte_carlo_error(gap), (quantity, outcome, day)


def test_fit_and_simulation_reach_alike_with_everything_on(
    fit: Fit, own_reached: Callable[[Fit, float], np.ndarray]
) -> None:
    """The functional that judgments are held to is the one that is simulated: within 5% at ten years.

    Shocks are in the fit's hazards, so that simulating them on top must not count them twice.
    """
    own = own_reached(fit, 10.0)
    fc = simulated(fit, paths=64)
    for k, outcome in enumerate(("alliance", "split")):
        forward = fc.at("reached", outcome, dt.date(2035, 7, 1))
        assert forward.mean() == pytest.approx(own[:, k].mean(), rel=0.05)
        assert np.corrcoef(forward, own[:, k])[0, 1] > 0.95


def held_at_the_mean(fit: Fit) -> list[Deed]:
    """Every driver held, step by step, where it is projected to be in the middle of the step."""
    drivers, found = fit.prepared.drivers, []
    dates = step_dates(fit.as_of, fit.workspace.question.horizon)
    for begin, end in pairwise(dates):
        middle = 0.5 * (decimal_year(begin) + decimal_year(end))
        mean, _ = drivers.project(drivers.as_of, np.array([middle]))
        start = begin if begin == fit.as_of else begin + dt.timedelta(days=1)
        for name, level in zip(drivers.names, mean[0], strict=True):
            found.append({"hold": {"driver": name, "level": level, "start": str(start), "end": str(end)}})
    return found


def reached_on_the_mean_path(fit: Fit, years: float) -> np.ndarray:
    """The fit's own F with every driver on its projected mean, without spread; (N, 2)."""
    drivers, spec = fit.prepared.drivers, fit.prepared.features
    middles = drivers.as_of + (np.arange(WINDOW_STEPS) + 0.5) * years / WINDOW_STEPS
    phi = evaluate(spec, drivers.project(drivers.as_of, middles)[0])
    window = dataclasses.replace(
        fit.prepared.data, step_years=np.full((WINDOW_STEPS, 1), years / WINDOW_STEPS)
    )
    hazards = np.exp(fit.posterior.log_rate[:, None, :] + phi @ fit.posterior.coefficients)
    return np.array([[float(f[0]) for f in reached(h, window, NumpyFunctions)] for h in hazards])


def test_holding_every_driver_at_its_projected_mean_takes_away_its_spread_alone(
    fit: Fit, own_reached: Callable[[Fit, float], np.ndarray]
) -> None:
    """How little that changes is known: a hazard exp(eta) with variance v of eta loses the factor exp(v / 2).

    The fit's own chance on the mean path without spread against the simulation with every driver held there:
    within 5%, as with spread. Here the spread is worth 2 to 4 per cent of either chance, and holding changes
    neither by more than that and the 5% again.
    """
    spread, still = own_reached(fit, 10.0), reached_on_the_mean_path(fit, 10.0)
    held, base = simulated(fit, held_at_the_mean(fit)), simulated(fit, paths=64)
    for k, outcome in enumerate(("alliance", "split")):
        day = dt.date(2035, 7, 1)
        after, before = (fc.at("reached", outcome, day).mean() for fc in (held, base))
        worth = 1 - still[:, k].mean() / spread[:, k].mean()
        assert 0 < worth < 0.06
        assert after == pytest.approx(still[:, k].mean(), rel=0.05)
        assert abs(after / before - 1) < worth + 0.05


# ------------------------------------------------------------- more dates


def test_by_changes_no_other_number(workspace: Workspace) -> None:
    """Three dates more, under two scenarios: all else to the last digit, differences and estimates too."""
    days = (dt.date(2028, 6, 1), dt.date(2030, 12, 30), dt.date(2031, 1, 1))
    plain, more = (
        document(answer(workspace, Request(scenarios=("clash", "trade_grows"), draws=DRAWS, by=by)))
        for by in ((), days)
    )
    asked = {str(day) for day in days}

    def others(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row for row in rows if row["date"] not in asked]

    for before, after in zip(plain["scenarios"], more["scenarios"], strict=True):
        assert others(after["horizons"]) == before["horizons"]
        assert len(after["horizons"]) == len(before["horizons"]) + len(days)
    assert others(more["comparisons"]) == plain["comparisons"]
    for name, before in plain["estimates"].items():
        assert others(more["estimates"][name]["horizons"]) == before["horizons"]
