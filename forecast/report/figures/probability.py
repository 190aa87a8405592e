"""Probability over time: the fan of the two outcomes, and the three states as stacked areas."""

from __future__ import annotations

import numpy as np

from forecast.calendar import decimal_years
from forecast.report.figures import style
from forecast.report.markdown import Drawing
from forecast.report.numbers import day, interval, percent
from forecast.report.view import View
from forecast.simulation.forecast import Forecast
from forecast.simulation.quantities import QUANTITIES
from forecast.states import CHANNELS, Channel, State


def fan(view: View) -> Drawing:
    """Reached alliance and reached split: mean, 50% and 90% bands, side by side on one scale."""
    forecast = view.baseline
    years = decimal_years(forecast.dates)
    highest = max(float(np.quantile(_draws(view, forecast, c)[:, -1], 0.95)) for c in CHANNELS)
    with style.canvas(1, 2, height=2.9, sharey=True) as (figure, axes):
        for axis, outcome in zip(axes, CHANNELS, strict=True):
            draws, colour = _draws(view, forecast, outcome), style.COLOURS[outcome]
            for low, high, shade in ((0.05, 0.95, 0.18), (0.25, 0.75, 0.32)):
                bottom, top = np.quantile(draws, [low, high], axis=0)
                axis.fill_between(years, bottom, top, color=colour, alpha=shade, linewidth=0)
            axis.plot(years, draws.mean(axis=0), color=colour, linestyle=style.DASHES[outcome])
            last = forecast.summary(view.quantity(outcome), outcome, view.far)
            axis.annotate(
                percent(last.mean),
                (years[-1], last.mean),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontweight="bold",
                color=colour,
                annotation_clip=False,
            )
            axis.set_title(_heading(view, outcome))
            axis.set_xlim(years[0], years[-1])
            style.percent_axis(axis, style.room(highest))
        ends = {c: forecast.summary(view.quantity(c), c, view.far) for c in CHANNELS}
        _note(axes[0], view, forecast, years)
        svg = style.to_svg(figure, "fan")
    alt = (
        "Probability of each outcome over time. By "
        + day(view.far)
        + ": "
        + "; ".join(
            f"{view.outcome_name(c)} {percent(p.mean)}, 90% interval {interval(p)}" for c, p in ends.items()
        )
    )
    return Drawing("fan", svg, alt + ".")


def _note(axis: object, view: View, forecast: Forecast, years: np.ndarray) -> None:
    bands = np.quantile(_draws(view, forecast, CHANNELS[0]), [0.05, 0.25, 0.75, 0.95], axis=0)
    at = int(0.62 * len(years))
    for row, text in ((3, "90% band"), (2, "50% band")):
        axis.annotate(  # type: ignore[attr-defined]
            text,
            (years[at], bands[row][at]),
            xytext=(-6, 6),
            textcoords="offset points",
            ha="right",
            fontsize=7.5,
            color=style.MUTED,
        )


def states(view: View) -> Drawing:
    """Probability of being in each state on each date, stacked to one."""
    forecast = view.baseline
    years = decimal_years(forecast.dates)
    order: tuple[State, ...] = ("split", "partnership", "alliance")
    shares = np.array([forecast.draws[:, :, QUANTITIES["state", s]].mean(axis=0) for s in order])
    edges = np.vstack([np.zeros_like(years), np.cumsum(shares, axis=0)])
    with style.canvas(1, 1, height=2.5) as (figure, axis):
        for row, state in enumerate(order):
            colour = style.COLOURS[state]
            axis.fill_between(
                years,
                edges[row],
                edges[row + 1],
                facecolor=colour,
                alpha=0.28 if state == "partnership" else 0.75,
                linewidth=0,
            )
            axis.plot(years, edges[row + 1], color=style.PAPER, linewidth=0.8)
            middle = (edges[row, -1] + edges[row + 1, -1]) / 2
            axis.annotate(
                f"{view.question.outcomes[state].title}\n{percent(float(shares[row, -1]))}",
                (years[-1], middle),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                color=style.INK,
                annotation_clip=False,
            )
        axis.set_xlim(years[0], years[-1])
        style.percent_axis(axis, 1.0)
        axis.set_title("State on each date (mean over draws)")
        svg = style.to_svg(figure, "states")
    said = ", ".join(f"{view.outcome_name(s)} {percent(float(shares[i, -1]))}" for i, s in enumerate(order))
    return Drawing("states", svg, f"Stacked areas of the three states over time; on {day(view.far)}: {said}.")


def _heading(view: View, outcome: Channel) -> str:
    how = "reached by the date" if view.counts_as_reached(outcome) else "on the date"
    return f"{view.question.outcomes[outcome].title}, {how}"


def _draws(view: View, forecast: Forecast, outcome: str) -> np.ndarray:
    return np.asarray(forecast.draws[:, :, QUANTITIES[view.quantity(outcome), outcome]])
