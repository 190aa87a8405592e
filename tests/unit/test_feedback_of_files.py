"""What is shown back of a workspace: the model's own reading, its words and windows, groups and pictures."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from command import SMALL
from scipy import stats

from forecast.elicitation import split_logit_normal
from forecast.elicitation.fitting import fits
from forecast.elicitation.judgment import Judgment
from forecast.elicitation.statements import in_percent
from forecast.errors import InputError, UsageError
from forecast.inputs import load
from forecast.inputs.workspace import Workspace
from forecast.interchange.shelf_roulette import read_shelf_roulette
from forecast.panel import resolve
from forecast.pooling.group_shown import Member, group, of_item
from forecast.pooling.items import item
from forecast.pooling.shown_back import Asked, at_path, of_judgment, paths
from forecast.pooling.shown_document import document
from forecast.report.figures.elicited import figure
from forecast.report.figures.elicited_group import group_figure

SPLIT = "sources.expert_one.outcomes.split"


@pytest.fixture(scope="module")
def small() -> Workspace:
    """The small workspace."""
    return load(str(SMALL))


def test_a_probability_is_shown_as_the_model_reads_it(small: Workspace) -> None:
    """First the split normal on the log odds that enters the forecast, then the best fit, then the next."""
    shown = at_path(small, SPLIT, Asked())
    (why, own), (beside, best) = shown.readings
    assert (why, beside) == ("enters the forecast", "best fit")
    quantiles = small.sources["expert_one"].outcomes.split
    assert quantiles is not None
    read = split_logit_normal(quantiles.quantiles)
    assert own.parameters["centre"] == read.centre
    z = stats.norm.ppf(0.9)
    expected = 1 / (1 + math.exp(-(read.centre + z * read.sd_above * small.question.widened("expert"))))
    asked = at_path(small, SPLIT, Asked(quantiles=[0.9])).readings[0][1]
    assert asked.quantiles[0].fitted == pytest.approx(expected)
    assert own.modes == ()
    ranked = [one.family for one in fits(shown.judgment) if one.family != "piecewise_uniform"]
    assert shown.second is not None
    assert [best.family, shown.second.family] == ranked[:2]


def test_words_and_windows_of_a_probability(small: Workspace) -> None:
    """Frequency and odds, the words of the question's lexicon, and other windows at a constant hazard."""
    shown = at_path(small, SPLIT, Asked())
    assert shown.statements[0] == "8% in the middle: 8 in 100, odds of 12 to 1 against"
    assert shown.statements[1].startswith(f"in words ({small.lexicon.id}): very unlikely")
    assert shown.statements[2].startswith("8% within 10 years at a constant hazard: about 0.83% a year; 4.1%")
    told = document([shown])["judgments"][0]["at_constant_hazard"]
    assert told["per_year"] == pytest.approx(1 - 0.92**0.1)
    assert (told["half_window"], told["double_window"]) == pytest.approx((1 - 0.92**0.5, 1 - 0.92**2))


@pytest.mark.parametrize(
    ("path", "scale"),
    [
        (SPLIT, "model_logit"),
        ("drivers.trade.half_life_years", "model_log"),
        ("drivers.trade.long_run_mean", "model_identity"),
        ("sources.smith2019.levels[0]", "model_identity"),
    ],
)
def test_each_kind_is_read_on_its_scale(small: Workspace, path: str, scale: str) -> None:
    """Probabilities on log odds, positive quantities on logs, others as they are."""
    assert at_path(small, path, Asked()).readings[0][1].family == scale


def test_a_family_asked_for_stands_beside(small: Workspace) -> None:
    """What the forecast uses comes first whatever family is asked for."""
    shown = at_path(small, SPLIT, Asked("beta"))
    assert [(why, told.family) for why, told in shown.readings] == [
        ("enters the forecast", "model_logit"),
        ("asked for", "beta"),
    ]


def test_all_that_a_source_states(small: Workspace) -> None:
    """A source, alone or by its path, stands for all its quantiles; a driver for its own."""
    found = paths(small, "expert_one")
    assert found == paths(small, "sources.expert_one")
    assert set(found) == {
        "sources.expert_one.outcomes.alliance", SPLIT, "sources.expert_one.levels[0]",
    }  # fmt: skip
    assert "drivers.trade.volatility" in paths(small, "drivers.trade")
    assert all(at_path(small, path, Asked()).line > 0 for path in found)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("expert_onne", "Did you mean 'expert_one'"),
        ("sources.expert_onne", "Did you mean 'sources.expert_one'"),
        ("model.rho", "no quantiles to be fitted"),
        ("nonsense", "unknown knob 'nonsense'"),
    ],
)
def test_what_has_no_quantiles(small: Workspace, path: str, message: str) -> None:
    """A path without quantiles says what it is, or what was meant."""
    with pytest.raises(UsageError, match=re.escape(message)):
        at_path(small, paths(small, path)[0], Asked())


def two() -> tuple[Member, Member]:
    """SHELF's two experts, each read as the normal through the quartiles."""
    first = Judgment.of_quartiles(30, 40, 50, lower=0, upper=100)
    then = Judgment.of_quartiles(20, 25, 30, lower=0, upper=100)
    members = [Member(n, w, fits(j, ["normal"])[0], j) for n, w, j in (("A", 1.0, first), ("B", 3.0, then))]
    return members[0], members[1]


def test_a_group_beside_its_pool() -> None:
    """The pool is the mixture of its members by weight; who weighs nothing is not in it."""
    first, then = two()
    shown = group("x", [first, then, Member("C", 0.0, first.distribution)])
    assert ([one.name for one in shown.members], shown.shares) == (["A", "B"], (0.25, 0.75))
    x = np.linspace(0, 100, 101)
    expected = 0.25 * first.distribution.cdf(x) + 0.75 * then.distribution.cdf(x)
    assert shown.pool.cdf(x) == pytest.approx(expected)
    assert shown.pool.cdf(np.array(shown.quantiles(shown.pool))) == pytest.approx(
        [0.05, 0.25, 0.5, 0.75, 0.95]
    )
    asked = group("x", [first, then], quantiles=[0.1], values=[40.0])
    assert asked.quantiles(asked.pool) == (float(shown.pool.ppf(np.array(0.1))),)
    assert asked.probabilities(first.distribution) == pytest.approx([0.5])
    with pytest.raises(UsageError, match=r"write 0\.1"):
        group("x", [first], quantiles=[10.0])
    with pytest.raises(UsageError, match="nobody with a weight above 0"):
        group("x", [Member("C", 0.0, first.distribution)])


def test_a_panel_on_an_item(small: Workspace) -> None:
    """Everybody heard on an item, with the weights of every other rule, and who is left out."""
    gathered = item(small, resolve(small), "outcomes.split")
    shown = of_item(gathered)
    assert [one.name for one in shown.members] == [one.source for one in gathered.said]
    assert shown.shares == pytest.approx(gathered.weights / gathered.weights.sum())
    assert shown.share
    mean = gathered.weights @ np.array([one.point for one in gathered.said]) / gathered.weights.sum()
    assert shown.statements[-1].endswith(f"is {in_percent(float(mean))}")
    assert document([], [shown])["groups"][0]["horizon"] == gathered.horizon.isoformat()  # type: ignore[union-attr]


def test_pictures_hold_their_words(small: Workspace) -> None:
    """A picture is the same bytes each time, well-formed, with what was stated in its description."""
    shown = at_path(small, SPLIT, Asked())
    drawn = figure(shown, form="svg")
    assert drawn == figure(shown, form="svg")
    root = ET.fromstring(drawn)
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    described = root.find(f"{space}desc")
    assert described is not None
    assert described.text is not None
    assert "p05 2%, p25 5%, p50 8%, p75 12%, p95 20%" in described.text
    labels = "".join(root.itertext())
    assert "stated 50%: 8%" in labels
    assert f"{in_percent(shown.readings[0][1].tails.above)} above 20%" in labels
    both = ET.fromstring(group_figure(group("x", two(), label="Both & <more>"), form="svg"))
    assert {"A", "B", "linear pool"} <= {text.strip() for text in both.itertext()}


def test_pictures_of_odd_distributions() -> None:
    """A density without bound, an even spread and a heavy tail are drawn too, as PNG."""
    spike = Judgment.of_quantiles({0.25: 0.001, 0.5: 0.02, 0.75: 0.3}, lower=0, upper=1)
    for family in ("beta", "piecewise_uniform", "log_student_t"):
        shown = of_judgment(spike, Asked(family), name="odd")
        drawn = figure(shown, form="png")
        assert drawn.startswith(b"\x89PNG")
        assert b"Description" in drawn


def chips(folder: Path, text: str) -> Path:
    """A table of chips in a file."""
    path = folder / "chips.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_chips_as_shelf_keeps_them(tmp_path: Path) -> None:
    """Each row is the judgment of its chips between the outer ends of the bins."""
    path = chips(tmp_path, '"","(-10-0]","(0-10]","(10-20]","(20-30]"\n"A",0,3,6,1\n"B",,,,\n"C",1,1,1,1\n')
    first, then = read_shelf_roulette(path)
    edges = [-10, 0, 10, 20, 30]
    assert first.judgment == Judgment.of_roulette(edges, [0, 3, 6, 1], lower=-10, upper=30, name="A, chips")
    assert (then.expert, then.line, then.judgment.probabilities[-1]) == ("C", 4, 1.0)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (',"(0-10]","(20-30]"\nA,1,2\n', 1, "the bins do not meet: it runs from 20 to 30 after 10"),
        (',"(0-10]","many"\nA,1,2\n', 1, "'many' is no bin; write its ends"),
        (',"(0-10]","(10-20]"\nA,1,-2\n', 2, "there are no -2 chips"),
        (',"(0-10]","(10-20]"\nA,1,two\n', 2, "'two' is not a number"),
        (',"(0-10]","(10-20]"\nA,5,5\nA,5,5\n', 3, "A has the row on line 2 too"),
        (',"(0-10]","(10-20]"\n', 0, "there is no chip in the table"),
    ],
)
def test_chips_that_are_none(tmp_path: Path, text: str, line: int, message: str) -> None:
    """Faults name their line."""
    with pytest.raises(InputError) as caught:
        read_shelf_roulette(chips(tmp_path, text))
    assert any(p.line == line and message in p.message for p in caught.value.problems), caught.value
