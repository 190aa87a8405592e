"""Several experts on one item as a picture: their densities under the pool's, their ranges in rows below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation.distribution import Distribution
from forecast.elicitation.statements import Say
from forecast.pooling.group_shown import GroupShown
from forecast.report.figures import style
from forecast.report.figures.elicited import WIDTH, Form, heading, saved, value_axis
from forecast.report.figures.elicited_marks import beyond
from forecast.visible import visible

_ROW, _DENSITIES, _EDGE = 0.19, 2.4, 0.8  # inches
#: Inches of rows at most; of more experts than fit in them with names, only the pool is named.
_TALLEST = 14.0
_POINTS = 500
_LEVELS = (0.05, 0.5, 0.95)
#: By how many times the width of most experts' ranges the picture may be wider for the others'.
_FAR = 2.0
_POOL = "linear pool"


def group_figure(shown: GroupShown, *, form: Form) -> bytes:
    """The picture of a group, with its alternative text inside; the same bytes each time."""
    rows = min(_TALLEST, _ROW * (len(shown.members) + 2))
    heights = [_DENSITIES, rows]
    with style.canvas(2, 1, height=_EDGE + sum(heights), width=WIDTH, sharex=True, height_ratios=heights) as (
        drawn,
        axes,
    ):
        quantiles = [_three(one.distribution) for one in shown.members]
        x = _range(shown, quantiles)
        _densities(axes[0], shown, x)
        _rows(axes[1], shown, quantiles, x, named=_ROW * (len(shown.members) + 2) <= _TALLEST)
        _axis(axes[1], shown, x)
        heading(drawn, f"{_about(shown)}: {len(shown.members)} experts")
        return saved(drawn, group_alternative(shown), shown.name, form=form)


def _about(shown: GroupShown) -> str:
    by = f" by {shown.horizon.isoformat()}" if shown.horizon else ""
    return f"{shown.label or shown.name}{by}"


def group_alternative(shown: GroupShown) -> str:
    """What the picture shows, in words."""
    say, told = shown.say, []
    for one in shown.members:
        low, middle, high = _three(one.distribution)
        told.append(f"{one.name} {say(middle)} ({say(low)} to {say(high)})")
    low, middle, high = _three(shown.pool)
    return (
        f"What {len(shown.members)} experts say of {_about(shown)}: {'; '.join(told)}. Their "
        f"linear pool has its middle at {say(middle)} and nine tenths between {say(low)} and {say(high)}."
    )


def _three(said: Distribution) -> tuple[float, float, float]:
    low, middle, high = said.ppf(np.array(_LEVELS)).tolist()
    return low, middle, high


def _range(shown: GroupShown, quantiles: Sequence[tuple[float, float, float]]) -> Floats:
    """From the lowest to the highest of most ranges and nearly all of the pool, within its support.

    One expert far from all others, or a heavy tail of the pool, would press everybody's range into a corner.
    """
    low, high = shown.pool.ppf(np.array([0.005, 0.995])).tolist()
    lows, highs = (np.array([q[n] for q in quantiles]) for n in (0, 2))
    first, last = _without_far(lows, highs)
    room = 0.4 * (last - first)
    margin = 0.02 * (last - first)
    low = max(min(low, first - margin), first - room, shown.pool.support[0])
    high = min(max(high, last + margin), last + room, shown.pool.support[1])
    edge = (high - low) * 1e-4
    return np.linspace(low + edge, high - edge, _POINTS)


def _without_far(lows: Floats, highs: Floats) -> tuple[float, float]:
    """The ends of all ranges, but on either side at most `_FAR` widths past those of four fifths of them."""
    first, last = float(np.min(lows)), float(np.max(highs))
    if len(lows) < 3:
        return first, last
    start = float(np.quantile(lows, 0.2, method="higher"))
    end = float(np.quantile(highs, 0.8, method="lower"))
    more = _FAR * (end - start) if end > start else math.inf
    return max(first, start - more), min(last, end + more)


def _densities(axis: Any, shown: GroupShown, x: Floats) -> None:
    each = [one.distribution.pdf(x) for one in shown.members]
    pool = shown.pool.pdf(x)
    # One sure expert among many would flatten all others: the panel ends above the pool and most of them.
    highest = [float(np.max(y[5:-5])) for y in each]
    top = max(1.3 * float(np.max(pool[5:-5])), float(np.quantile(highest, 0.8)))
    faint = max(0.25, min(0.8, 4 / len(each)))
    for y in each:
        axis.plot(x, y, color=style.BLUE, linewidth=0.8, alpha=faint, zorder=2)
    axis.plot(x, pool, color=style.VERMILION, linewidth=2.2, zorder=3)
    axis.set_yticks([])
    axis.spines["left"].set_visible(False)
    axis.set_ylabel("density", fontsize=8.5)
    right = float(x[int(np.argmax(pool))]) < (x[0] + x[-1]) / 2
    cut = " (the sharpest are cut off)" if max(highest) > 1.3 * top else ""
    names = [(_POOL, style.VERMILION, "bold"), (f"each expert{cut}", style.BLUE, "normal")]
    if outside := beyond(shown.pool, x[0], x[-1]):
        names.append((f"of the pool {outside}", style.INK, "normal"))
    axis.set_ylim(0, min(max(highest), 1.3 * top) / (0.97 - 0.1 * len(names)))  # room for the names
    for n, (name, colour, weight) in enumerate(names):
        axis.annotate(
            name, (0.99 if right else 0.01, 0.97 - 0.1 * n), xycoords="axes fraction", va="top",
            ha="right" if right else "left", fontsize=8.5, color=colour, fontweight=weight,
        )  # fmt: skip


def _rows(
    axis: Any, shown: GroupShown, quantiles: Sequence[tuple[float, float, float]], x: Floats, *, named: bool
) -> None:
    """A line from p05 to p95 and a dot at p50 for each, by median; the pool below."""
    order = sorted(range(len(quantiles)), key=lambda n: quantiles[n][1])
    largest = max(shown.shares)
    labels = []
    for place, n in enumerate(order):
        low, middle, high = quantiles[n]
        axis.plot([low, high], [place, place], color=style.BLUE, linewidth=1.4)
        _cut(axis, place, quantiles[n], x, colour=style.BLUE, say=shown.say)
        # The area of a dot is its weight.
        size = 5.5 * max(0.25, (shown.shares[n] / largest) ** 0.5)
        axis.plot([middle], [place], "o", color=style.BLUE, markersize=size)
        labels.append(visible(shown.members[n].name) if named else "")
    low, middle, high = _three(shown.pool)
    axis.plot([low, high], [len(order)] * 2, color=style.VERMILION, linewidth=2.2)
    _cut(axis, len(order), (low, middle, high), x, colour=style.VERMILION, say=shown.say)
    axis.plot([middle], [len(order)], "D", color=style.VERMILION, markersize=6)
    style.row_labels(axis, [*labels, _POOL], strong=[False] * len(labels) + [True], width=30)
    axis.set_yticks([])
    axis.set_ylim(len(order) + 0.7, -0.7)
    axis.grid(axis="x")


def _cut(
    axis: Any, place: int, quantiles: tuple[float, float, float], x: Floats, *, colour: str, say: Say
) -> None:
    """An arrow where a line runs out of the picture; its middle in words where that is out of it too."""
    low, middle, high = quantiles
    for outside, beyond_it, at, marker, side in (
        (low < x[0], middle < x[0], x[0], "<", "left"),
        (high > x[-1], middle > x[-1], x[-1], ">", "right"),
    ):
        if outside:
            axis.plot([at], [place], marker, color=colour, markersize=5, clip_on=False)
        if beyond_it:
            axis.annotate(
                f"{say(middle)} ({say(low)} to {say(high)})", (at, place),
                xytext=(8 if side == "left" else -8, 0), textcoords="offset points",
                ha=side, va="center", fontsize=8, color=colour,
            )  # fmt: skip


def _axis(axis: Any, shown: GroupShown, x: Floats) -> None:
    axis.set_xlim(x[0], x[-1])
    value_axis(axis, share=shown.share)
    unit = "" if shown.share or not shown.unit else f" ({visible(shown.unit)})"
    axis.set_xlabel(f"lines: p05 to p95; dots: p50, by weight{unit}", fontsize=8.5, loc="left")
