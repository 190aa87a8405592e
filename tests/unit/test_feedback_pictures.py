"""Pictures of judgments shown back: words that do not meet, what is cut off, the same bytes each time."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from command import SMALL

from forecast.elicitation.fitting import fits
from forecast.elicitation.judgment import Judgment
from forecast.inputs import load
from forecast.pooling.group_shown import Member, group, shared
from forecast.pooling.shown_back import Asked, at_paths, of_judgment
from forecast.report.figures import elicited
from forecast.report.figures.elicited import figure, ticks
from forecast.report.figures.elicited_group import group_figure
from forecast.report.figures.elicited_marks import beyond

RIO = Judgment.of_quartiles(25, 30, 40, lower=0, upper=100)
CHIPS = Judgment.of_roulette(list(range(0, 101, 10)), [0, 1, 3, 6, 8, 5, 3, 2, 1, 0], lower=0, upper=100)
#: Stated values that no family meets: the fit is far from the outer ones.
APART = Judgment.of_quantiles({0.05: 10, 0.1: 10.5, 0.25: 11, 0.5: 30, 0.75: 31, 0.9: 31.5, 0.95: 60})
HEAVY = Judgment.of_quantiles({0.05: 1.0, 0.5: 3.0, 0.95: 300.0}, lower=0)


def texts(svg: bytes) -> list[str]:
    """The words of a picture."""
    return [told.strip() for told in ET.fromstring(svg).itertext() if told.strip()]


@pytest.mark.parametrize("said", [RIO, CHIPS, APART, HEAVY])
def test_words_do_not_meet(said: Judgment, monkeypatch: pytest.MonkeyPatch) -> None:
    """No two texts in a panel cover each other, as drawn; the outermost and the middle point have theirs."""
    shown = of_judgment(said, Asked(), name="stated")
    met: list[tuple[str, str]] = []
    words: list[str] = []

    def measured(drawn: Any, *_: Any, **__: Any) -> bytes:
        drawn.canvas.draw()
        for axis in drawn.axes:
            boxes = [(one.get_text(), one.get_window_extent()) for one in axis.texts]
            words.extend(text for text, _ in boxes)
            met.extend((a, b) for (a, first), (b, then) in combinations(boxes, 2) if first.overlaps(then))
        return b""

    monkeypatch.setattr(elicited, "saved", measured)
    figure(shown, form="png")
    assert not met
    for value, p in (said.inner[0], said.inner[-1]):
        assert any(text.startswith(f"stated {100 * p:.3g}%: {value:g}") for text in words), (p, words)


@pytest.mark.parametrize("form", ["svg", "png"])
def test_the_same_bytes(form: elicited.Form) -> None:
    """A picture drawn again is the same file."""
    shown = of_judgment(RIO, Asked("beta"), name="stated")
    assert figure(shown, form=form) == figure(shown, form=form)


def test_the_tails_beyond_what_was_stated_are_named() -> None:
    """The mass below and above the outermost stated values stands under the shaded tails."""
    shown = of_judgment(RIO, Asked("beta"), name="stated")
    words = texts(figure(shown, form="svg"))
    assert {"28% below 25", "23% above 40", "Beta", "- - log Student-t, second best"} <= set(words)
    assert "Stated: p25 25, p50 30, p75 40" in words


def test_what_is_cut_off_is_said() -> None:
    """A stated value far from the fit and the mass of a heavy tail are told at the edge of the picture."""
    assert "stated 95%: 300, further right" in texts(
        figure(of_judgment(HEAVY, Asked(), name="x"), form="svg")
    )
    long = Judgment.of_quantiles({0.05: 1.0, 0.5: 10.0, 0.95: 200.0}, lower=0)
    shown = of_judgment(long, Asked("log_student_t"), name="x")
    words = texts(figure(shown, form="svg"))
    assert any(told.endswith("lies further right") for told in words)
    assert beyond(shown.distribution, *shown.distribution.ppf(np.array([0.1, 0.7])).tolist()) == (
        "10% lies further left, 30% further right"
    )


def test_one_far_expert_does_not_hide_the_others() -> None:
    """The picture ends near most ranges; who is outside is told in words, as is the pool's mass there."""
    most = [Judgment.of_quantiles({0.05: a, 0.5: a + 10, 0.95: a + 25}, lower=0) for a in (8, 10, 12, 15)]
    far = Judgment.of_quantiles({0.05: 3000, 0.5: 9000, 0.95: 50000}, lower=0)
    members = [Member(f"e{n}", 1.0, fits(said)[0], said) for n, said in enumerate([*most, far])]
    shown = group("cost", members, label="Cost")
    words = texts(group_figure(shown, form="svg"))
    assert "Cost: 5 experts" in words
    low, middle, high = (shown.say(float(v)) for v in far_quantiles(members[-1]))
    assert f"{middle} ({low} to {high})" in words
    assert "of the pool 20% lies further right" in words
    ends = [float(told.replace("−", "-")) for told in words if told.replace("−", "-").isdecimal()]
    assert max(ends) < 200


def far_quantiles(member: Member) -> list[float]:
    """p05, p50 and p95 of an expert."""
    return member.distribution.ppf(np.array([0.05, 0.5, 0.95])).tolist()  # type: ignore[no-any-return]


def test_names_from_files_are_not_markup() -> None:
    """Control characters are shown, angle brackets and dollars are themselves."""
    shown = of_judgment(RIO, Asked(), name="a\x1b<b>$x$ & c", file="x.csv")
    (title, *_) = [told for told in texts(figure(shown, form="svg")) if "<b>$x$ & c" in told]
    assert "\x1b" not in title


def test_the_thin_line_can_be_seen() -> None:
    """What a judgment was read as besides; where that is the same curve, the family that fits second best."""
    space = load(str(SMALL))
    (rate, level) = at_paths(
        space, ["sources.expert_one.outcomes.split", "sources.smith2019.levels[0]"], Asked()
    )
    assert any(told.endswith(", best fit") for told in texts(figure(rate, form="svg")))
    assert level.label.endswith(", by smith2019")
    words = texts(figure(level, form="svg"))
    best = level.readings[1][1]
    assert best.distribution.cdf(np.array(0.3)) == pytest.approx(
        level.distribution.cdf(np.array(0.3)), abs=1e-4
    )
    assert any(told.endswith(", second best") for told in words)


def test_ticks_can_be_read() -> None:
    """Percent of probabilities; thousands set apart; neither rounded away."""
    assert [ticks(share=True)(value, 0) for value in (0.025, 0.5)] == ["2.5%", "50%"]
    assert [ticks(share=False)(value, 0) for value in (2020.0, 1.5e6, 2e12, 2.5e-5)] == [
        "2020", "1,500,000", "2e+12", "2.5e-05",
    ]  # fmt: skip


def test_who_speaks_of_the_same() -> None:
    """Outcomes of several sources stand beside each other; one alone does not, nor a level."""
    paths = ["sources.a.outcomes.split", "sources.a.outcomes.alliance", "sources.b.outcomes.split"]
    assert shared(paths) == {"outcomes.split": ("a", "b")}
    assert shared(["sources.a.levels[0]", "sources.b.levels[0]", "drivers.x.half_life_years"]) == {}
