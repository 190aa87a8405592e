"""Figures as PNG, for word processors; and how large a figure is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from forecast.report.documents.fonts import shown
from forecast.report.documents.typesetting import compiled
from forecast.visible import visible

_VIEW = re.compile(r'<svg\b[^>]*?\bviewBox="\s*[-\d.eE]+[\s,]+[-\d.eE]+[\s,]+([\d.eE]+)[\s,]+([\d.eE]+)')
#: Points, where a drawing does not say.
_SIZE = (518.4, 288.0)
_SOURCE = '#set page(width: {width}pt, height: {height}pt, margin: 0pt)\n#image("drawing.svg", width: 100%)\n'


def size(svg: str) -> tuple[float, float]:
    """Width and height of a drawing in points, from its ``viewBox``.

    >>> size('<svg width="518.4pt" viewBox="0 0 518.4 208.8">')
    (518.4, 208.8)
    """
    found = _VIEW.search(svg)
    return (float(found[1]), float(found[2])) if found else _SIZE


def printable(svg: str, fonts: Sequence[Path] = ()) -> bytes:
    """A drawing as it can be set: no steering characters, none without a glyph."""
    return shown(visible(svg), fonts).encode("utf-8")


def png(svg: str, *, scale: float = 2.0, fonts: Sequence[Path] = ()) -> bytes:
    """A drawing as PNG of ``scale`` times 96 pixels an inch: the same bytes for the same drawing."""
    width, height = size(svg)
    source = _SOURCE.format(width=width, height=height)
    return compiled(source, {"drawing.svg": printable(svg, fonts)}, kind="png", ppi=96.0 * scale, fonts=fonts)
