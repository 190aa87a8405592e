"""Tornadoes: what is moved, over which range, and how the bars are ranked."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from forecast.errors import UsageError
from forecast.inputs.knobs import knob
from forecast.inputs.records import Source
from forecast.inputs.workspace import Workspace
from forecast.report.figures.tornado import tornado as figure
from forecast.request import Request
from forecast.reweighting.engine import Engine, Point, engine
from forecast.sensitivity.documents import tornado_document
from forecast.sensitivity.runs import packed, place, question, runs, summary, unpacked
from forecast.sensitivity.swings import GROUPS, MODEL_RANGES, Swing, groups_of, known_levels, swings_of
from forecast.sensitivity.tornado import Bar, Tornado, task, tornado
from forecast.simulation.quantities import QUANTITIES, STATS

ALLIANCE = ("reached", "alliance")
REQUEST = Request(draws=400, jobs=1)


@pytest.fixture(scope="module")
def eng(small: Workspace) -> Engine:
    """The small workspace's exact answer, with a fourth source that has next to no weight."""
    jones = small.sources["jones2022"]
    mute = Source.model_validate(
        {
            "schema": "source/1",
            "id": "mute",
            "kind": "text",
            "citation": "Mute (2022)",
            "view_date": jones.view_date,
            "lens": ["domestic"],
            "cluster": "mute",
            "locator": "p. 1",
            "weight": 1e-13,
            "outcomes": {"alliance": {"p05": 0.5, "p50": 0.7, "p95": 0.9, "within_years": 5}},
        }
    )
    panels = {**small.question.panels, "all": [*small.question.panels["all"], "mute"]}
    asked = small.question.model_copy(update={"panels": panels})
    files = dataclasses.replace(
        small, question=asked, sources={**small.sources, "mute": mute}, inputs_sha256="with mute"
    )
    return engine(files, REQUEST, draws=40, paths=8)


@pytest.fixture(scope="module")
def found(eng: Engine) -> Tornado:
    """Every bar of the sources and the model."""
    return tornado(eng, ["sources", "model", "base_rates"])


def at(found: Tornado, path: str) -> Bar:
    """The bar of a path."""
    return next(bar for bar in found.bars if bar.swing.path == path)


def test_every_group_is_moved_over_its_own_range(eng: Engine) -> None:
    """Quantiles go from their p05 to their p95, a level over what is known of it, settings over a table."""
    swings = {swing.path: swing for swing in swings_of(eng)}
    assert {swing.group for swing in swings.values()} == set(GROUPS) - {"shocks"}
    half_life = knob(eng.workspace, "drivers.trade.half_life_years")
    assert swings["drivers.trade.half_life_years"].settings == (half_life.low, half_life.high)
    assert swings["model.rho"].settings == MODEL_RANGES["rho"]
    assert swings["sources.smith2019.outcomes.split"].settings == (0.01, 0.12)
    assert swings["sources.smith2019.weight"].questions() == [{"left out": "smith2019"}]
    others = set(eng.workspace.base_rates.classes) - {eng.workspace.base_rates.use}
    assert ("base_rates.use" in swings) == bool(others)
    assert swings["base_rates.offsets"].settings == ("false",)
    assert not any(path.startswith("sources.") and ".effects." in path for path in swings)


def test_levels_span_ninety_percent_of_what_is_known(eng: Engine) -> None:
    """The ends are the filtered mean less and plus 1.645 standard deviations, as of today."""
    drivers = eng.exact.prepared.drivers
    mean, variance = drivers.filtered()
    for column, (low, high) in enumerate(known_levels(eng).values()):
        assert (low + high) / 2 == pytest.approx(mean[-1, column])
        assert high - low == pytest.approx(2 * 1.6448536 * math.sqrt(variance[-1, column]))


def test_only_members_are_moved(small: Workspace) -> None:
    """A source that the panel does not hear has no bar."""
    alone = engine(small, dataclasses.replace(REQUEST, panel="texts"), draws=40, paths=8)
    paths = [swing.path for swing in swings_of(alone, ["sources"])]
    assert any("jones2022" in path for path in paths)
    assert not any("expert_one" in path for path in paths)


def test_who_has_no_weight_has_no_width(eng: Engine, found: Tornado) -> None:
    """What a source without weight says, and whether it is heard, changes no answer; others do."""
    rows = {row.path: row for row in found.ranked(ALLIANCE, eng.dates[-1])}
    for path in ("sources.mute.weight", "sources.mute.outcomes.alliance"):
        assert rows[path].width == pytest.approx(0.0, abs=1e-9)
    assert rows["sources.expert_one.weight"].width > 1e-4


def test_bars_are_points_of_the_engine(eng: Engine, found: Tornado) -> None:
    """A bar's ends are what the engine answers when the knob is turned there."""
    for path, setting in (("model.infer_weight", 0.1), ("sources.jones2022.outcomes.alliance", None)):
        bar = at(found, path)
        value = bar.swing.settings[0]
        assert setting is None or value == setting
        assert np.allclose(bar.points[0].values, eng.point({path: value}).values, rtol=1e-9)


def test_a_stated_probability_pulls_its_outcome_its_own_way(eng: Engine, found: Tornado) -> None:
    """A source that says more of an alliance makes one likelier, and one that says less unlikelier."""
    row = next(
        r for r in found.ranked(ALLIANCE, eng.dates[-1]) if r.path == "sources.expert_one.outcomes.alliance"
    )
    assert row.low < found.answer(ALLIANCE, eng.dates[-1])["mean"] < row.high
    assert row.width == pytest.approx(row.high - row.low)


def test_the_ranking_is_by_width(eng: Engine, found: Tornado) -> None:
    """For any outcome and date the widest come first, and every bar is there."""
    for date in (eng.dates[0], eng.dates[-1]):
        for quantity in QUANTITIES:
            widths = [row.width for row in found.ranked(quantity, date)]
            assert widths == sorted(widths, reverse=True)
            assert len(widths) == len(found.bars)


def toy(eng: Engine, settings: tuple[object, ...], means: list[float], *, choice: bool, k: float) -> Tornado:
    """A tornado of one bar, whose answers at the settings are given; the present answer is 0.3."""

    def point(mean: float, k_hat: float) -> Point:
        values = np.zeros((1, len(eng.dates), len(QUANTITIES), len(STATS)))
        values[..., 0] = mean
        return Point(values, k_hat, 400.0, 0)

    swing = Swing("a.b", "A", "model", "", None, settings, choice)  # type: ignore[arg-type]
    return Tornado(eng, point(0.3, -np.inf), (Bar(swing, tuple(point(m, k) for m in means)),), ())


def test_both_ends_on_one_side_are_still_wide(eng: Engine) -> None:
    """A range whose ends both raise the answer reaches from the present answer to the further of them."""
    [row] = toy(eng, (0.0, 1.0), [0.4, 0.45], choice=False, k=0.1).ranked(ALLIANCE, eng.dates[-1])
    assert (row.low, row.high, row.trusted) == (0.4, 0.45, True)
    assert row.width == pytest.approx(0.15)


def test_choices_are_a_range_from_the_lowest_to_the_highest(eng: Engine) -> None:
    """Of choices the ends are the lowest and highest answers, the present one among them."""
    [row] = toy(eng, ("x", "y", "z"), [0.35, 0.5, 0.32], choice=True, k=0.9).ranked(ALLIANCE, eng.dates[-1])
    assert (row.low_setting, row.low, row.high_setting, row.high) == (None, 0.3, "y", 0.5)
    assert row.width == pytest.approx(0.2)
    assert (row.k_hat, row.trusted) == (0.9, False)


@pytest.mark.parametrize(
    ("names", "message"),
    [(["driver"], "Did you mean 'drivers'"), (["weather"], "One of drivers, dynamics, shocks")],
)
def test_unknown_groups(names: list[str], message: str) -> None:
    """The nearest group is named, or all of them."""
    with pytest.raises(UsageError, match=message):
        groups_of(names)


def test_groups_keep_their_order_and_may_be_written_with_hyphens() -> None:
    """As the table has them, each once; none named means all."""
    assert groups_of(["model", "base-rates", "model"]) == ("base_rates", "model")
    assert groups_of([]) == GROUPS


def test_a_date_that_is_not_answered_for_is_refused(eng: Engine) -> None:
    """The dates there are are named."""
    with pytest.raises(UsageError, match="2031-05-05 is not answered for"):
        place(eng, ALLIANCE, eng.dates[0].replace(2031, 5, 5))


def test_points_are_kept_as_they_are(eng: Engine) -> None:
    """Packed and unpacked, a point is the same to the bit, its -inf too; equal questions are asked once."""
    point = eng.point({})
    again = unpacked(packed(point))
    assert again.k_hat == -np.inf
    assert (again.ess, again.simulated) == (point.ess, point.simulated)
    assert np.array_equal(again.values, point.values)
    with runs(eng, task) as ask:
        one, two = ask([question({}), question({})])
    assert one is two
    assert ask.asked == 1
    assert np.array_equal(one.values, point.values)


def test_the_document_holds_every_outcome_and_date(eng: Engine, found: Tornado) -> None:
    """tornado/1: bars in the order of the ranking, their settings with a mean for each outcome and date."""
    document = tornado_document(found, ALLIANCE, eng.dates[-1], seconds=1.0)
    assert document["schema"] == "tornado/1"
    assert document["exact"] is False
    ranked = found.ranked(ALLIANCE, eng.dates[-1])
    assert [bar["path"] for bar in document["bars"]] == [row.path for row in ranked]
    bar = next(bar for bar in document["bars"] if bar["path"] == "model.rho")
    horizon = bar["settings"][1]["horizons"][-1]
    where = place(eng, ("state", "split"), eng.dates[-1])
    assert horizon["state.split"]["mean"] == summary(at(found, "model.rho").points[1], where)["mean"]
    assert len(bar["settings"][0]["horizons"]) == len(eng.dates)


def test_the_figure_is_the_same_bytes_and_names_its_bars(eng: Engine, found: Tornado) -> None:
    """Drawn twice it is the same SVG; the widest bars are named, with their settings."""
    one, two = (figure(found, ALLIANCE, eng.dates[-1], bars=5) for _ in range(2))
    assert one.svg == two.svg
    ranked = found.ranked(ALLIANCE, eng.dates[-1])
    assert ranked[0].label in one.alt
    assert ranked[5].label not in one.alt
    assert ranked[0].label.split()[0] in one.svg
