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
from forecast.elicitation.families import FAMILIES
from forecast.elicitation.feedback import Feedback
from forecast.elicitation.statements import Say, in_digits, in_percent
from forecast.pooling.shown_back import ShownBack
from forecast.report.figures import style
from forecast.visible import visible

Form = Literal["svg", "png"]
#: Inches: shown at 360 px on a phone, its letters are those of the page.
WIDTH = 4.8
_HEIGHT = 5.2
#: The curves are drawn between these quantiles, at most this many stated ranges past what was stated.
_ENDS, _REACH = (0.004, 0.996), 1.2
_POINTS = 600
#: What lies in a shaded tail.
_TAIL = 0.05


def figure(shown: ShownBack, *, form: Form) -> bytes:
    """The picture of one judgment, with its alternative text inside; the same bytes each time."""
    with style.canvas(2, 1, height=_HEIGHT, width=WIDTH, sharex=True, height_ratios=[3, 2.4]) as (
        drawn,
        axes,
    ):
        _draw(axes, shown)
        drawn.suptitle(
            "\n".join(style.wrapped(visible(shown.label or shown.name), 58, most=2)),
            x=0.01, ha="left", fontsize=9.0, fontweight="bold",
        )  # fmt: skip
        return saved(drawn, alternative(shown), shown.name, form=form)


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
    say = _say(told, shown.share)
    stated = ", ".join(f"p{100 * p:02.6g} {say(v)}" for v, p in shown.judgment.inner)
    beside = f" A thin line is the {_title(shown.second.family)}." if shown.second else ""
    return (
        f"Density and cumulative probability of {shown.label or shown.name}, read as a {told.title} ({why}). "
        f"Stated: {stated}. It says: {'; '.join(told.statements)}.{beside}"
    )


def _title(family: str) -> str:
    return FAMILIES[family].title.lower()


def _say(told: Feedback, share: bool) -> Say:
    low, high = told.distribution.ppf(np.array([0.05, 0.95])).tolist()
    return in_percent if share else in_digits(high - low)


def _draw(axes: Any, shown: ShownBack) -> None:
    density, cumulative = axes
    _, told = shown.readings[0]
    main, say = told.distribution, _say(told, shown.share)
    x = _range(main, [v for v, _ in shown.judgment.inner], (shown.judgment.lower, shown.judgment.upper))
    height = _densities(density, shown, x)
    _tails(density, main, x, height, say)
    for panel, function in ((density, _pdf), (cumulative, _cdf)):
        panel.plot(x, function(main)(x), color=style.BLUE, zorder=3)
        if shown.second is not None:
            panel.plot(x, function(shown.second)(x), color=style.INK, linewidth=0.8, dashes=(4, 2), zorder=2)
    density.set_ylim(0, height * 1.18)
    density.set_yticks([])
    density.spines["left"].set_visible(False)
    density.set_ylabel("density", fontsize=8.5)
    _points(cumulative, shown, say)
    style.percent_axis(cumulative, 1.0)
    cumulative.set_ylim(-0.13, 1.08)  # room for the words of the outermost points
    cumulative.set_ylabel("chance of at most this", fontsize=8.5)
    unit = "" if shown.share else shown.unit
    cumulative.set_xlabel(visible(unit), fontsize=8.5)
    cumulative.set_xlim(x[0], x[-1])
    cumulative.xaxis.set_major_locator(_few())
    cumulative.xaxis.set_major_formatter(ticks(share=shown.share))


def ticks(*, share: bool) -> Callable[[float, int], str]:
    """Ticks of values, in percent where they are probabilities."""
    return (lambda value, _: f"{100 * value:.4g}%") if share else (lambda value, _: f"{value:g}")


def _few() -> Any:
    from matplotlib.ticker import MaxNLocator

    return MaxNLocator(6, steps=[1, 2, 2.5, 5, 10])


def _pdf(said: Distribution) -> Callable[[Floats], Floats]:
    return said.pdf


def _cdf(said: Distribution) -> Callable[[Floats], Floats]:
    return said.cdf


def _range(said: Distribution, stated: list[float], limits: tuple[float, float]) -> Floats:
    """Where the curves are drawn: nearly all of the mass, but never far past what was stated."""
    low, high = said.ppf(np.array(_ENDS)).tolist()
    width = stated[-1] - stated[0]
    low = max(min(low, stated[0]), stated[0] - _REACH * width, limits[0], said.support[0])
    high = min(max(high, stated[-1]), stated[-1] + _REACH * width, limits[1], said.support[1])
    # Not on the ends themselves, where a density may have no bound.
    edge = (high - low) * 1e-4
    return np.linspace(low + edge, high - edge, _POINTS)


def _densities(axis: Any, shown: ShownBack, x: Floats) -> float:
    """Names at the curves; how high the panel must be. A density without bound is cut off."""
    _, told = shown.readings[0]
    curves = [(told.distribution.pdf(x), told.title, style.BLUE, "bold")]
    if shown.second is not None:
        curves.append((shown.second.pdf(x), _title(shown.second.family), style.INK, "normal"))
    inner = slice(_POINTS // 100, -_POINTS // 100)
    height = max(float(np.max(y[inner])) for y, *_ in curves)
    # Both names on the side with more room, one under the other, each in its curve's colour.
    peak = float(x[int(np.argmax(curves[0][0]))])
    right = peak < (x[0] + x[-1]) / 2
    for n, (_, name, colour, weight) in enumerate(curves):
        dash = "" if n == 0 else "- - "
        axis.annotate(
            f"{dash}{visible(name)}", (0.99 if right else 0.01, 0.97 - 0.09 * n), xycoords="axes fraction",
            ha="right" if right else "left", va="top", fontsize=8.5, color=colour, fontweight=weight,
        )  # fmt: skip
    return height


def _tails(axis: Any, said: Distribution, x: Floats, height: float, say: Say) -> None:
    """The outer 5% on either side, shaded and named."""
    low, high = said.ppf(np.array([_TAIL, 1 - _TAIL])).tolist()
    density = np.minimum(said.pdf(x), 2 * height)
    for where, at, side in ((x <= low, low, "below"), (x >= high, high, "above")):
        if not where.any():
            continue
        axis.fill_between(x[where], density[where], color=style.AMBER, alpha=0.45, linewidth=0, zorder=1)
        # Under the panel, where no curve runs, on the side that is shaded.
        left = side == "below"
        axis.annotate(
            f"1 in 20 {side} {say(at)}", (0.0 if left else 1.0, 0.0), xycoords="axes fraction",
            xytext=(0, -5), textcoords="offset points", ha="left" if left else "right", va="top",
            fontsize=8, color=style.INK,
        )  # fmt: skip


def _points(axis: Any, shown: ShownBack, say: Say) -> None:
    """What was stated: dots on the cumulative curve, each with its words on the free side."""
    middle = sum(axis.get_xlim()) / 2
    for value, p in shown.judgment.inner:
        axis.plot([value], [p], "o", color=style.VERMILION, markersize=5, zorder=4)
        free = p > 0.5 and value > middle
        axis.annotate(
            f"stated {100 * p:.3g}%: {say(value)}",
            (value, p),
            xytext=(-7 if free else 8, 4 if free else -4),
            textcoords="offset points",
            ha="right" if free else "left",
            va="bottom" if free else "top",
            fontsize=8,
            color=style.VERMILION,
        )
