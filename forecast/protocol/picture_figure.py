"""The group's picture as a figure: each answer a range with its median, the average of quantiles below."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

from forecast.protocol.picture import QUANTILES, Portrait
from forecast.visible import visible

#: Colours of Okabe and Ito (2008), which survive colour blindness and grey print.
_ONE, _GROUP, _MUTED, _RULE = "#0072b2", "#d55e00", "#5c6370", "#d5d8dd"
_FORMATS: Final = ("svg", "png")
_WIDTH, _ROW, _HEAD = 7.2, 0.2, 0.5  # inches
#: Inches of a panel's rows at most; of more rows than fit in them with names, only the average is named.
_TALLEST = 4.0
_LEGEND = (
    "Circles: medians; lines: from 5% to 95%. Diamonds: the average of the experts' quantiles, or of codes."
)
_SETTINGS: Final[Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "forecast",
    "font.family": ["DejaVu Sans"],
    "font.size": 8.5,
    "axes.titlesize": 9.0,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "text.parse_math": False,  # a title may hold a dollar sign
}


def figure(portraits: Sequence[Portrait], *, form: str) -> bytes:
    """The figure of every portrait, one panel each, as ``svg`` or ``png``; the same bytes each time.

    Effects stand as one panel for each way out, a dot an expert.
    """
    assert form in _FORMATS
    import matplotlib as mpl
    from matplotlib.figure import Figure

    panels = [panel for portrait in portraits for panel in _panels(portrait)]
    heights = [_HEAD + min(_TALLEST, _ROW * (len(rows) + 1)) for _, rows, _ in panels]
    with mpl.rc_context(_SETTINGS):
        drawn = Figure(figsize=(_WIDTH, max(1.0, sum(heights))), layout="constrained")
        grid = drawn.subplots(max(1, len(panels)), 1, squeeze=False, height_ratios=heights or [1])
        for axes, (title, rows, share) in zip(grid[:, 0], panels, strict=False):
            _draw(axes, title, rows, share=share)
        drawn.supxlabel(_LEGEND, fontsize=7.5, color=_MUTED, x=0.01, ha="left")
        if not panels:
            grid[0, 0].set_axis_off()
            grid[0, 0].text(0, 0.5, "No item was answered.")
        buffer = io.BytesIO()
        metadata: dict[str, Any] = {"Date": None} if form == "svg" else {}
        drawn.savefig(buffer, format=form, metadata=metadata, dpi=150)
    return buffer.getvalue()


_AVERAGE: Final = "average"
#: A row of a panel: whose, and the three quantiles (three times the same for a code).
_Row = tuple[str, tuple[float, float, float]]


def _panels(portrait: Portrait) -> list[tuple[str, list[_Row], bool]]:
    """Title, rows and whether they are probabilities."""
    window = f", {portrait.years:g} years" if portrait.years is not None else ""
    title = visible(f"{portrait.title} ({portrait.key}{window})")
    if portrait.measure == "code":
        found = []
        for blank, seen in portrait.by_blank.items():
            given = [(s.letter, s.values[blank]) for s in portrait.answers if blank in s.values]
            rows: list[_Row] = [(name, (code, code, code)) for name, code in given]
            rows.append((_AVERAGE, (seen.mean, seen.mean, seen.mean)))
            found.append((f"{title}: code for {blank}", rows, False))
        return found
    if not portrait.answers:
        return []
    rows = [(s.letter, _three(s.values)) for s in portrait.answers]
    rows.append((_AVERAGE, _three({q: portrait.by_blank[q].mean for q in QUANTILES})))
    return [(title, rows, portrait.measure == "probability")]


def _three(values: Any) -> tuple[float, float, float]:
    low, middle, high = (values[q] for q in QUANTILES)
    return low, middle, high


def _draw(axes: Any, title: str, rows: list[_Row], *, share: bool) -> None:
    for position, (name, (low, middle, high)) in enumerate(rows):
        colour = _GROUP if name == _AVERAGE else _ONE
        if high > low:
            axes.plot([low, high], [position, position], color=colour, linewidth=1.6, solid_capstyle="butt")
        axes.plot([middle], [position], "D" if name == _AVERAGE else "o", color=colour, markersize=4.5)
    crowded = _ROW * (len(rows) + 1) > _TALLEST
    axes.set_yticks(range(len(rows)), ["" if crowded and name != _AVERAGE else name for name, _ in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", colors=_MUTED, labelsize=7.5)
    axes.grid(axis="x", color=_RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_title(title, wrap=True)
    if share:
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:g}%")
    elif all(low == high for _, (low, _, high) in rows):
        axes.set_xlim(-3.2, 3.2)
        axes.set_xticks(range(-3, 4), [f"{code:+d}" if code else "0" for code in range(-3, 4)])
