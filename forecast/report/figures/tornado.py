"""The tornado: bars around the answer, the widest on top, each end labelled with its setting.

An open bar leads to the low end of a range and a filled one to the high end, so that grey print tells them
apart. Of choices the open bar leads to the lowest answer and the filled one to the highest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from forecast.inputs.knobs import Setting
from forecast.report.figures import style
from forecast.report.markdown import Drawing
from forecast.report.numbers import day, percent
from forecast.sensitivity.tornado import Row, Tornado

#: Bars of a figure where nothing is said.
BARS = 15
#: Error of an end, as a share of its bar's width, from which it is drawn.
VISIBLE = 0.2
#: Letters in a line of a label, which has two, and in a setting.
LABEL, SETTING = 46, 26
_INCHES, _HEIGHT = 0.34, 0.64


def tornado(found: Tornado, quantity: tuple[str, str], date: dt.date, *, bars: int = BARS) -> Drawing:
    """The widest bars at an outcome and date."""
    rows = found.ranked(quantity, date)[:bars]
    now = found.answer(quantity, date)["mean"]
    colour = style.COLOURS[quantity[1]]
    title = f"{_asked(found, quantity)} {day(date)}: {percent(now)}, and what moves it"
    with style.canvas(1, 1, height=1.15 + _INCHES * max(len(rows), 1), width=8.6) as (figure, axis):
        for at, row in enumerate(rows):
            _bar(axis, row, at, now, colour)
        axis.axvline(now, color=style.INK, linewidth=0.9, zorder=3)
        _axes(axis, rows, now)
        axis.set_title("\n".join(style.wrapped(title, 100, most=2)))
        _key(figure, axis, colour, errors=any(_shown(row, end) for row in rows for end in (0, 1)))
        svg = style.to_svg(figure, "tornado")
    said = "; ".join(f"{row.label} {percent(row.low)} to {percent(row.high)}" for row in rows)
    return Drawing("tornado", svg, f"{title}. From the widest: {said}.")


def setting(value: Setting | None, unit: str) -> str:
    """A setting as a reader sees it; None is what the files have.

    >>> setting(0.0312, "probability"), setting(-0.5, "driver units"), setting(12.0, "years")
    ('3.1%', '-0.5', '12 years')
    """
    if value is None:
        return "as it is"
    if isinstance(value, str):
        return value
    if unit == "probability":
        return percent(value)
    if unit in ("driver units", "log hazard"):
        return f"{value:+.2g}"
    shown = f"{value:.2g}" if abs(value) < 100 else f"{value:.0f}"
    return f"{shown} {unit}" if unit in ("years", "per year") else shown


def _asked(found: Tornado, quantity: tuple[str, str]) -> str:
    kind, outcome = quantity
    title = " ".join(found.engine.workspace.question.outcomes[outcome].title.split())  # type: ignore[index]
    return f"{title}, reached by" if kind == "reached" else f"{title}, on"


def _bar(axis: Any, row: Row, at: int, now: float, colour: str) -> None:
    ends = [(row.low, row.low_setting, False), (row.high, row.high_setting, True)]
    # Where both are on one side the longer is drawn first, and the shorter in front of it.
    for value, _, filled in sorted(ends, key=lambda end: -abs(end[0] - now)):
        axis.barh(
            at,
            value - now,
            left=now,
            height=_HEIGHT,
            facecolor=colour if filled else style.PAPER,
            edgecolor=colour,
            linewidth=1.1,
            zorder=2,
        )
    for end, (value, _, _) in enumerate(ends):
        if _shown(row, end):
            axis.errorbar(
                value, at, xerr=row.errors[end], color=style.INK, elinewidth=0.7, capsize=1.8, zorder=4
            )
    for side, text in _labels(row, now).items():
        reach = [value for value, _, _ in ends if (value - now) * side >= 0] or [now]
        errors = [row.errors[end] for end in (0, 1) if _shown(row, end)]
        edge = max(value * side for value in (*reach, now)) * side + side * max(errors, default=0.0)
        axis.annotate(
            text,
            (edge, at),
            xytext=(4 * side, 0),
            textcoords="offset points",
            ha="left" if side > 0 else "right",
            va="center",
            fontsize=7.2,
            color=style.INK,
        )


def _labels(row: Row, now: float) -> dict[int, str]:
    """What stands at the left (-1) and right (1) of a bar: the settings that lead there."""
    texts: dict[int, list[str]] = {}
    for value, given in ((row.low, row.low_setting), (row.high, row.high_setting)):
        if given is None and value == now:
            continue
        side = 1 if value > now or (value == now and given == row.high_setting) else -1
        texts.setdefault(side, []).append(style.wrapped(setting(given, row.unit), SETTING, most=1)[0])
    return {side: " | ".join(found) for side, found in texts.items()}


def _shown(row: Row, end: int) -> bool:
    """Whether an end's error is drawn: where it is not small beside the bar, unless nothing was turned."""
    given = (row.low_setting, row.high_setting)[end]
    return given is not None and row.width > 0 and row.errors[end] > VISIBLE * row.width


def _axes(axis: Any, rows: Sequence[Row], now: float) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    values = [now, *(value for row in rows for value in (row.low, row.high))]
    low, high = min(values), max(values)
    room = 0.34 * max(high - low, 0.002)
    axis.set_xlim(low - room, high + room)
    axis.set_ylim(max(len(rows), 1) - 0.4, -0.6)
    axis.set_yticks([])
    axis.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    # Room for labels may reach beyond what a probability can be.
    axis.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{100 * value:.4g}%" if 0 <= value <= 1 else "")
    )
    axis.grid(axis="x")
    axis.grid(visible=False, axis="y")
    axis.spines["left"].set_visible(False)
    labels = [row.label if row.trusted else f"{row.label} (!)" for row in rows]
    style.row_labels(axis, labels, width=LABEL)


def _key(figure: Any, axis: Any, colour: str, *, errors: bool) -> None:
    from matplotlib.patches import Patch

    handles = [
        Patch(facecolor=style.PAPER, edgecolor=colour, label="low end of its range"),
        Patch(facecolor=colour, edgecolor=colour, label="high end of its range"),
    ]
    if errors:
        label = "Monte Carlo error of an end (that of the difference is smaller)"
        handles += axis.plot([], [], color=style.INK, linewidth=0.7, label=label)
    figure.legend(handles=handles, loc="outside lower left", ncols=3, frameon=False, fontsize=7.6)
