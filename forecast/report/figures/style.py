"""One look for every figure: colours that survive colour blindness and grey print, quiet axes, stable bytes.

Colours are those of Okabe and Ito (2008). Inlined in a page, each becomes a CSS variable, so that the page's
light and dark themes reach into its figures.
"""

from __future__ import annotations

import io
import re
import textwrap
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from forecast.visible import visible

INK, MUTED, RULE, PAPER = "#1c1f23", "#5c6370", "#d5d8dd", "#fefefe"
BLUE, VERMILION, GREEN, GREY, AMBER = "#0072b2", "#d55e00", "#00856a", "#8a8f98", "#b07d00"
#: One colour and line style for an outcome in every figure.
COLOURS = {"alliance": BLUE, "split": VERMILION, "partnership": GREY, "alliance_broad": GREEN}
DASHES: dict[str, Any] = {
    "alliance": "-",
    "split": (0, (5, 2)),
    "alliance_broad": (0, (1, 1.5)),
    "partnership": "-",
}
#: Page variables that stand for these colours in an inlined figure.
VARIABLES = {
    INK: "--ink",
    MUTED: "--muted",
    RULE: "--rule",
    PAPER: "--paper",
    BLUE: "--blue",
    VERMILION: "--vermilion",
    GREEN: "--green",
    GREY: "--grey",
    AMBER: "--amber",
}
#: Inches; 7.2 in at 72 points is shown at 720 px.
WIDTH = 7.2
_FONTS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
_SETTINGS: Any = {
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans"],
    "font.size": 8.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.6,
    "axes.titlesize": 9.0,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.major.size": 3.0,
    "ytick.major.size": 0.0,
    "figure.facecolor": PAPER,
    "axes.facecolor": "none",
    "savefig.facecolor": PAPER,
    "figure.dpi": 72,
    "savefig.dpi": 72,
    "lines.linewidth": 1.6,
    "lines.solid_capstyle": "butt",
    "axes.unicode_minus": True,
    # Texts come from files: a dollar sign in one is a dollar sign.
    "text.parse_math": False,
}


@contextmanager
def canvas(rows: int, columns: int, *, height: float, width: float = WIDTH, **options: Any) -> Iterator[Any]:
    """A figure and its axes in the house style, closed afterwards."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with mpl.rc_context(_SETTINGS):
        figure = Figure(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        yield figure, figure.subplots(rows, columns, **options)


def to_svg(figure: Any, name: str) -> str:
    """The figure as SVG text: the same bytes for the same figure, no dates, generic fonts."""
    import matplotlib as mpl
    from matplotlib.text import Text

    # Labels come from files too: a control character in one would be no XML.
    for label in figure.findobj(Text):
        label.set_text(visible(label.get_text()))
    buffer = io.StringIO()
    with mpl.rc_context({**_SETTINGS, "svg.hashsalt": name}), warnings.catch_warnings():
        # Text stays text in the SVG: the reader's fonts draw it, whatever this one lacks.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    # Drawn with the metrics of a wide font, shown in whatever sans-serif the reader has.
    text = text.replace("'DejaVu Sans'", _FONTS)
    return re.sub(r'<g id="[^"]*">', "<g>", text)


def themed(svg: str) -> str:
    """An SVG to stand inside a page: its colours as the page's variables, its frame left to the page."""
    for colour, variable in VARIABLES.items():
        svg = svg.replace(colour, f"var({variable})")
    return svg


def percent_axis(axis: Any, top: float) -> None:
    """A probability axis from 0 to ``top``, in percentages."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_ylim(0, top)
    axis.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.4g}%"))


def percent_scale(axis: Any, top: float) -> None:
    """As `percent_axis`, lying."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_xlim(0, top)
    axis.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axis.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.4g}%"))
    axis.grid(axis="x")
    axis.grid(visible=False, axis="y")


def row_labels(axis: Any, labels: list[str], *, strong: list[bool] | None = None, width: int = 34) -> None:
    """Labels to the left of rows 0, 1, ...: up to two lines each, every line flush right by itself.

    Matplotlib would place the lines of one label by the widths of its own font, not of the reader's.
    """
    for place, label in enumerate(labels):
        lines = wrapped(label, width, most=2)
        for i, line in enumerate(lines):
            axis.annotate(
                line,
                (0, place),
                xycoords=("axes fraction", "data"),
                xytext=(-5, 4.6 * (len(lines) - 1 - 2 * i)),
                textcoords="offset points",
                ha="right",
                va="center",
                fontsize=8,
                fontweight="bold" if strong and strong[place] else "normal",
                annotation_clip=False,
            )


def room(*highest: float) -> float:
    """The top of a probability axis: a little above the highest value, never above 1."""
    return min(1.0, 1.08 * max(highest, default=0.1))


def apart(values: list[float], least: float) -> list[float]:
    """Places for labels at ``values``, moved up just enough to be ``least`` apart."""
    placed = dict.fromkeys(range(len(values)), 0.0)
    previous = float("-inf")
    for i in sorted(range(len(values)), key=lambda i: values[i]):
        placed[i] = max(values[i], previous + least)
        previous = placed[i]
    return [placed[i] for i in range(len(values))]


def wrapped(text: str, width: int, *, most: int) -> list[str]:
    """A text in at most ``most`` lines of ``width`` letters, cut where it has more."""
    return textwrap.wrap(text, width, max_lines=most, placeholder=" …") or [""]
