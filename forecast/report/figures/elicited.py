"""A judgment shown back as a picture: density and cumulative probability, with what was stated on them.

Drawn for a phone's width: one panel above the other, labels on the curves themselves.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Literal
from xml.sax.saxutils import escape

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation.distribution import Distribution
from forecast.elicitation.families import FAMILIES, PIECEWISE
from forecast.elicitation.feedback import Feedback
from forecast.elicitation.statements import Say, in_digits, in_percent
from forecast.pooling.shown_back import ShownBack
from forecast.report.figures import style
from forecast.report.figures.elicited_marks import mark
from forecast.visible import visible

Form = Literal["svg", "png"]
#: Inches: shown at 360 px on a phone, its letters are those of the page.
WIDTH = 4.8
_HEIGHT = 5.2
#: The curves are drawn between these quantiles; at most this share of that further to a stated value.
_ENDS, _REACH = (0.004, 0.996), 1.5
_POINTS = 600
#: Cumulative curves nearer than this everywhere are one line.
_SEEN = 0.002
#: The axis of cumulative probability: room for the words of the outermost points.
_CHANCES = (-0.14, 1.12)


def figure(shown: ShownBack, *, form: Form) -> bytes:
    """The picture of one judgment, with its alternative text inside; the same bytes each time."""
    with style.canvas(2, 1, height=_HEIGHT, width=WIDTH, sharex=True, height_ratios=[3, 2.4]) as (
        drawn,
        axes,
    ):
        _draw(axes, shown)
        heading(drawn, _about(shown))
        return saved(drawn, alternative(shown), shown.name, form=form)


def heading(drawn: Any, told: str) -> None:
    """What the picture shows and whose it is, above it in at most two lines."""
    lines = style.wrapped(visible(told), 58, most=2)
    drawn.suptitle("\n".join(lines), x=0.01, ha="left", fontsize=9.0, fontweight="bold")


def _about(shown: ShownBack) -> str:
    """What readers call it; numbers given by themselves have no other name."""
    if shown.label or shown.file:
        return shown.label or shown.name
    inner, say = shown.judgment.inner, _say(shown.readings[0][1], shown.share)
    if len(inner) > 4:
        (first, low), (last, high) = inner[0], inner[-1]
        return (
            f"Stated: {len(inner)} points, {say(first)} ({100 * low:.3g}%) to {say(last)} ({100 * high:.3g}%)"
        )
    return f"Stated: {_stated(shown)}"


def _stated(shown: ShownBack) -> str:
    say = _say(shown.readings[0][1], shown.share)
    return ", ".join(f"p{100 * p:02.4g} {say(v)}" for v, p in shown.judgment.inner)


def saved(drawn: Any, alternative_text: str, name: str, *, form: Form) -> bytes:
    """A figure as a file of its own: its alternative text in the SVG's desc or the PNG's description."""
    told = visible(alternative_text)
    if form == "svg":
        svg = style.to_svg(drawn, name)
        head, end, rest = svg.partition(">")
        inside = f'<title>{escape(visible(name))}</title><desc id="told">{escape(told)}</desc>'
        return f'{head} role="img" aria-describedby="told"{end}{inside}{rest}'.encode()
    buffer = io.BytesIO()
    drawn.savefig(buffer, format="png", dpi=150, metadata={"Software": None, "Description": told})
    return buffer.getvalue()


def alternative(shown: ShownBack) -> str:
    """What the picture shows, in words."""
    why, told = shown.readings[0]
    other = _beside(shown)
    beside = f" A thin line is the {other[0]}." if other else ""
    return (
        f"Density and cumulative probability of {shown.label or shown.name}, read as a {told.title} ({why}). "
        f"Stated: {_stated(shown)}. It says: {'; '.join(told.statements)}.{beside}"
    )


def _beside(shown: ShownBack) -> tuple[str, Distribution] | None:
    """The thin line: what else it was read as, else the second best fit; one that can be seen."""
    others: list[tuple[str, Distribution]] = [
        (f"{_title(told.family)}, {why}", told.distribution)
        for why, told in shown.readings[1:]
        if told.family != PIECEWISE
    ]
    if shown.second is not None:
        others.append((f"{_title(shown.second.family)}, second best", shown.second))
    x = shown.distribution.ppf(np.linspace(0.01, 0.99, 99))
    main = shown.distribution.cdf(x)
    seen = (one for one in others if float(np.max(np.abs(one[1].cdf(x) - main))) > _SEEN)
    return next(seen, others[-1] if others else None)


def _title(family: str) -> str:
    """In the middle of a sentence, where Student stays a name."""
    title = FAMILIES[family].title
    return title if title.startswith("Student") else title[:1].lower() + title[1:]


def _say(told: Feedback, share: bool) -> Say:
    low, high = told.distribution.ppf(np.array([0.05, 0.95])).tolist()
    return in_percent if share else in_digits(high - low)


def _draw(axes: Any, shown: ShownBack) -> None:
    density, cumulative = axes
    _, told = shown.readings[0]
    main, say = told.distribution, _say(told, shown.share)
    x = _range(main, shown)
    height = _densities(density, shown, x)
    _tails(density, told, x, height, say)
    other = _beside(shown)
    for panel, function in ((density, _pdf), (cumulative, _cdf)):
        panel.plot(x, function(main)(x), color=style.BLUE, zorder=3)
        if other is not None:
            panel.plot(x, function(other[1])(x), color=style.INK, linewidth=0.8, dashes=(4, 2), zorder=2)
    density.set_ylim(0, height * 1.28)  # room for the names
    density.set_yticks([])
    density.spines["left"].set_visible(False)
    density.set_ylabel("density", fontsize=8.5)
    cumulative.set_xlim(x[0], x[-1])
    style.percent_axis(cumulative, 1.0)
    cumulative.set_ylim(*_CHANCES)
    cumulative.set_ylabel("chance of at most this", fontsize=8.5)
    unit = "" if shown.share else shown.unit
    cumulative.set_xlabel(visible(unit), fontsize=8.5)
    value_axis(cumulative, share=shown.share)
    mark(density, cumulative, shown, say)


def value_axis(axis: Any, *, share: bool) -> None:
    """Few ticks of values, fewer where they are long."""
    from matplotlib.ticker import MaxNLocator

    axis.xaxis.set_major_formatter(ticks(share=share))
    long = max(map(abs, axis.get_xlim())) >= 1e4 and not share
    axis.xaxis.set_major_locator(MaxNLocator(4 if long else 6, steps=[1, 2, 2.5, 5, 10]))


def ticks(*, share: bool) -> Callable[[float, int], str]:
    """Ticks of values, in percent where they are probabilities."""
    return (lambda value, _: f"{100 * value:.4g}%") if share else (lambda value, _: _tick(value))


def _tick(value: float) -> str:
    """Thousands apart from ten thousand on, as `in_digits` has them; then powers of ten."""
    return f"{value:,.12g}" if 1e4 <= abs(value) < 1e9 else f"{value:.6g}"


def _pdf(said: Distribution) -> Callable[[Floats], Floats]:
    return said.pdf


def _cdf(said: Distribution) -> Callable[[Floats], Floats]:
    return said.cdf


def _range(said: Distribution, shown: ShownBack) -> Floats:
    """Where the curves are drawn: nearly all of the mass, and what was stated.

    Not where a heavy tail would press the middle into a corner: at most twice as far past what was stated as
    a normal through its ends would have three sds; nor to stated values far from all that the fit says.
    """
    from scipy.special import ndtri

    (first, low_p), (last, high_p) = shown.judgment.inner[0], shown.judgment.inner[-1]
    low, high = said.ppf(np.array(_ENDS)).tolist()
    below, above = ndtri([low_p, high_p]).tolist()
    unit = (last - first) / (above - below)
    low = max(low, first - 2 * max(3 + below, 0.5) * unit)
    high = min(high, last + 2 * max(3 - above, 0.5) * unit)
    reach = _REACH * (high - low)
    low, high = max(min(low, first), low - reach), min(max(high, last), high + reach)
    low = max(low, shown.judgment.lower, said.support[0])
    high = min(high, shown.judgment.upper, said.support[1])
    # Not on the ends themselves, where a density may have no bound.
    edge = (high - low) * 1e-4
    return np.linspace(low + edge, high - edge, _POINTS)


def _densities(axis: Any, shown: ShownBack, x: Floats) -> float:
    """Names at the curves; how high the panel must be. A density without bound is cut off."""
    _, told = shown.readings[0]
    curves = [(told.distribution.pdf(x), told.title, style.BLUE, "bold")]
    if other := _beside(shown):
        curves.append((other[1].pdf(x), other[0], style.INK, "normal"))
    inner = slice(_POINTS // 100, -_POINTS // 100)
    height = max(float(np.max(y[inner])) for y, *_ in curves)
    # One name under the other, each in its curve's colour, in the third where the curves are lowest.
    parts = (("right", 0.99, slice(-_POINTS // 3, None)), ("left", 0.01, slice(_POINTS // 3)))
    thirds = (*parts, ("center", 0.5, slice(_POINTS // 3, -_POINTS // 3)))
    side, at, _ = min(thirds, key=lambda third: max(float(np.max(y[third[2]])) for y, *_ in curves))
    for n, (_, name, colour, weight) in enumerate(curves):
        dash = "" if n == 0 else "- - "
        axis.annotate(
            f"{dash}{visible(name)}", (at, 0.97 - 0.09 * n), xycoords="axes fraction",
            ha=side, va="top", fontsize=8.5, color=colour, fontweight=weight,
        )  # fmt: skip
    return height


def _tails(axis: Any, told: Feedback, x: Floats, height: float, say: Say) -> None:
    """What lies beyond the outermost stated values, shaded, and how much it is."""
    tails = told.tails
    density = np.minimum(told.distribution.pdf(x), 2 * height)
    for where, at, mass, side in (
        (x <= tails.lowest, tails.lowest, tails.below, "below"),
        (x >= tails.highest, tails.highest, tails.above, "above"),
    ):
        axis.fill_between(x[where], density[where], color=style.AMBER, alpha=0.45, linewidth=0, zorder=1)
        # Under the panel, where no curve runs, on the side that is shaded.
        left = side == "below"
        much = in_percent(mass) if mass >= 1e-4 else "under 0.01%"
        axis.annotate(
            f"{much} {side} {say(at)}", (0.0 if left else 1.0, 0.0), xycoords="axes fraction",
            xytext=(0, -5), textcoords="offset points", ha="left" if left else "right", va="top",
            fontsize=8, color=style.INK,
        )  # fmt: skip
