"""Quantiles that are turned: all of them by their median, or one of them among its neighbours."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from forecast.errors import UsageError
from forecast.inputs.fields import PositiveQuantiles, Quantiles, StatedProbability
from forecast.inputs.knob_place import Turn, refusal
from forecast.inputs.plain_words import explain

#: Digits that a value which was carried along is rounded to, where it is that close to so short a number.
_DIGITS, _DUST = 12, 2e-14


def moved(old: Quantiles, group: Sequence[Turn]) -> Quantiles:
    """Quantiles moved whole, if they are, and then those that are turned alone put in their places.

    The quantiles q follow their median m to its new value v: ``q v / m`` where they are of a positive
    quantity, ``logit q + logit v - logit m`` on that scale where they are of a probability, else
    ``q + v - m``.

    Raises
    ------
    UsageError
        If a value is not of the kind, the median is set twice, or quantiles come out of order.
    """
    whole = [turn for turn in group if turn.place.quantile is None]
    alone = {turn.place.quantile: turn for turn in group if turn.place.quantile is not None}
    if whole and "p50" in alone:
        raise UsageError(f"{whole[0]} and {alone['p50']} both set the median; leave one out")
    stated = _carried(old, whole[0]) if whole else old.stated()
    stated |= {name: float(turn.value) for name, turn in alone.items()}
    _in_order(stated, alone)
    try:
        return type(old).model_validate(stated)
    except ValidationError as error:
        turn = group[0]
        raise UsageError(refusal(turn.place.path, turn.value, explain(error, type(old), stated))) from None


def _carried(old: Quantiles, turn: Turn) -> dict[str, float]:
    """Every quantile where it goes when the median is turned; see `moved`."""
    stated, median, value = old.stated(), old.p50, float(turn.value)
    if value == median:
        return stated
    if isinstance(old, PositiveQuantiles):
        if value <= 0:
            raise UsageError(f"{turn} is not positive{old.hint}")
        carried = {name: snap(q * (value / median)) for name, q in stated.items()}
    elif isinstance(old, StatedProbability):
        if not 0 < value < 1:
            raise UsageError(f"{turn} is not a probability strictly between 0 and 1")
        step = _logit(value) - _logit(median)
        carried = {name: snap(_expit(_logit(q) + step)) for name, q in stated.items()}
    else:
        scale = max(abs(q) for q in (*old.values, value))
        carried = {name: snap(q + (value - median), scale) for name, q in stated.items()}
    return carried | {"p50": value}


def _logit(p: float) -> float:
    return math.log(p) - math.log1p(-p)


def _expit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > 0 else math.exp(x) / (1 + math.exp(x))


def snap(x: float, scale: float | None = None) -> float:
    """``x``, or the number of few digits that it is but for rounding, so that turning back is exact."""
    scale = abs(x) if scale is None else scale
    if scale == 0 or not math.isfinite(scale):
        return x
    near = round(x, _DIGITS - 1 - math.floor(math.log10(scale)))
    return near if abs(near - x) <= _DUST * scale else x


def _in_order(stated: Mapping[str, float], alone: Mapping[str, Turn]) -> None:
    """Quantiles turned alone must stand between their neighbours."""
    names = sorted(stated)
    for name in [name for name in names if name in alone]:
        i, value = names.index(name), stated[name]
        for other in (*names[max(i - 1, 0) : i], *names[i + 1 : i + 2]):
            if value >= stated[other] if other > name else value <= stated[other]:
                raise UsageError(_out_of_order(alone[name], other, stated))


def _out_of_order(turn: Turn, other: str, stated: Mapping[str, float]) -> str:
    bound = stated[other]
    relation = "equal to" if turn.value == bound else "above" if float(turn.value) > bound else "below"
    found = ", ".join(f"{name} {value:.6g}" for name, value in sorted(stated.items()))
    whole = turn.place.path.removesuffix(f".{turn.place.quantile}")
    many = "all three" if len(stated) == 3 else f"all {len(stated)}"
    return (
        f"{turn} is {relation} its {other} = {bound:.6g}; quantiles must increase (found {found}). "
        f"Keep it {'below' if other > str(turn.place.quantile) else 'above'} {bound:.6g}, or sweep {whole} "
        f"to move {many}"
    )
