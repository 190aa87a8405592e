"""Which driver pulls which: the matrix of cross-impacts."""

from __future__ import annotations

from typing import Any

from forecast.report.figures import style
from forecast.report.findings.shocks import Pull, Surprises
from forecast.report.markdown import Drawing
from forecast.report.numbers import count, listed, signed
from forecast.report.view import View

#: A point's share of the full strength of colour.
SHADE = 0.19


def matrix(view: View, found: Surprises) -> Drawing | None:
    """Rows are the drivers pulled, columns those that pull, by number; points in the cells. None for none."""
    pulls = [pull for pull in found.pulls if pull.points]
    if not pulls:
        return None
    names = [d for d in view.workspace.drivers.drivers if any(d in (p.to, p.from_) for p in pulls)]
    with style.canvas(1, 1, height=0.7 + 0.27 * len(names)) as (figure, axis):
        for place in range(len(names)):
            _fill(axis, place, place, style.RULE, 0.6)
        for pull in pulls:
            _cell(axis, pull, names.index(pull.from_), names.index(pull.to))
        _grid(axis, len(names))
        style.row_labels(
            axis, [f"{view.driver_name(d)}  {n}" for n, d in enumerate(names, start=1)], width=60
        )
        axis.set_xlabel("pulled by the driver of this number", fontsize=8)
        axis.xaxis.set_label_position("top")
        svg = style.to_svg(figure, "cross-impacts")
    strong = sorted(pulls, key=lambda p: -abs(p.points))[:3]
    said = listed(
        [f"{view.driver_name(p.from_)} on {view.driver_name(p.to)} {signed(p.points, 1)}" for p in strong]
    )
    return Drawing(
        "cross-impacts",
        svg,
        f"Matrix of {count(len(pulls), 'cross-impact')}, drivers pulled by drivers that pull, in points; the "
        f"strongest: {said}.",
    )


def _grid(axis: Any, size: int) -> None:
    axis.set_xlim(-0.5, size - 0.5)
    axis.set_ylim(size - 0.5, -0.5)
    axis.set_yticks([])
    axis.grid(visible=False)
    for edge in range(size + 1):
        axis.axhline(edge - 0.5, color=style.RULE, linewidth=0.6)
        axis.axvline(edge - 0.5, color=style.RULE, linewidth=0.6)
    axis.xaxis.tick_top()
    axis.set_xticks(range(size), [str(n) for n in range(1, size + 1)], fontsize=8)
    axis.tick_params(length=0)
    for spine in axis.spines.values():
        spine.set_visible(False)


def _fill(axis: Any, column: int, row: int, colour: str, alpha: float) -> None:
    from matplotlib.patches import Rectangle

    where = (column - 0.5, row - 0.5)
    axis.add_patch(Rectangle(where, 1, 1, facecolor=colour, alpha=alpha, linewidth=0))


def _cell(axis: Any, pull: Pull, column: int, row: int) -> None:
    colour = style.BLUE if pull.points > 0 else style.VERMILION
    _fill(axis, column, row, colour, min(0.6, SHADE * abs(pull.points)))
    text = pull.grade == "TEXT"
    axis.annotate(
        f"{pull.points:+g}".replace("-", "−"),
        (column, row),
        ha="center",
        va="center",
        fontsize=8,
        style="normal" if text else "italic",
        fontweight="bold" if text else "normal",
    )
