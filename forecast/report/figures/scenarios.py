"""Scenarios: a small panel each beside the baseline, and each difference as a waterfall of its parts."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

from forecast.calendar import decimal_years
from forecast.report.figures import style
from forecast.report.findings.scenarios import Told
from forecast.report.findings.why import Cause, Why
from forecast.report.markdown import Drawing
from forecast.report.numbers import day, percent, points
from forecast.report.view import View
from forecast.report.ways import short_way
from forecast.simulation.forecast import Forecast
from forecast.simulation.quantities import QUANTITIES
from forecast.states import CHANNELS

#: Panels side by side, by how many scenarios there are; three where nothing is said.
COLUMNS = {1: 1, 2: 2, 4: 2}
#: Name of a scenario's waterfall, which the scenario's id follows.
WHY = "why-"
#: Letters in a line of a waterfall's labels, which have two.
LABEL = 44


def small_multiples(view: View) -> Drawing:
    """One panel a scenario: both outcomes over time with 90% bands, and the baseline as thin lines."""
    baseline, *forecasts = view.main.forecasts
    columns = COLUMNS.get(len(forecasts), 3)
    rows = -(-len(forecasts) // columns)
    top = style.room(max(_high(view, f) for f in forecasts))
    with style.canvas(
        rows, columns, height=0.6 + (2.6 if columns == 1 else 1.95) * rows, sharey=True, squeeze=False
    ) as (figure, axes):
        flat = list(axes.flat)
        for axis, forecast in zip(flat, forecasts, strict=False):
            _panel(axis, view, forecast, baseline, top)
            lines = style.wrapped(view.scenario_title(forecast.scenario), 100 // columns, most=2)
            axis.set_title("\n".join(lines), fontsize=8.2)
        for axis in flat[len(forecasts) :]:
            axis.set_visible(False)
        _key(figure, flat[0], view)
        svg = style.to_svg(figure, "scenarios")
    said = "; ".join(f"{view.scenario_title(f.scenario)}: {_ends(view, f)}" for f in view.main.forecasts)
    return Drawing(
        "scenarios", svg, f"Both outcomes over time under each scenario. By {day(view.far)}: {said}."
    )


def _key(figure: Any, axis: Any, view: View) -> None:
    """What the lines are, above all panels."""
    handles = []
    for outcome in CHANNELS:
        name, dash = view.outcome_name(outcome), style.DASHES[outcome]
        for label, colour, width in (
            (name, style.COLOURS[outcome], 1.8),
            (f"{name}, baseline", style.MUTED, 0.9),
        ):
            handles += axis.plot([], [], color=colour, linestyle=dash, linewidth=width, label=label)
    figure.legend(
        handles=handles, loc="outside upper left", ncols=4, frameon=False, fontsize=8, handlelength=2.6
    )


def _ends(view: View, forecast: Forecast) -> str:
    return ", ".join(
        f"{view.outcome_name(c)} {percent(forecast.summary(view.quantity(c), c, view.far).mean)}"
        for c in CHANNELS
    )


def _high(view: View, forecast: Forecast) -> float:
    return max(float(np.quantile(_draws(view, forecast, c)[:, -1], 0.95)) for c in CHANNELS)


def _panel(axis: Any, view: View, forecast: Forecast, baseline: Forecast, top: float) -> None:
    years = decimal_years(forecast.dates)
    ends = []
    for outcome in CHANNELS:
        draws, colour, dash = _draws(view, forecast, outcome), style.COLOURS[outcome], style.DASHES[outcome]
        low, high = np.quantile(draws, [0.05, 0.95], axis=0)
        axis.fill_between(years, low, high, color=colour, alpha=0.15, linewidth=0)
        axis.plot(years, high, color=colour, linestyle=dash, linewidth=0.4, alpha=0.6)
        usual = _draws(view, baseline, outcome).mean(axis=0)
        axis.plot(years, usual, color=style.MUTED, linestyle=dash, linewidth=0.9)
        mean = draws.mean(axis=0)
        axis.plot(years, mean, color=colour, linestyle=dash, linewidth=1.8)
        ends.append((float(mean[-1]), colour))
    places = style.apart([value for value, _ in ends], 0.085 * top)
    for at, (value, colour) in zip(places, ends, strict=True):
        shown = {"va": "center", "fontsize": 8, "fontweight": "bold", "color": colour}
        axis.annotate(
            percent(value),
            (years[-1], at),
            xytext=(4, 0),
            textcoords="offset points",
            annotation_clip=False,
            **shown,
        )
    axis.set_xlim(years[0], years[-1])
    first, last = int(years[0]) + 1, int(years[-1])
    axis.set_xticks(range(first + (first % 2), last + 1, 4 if last - first > 6 else 2))
    style.percent_axis(axis, top)


def waterfalls(view: View, found: Sequence[Told]) -> tuple[Drawing, ...]:
    """For each scenario that differs, how its parts lead from the baseline to it, for both outcomes."""
    return tuple(_waterfall(view, one) for one in found if any(why.shown for why in one.whys))


def _waterfall(view: View, told: Told) -> Drawing:
    drawn = [why for why in told.whys if why.shown]
    rows = [why.shown + 2 + (why.shown < len(why.causes)) for why in drawn]
    name = WHY + told.scenario
    height = 0.3 + sum(0.42 + 0.29 * n for n in rows)
    with style.canvas(
        len(drawn), 1, height=height, sharex=False, squeeze=False, height_ratios=[n + 0.6 for n in rows]
    ) as (figure, axes):
        for axis, why in zip(axes[:, 0], drawn, strict=True):
            _falling(axis, view, why, view.scenario_title(told.scenario))
        svg = style.to_svg(figure, name)
    said = "; ".join(
        f"{view.outcome_title(why.outcome)} from {percent(why.before)} to {percent(why.after)}, largest part "
        f"{why.causes[0].title} with {points(why.causes[0].share.mean)} points"
        for why in drawn
    )
    title = view.scenario_title(told.scenario)
    return Drawing(name, svg, f"{title}: how its parts lead from the baseline to it. {said}.")


def _falling(axis: Any, view: View, why: Why, scenario: str) -> None:
    steps = [(_label(view, cause), cause.share.mean) for cause in why.main]
    if others := len(why.causes) - why.shown:
        steps.append((f"{others} smaller parts together", why.rest))
    labels = ["Baseline", *(label for label, _ in steps), scenario]
    edges = [why.before, *(why.before + float(s) for s in np.cumsum([share for _, share in steps]))]
    colour = style.COLOURS[why.outcome]
    span = max(edges) - min(edges) or 0.01
    for place, ((_, share), start) in enumerate(zip(steps, edges, strict=False), start=1):
        axis.plot([start, start], [place - 1, place + 0.36], color=style.MUTED, linewidth=0.6)
        up = share > 0
        axis.barh(
            place,
            share,
            left=start,
            height=0.62,
            facecolor=colour if up else style.PAPER,
            edgecolor=colour,
            linewidth=1.1,
        )
        _beside(axis, max(start, start + share), place, points(share))
    for place, value in ((0, why.before), (len(steps) + 1, edges[-1])):
        axis.plot(value, place, marker="D", markersize=5, color=style.INK)
        _beside(axis, value, place, percent(value), strong=True, offset=7)
    axis.plot([edges[-1]] * 2, [len(steps), len(steps) + 1], color=style.MUTED, linewidth=0.6)
    axis.set_ylim(len(steps) + 1.6, -0.6)
    axis.set_yticks([])
    style.percent_scale(axis, 1.0)
    axis.set_xlim(max(0.0, min(edges) - 0.06 * span), min(1.0, max(edges) + 0.2 * span))
    style.row_labels(
        axis, labels, strong=[i in (0, len(labels) - 1) for i in range(len(labels))], width=LABEL
    )
    axis.set_title(f"{view.outcome_title(why.outcome)}, {view.far.year}")


def _label(view: View, cause: Cause) -> str:
    """What carries a part and where, in two lines: what has no room is cut from the former."""
    where = short_way(view, cause.transition)
    title = textwrap.shorten(cause.title, 2 * LABEL - len(where) - 12, placeholder=" …")
    return f"{title[:1].upper()}{title[1:]} ({where})"


def _beside(axis: Any, x: float, place: int, text: str, *, strong: bool = False, offset: int = 4) -> None:
    axis.annotate(
        text,
        (x, place),
        xytext=(offset, 0),
        textcoords="offset points",
        va="center",
        fontsize=8,
        fontweight="bold" if strong else "normal",
        annotation_clip=False,
    )


def _draws(view: View, forecast: Forecast, outcome: str) -> np.ndarray:
    return np.asarray(forecast.draws[:, :, QUANTITIES[view.quantity(outcome), outcome]])
