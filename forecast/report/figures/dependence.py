"""Who depends on whom, drawn: what was read directly at the left, what it reports at the right.

The layout is by hand and in points. Right-hand rows are grouped by cluster, clusters stand by the texts
that report them, and each text stands at the middle of what it reports.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from forecast.model.dependence import Dependence, Link, Voice
from forecast.report.figures import style
from forecast.report.markdown import Drawing
from forecast.report.numbers import count
from forecast.report.view import View, plain

#: One row, the gap between groups, the head with the key, and the least distance of texts; in points.
ROW, GAP, HEAD, APART = 10.6, 3.2, 34.0, 31.0
#: Where things stand from left to right, in points: texts, sources, brackets, and the edge.
TEXT_X, SOURCE_X, BRACKET_X, EDGE_X = 108.0, 226.0, 364.0, 446.0
#: Area of a node of weight 1, in square points.
AREA = 85.0
HUES = (style.BLUE, style.VERMILION, style.GREEN, style.AMBER, style.MUTED)
#: Size of names, and how many characters fit beside a node at the right, and on a line at the left.
FONT, LABEL, SIDE = 7.4, 33, 26


@dataclass(frozen=True)
class Layout:
    """Heights in points from the top: ``left`` of what is read directly, ``right`` of what it reports."""

    left: Mapping[str, float]
    right: Mapping[str, float]
    height: float

    def at(self, source: str) -> tuple[float, float]:
        """Where a node stands."""
        return (TEXT_X, self.left[source]) if source in self.left else (SOURCE_X, self.right[source])


def dependence(view: View, found: Dependence) -> Drawing:
    """The sources of the panel, who reports and who cites whom, and which share a cluster."""
    layout = lay_out(found)
    hues = {text: HUES[i % len(HUES)] for i, text in enumerate(layout.left)}
    with style.canvas(1, 1, height=layout.height / 72, width=EDGE_X / 72) as (figure, axis):
        figure.get_layout_engine().set(w_pad=0, h_pad=0)
        axis.set_axis_off()
        axis.set_xlim(0, EDGE_X)
        axis.set_ylim(layout.height, 0)
        for link in found.of_kind("reports"):
            _reports(axis, layout, link, hues.get(link.first, style.INK))
        for link in found.beyond:
            _cites(axis, layout, link)
        for voice in found.voices:
            _node(axis, layout, voice, hues)
            _name(axis, layout, voice, view.source_names[voice.source], found)
        _brackets(axis, layout, found)
        _key(axis, layout, found)
        svg = style.to_svg(figure, "dependence")
    return Drawing("dependence", svg, _said(view, found))


def lay_out(found: Dependence) -> Layout:
    """Rows for the reported, in groups of one cluster; each text at the middle of what it reports."""
    alone = [v.source for v in found.voices if not v.reporters or not v.heard]
    direct = [t for t in found.texts if t in alone]
    order = {source: i for i, source in enumerate(direct)}
    reported = [v for v in found.voices if v.source not in order]
    told = {v.source: [order[r] for r in v.reporters if r in order] for v in reported}

    def middle(who: Sequence[str]) -> float:
        places = [p for source in who for p in told[source]]
        return sum(places) / len(places) if places else float(len(direct))

    kin: dict[str, list[str]] = {}
    for voice in reported:
        kin.setdefault(voice.cluster, []).append(voice.source)
    groups = sorted(kin.values(), key=middle)
    right: dict[str, float] = {}
    y, before = HEAD, None
    for group in groups:
        among = middle(group)
        # Groups of one text stand close; another text, and every bracket, gets some air.
        y += 0.0 if before is None else GAP * (2.2 if among != before[0] else len(group) > 1 or before[1])
        for source in sorted(group, key=lambda s: (middle([s]), list(told).index(s))):
            right[source] = y
            y += ROW
        before = among, len(group) > 1
    wanted = {}
    for source in direct:
        rows = [right[s] for s, texts in told.items() if order[source] in texts]
        wanted[source] = sum(rows) / len(rows) if rows else y
    # A name at the left has up to three lines, and its node is at the middle of them.
    top = HEAD + ROW / 2
    left = _spread(wanted, top, max(y - ROW, top + APART * (len(direct) - 1)))
    foot = max([*(v + 1.5 * ROW for v in left.values()), *(v + 0.8 * ROW for v in right.values())])
    return Layout(left, right, foot)


def _spread(wanted: Mapping[str, float], top: float, bottom: float) -> dict[str, float]:
    """The wanted heights, moved as little as keeps them APART and between top and bottom; in that order."""
    names = sorted(wanted, key=lambda name: wanted[name])
    placed: list[float] = []
    for name in names:
        placed.append(max(wanted[name], placed[-1] + APART if placed else top))
    limit = bottom
    for i in reversed(range(len(placed))):
        placed[i] = min(placed[i], limit)
        limit = placed[i] - APART
    return dict(zip(names, placed, strict=True))


def _reports(axis: Any, layout: Layout, link: Link, hue: str) -> None:
    (x0, y0), (x1, y1) = layout.at(link.first), layout.at(link.second)
    if x0 == x1:
        x = x0 + 34 if x0 == TEXT_X else x0 - 26
        _curve(axis, [(x0, y0), (x, y0), (x, y1), (x1, y1)], edgecolor=hue, linewidth=0.9, alpha=0.7)
    else:
        bend = 0.5 * (x1 - x0)
        _curve(
            axis,
            [(x0, y0), (x0 + bend, y0), (x1 - bend, y1), (x1, y1)],
            edgecolor=hue,
            linewidth=0.9,
            alpha=0.7,
        )


def _cites(axis: Any, layout: Layout, link: Link) -> None:
    """A dashed arc between the columns, with a head at the source that is cited."""
    (x0, y0), (x1, y1) = layout.at(link.first), layout.at(link.second)
    inward = 1 if x1 == TEXT_X else -1
    tip = x1 + inward * 8
    bend = min(16 + 0.22 * abs(y1 - y0), 58) if x0 == x1 else 0.35 * abs(x1 - x0)
    start = x0 + (1 if x0 == TEXT_X else -1) * bend
    corners = [(x0, y0), (start, y0), (x1 + inward * bend, y1), (tip, y1)]
    _curve(axis, corners, edgecolor=style.INK, linewidth=0.9, linestyle=(0, (3, 2)), zorder=2.5)
    axis.plot(tip, y1, marker="<" if inward > 0 else ">", markersize=3.4, color=style.INK, zorder=2.6)


def _curve(axis: Any, corners: Sequence[tuple[float, float]], **look: Any) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    codes = [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4]
    axis.add_patch(PathPatch(Path(list(corners), codes), facecolor="none", **look))


def _node(axis: Any, layout: Layout, voice: Voice, hues: Mapping[str, str]) -> None:
    """Area by weight; hollow where the source is not itself heard."""
    hue = next((hues[s] for s in (voice.source, *voice.reporters) if s in hues), style.INK)
    x, y = layout.at(voice.source)
    axis.scatter(
        [x],
        [y],
        s=AREA * voice.weight if voice.heard else 0.3 * AREA,
        facecolor=hue if voice.heard else style.PAPER,
        edgecolor=hue if not voice.heard else style.PAPER,
        linewidth=0.9 if not voice.heard else 0.4,
        zorder=3,
    )


def _name(axis: Any, layout: Layout, voice: Voice, name: str, found: Dependence) -> None:
    x, y = layout.at(voice.source)
    if x != TEXT_X:
        axis.text(x + 9, y, _fitted(name, LABEL), fontsize=FONT, va="center")
        return
    lines = [(line, style.INK) for line in textwrap.wrap(_fitted(name, 2 * SIDE - 2), SIDE)[:2]]
    if not voice.heard:
        lines.append(("not heard itself", style.MUTED))
    elif len(found.clusters[voice.cluster]) > 1:
        lines.append((f"cluster {plain(voice.cluster)}", style.MUTED))
    for i, (line, colour) in enumerate(lines):
        shown = {"fontsize": FONT, "color": colour, "ha": "right", "va": "center"}
        axis.text(x - 10, y + 9.2 * (i - (len(lines) - 1) / 2), line, **shown)


def _fitted(name: str, room: int) -> str:
    """A name in so many characters: authors are cut before the year is."""
    name = name.removesuffix(" and others")
    if len(name) <= room:
        return name
    authors, bracket, year = name.rpartition(" (")
    return textwrap.shorten(authors, room - len(bracket + year), placeholder="…") + bracket + year


def _brackets(axis: Any, layout: Layout, found: Dependence) -> None:
    """A bracket beside the rows of every cluster of two or more, with its name."""
    rows = sorted(
        (layout.right[source], cluster)
        for cluster, who in found.clusters.items()
        for source in who
        if len(who) > 1 and source in layout.right
    )
    for cluster, run in groupby(rows, key=lambda row: row[1]):
        heights = [y for y, _ in run]
        top, bottom = heights[0] - 0.36 * ROW, heights[-1] + 0.36 * ROW
        axis.plot(
            [BRACKET_X - 3.5, BRACKET_X, BRACKET_X, BRACKET_X - 3.5],
            [top, top, bottom, bottom],
            color=style.INK,
            linewidth=0.8,
        )
        lines = textwrap.wrap(plain(cluster), 17)[: 2 if len(heights) > 1 else 1]
        for i, line in enumerate(lines):
            middle = (top + bottom) / 2 + 8.6 * (i - (len(lines) - 1) / 2)
            axis.text(BRACKET_X + 5, middle, line, fontsize=FONT, va="center")


def _key(axis: Any, layout: Layout, found: Dependence) -> None:
    """Column heads and what the lines mean."""
    head = {"fontsize": 8.2, "fontweight": "bold", "va": "center"}
    quiet = {"fontsize": 6.8, "color": style.MUTED, "va": "center"}
    axis.text(TEXT_X, 7, "Read directly", ha="right", **head)
    axis.text(TEXT_X, 18, "area: weight in the panel", ha="right", **quiet)
    lines: list[tuple[str, str, Any]] = []
    if layout.right:
        axis.text(SOURCE_X, 7, "Reported by them", **head)
        lines.append(("reports", style.BLUE, "-"))
    if any(len(found.clusters[v.cluster]) > 1 for v in found.heard if v.source in layout.right):
        axis.text(BRACKET_X - 3.5, 7, "Clusters", **head)
        axis.text(BRACKET_X - 3.5, 18, "of two or more", **quiet)
    if found.beyond:
        lines.append(("cites only" if layout.right else "cites", style.INK, (0, (3, 2))))
    for i, (name, hue, dashes) in enumerate(lines):
        y = 7 + 11 * i
        axis.plot([TEXT_X + 22, TEXT_X + 42], [y, y], color=hue, linewidth=0.9, linestyle=dashes)
        axis.text(TEXT_X + 46, y, name, **quiet)


def _said(view: View, found: Dependence) -> str:
    names = view.source_names
    told = Counter(link.first for link in found.of_kind("reports"))
    larger = sorted(
        ((len(w), c) for c, w in found.clusters.items() if len(w) > 1), key=lambda p: (-p[0], p[1])
    )
    each = "; ".join(f"{names[text]} reports {told[text]}" for text in found.texts if told[text])
    shared = "; ".join(f"{plain(c)} {n}" for n, c in larger)
    return (
        f"Graph of dependence: {count(len(found.heard), 'source')} reach us through "
        f"{count(len(found.texts), 'text')}"
        + (f"; {each}" if each else "")
        + (f". Clusters of two or more: {shared}" if shared else ". No cluster has two members")
        + f". {count(len(found.of_kind('cites')), 'citation')} among them"
        + (f", of which {len(found.beyond)} beyond what is reported." if found.beyond else ".")
    )
