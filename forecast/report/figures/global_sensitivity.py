"""Global sensitivity: Sobol indices, Morris screening and Shapley effects of one output, in panels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from forecast.report.figures import style
from forecast.report.markdown import Drawing
from forecast.sensitivity.global_levels import GlobalSensitivity
from forecast.sensitivity.morris import Screening
from forecast.sensitivity.shapley_effects import ShapleyEffects
from forecast.sensitivity.sobol import SobolIndices

Z95 = 1.96
#: Drivers named in the scatter of screening: those with the largest effects.
NAMED = 5
#: Inches of a row of the ranking, and of what is around the rows.
ROW, AROUND = 0.3, 1.0


def global_sensitivity(
    found: GlobalSensitivity, *, output: int, title: str, names: Mapping[str, str], order: Sequence[int]
) -> Drawing:
    """One panel a method for column ``output``; drivers by ``order``, called by ``names``.

    ``title`` says what the output is. Sobol and Shapley share the rows; screening has its own panel below.
    """
    sharing = [each for each in (found.sobol, found.shapley) if each is not None]
    correlated = bool((found.inputs.correlation != np.eye(len(order))).any())
    joint = "correlated" if correlated else "independent"
    labels = [names[found.inputs.drivers[i]] for i in order]
    ranked = AROUND + ROW * len(order) if sharing else 0.0
    screening = 3.0 if found.morris is not None else 0.0
    heights = [h for h in (ranked, screening) if h]
    with style.canvas(len(heights), 1, height=sum(heights), height_ratios=heights) as (figure, axes):
        rows = list(np.atleast_1d(axes))
        if sharing:
            for axis, each in zip(_beside(rows[0], len(sharing)), sharing, strict=True):
                _frame(axis, len(order))
                if isinstance(each, SobolIndices):
                    _sobol(axis, each, output, order)
                else:
                    _shapley(axis, each, output, order, joint)
            style.row_labels(_first(figure), labels)
        if found.morris is not None:
            _morris(rows[-1], found.morris, output, order, labels)
        figure.suptitle(f"What {title} owes to the drivers' levels today", x=0.01, ha="left", fontsize=9.5)
        svg = style.to_svg(figure, "global_sensitivity")
    return Drawing("global_sensitivity", svg, _said(found, output, title, labels, order))


def _beside(axis: Any, count: int) -> list[Any]:
    """``count`` axes side by side in the place of one, with the same rows."""
    figure, place = axis.figure, axis.get_subplotspec()
    axis.remove()
    within = place.subgridspec(1, count, wspace=0.08)
    first = figure.add_subplot(within[0])
    return [first, *(figure.add_subplot(within[i], sharey=first) for i in range(1, count))]


def _first(figure: Any) -> Any:
    """The leftmost of the axes with rows."""
    return next(axis for axis in figure.axes if axis.get_label() == "rows")


def _frame(axis: Any, count: int) -> None:
    axis.set_label("rows")
    axis.set_yticks(range(count), [""] * count)
    axis.set_ylim(count - 0.4, -0.6)
    axis.grid(axis="x")
    axis.grid(visible=False, axis="y")
    axis.axvline(0, color=style.MUTED, linewidth=0.8)


def _sobol(axis: Any, found: SobolIndices, output: int, order: Sequence[int]) -> None:
    sets = (
        ("first order", "o", style.BLUE, -0.17, found.first, found.first_low, found.first_high),
        ("total", "s", style.VERMILION, 0.17, found.total, found.total_low, found.total_high),
    )
    for label, marker, colour, off, middle, low, high in sets:
        for place, driver in enumerate(order):
            ends = [low[driver, output], high[driver, output]]
            axis.plot(ends, [place + off] * 2, color=colour, linewidth=1.2)
        axis.plot(
            [middle[driver, output] for driver in order],
            [place + off for place in range(len(order))],
            linestyle="none",
            marker=marker,
            markersize=4.2,
            color=colour,
            markerfacecolor=colour if marker == "o" else style.PAPER,
            label=label,
        )
    axis.set_title("Sobol: share of variance")
    axis.set_xlabel(f"levels independent; N = {found.base_rows}; bars {found.level:.0%}", fontsize=8)
    axis.legend(frameon=False, fontsize=8, loc="lower right")


def _shapley(axis: Any, found: ShapleyEffects, output: int, order: Sequence[int], joint: str) -> None:
    shares = [found.shares[driver, output] for driver in order]
    errors = [Z95 * found.se[driver, output] for driver in order]
    axis.barh(range(len(order)), shares, height=0.55, color=style.BLUE, alpha=0.35, linewidth=0)
    axis.errorbar(
        shares, range(len(order)), xerr=errors, fmt="o", markersize=3.2, color=style.INK, elinewidth=1.0
    )
    axis.tick_params(labelleft=False)
    axis.set_title("Shapley effects: share of variance")
    axis.set_xlabel(f"levels {joint}; bars 95%", fontsize=8)


def _morris(axis: Any, found: Screening, output: int, order: Sequence[int], labels: Sequence[str]) -> None:
    size, spread = 100 * found.mu_star[:, output], 100 * found.sigma[:, output]
    axis.plot(size, spread, linestyle="none", marker="o", markersize=4.5, color=style.BLUE, alpha=0.8)
    largest = sorted(range(len(order)), key=lambda place: -size[order[place]])[:NAMED]
    heights = style.apart([float(spread[order[place]]) for place in largest], 0.075 * float(spread.max()))
    gap = 0.012 * float(size.max())
    for place, height in zip(largest, heights, strict=True):
        x, y = float(size[order[place]]), float(spread[order[place]])
        right = x < 0.6 * size.max()
        axis.annotate(
            style.wrapped(labels[place], 44, most=1)[0],
            (x, y),
            xytext=(x + gap if right else x - gap, height),
            fontsize=8,
            va="center",
            ha="left" if right else "right",
            arrowprops={
                "arrowstyle": "-",
                "color": style.MUTED,
                "linewidth": 0.5,
                "shrinkA": 0,
                "relpos": (0.0 if right else 1.0, 0.5),
            },
        )
    edge = 1.08 * float(max(size.max(), spread.max()))
    axis.plot([0, edge], [0, edge], color=style.MUTED, linewidth=0.8, linestyle=(0, (2, 2)))
    axis.set_xlim(0, 1.08 * float(size.max()))
    axis.set_ylim(0, 1.15 * float(spread.max()))
    axis.grid(axis="both")
    axis.set_title("Morris: how much a driver moves it, and how unevenly")
    axis.set_xlabel("mu*, mean size of the effect from the 5% to the 95% quantile, points", fontsize=8)
    axis.set_ylabel("sigma, points", fontsize=8)


def _said(
    found: GlobalSensitivity, output: int, title: str, labels: Sequence[str], order: Sequence[int]
) -> str:
    if found.sobol is not None:
        how = [f"{lab} {found.sobol.total[i, output]:.2f}" for lab, i in zip(labels, order, strict=True)]
        return f"Sobol total indices for {title}, largest first: {'; '.join(how[:NAMED])}."
    if found.shapley is not None:
        how = [f"{lab} {found.shapley.shares[i, output]:.2f}" for lab, i in zip(labels, order, strict=True)]
        return f"Shapley effects for {title}, largest first: {'; '.join(how[:NAMED])}."
    return f"Morris screening for {title}, largest first: {'; '.join(labels[:NAMED])}."
