"""Competing hypotheses: how far each body of evidence moves each of them."""

from __future__ import annotations

from forecast.report.figures import style
from forecast.report.findings.ach import Ach, Matrix
from forecast.report.findings.evidence import Item
from forecast.report.findings.ratings import BROAD, NO_BROAD
from forecast.report.markdown import Drawing, capital
from forecast.report.numbers import signed
from forecast.report.view import View

MARKS = {"alliance": "o", "partnership": "d", "split": "s", BROAD: "o", NO_BROAD: "s"}
#: Rows named in the description.
SAID = 3


def weights(view: View, found: Ach) -> tuple[Drawing, ...]:
    """One figure a matrix: its main rows, a mark for each hypothesis."""
    return tuple(_weights(view, matrix) for matrix in found.matrices if matrix.main)


def item_label(view: View, item: Item) -> str:
    """An item by what it is; a cluster by the heaviest of its members."""
    if item.kind == "record":
        return "The pair's own record"
    if item.kind == "ratios":
        return "Hazard ratios among other pairs"
    if item.kind == "level":
        return f"{view.driver_name(item.name)}: level today"
    first, *others = sorted(item.members, key=lambda m: -view.fit.panel.weights[m])
    return view.source_names[first] + (f" with {len(others)} of its cluster" if others else "")


def _weights(view: View, found: Matrix) -> Drawing:
    rows, name = found.main, f"evidence_{found.judgment}"
    reach = max(abs(d) for row in rows for d in row.weighed.decibans)
    with style.canvas(1, 1, height=0.85 + 0.29 * len(rows)) as (figure, axis):
        axis.axvline(0, color=style.MUTED, linewidth=0.8)
        for place, row in enumerate(rows):
            ends = min(row.weighed.decibans), max(row.weighed.decibans)
            axis.plot(ends, (place, place), color=style.RULE, linewidth=2.2, zorder=1)
        for h, hypothesis in enumerate(found.hypotheses):
            axis.plot(
                [row.weighed.decibans[h] for row in rows],
                range(len(rows)),
                linestyle="none",
                marker=MARKS[hypothesis],
                markersize=5.5,
                color=style.COLOURS.get(hypothesis, style.GREY),
                label=_title(view, hypothesis),
                zorder=2,
            )
        axis.set_yticks(range(len(rows)), [""] * len(rows))
        axis.set_ylim(len(rows) - 0.5, -0.5)
        axis.set_xlim(-1.08 * reach, 1.08 * reach)
        axis.grid(axis="x")
        axis.grid(visible=False, axis="y")
        axis.set_xlabel(
            "decibans: left against, right for the hypothesis, given all other evidence", fontsize=8
        )
        axis.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize=8)
        style.row_labels(axis, [capital(item_label(view, row.item)) for row in rows])
        svg = style.to_svg(figure, name)
    said = "; ".join(
        f"{item_label(view, row.item)} "
        + ", ".join(
            f"{_title(view, h).lower()} {signed(d, 2)}"
            for h, d in zip(found.hypotheses, row.weighed.decibans, strict=True)
        )
        for row in rows[:SAID]
    )
    return Drawing(
        name, svg, f"What each body of evidence counts for, in decibans; the most diagnostic: {said}."
    )


def _title(view: View, hypothesis: str) -> str:
    broad = view.outcome_title(BROAD)
    return f"No {broad.lower()}" if hypothesis == NO_BROAD else view.outcome_title(hypothesis)
