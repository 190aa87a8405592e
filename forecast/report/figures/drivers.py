"""The drivers: what they do (a forest of effects) and where they stand (one small panel each)."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from forecast.report.figures import style
from forecast.report.findings.effects import Effect
from forecast.report.findings.levels import Z90, Track
from forecast.report.markdown import Drawing
from forecast.report.numbers import signed
from forecast.report.view import View
from forecast.states import CHANNELS

COLUMNS = 3
TOP = 4.2
MARKS = ("s", "^", "v", "P", "X")


def forest(view: View, found: Sequence[Effect]) -> Drawing:
    """Effect of one more unit of each driver on the two hazards, mean and 90% interval."""
    names = list(view.fit.prepared.features.drivers)
    table = {(e.feature, e.channel): e for e in found}
    reach = max(max(abs(e.per_unit.p05), abs(e.per_unit.p95)) for e in found if e.feature in names)
    with style.canvas(1, 2, height=0.9 + 0.29 * len(names), sharey=True, sharex=True) as (figure, axes):
        for axis, channel in zip(axes, CHANNELS, strict=True):
            colour = style.COLOURS[channel]
            axis.axvline(0, color=style.MUTED, linewidth=0.8)
            for place, name in enumerate(names):
                effect = table[name, channel]
                clear = effect.p_sign >= 0.9
                axis.plot(
                    [effect.per_unit.p05, effect.per_unit.p95],
                    [place, place],
                    color=colour,
                    linewidth=1.4,
                    alpha=0.9 if clear else 0.5,
                )
                axis.plot(
                    effect.per_unit.mean,
                    place,
                    marker="o",
                    markersize=5,
                    color=colour,
                    linestyle="none",
                    markerfacecolor=colour if clear else style.PAPER,
                )
            axis.set_yticks(range(len(names)), [""] * len(names))
            axis.set_ylim(len(names) - 0.5, -0.5)
            axis.set_xlim(-1.08 * reach, 1.08 * reach)
            axis.grid(axis="x")
            axis.grid(visible=False, axis="y")
            axis.set_title(f"On {view.outcome_name(channel)}")
            axis.set_xlabel("log-hazard per unit", fontsize=8)
        style.row_labels(axes[0], [view.driver_name(n) for n in names])
        svg = style.to_svg(figure, "effects")
    strongest = {c: max((table[n, c] for n in names), key=lambda e: abs(e.per_unit.mean)) for c in CHANNELS}
    said = "; ".join(
        f"the largest on {view.outcome_name(c)} is {view.driver_name(e.feature)} at "
        f"{signed(e.per_unit.mean, 2)}"
        for c, e in strongest.items()
    )
    return Drawing("effects", svg, f"Effect of each driver on both hazards, with 90% intervals; {said}.")


def levels(view: View, found: Sequence[Track]) -> Drawing:
    """Each driver's level, smoothed to as_of and projected beyond, with its readings."""
    rows = -(-len(found) // COLUMNS)
    with style.canvas(rows, COLUMNS, height=0.45 + 1.33 * rows, sharex=True, sharey=True, squeeze=False) as (
        figure,
        axes,
    ):
        flat = list(axes.flat)
        for axis, track in zip(flat, found, strict=False):
            _level(axis, view, track)
        for axis in flat[len(found) :]:
            axis.set_visible(False)
        for axis in flat[max(0, len(found) - COLUMNS) : len(found)]:
            axis.tick_params(labelbottom=True)
        svg = style.to_svg(figure, "drivers")
    said = "; ".join(f"{view.driver_name(t.driver)} {signed(t.now.mean)}" for t in found)
    return Drawing(
        "drivers",
        svg,
        f"Level of each driver over time with its readings, and its projection after {view.fit.as_of.year}. "
        f"Levels now: {said}.",
    )


def _level(axis: Any, view: View, track: Track) -> None:
    axis.axhline(0, color=style.RULE, linewidth=0.8)
    for (time, mean, sd), colour, dash, shade in (
        (track.past, style.BLUE, "-", 0.20),
        (track.ahead, style.BLUE, (0, (2, 1.5)), 0.10),
    ):
        axis.fill_between(time, mean - Z90 * sd, mean + Z90 * sd, color=colour, alpha=shade, linewidth=0)
        axis.plot(time, mean, color=colour, linestyle=dash, linewidth=1.4)
    axis.axvline(view.now, color=style.MUTED, linewidth=0.9)
    for place, name in enumerate((None, *track.indicators)):
        points = [(r.time, r.level) for r in track.readings if r.indicator == name]
        if points:
            axis.plot(
                [p[0] for p in points],
                [max(-TOP, min(TOP, p[1])) for p in points],
                linestyle="none",
                marker="o" if name is None else MARKS[(place - 1) % len(MARKS)],
                markersize=3.4 if name is None else 2.6,
                markerfacecolor=style.VERMILION if name is None else "none",
                markeredgecolor=style.VERMILION if name is None else style.MUTED,
                markeredgewidth=0.5,
                alpha=0.85,
            )
    axis.set_ylim(-TOP, TOP)
    axis.set_yticks([-3, 0, 3], ["−3", "0", "+3"])
    first = view.question.scale_years[0]
    axis.set_xlim(first, view.far.year + 1)
    axis.set_xticks(list(range(first + (-first) % 10, view.far.year + 1, 10)))
    axis.set_title(_wrapped(view.driver_name(track.driver), 34), fontsize=7.6, fontweight="normal", pad=3)


def _wrapped(text: str, width: int) -> str:
    return "\n".join(textwrap.wrap(text, width))
