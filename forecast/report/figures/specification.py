"""The specification band: every combination of choices, sorted by the answer it gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from forecast.report.figures import style
from forecast.report.markdown import Drawing
from forecast.rounding import percent
from forecast.sensitivity.specification import FACTORS, Band, Cell

#: Shape by half-life; shade by shared bias.
MARKS = dict(zip(FACTORS, ("v", "o", "^"), strict=True))
SHADES = dict(zip(FACTORS, (0.0, 0.45, 1.0), strict=True))
WORDS = dict(zip(FACTORS, ("halved", "as judged", "doubled"), strict=True))
ROW = 0.5


def specification(
    cells: Sequence[Cell], band: Band, *, date: int, quantity: int, title: str, titles: dict[str, str]
) -> Drawing:
    """Rows by reference class, named by ``titles``: each cell's mean with its 90% interval.

    Within a row, cells stand by half-life, then by shared bias. A cell that cannot be trusted is left out.
    """
    classes = list(dict.fromkeys(cell.choice.reference_class for cell in cells))
    own = next(cell for cell in cells if (cell.choice.half_life, cell.choice.shared_bias) == (1, 1))
    used = [cell for cell in cells if cell.trusted]
    with style.canvas(1, 1, height=1.7 + ROW * len(classes)) as (figure, axis):
        axis.axvspan(100 * band.low, 100 * band.high, color=style.BLUE, alpha=0.10, linewidth=0)
        axis.axvline(100 * own.values[date, quantity, 0], color=style.MUTED, linewidth=0.9)
        for cell in used:
            mean, p05, _, p95, _ = 100 * cell.values[date, quantity]
            row = classes.index(cell.choice.reference_class) + _place(cell)
            axis.plot([p05, p95], [row, row], color=style.RULE, linewidth=1.0, zorder=1)
            axis.plot(mean, row, zorder=3, **_mark(cell.choice.half_life, cell.choice.shared_bias))
        axis.set_yticks(range(len(classes)), [""] * len(classes))
        axis.set_ylim(len(classes) - 0.4, -0.6)
        axis.set_xlim(0, None)
        axis.grid(axis="x")
        axis.grid(visible=False, axis="y")
        axis.set_xlabel("probability, %: mean and 90% interval; shaded, the range of the means", fontsize=8)
        axis.set_title(f"{title}: {len(used)} combinations of choices", pad=26)
        style.row_labels(axis, [titles[name] for name in classes], strong=[n == classes[0] for n in classes])
        _legend(axis, used)
        svg = style.to_svg(figure, "specification")
    left = f"; {len(cells) - len(used)} left out" if len(used) < len(cells) else ""
    said = (
        f"{title} under {len(used)} combinations of reference class, half-life and shared bias{left}: "
        f"means from {percent(band.low)} to {percent(band.high)}, "
        f"90% intervals from {percent(band.p05)} to {percent(band.p95)}."
    )
    return Drawing("specification", svg, said)


def _place(cell: Cell) -> float:
    """How far from its row's middle a cell stands."""
    half_life, bias = FACTORS.index(cell.choice.half_life), FACTORS.index(cell.choice.shared_bias)
    return 0.092 * (3 * half_life + bias - 4)


def _mark(half_life: float, bias: float) -> dict[str, Any]:
    shade = SHADES[bias]
    blue = (0.0, 0x72 / 255, 0xB2 / 255)
    fill = tuple(1 - shade * (1 - part) for part in blue)
    return {
        "marker": MARKS[half_life],
        "markersize": 5.2,
        "markerfacecolor": fill,
        "markeredgecolor": style.BLUE,
        "markeredgewidth": 0.8,
        "linestyle": "none",
    }


def _legend(axis: Any, used: Sequence[Cell]) -> None:
    from matplotlib.lines import Line2D

    lives = [f for f in FACTORS if any(cell.choice.half_life == f for cell in used)]
    biases = [f for f in FACTORS if any(cell.choice.shared_bias == f for cell in used)]
    keys = [Line2D([], [], label=f"half-lives {WORDS[f]}", **_mark(f, 1.0)) for f in lives]
    if len(biases) > 1:
        keys += [
            Line2D([], [], label=f"bias {WORDS[f] if f != 1 else 'as set'}", **_mark(1.0, f)) for f in biases
        ]
    axis.legend(
        handles=keys,
        ncols=len(keys),
        frameon=False,
        fontsize=7.6,
        loc="lower left",
        bbox_to_anchor=(-0.42, 1.0),
        columnspacing=1.0,
        handletextpad=0.1,
    )
