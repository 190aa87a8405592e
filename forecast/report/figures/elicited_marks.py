"""What was stated, marked on the picture of how it was read; what lies outside, said at the edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from forecast.elicitation.distribution import Distribution
from forecast.elicitation.statements import Say, in_percent
from forecast.pooling.shown_back import ShownBack
from forecast.report.figures import style

#: Of a panel: the width of a letter and the height of a line, as shares of its own.
_LETTER, _LINE = 0.0165, 0.082
#: From a dot to its words, and half a dot.
_GAP, _DOT = 0.025, 0.014
#: Less mass than this outside the picture is not worth a word.
_LEAST = 0.0055


@dataclass(frozen=True)
class _Box:
    """What a text or a dot covers, in shares of the panel."""

    left: float
    right: float
    low: float
    high: float

    @property
    def inside(self) -> bool:
        return self.left >= 0 and self.right <= 1 and self.low >= 0 and self.high <= 1

    def meets(self, other: _Box) -> bool:
        beside = self.right <= other.left or other.right <= self.left
        return not beside and self.low < other.high and other.low < self.high


def mark(density: Any, cumulative: Any, shown: ShownBack, say: Say) -> None:
    """Dots on the cumulative curve with their words where there is room, triangles under the density.

    The points nearest the middle and the outermost have their words first. Both axes have their limits.
    """
    low, high = cumulative.get_xlim()
    bottom, top = cumulative.get_ylim()
    taken = _edges(cumulative, shown, say)
    seen = []
    for value, p in shown.judgment.inner:
        if low <= value <= high:
            seen.append((value, p, (value - low) / (high - low), (p - bottom) / (top - bottom)))
            cumulative.plot([value], [p], "o", color=style.VERMILION, markersize=5, zorder=4, clip_on=False)
            density.plot(
                [value], [0.018], "^", color=style.VERMILION, markersize=4.5, zorder=4, clip_on=False,
                transform=density.get_xaxis_transform(),
            )  # fmt: skip
    taken += [_Box(x - _DOT, x + _DOT, y - 2 * _DOT, y + 2 * _DOT) for _, _, x, y in seen]
    first = {0, len(seen) - 1}
    middle = min(range(len(seen)), key=lambda n: abs(seen[n][1] - 0.5), default=0)
    for n in sorted(range(len(seen)), key=lambda n: (n != middle, n not in first, n)):
        value, p, x, y = seen[n]
        words = f"stated {100 * p:.3g}%: {say(value)}"
        wide = len(words) * _LETTER
        # A cumulative curve rises: below a point to the right and above it to the left is free of it.
        for left, right, under in ((x + _GAP, x + _GAP + wide, True), (x - _GAP - wide, x - _GAP, False)):
            box = _Box(left, right, y - _LINE if under else y, y if under else y + _LINE)
            if box.inside and not any(box.meets(other) for other in taken):
                taken.append(box)
                cumulative.text(
                    left if under else right, box.high if under else box.low, words,
                    transform=cumulative.transAxes, ha="left" if under else "right",
                    va="top" if under else "bottom", fontsize=8, color=style.VERMILION,
                )  # fmt: skip
                break


def _edges(axis: Any, shown: ShownBack, say: Say) -> list[_Box]:
    """Stated values and mass outside the picture, said where the curve is not: top left, bottom right."""
    low, high = axis.get_xlim()
    taken = []
    for side, mass in zip(("left", "right"), _outside(shown.distribution, low, high), strict=True):
        left = side == "left"
        lines = [
            (f"stated {100 * p:.3g}%: {say(value)}, further {side}", style.VERMILION)
            for value, p in shown.judgment.inner
            if (value < low if left else value > high)
        ]
        if mass > _LEAST:
            lines.append((f"{in_percent(mass)} lies further {side}", style.INK))
        for n, (words, colour) in enumerate(lines):
            at = 0.98 - n * _LINE if left else 0.02 + n * _LINE
            wide = len(words) * _LETTER
            taken.append(
                _Box(0.0, 0.01 + wide, at - _LINE, at) if left else _Box(0.99 - wide, 1.0, at, at + _LINE)
            )
            axis.text(
                0.01 if left else 0.99, at, words, transform=axis.transAxes, fontsize=8, color=colour,
                ha=side, va="top" if left else "bottom",
            )  # fmt: skip
    return taken


def beyond(said: Distribution, low: float, high: float) -> str:
    """How much of a distribution lies left and right of a picture; empty where next to nothing does.

    >>> from forecast.elicitation.parametric import Parametric
    >>> beyond(Parametric("normal", {"mean": 0.0, "sd": 1.0}), -2.0, 1.2816)
    '2.3% lies further left, 10% further right'
    """
    sides = zip(("left", "right"), _outside(said, low, high), strict=True)
    told = [f"{in_percent(mass)} further {side}" for side, mass in sides if mass > _LEAST]
    return ", ".join(told).replace(" further", " lies further", 1)


def _outside(said: Distribution, low: float, high: float) -> tuple[float, float]:
    below, reached = said.cdf(np.array([low, high])).tolist()
    return below, 1.0 - reached
