"""`forecast elicit feedback` as lines of text."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from forecast.cli.columns import aligned

if TYPE_CHECKING:
    from forecast.elicitation.distribution import Distribution
    from forecast.elicitation.feedback import AtProbability, AtValue, Feedback
    from forecast.pooling.group_shown import GroupShown
    from forecast.pooling.shown_back import ShownBack

#: A value or a probability as a cell.
_Cell = Callable[[float], str]


def lines(shown: Sequence[ShownBack], groups: Sequence[GroupShown]) -> list[str]:
    """Each judgment: where it stands, fitted beside stated, what follows; then each group."""
    parts = [*(_judgment(one) for one in shown), *(_group(one) for one in groups)]
    return [line for n, part in enumerate(parts) for line in ([""] * (n > 0) + part)]


def _judgment(one: ShownBack) -> list[str]:
    cell = percent if one.share else number
    said = one.judgment
    points = ", ".join(
        f"p{100 * p:02.6g} {cell(v)}" for v, p in zip(said.values, said.probabilities, strict=True)
    )
    ends = "".join(
        f", {name} {cell(value)}"
        for name, value in (("lower", said.lower), ("upper", said.upper))
        if math.isfinite(value) and not one.share
    )
    where = f"{one.file}:{one.line}  " if one.file else ""
    unit = f" ({one.unit})" if one.unit and not one.share else ""
    head = [f"{where}{one.name}: {points}{ends}{unit}", *([one.label] if one.label else [])]
    return [*head, "", *_table(one, cell), "", *_follows(one)]


def _table(one: ShownBack, cell: _Cell) -> list[str]:
    """Points down, stated and readings across; differences from what was stated in brackets."""
    readings = [told for _, told in one.readings]
    rows = [["", "stated", *(f"{told.title} ({why})" for why, told in one.readings)]]
    for n, point in enumerate(readings[0].quantiles):
        cells = [_beside(told.quantiles[n], cell) for told in readings]
        rows.append([f"p{100 * point.probability:02.6g}", _stated(point.stated, cell), *cells])
    for n, at in enumerate(readings[0].probabilities):
        cells = [_beside(told.probabilities[n], percent) for told in readings]
        rows.append([f"P(X <= {cell(at.value)})", _stated(at.stated, percent), *cells])
    shown = {round(point.probability, 12) for point in readings[0].quantiles}
    further: list[tuple[str, Callable[[Feedback], str]]] = [
        ("mean", lambda told: cell(told.mean)),
        ("sd", lambda told: cell(told.sd)),
    ]
    if 0.99 not in shown:
        further.insert(0, ("p99", lambda told: cell(told.tails.p99)))
    if 0.01 not in shown:
        further.insert(0, ("p01", lambda told: cell(told.tails.p01)))
    tails = readings[0].tails
    further += [
        (f"below {cell(tails.lowest)}", lambda told: percent(told.tails.below)),
        (f"above {cell(tails.highest)}", lambda told: percent(told.tails.above)),
    ]
    if any(told.tails.outside > 1e-9 for told in readings):
        further.append(("past limits", lambda told: percent(told.tails.outside)))
    rows += [[name, "", *(shows(told) for told in readings)] for name, shows in further]
    return aligned(rows)


def _stated(value: float | None, cell: _Cell) -> str:
    return "-" if value is None else cell(value)


def _beside(point: AtProbability | AtValue, cell: _Cell) -> str:
    if point.difference is None:
        return cell(point.fitted)
    # Nothing but rounding apart: no difference to read.
    near = abs(point.difference) < 1e-9 * max(1.0, abs(point.fitted))
    apart = "" if near else f" ({'+' if point.difference > 0 else ''}{cell(point.difference)})"
    return f"{cell(point.fitted)}{apart}"


def _follows(one: ShownBack) -> list[str]:
    """What the reading that counts says; what another says otherwise; warnings of both."""
    _, first = one.readings[0]
    found = [*first.statements, *one.statements]
    for why, told in one.readings[1:]:
        otherwise = [said for said in told.statements if said not in first.statements]
        if otherwise:
            found.append(f"{why}, {told.title}, says instead: {'; '.join(otherwise)}")
    for _, told in one.readings:
        found += [f"note: {told.title}: {warning}" for warning in told.warnings]
    return found


def _group(one: GroupShown) -> list[str]:
    cell = percent if one.share else number
    asked = [*(f"p{100 * p:02.6g}" for p in one.levels), *(f"P(X <= {cell(v)})" for v in one.values)]
    rows = [["", "weight", *asked, ""]]
    members = sorted(
        zip(one.members, one.shares, strict=True), key=lambda pair: one.quantiles(pair[0].distribution)
    )
    for member, share in members:
        where = f"{member.file}:{member.line}" if member.file else ""
        rows.append([member.name, percent(share), *_across(one, member.distribution, cell), where])
    rows.append(["linear pool", "", *_across(one, one.pool, cell), ""])
    by = f", by {one.horizon.isoformat()}" if one.horizon else ""
    unit = f" ({one.unit})" if one.unit and not one.share else ""
    label = f"{one.label}{by}" if one.label else ""
    head = [f"{one.name}: {len(one.members)} experts{unit}", *([label] if label else [])]
    reasons: dict[str, list[str]] = {}
    for name, why in one.left_out.items():
        reasons.setdefault(why, []).append(name)
    left = [f"left out: {', '.join(names)}: {why}" for why, names in reasons.items()]
    return [*head, "", *aligned(rows), "", *one.statements, *left]


def _across(one: GroupShown, said: Distribution, cell: _Cell) -> list[str]:
    return [*map(cell, one.quantiles(said)), *map(percent, one.probabilities(said))]


def number(value: float) -> str:
    """A quantity to six digits; a dash where there is none.

    >>> number(15.167624), number(float("inf"))
    ('15.1676', '-')
    """
    return f"{value:.6g}" if math.isfinite(value) else "-"


def percent(value: float) -> str:
    """A probability to four digits; 100% is certainty and nothing less.

    >>> percent(0.283199), percent(0.05), percent(0.999999)
    ('28.32%', '5%', '>99.99%')
    """
    text = f"{100 * value:.4g}%" if math.isfinite(value) else "-"
    return ">99.99%" if text == "100%" and value < 1.0 else text
