"""A sweep of two knobs drawn: a heat map of one outcome's means, with contour lines and values."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from forecast.calendar import Floats
from forecast.report.figures import style
from forecast.report.figures.sweep_axis import MEAN, KnobAxis, column, named, title
from forecast.report.markdown import Drawing
from forecast.report.numbers import percent
from forecast.sensitivity.sweep import Swept

#: Cells of a heat map that are still labelled, and the steps of its contour lines.
LABELLED, CONTOURS = 130, 5
#: A heat map's darkest cell leaves the contour lines visible.
DARKEST = 0.85


def heat_map(swept: Swept, outcome: str, date: str) -> Drawing:
    """The outcome's means over both knobs at a date, a map a scenario."""
    sweep = swept.sweep
    down, across = (KnobAxis(dial, steps=True) for dial in sweep.dials)
    shape = (len(sweep.scenarios), len(down.at), len(across.at))
    at = sweep.dates.index(date)
    means = np.moveaxis(swept.values[1:, :, at, column(outcome), MEAN], 0, 1).reshape(shape)
    columns = min(2, shape[0])
    rows = -(-shape[0] // columns)
    with style.canvas(rows, columns, height=0.5 + 3.6 * rows, squeeze=False) as (canvas, axes):
        flat = list(axes.flat)
        for axis in flat[shape[0] :]:
            axis.set_visible(False)
        for axis, name, field in zip(flat, sweep.scenarios, means, strict=False):
            _field(axis, field, down, across, outcome, most=float(means.max()), least=float(means.min()))
            axis.set_title(f"{title(outcome, name if len(means) > 1 else '')}, {date}")
            axis.set_xlabel("\n".join(style.wrapped(named(across.dial), 60, most=2)))
            axis.set_ylabel("\n".join(style.wrapped(named(down.dial), 50, most=2)))
        svg = style.to_svg(canvas, "sweep-map")
    low, high = (percent(float(end)) for end in (means[0].min(), means[0].max()))
    said = f"{title(outcome)} by {date} over {down.dial.label} and {across.dial.label}: {low} to {high}."
    return Drawing("sweep-map", svg, f"{sweep.title} {said}")


def _field(
    axis: Any, field: Floats, down: KnobAxis, across: KnobAxis, outcome: str, *, most: float, least: float
) -> None:
    """One scenario's means (down, across) as cells with their values, contour lines, and where now is."""
    from matplotlib.colors import LinearSegmentedColormap

    span = (most - least) or 1.0
    shades = LinearSegmentedColormap.from_list(
        "outcome", [style.PAPER, style.COLOURS[outcome.rpartition(".")[2]]]
    )
    axis.pcolormesh(
        across.at,
        down.at,
        field,
        cmap=shades,
        vmin=least - 0.08 * span,
        vmax=least + span / DARKEST,
        shading="nearest",
        linewidth=0,
    )
    axis.grid(visible=False)
    if min(field.shape) > 1 and most > least:
        levels = _levels(least, most)
        lines = axis.contour(
            across.at, down.at, field, levels=levels, colors=style.INK, linewidths=0.6, alpha=0.6
        )
        if field.size > LABELLED:
            axis.clabel(lines, fmt=lambda value: f"{100 * value:.3g}%", fontsize=7)
    if field.size <= LABELLED:
        for (i, y), (j, x) in itertools.product(enumerate(down.at), enumerate(across.at)):
            dark = (field[i, j] - least) / span > 0.62
            axis.text(
                x,
                y,
                percent(float(field[i, j])),
                ha="center",
                va="center",
                fontsize=7.5 if len(across.at) <= 9 else 6.5,
                color=style.PAPER if dark else style.INK,
            )
    across.label(axis, across=True)
    down.label(axis, across=False)
    _now(axis, down, across)


def _now(axis: Any, down: KnobAxis, across: KnobAxis) -> None:
    """A mark at the edge where each knob is now, and a ring where both are; the values stay legible."""
    edge = {"color": style.INK, "markersize": 6, "clip_on": False, "linestyle": ""}
    if across.now is not None:
        axis.plot(across.now, 1, marker="v", transform=axis.get_xaxis_transform(), **edge)
        _said(axis, (across.now, 1), ("data", "axes fraction"), (0, 5), ha="center", va="bottom")
    if down.now is not None:
        axis.plot(1, down.now, marker="<", transform=axis.get_yaxis_transform(), **edge)
        _said(axis, (1, down.now), ("axes fraction", "data"), (6, 0), ha="left", va="center")
    if across.now is not None and down.now is not None:
        ring = {"markerfacecolor": "none", "markeredgecolor": style.INK, "markeredgewidth": 1.4}
        axis.plot(across.now, down.now, marker="o", markersize=22, **ring)


def _said(
    axis: Any, at: tuple[float, float], coords: tuple[str, str], offset: tuple[int, int], **flush: str
) -> None:
    axis.annotate(
        "now",
        at,
        xycoords=coords,
        xytext=offset,
        textcoords="offset points",
        fontsize=7,
        color=style.MUTED,
        annotation_clip=False,
        **flush,
    )


def _levels(low: float, high: float) -> list[float]:
    """Round levels between two means."""
    from matplotlib.ticker import MaxNLocator

    found = MaxNLocator(CONTOURS, steps=[1, 2, 5, 10]).tick_values(low, high)
    return [float(level) for level in found if low < level < high]
