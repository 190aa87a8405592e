"""What a panel says of one item, on constructed panels."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad

from forecast.answers import pooled_judgment
from forecast.errors import UsageError
from forecast.inputs.records import Source
from forecast.inputs.workspace import Workspace
from forecast.model import density
from forecast.model.judgments import weighted_codes
from forecast.panel import Panel, resolve
from forecast.pooling.item_effects import CODE_SD
from forecast.pooling.items import Item, item, items
from forecast.pooling.on_scale import OnScale, widened
from forecast.pooling.probabilities import log_odds
from forecast.states import CHANNELS

STATED = {
    "alliance": {"p05": 0.02, "p50": 0.06, "p95": 0.15, "within_years": 10},
    "split": {"p05": 0.01, "p50": 0.04, "p95": 0.12, "within_years": 10},
}


def source(name: str, **changes: Any) -> Source:
    """A text of 2020 that states both outcomes, unless told otherwise."""
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
            "outcomes": STATED,
        }
        | changes
    )


def heard(small: Workspace, *sources: Source) -> tuple[Workspace, Panel]:
    """A workspace of these sources alone, all of them heard."""
    workspace = dataclasses.replace(small, sources={s.id: s for s in sources})
    return workspace, resolve(workspace, panel=",".join(s.id for s in sources))


def said(small: Workspace, key: str, *sources: Source, **when: Any) -> Item:
    """The item, of a panel of these sources."""
    return item(*heard(small, *sources), key, **when)


def test_every_key_listed_is_spoken_of_and_every_other_is_silent(small: Workspace) -> None:
    """What is listed is what can be pooled: outcomes, codes, hazard ratios apart from them, levels."""
    panel = resolve(small)
    listed = items(small, panel)
    assert listed == (
        "outcomes.alliance",
        "outcomes.split",
        "outcomes.alliance_broad",
        "effects.shared_threat.alliance",
        "effects.shared_threat.split",
        "levels.shared_threat",
        "effects.trade.alliance",
        "effects.trade.split.hazard_ratio",
        "effects.border_dispute.alliance",
        "effects.border_dispute.split",
        "levels.border_dispute",
    )
    assert all(item(small, panel, key).said for key in listed)
    silent = item(small, panel, "effects.trade.split")
    assert silent.said == ()
    assert silent.left_out == {"jones2022": "states a ratio: pooled as effects.trade.split.hazard_ratio"}


def test_an_unknown_key_names_the_nearest(small: Workspace) -> None:
    """A slip is answered with what was meant; nothing near, with some of what there is."""
    panel = resolve(small)
    with pytest.raises(UsageError, match=r"'outcomes.alliances'. Did you mean 'outcomes.alliance'"):
        item(small, panel, "outcomes.alliances")
    with pytest.raises(UsageError, match=r"unknown item 'xyz'. Known: outcomes.alliance, "):
        item(small, panel, "xyz")


def test_dates_that_cannot_be_reached_say_why(small: Workspace) -> None:
    """Past the horizon, and not after today."""
    panel = resolve(small)
    with pytest.raises(UsageError, match="2050-01-01 is past the horizon 2035-12-31; raise horizon"):
        item(small, panel, "outcomes.split", by=dt.date(2050, 1, 1))
    with pytest.raises(UsageError, match=r"is not after .*; give a later date"):
        item(small, panel, "outcomes.split", by=small.question.as_of)


@pytest.mark.parametrize("channel", CHANNELS)
def test_flat_log_odds_of_an_item_are_the_pooled_answer(small: Workspace, channel: str) -> None:
    """With nobody dependent, the medians of item and answer are one number, at any date.

    The ends differ: an answer takes both probabilities at their 5% quantiles, an item stands by itself.
    """

    @dataclasses.dataclass
    class Asked:
        workspace = small
        panel = resolve(small)
        as_of = small.question.as_of
        start_state = "partnership"

    for date in (dt.date(2030, 6, 30), small.question.horizon):
        found = item(small, resolve(small), f"outcomes.{channel}", by=date)
        answer = pooled_judgment(Asked(), (date,)).answer.reached[date][channel]  # type: ignore[arg-type]
        medians = np.array([dict(zip(s.judgment.probabilities, s.judgment.values, strict=True))[0.5]
                            for s in found.said if s.judgment])  # fmt: skip
        assert log_odds(medians, found.weights) == pytest.approx(answer.p50, rel=1e-9)
        assert found.horizon == date


def test_at_its_own_window_a_source_is_pooled_as_it_stated(small: Workspace) -> None:
    """Carried to the years it stated, the quantiles are those of the file."""
    years = (small.question.horizon - small.question.as_of).days / 365.25
    windows = {k: v | {"within_years": round(years, 6)} for k, v in STATED.items()}
    (one,) = said(small, "outcomes.alliance", source("a", outcomes=windows)).said
    assert one.judgment is not None
    assert one.judgment.values == pytest.approx(tuple(one.stated.values()), rel=2e-4)
    assert one.distribution.ppf(np.array([0.05, 0.5, 0.95])) == pytest.approx(one.judgment.values, rel=1e-9)
    assert one.point == pytest.approx(0.06, rel=2e-4)


def test_the_weight_is_panel_grade_age_over_dependence(small: Workspace) -> None:
    """1 x mean(1, .3) x .5^(age / 10) / 1.6 for each of two of one school, and the third has no divisor."""
    split = STATED["split"] | {"grade": "INFER"}
    pair = [source(n, cluster="school", outcomes=STATED | {"split": split}) for n in "ab"]
    found = said(small, "outcomes.alliance", *pair, source("c", weight=0.5))
    assert [one.divided_by for one in found.said] == pytest.approx([1.6, 1.6, 1.0])
    age = (small.question.as_of - dt.date(2020, 7, 1)).days / 365.25
    assert found.weights == pytest.approx(
        np.array([0.65 / 1.6, 0.65 / 1.6, 0.5]) * 0.5 ** (age / 10), rel=1e-3
    )
    parts = [s.weight * s.grade * s.aged / s.divided_by for s in found.said]
    assert found.weights == pytest.approx(parts)


def test_one_who_is_left_out_makes_nobody_dependent(small: Workspace) -> None:
    """Dependence counts those who are heard on this very item; the others are named with the reason."""
    alone = {"alliance": STATED["alliance"]}
    found = said(
        small,
        "outcomes.alliance",
        source("a", cluster="school"),
        source("b", cluster="school", outcomes=alone),
    )
    assert [(s.source, s.divided_by) for s in found.said] == [("a", 1.0)]
    assert found.left_out == {"b": "not coded on split"}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"view_date": dt.date(1980, 1, 1)}, "wrote when the pair was not in partnership"),
        ({"outcomes": {}}, "not coded on alliance or split"),
        ({"outcomes": {"split": STATED["split"]}}, "not coded on alliance"),
        (
            {"outcomes": {k: v | {"p50": 0.6, "p95": 0.7} for k, v in STATED.items()}},
            "its two probabilities sum to one or more",
        ),
    ],
)
def test_who_cannot_be_carried_is_left_out_with_the_reason(
    small: Workspace, changes: dict[str, Any], why: str
) -> None:
    """The reasons are those of the pooled answer, in its words."""
    found = said(small, "outcomes.split", source("a", **changes), source("b"))
    assert found.left_out == {"a": why}
    assert [one.source for one in found.said] == ["b"]


def test_nothing_is_pooled_of_leaving_a_state_the_pair_is_not_in(small: Workspace) -> None:
    """From split there is no probability of leaving partnership: each source says so."""
    question = small.question.model_copy(update={"initial_state": "split"})
    found = said(dataclasses.replace(small, question=question), "outcomes.split", source("a"))
    assert found.said == ()
    assert "the pair is not in it (state: split)" in found.left_out["a"]


def test_wide_judgments_stay_quantiles(small: Workspace) -> None:
    """Whatever the other way out may be, they increase; at the stated window they are what was stated."""
    stated = {
        "alliance": {"p05": 0.10, "p50": 0.11, "p95": 0.12, "within_years": 2},
        "split": {"p05": 0.01, "p50": 0.20, "p95": 0.80, "within_years": 2},
    }
    found = said(small, "outcomes.alliance", source("a", outcomes=stated))
    (one,) = found.said
    assert one.judgment is not None
    assert one.judgment.values == tuple(sorted(set(one.judgment.values)))
    years = round((small.question.horizon - small.question.as_of).days / 365.25, 6)
    wide = {
        "alliance": {"p05": 0.1, "p50": 0.3, "p95": 0.7, "within_years": years},
        "split": {"p05": 0.1, "p50": 0.3, "p95": 0.7, "within_years": years},
    }
    (one,) = said(small, "outcomes.alliance", source("a", outcomes=wide)).said
    assert one.judgment is not None
    assert one.judgment.values == pytest.approx((0.1, 0.3, 0.7), rel=1e-3)
    assert [s.source for s in said(small, "outcomes.split", source("a", outcomes=stated)).said] == ["a"]


def test_codes_weigh_what_they_weigh_in_the_model(small: Workspace) -> None:
    """Panel weight, grade, dependence (ratios counted among those who speak) and widening, per code."""
    question = small.question.model_copy(update={"widening": {"camp": 1.5}})
    ratio = {"trade": {"alliance": {"hazard_ratio": {"p05": 0.5, "p50": 1, "p95": 2}}}}
    graded = {"trade": {"alliance": 1, "grade": "INFER"}}
    workspace, panel = heard(
        dataclasses.replace(small, question=question),
        source("a", cluster="school", kind="camp", effects={"trade": {"alliance": 2}}),
        source("b", cluster="school", effects=graded, weight=0.7),
        source("c", cluster="school", effects=ratio),
    )
    model = {s.id: w for _, channel, s, w in weighted_codes(workspace, panel) if channel == "alliance"}
    found = item(workspace, panel, "effects.trade.alliance")
    assert {s.source: s.effective for s in found.said} == pytest.approx({n: model[n] for n in "ab"})
    assert [s.point for s in found.said] == pytest.approx([2.0, 1.0])
    assert found.form == "code"
    (one,) = item(workspace, panel, "effects.trade.alliance.hazard_ratio").said
    assert one.divided_by == pytest.approx(2.2)
    assert one.point == pytest.approx(1.0)


def test_the_coding_error_is_the_models() -> None:
    """The distribution around a code has the sd that the model gives a code."""
    assert CODE_SD == density.CODE_SD


def test_what_a_camp_says_is_widened_in_its_sd(small: Workspace) -> None:
    """A kind's factor multiplies the sd on the scale of each form, in quantiles and distribution alike."""
    question = small.question.model_copy(update={"widening": {"camp": 2.0}})
    level = {"driver": "trade", "date": 2020, "p05": -1.0, "p50": 0.0, "p95": 1.0}
    ratio = {"trade": {"split": {"hazard_ratio": {"p05": 0.5, "p50": 1.0, "p95": 2.0}}}}
    broad = {"alliance_broad": {"p05": 0.2, "p50": 0.5, "p95": 0.8, "after_years": 10}}
    camp = source("a", kind="camp", outcomes=broad, levels=[level], effects=ratio)
    workspace, panel = heard(dataclasses.replace(small, question=question), camp)
    for key, low in [
        ("levels.trade", -2.0),
        ("effects.trade.split.hazard_ratio", 0.25),
        ("outcomes.alliance_broad", 1 / (1 + 4.0**2)),
    ]:
        (one,) = item(workspace, panel, key).said
        assert one.judgment is not None
        assert one.judgment.values[0] == pytest.approx(low)
        assert float(one.distribution.ppf(np.array(0.05))) == pytest.approx(low)
        assert one.effective == one.weight * one.aged


def test_of_several_levels_the_latest_known_is_heard(small: Workspace) -> None:
    """Dated by today: each source's last; one dated later is named as such."""
    levels = [
        {"driver": "trade", "date": year, "p05": at - 1, "p50": at, "p95": at + 1}
        for year, at in ((2019, 0.0), (2021, 1.0), (2024, 2.0))
    ]
    found = said(small, "levels.trade", source("a", levels=levels), as_of=dt.date(2022, 1, 1))
    assert [(one.date.year, round(one.point, 9)) for one in found.said] == [(2021, 1.0)]
    later = said(small, "levels.trade", source("a", levels=levels[2:]), as_of=dt.date(2022, 1, 1))
    assert later.left_out == {"a": "its level is dated after 2022-01-01"}


def test_every_judgment_says_where_it_stands(small: Workspace) -> None:
    """File and line lead to the words in the file."""
    panel = resolve(small)
    for key in items(small, panel):
        for one in item(small, panel, key).said:
            line = (small.root / one.file).read_text().splitlines()[one.line - 1]
            assert key.split(".")[1] in line
            assert all(f"{v:g}" in line or "words" in line or "%" in line or "almost" in line
                       for v in one.stated.values())  # fmt: skip


@pytest.mark.parametrize("scale", ["logit", "log", "identity"])
def test_a_reading_is_a_distribution(scale: Any) -> None:
    """cdf and ppf are inverse, the density integrates to the cdf, outside the support nothing lies."""
    read = OnScale(scale, -0.4, 0.3, 0.8)
    p = np.array([0.001, 0.2, 0.5, 0.7, 0.999])
    x = read.ppf(p)
    assert read.cdf(x) == pytest.approx(p, rel=1e-9)
    middle = float(read.ppf(np.array(0.5)))
    for low, high in ((float(x[0]), middle), (middle, float(x[-1]))):
        inside = quad(lambda v: float(read.pdf(np.array(v))), low, high, epsabs=1e-10)[0]
        assert inside == pytest.approx(0.499, abs=1e-8)
    lower, upper = read.support
    ends = np.array([lower - 1, upper + 1])
    assert read.cdf(ends).tolist() == [0.0, 1.0]
    assert read.pdf(ends).tolist() == [0.0, 0.0]
    assert np.isnan(read.cdf(np.array(np.nan)))


def test_equal_sides_are_the_lognormal_of_scipy() -> None:
    """One sd on both sides of the log: `scipy.stats.lognorm`."""
    read, known = OnScale("log", 0.5, 0.7, 0.7), stats.lognorm(0.7, scale=np.exp(0.5))
    x = np.array([0.2, 1.0, 5.0])
    assert read.cdf(x) == pytest.approx(known.cdf(x))
    assert read.pdf(x) == pytest.approx(known.pdf(x))


def test_widening_by_one_changes_no_bit() -> None:
    """What is not widened stays as it was stated."""
    stated = {0.05: 0.1, 0.5: 0.3, 0.95: 0.7}
    assert widened(stated, "logit", 1.0) == stated
