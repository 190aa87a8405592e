"""The values a knob is swept over: evenly spaced, evenly in the log, or written out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from forecast.errors import UsageError
from forecast.inputs.knob_paths import Knob, knob
from forecast.inputs.knob_place import Setting, shown
from forecast.inputs.plain_words import choices, did_you_mean
from forecast.inputs.workspace import Workspace

#: Settings of the model that no file gives a range for: the ends of what they may mean. Overlap goes from
#: views that share nothing to views that are one; an inference counts from a tenth of a text's word to as
#: much; a bias that all coders share has an sd from nothing to a factor of e in the odds.
MODEL_RANGES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "rho": (0.0, 1.0),
        "rho_reported": (0.0, 1.0),
        "infer_weight": (0.1, 1.0),
        "shared_bias_sd": (0.0, 1.0),
    }
)
#: Where a driver's level, in its standard deviations, and a code may lie.
LEVELS, CODES = (-2.0, 2.0), (-3.0, 3.0)
#: Values of a range that does not say how many.
USUAL = 11
MOST = 10_000
#: Significant digits of a value, so that steps of 0.1 print as such.
DIGITS = 12


@dataclass(frozen=True)
class Range:
    """A knob's path and the values to turn it to, in the order written."""

    path: str
    values: tuple[Setting, ...]


def parse_range(workspace: Workspace, text: str) -> Range:
    """Read a range of a knob.

    ``PATH=LO..HI:N`` is N values from LO to HI, evenly spaced, both included (11 where N is left out);
    ``PATH=log:LO..HI:N`` the same in the log; ``PATH=a,b,c`` these values; ``PATH`` alone from the p05 to the
    p95 of its own quantiles, or every choice. Of a probability ``5%`` may stand for 0.05. Whether the
    workspace accepts a value is found when it is turned.

    Parameters
    ----------
    text
        As written by a user.

    Raises
    ------
    UsageError
        For an unknown path, and values that are none, not numbers, in reverse, twice the same, too many, or
        not among the choices.
    """
    path, equals, written = (part.strip() for part in text.partition("="))
    found = knob(workspace, path)
    if not equals:
        return Range(found.path, _own(found))
    if not written:
        raise UsageError(f"{found.path}= names no values; {_ways(found)}")
    if found.kind == "choice":
        values: tuple[Setting, ...] = tuple(_choice(found, one.strip()) for one in written.split(","))
    elif ".." in written:
        values = _spaced(found, written)
    else:
        values = tuple(_number(found, one.strip()) for one in written.split(","))
    if twice := [one for i, one in enumerate(values) if one in values[:i]]:
        raise UsageError(f"{found.path}={written} holds {shown(twice[0])} twice; write each value once")
    return Range(found.path, values)


def _own(found: Knob) -> tuple[Setting, ...]:
    """The values of a knob that is named without any."""
    if found.kind == "choice":
        return found.choices
    ends = (found.low, found.high) if found.low is not None and found.high is not None else None
    ends = ends or _usual(found)
    if ends is None:
        raise UsageError(f"{found.path} has no range of its own; {_ways(found)}")
    low, high = ends
    if not low < high:
        raise UsageError(f"{found.path} runs from {low:g} to {high:g}; {_ways(found)}")
    return _evenly(low, high, USUAL)


def _usual(found: Knob) -> tuple[float, float] | None:
    """The range of a knob that no quantiles give one to: where its values usually lie, or all they may be."""
    if found.kind in ("level", "code"):
        return LEVELS if found.kind == "level" else CODES
    head, *_, last = found.path.split(".")
    if head == "model":
        return MODEL_RANGES.get(last)
    if head == "sources" and last == "weight" and isinstance(found.current, float):
        return 0.0, 2 * max(found.current, 0.5)
    return None


def _ways(found: Knob) -> str:
    """How values of this knob are written, with values near its own."""
    if found.kind == "choice":
        return f"write {found.path}={','.join(found.choices[:3])}"
    low, high, number = _example(found)
    ends = f"{low:.4g}..{high:.4g}:{number}"
    return f"write {found.path}={ends}, or the values as {found.path}={low:.4g},{high:.4g}"


def _example(found: Knob) -> tuple[float, float, int]:
    if found.kind == "level":
        return -2.0, 2.0, 9
    if found.kind == "code":
        return -3.0, 3.0, 7
    at = found.current if isinstance(found.current, float) and found.current else 1.0
    return min(at / 2, at * 1.5), max(at / 2, at * 1.5), USUAL


def _spaced(found: Knob, written: str) -> tuple[float, ...]:
    whole = f"{found.path}={written}"
    log = written.startswith("log:")
    span, colon, many = written.removeprefix("log:").partition(":")
    low_text, _, high_text = (part.strip() for part in span.partition(".."))
    if not low_text or not high_text:
        raise UsageError(f"{whole} lacks an end; write both, as in {_ways(found).removeprefix('write ')}")
    low, high = _number(found, low_text), _number(found, high_text)
    number = _how_many(whole, many.strip()) if colon else USUAL
    prefix, suffix = "log:" * log, f":{many.strip()}" * bool(colon)
    if low > high:
        mended = f"write {prefix}{high_text}..{low_text}{suffix}"
        raise UsageError(f"{found.path}: found {low_text}..{high_text}; {mended}")
    if low == high:
        raise UsageError(f"{whole} is empty: both ends are {low:g}; for one value write {found.path}={low:g}")
    if log and low <= 0:
        raise UsageError(
            f"{whole}: even steps in the log want ends above 0, and {low_text} is not; write a smaller "
            f"number above 0, or leave out log:"
        )
    values = _in_log(low, high, number) if log else _evenly(low, high, number)
    if len(set(values)) < len(values):
        raise UsageError(
            f"{whole}: {low_text} and {high_text} are too near for {number} values; ask for fewer"
        )
    return values


def _how_many(whole: str, many: str) -> int:
    digits = many.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        raise UsageError(f"{whole}: '{many}' is not a number of values; write a whole number after the colon")
    number = int(many) if len(many) <= 12 else MOST + 1
    if number < 2:
        raise UsageError(f"{whole}: {many} values; a range has at least 2, its ends")
    if number > MOST:
        raise UsageError(f"{whole}: {many} values; at most {MOST:,} are taken")
    return number


def _evenly(low: float, high: float, number: int) -> tuple[float, ...]:
    # As fractions of what was written: -1 to 2 in thirds is to pass 0, not 1e-16 beside it.
    first, last = Fraction(str(low)), Fraction(str(high))
    steps = (float(first + (last - first) * i / (number - 1)) for i in range(1, number - 1))
    return _clean((low, *steps, high))


def _in_log(low: float, high: float, number: int) -> tuple[float, ...]:
    a, b = math.log(low), math.log(high)
    steps = (math.exp(a + (b - a) * i / (number - 1)) for i in range(1, number - 1))
    return _clean((low, *steps, high))


def _clean(values: Iterable[float]) -> tuple[float, ...]:
    """Values to twelve digits, and 0 without a sign."""
    return tuple(float(f"{value:.{DIGITS}g}") + 0.0 for value in values)


def _number(found: Knob, text: str) -> float:
    """A number, or a percentage where it stands for a probability."""
    bare = text.removesuffix("%").rstrip()
    if not text:
        raise UsageError(f"{found.path}: a value is empty; write numbers with a comma between them")
    try:
        value = float(bare)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in bare:
        raise UsageError(f"{found.path}: '{text}' is not a number; {_ways(found)}")
    if bare == text:
        return _clean([value])[0]
    if found.unit != "probability":
        raise UsageError(
            f"{found.path}: '{text}' is a percentage, and this is no probability ({found.unit}); "
            f"write {value / 100:g} or {value:g}"
        )
    return _clean([value / 100])[0]


def _choice(found: Knob, text: str) -> str:
    if text in found.choices:
        return text
    meant = did_you_mean(text, found.choices)
    hint = f"Did you mean '{meant}'?" if meant else f"Choose among {choices(found.choices, 20)}."
    raise UsageError(f"{found.path}: '{text}' is not one of its choices. {hint}")
