"""Dots with intervals: the three answers, the panels, and the spotlight sources on one kind of plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forecast.report.figures import style
from forecast.report.markdown import Drawing
from forecast.report.numbers import Interval, cell, day
from forecast.report.view import View
from forecast.states import CHANNELS


@dataclass(frozen=True)
class Row:
    """One line of a dot plot: a label and a value per outcome."""

    label: str
    values: Mapping[str, Interval]
    strong: bool = False


def dots(view: View, name: str, rows: Sequence[Row], what: str, *, dated: bool = False) -> Drawing:
    """Means and 90% intervals of both outcomes, one row each: by the horizon, unless rows are ``dated``."""
    highest = max((r.values[c].p95 for r in rows for c in CHANNELS), default=0.1)
    with style.canvas(1, 2, height=0.75 + 0.27 * len(rows), sharey=True, sharex=True) as (figure, axes):
        for axis, outcome in zip(axes, CHANNELS, strict=True):
            colour = style.COLOURS[outcome]
            for place, row in enumerate(rows):
                value = row.values[outcome]
                axis.plot([value.p05, value.p95], [place, place], color=colour, linewidth=1.4, alpha=0.75)
                axis.plot(
                    value.mean,
                    place,
                    marker="D" if row.strong else "o",
                    markersize=5.5,
                    color=colour,
                    markerfacecolor=colour if row.strong else style.PAPER,
                    linestyle="none",
                )
            axis.set_yticks(range(len(rows)), [""] * len(rows))
            axis.set_ylim(len(rows) - 0.5, -0.5)
            style.percent_scale(axis, style.room(highest))
            title = view.question.outcomes[outcome].title
            axis.set_title(title if dated else f"{title}, {view.far.year}")
        style.row_labels(axes[0], [r.label for r in rows], strong=[r.strong for r in rows])
        svg = style.to_svg(figure, name)
    when = "" if dated else f", by {day(view.far)}"
    said = "; ".join(
        f"{r.label}: " + ", ".join(f"{view.outcome_name(c)} {cell(r.values[c])}" for c in CHANNELS)
        for r in rows
    )
    return Drawing(name, svg, f"{what}{when}, mean and 90% interval. {said}.")
