"""A sweep drawn: curves with 90% bands over one knob, intervals over choices, a heat map over two knobs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np

from forecast.calendar import Floats
from forecast.report.figures import style
from forecast.report.figures.sweep_axis import HIGH, LOW, MEAN, KnobAxis, column, named, title
from forecast.report.figures.sweep_map import heat_map
from forecast.report.markdown import Drawing
from forecast.report.numbers import percent
from forecast.sensitivity.sweep import Swept
from forecast.states import CHANNELS


def figure(swept: Swept, *, outcome: str, date: str) -> Drawing:
    """The figure of a whole sweep at a date; ``outcome`` as in JSON, ``reached.alliance``.

    One knob: alliance, split and the outcome, a panel each, a row a scenario. Two: the outcome's means.
    """
    if len(swept.sweep.dials) == 2:
        return heat_map(swept, outcome, date)
    return _curves(swept, outcome, date)


def _curves(swept: Swept, outcome: str, date: str) -> Drawing:
    sweep, dial = swept.sweep, swept.sweep.dials[0]
    wanted = list(dict.fromkeys([*(_headline(c, sweep.start_state) for c in CHANNELS), outcome]))
    rows, places = len(sweep.scenarios), KnobAxis(dial)
    shown = swept.values[:, :, [sweep.dates.index(one) for one in _dates(swept, date)]]
    high = {quantity: float(shown[..., column(quantity), HIGH].max()) for quantity in wanted}
    # Alliance and split on one scale; another outcome, which may be far more likely, on its own.
    both = max(high[quantity] for quantity in wanted[:2])
    with style.canvas(rows, len(wanted), height=0.45 + 2.6 * rows, sharex=True, squeeze=False) as (
        canvas,
        axes,
    ):
        for s, row in enumerate(axes):
            for axis, quantity in zip(row, wanted, strict=True):
                _panel(axis, places, shown[:, s], quantity)
                axis.set_title(title(quantity, sweep.scenarios[s] if rows > 1 else ""))
                style.percent_axis(axis, style.room(both if quantity in wanted[:2] else high[quantity]))
        _lines(axes[0, 0], places, shown[:, 0], wanted[0], _dates(swept, date))
        for axis in axes[-1]:
            places.label(axis, across=True)
        canvas.supxlabel(named(dial), fontsize=8.5)
        svg = style.to_svg(canvas, "sweep")
    ends = [(dial.values[i - 1], i) for i in (1, len(swept.cells) - 1)]
    said = "; ".join(
        f"{title(quantity)} "
        + ", ".join(f"{percent(float(shown[i, 0, -1, column(quantity), MEAN]))} at {v}" for v, i in ends)
        for quantity in wanted
    )
    return Drawing("sweep", svg, f"{sweep.title} over {dial.label}, by {date}. {said}.")


def _panel(axis: Any, places: KnobAxis, values: Floats, quantity: str) -> None:
    """One outcome over the knob: values (P + 1, dates, Q, 5), the first the present answer."""
    name = quantity.rpartition(".")[2]
    colour, dash = style.COLOURS[name], style.DASHES[name]
    found = values[1:, :, column(quantity)]
    last = found[:, -1]
    if places.line:
        at, order = places.at, np.argsort(places.at)
        x = at[order]
        axis.fill_between(x, last[order, LOW], last[order, HIGH], color=colour, alpha=0.16, linewidth=0)
        axis.plot(x, last[order, MEAN], color=colour, linestyle=dash)
        for t in range(found.shape[1] - 1):
            axis.plot(x, found[order, t, MEAN], color=colour, linestyle=dash, linewidth=0.9, alpha=0.8)
    else:
        for x, (low, mean, high) in zip(places.at, last[:, [LOW, MEAN, HIGH]], strict=True):
            axis.plot([x, x], [low, high], color=colour, linewidth=2.4, alpha=0.45)
            axis.plot(x, mean, marker="o", markersize=5, color=colour)
        for t in range(found.shape[1] - 1):
            axis.plot(
                places.at, found[:, t, MEAN], linestyle="", marker="_", markersize=8, color=colour, alpha=0.8
            )
    if places.now is not None:
        axis.axvline(places.now, color=style.MUTED, linewidth=0.8, linestyle=(0, (2, 2)))
        axis.plot(
            places.now,
            values[0, -1, column(quantity), MEAN],
            marker="D",
            markersize=4.5,
            color=style.INK,
            zorder=3,
        )


def _lines(axis: Any, places: KnobAxis, values: Floats, quantity: str, dates: Sequence[str]) -> None:
    """What the lines are, written once: the dates beside them, and where the knob is now."""
    top = axis.get_ylim()[1]
    note = {"fontsize": 7.5, "color": style.MUTED, "textcoords": "offset points"}
    right = int(np.argmax(places.at))
    levels = [float(values[1 + right, t, column(quantity), MEAN]) for t in range(len(dates))]
    for date, y in zip(dates, style.apart(levels, 0.05 * top), strict=True):
        axis.annotate(date[:4], (places.at[right], y), xytext=(-3, 3), ha="right", va="bottom", **note)
    if places.now is not None:
        axis.annotate("now", (places.now, top), xytext=(3, -8), **note)


def _dates(swept: Swept, date: str) -> list[str]:
    """The date shown, and before it the one nearest to the middle of the way."""
    first, last = dt.date.fromisoformat(swept.sweep.as_of), dt.date.fromisoformat(date)
    middle = first + (last - first) / 2
    earlier = [one for one in swept.sweep.dates if one < date]
    near = min(earlier, key=lambda one: abs(dt.date.fromisoformat(one) - middle), default=None)
    return [date] if near is None else [near, date]


def _headline(outcome: str, start_state: str) -> str:
    return f"state.{outcome}" if outcome == start_state else f"reached.{outcome}"
