"""The group's picture on a terminal: each answer as a range with its median, one line each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from forecast.protocol.picture import QUANTILES, Portrait
from forecast.protocol.template import describe
from forecast.rounding import percent

#: Columns of a range.
_ROOM: Final = 40
_GROUP: Final = "average"


def as_text(portraits: Sequence[Portrait]) -> str:
    """Every portrait, with a blank line between two."""
    return "\n\n".join("\n".join(_portrait(portrait)) for portrait in portraits)


def dot_range(
    low: float, middle: float, high: float, *, scale: tuple[float, float], room: int = _ROOM
) -> str:
    """A range as characters: dashes from ``low`` to ``high`` with an o at the ``middle``.

    >>> dot_range(0.25, 0.5, 1.0, scale=(0.0, 1.0), room=9)
    '  |-o---|'
    """
    width = scale[1] - scale[0]
    at = [0 if width <= 0 else round((x - scale[0]) / width * (room - 1)) for x in (low, middle, high)]
    cells = [" "] * room
    for column in range(at[0], at[2] + 1):
        cells[column] = "-"
    cells[at[0]] = cells[at[2]] = "|"
    cells[at[1]] = "o"
    return "".join(cells)


def _portrait(portrait: Portrait) -> Iterator[str]:
    window = f" ({portrait.years:g} years)" if portrait.years is not None else ""
    yield f"{portrait.key}  {portrait.title}{window}"
    yield f"  {describe(portrait)}"
    if portrait.measure == "code":
        yield from _codes(portrait)
    elif portrait.answers:
        yield from _ranges(portrait)
    yield from (f"  - {' '.join(reason.split())}" for reason in portrait.reasons)


def _ranges(portrait: Portrait) -> Iterator[str]:
    rows = [(shown.letter, [shown.values[q] for q in QUANTILES]) for shown in portrait.answers]
    rows.append((_GROUP, [portrait.by_blank[q].mean for q in QUANTILES]))
    scale = (min(row[0] for _, row in rows), max(row[2] for _, row in rows))
    number = percent if portrait.measure == "probability" else _three
    for name, (low, middle, high) in rows:
        drawn = dot_range(low, middle, high, scale=scale)
        yield f"  {name:<7}  [{drawn}]  {number(middle)} [{number(low)}, {number(high)}]"


def _codes(portrait: Portrait) -> Iterator[str]:
    """How many chose each code, for each way out."""
    for blank in portrait.by_blank:
        given = [shown.values[blank] for shown in portrait.answers if blank in shown.values]
        counted = [f"{code:+g} x{given.count(code)}" for code in sorted(set(given))]
        yield f"  {blank:<9}  {', '.join(counted)}"


def _three(value: float) -> str:
    return f"{value:.3g}"
