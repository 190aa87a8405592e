"""Checks of shocks: how often each strikes, that it does something, and that what it does can be meant."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from itertools import pairwise

from forecast.errors import Problem
from forecast.inputs.draft import Document, Draft
from forecast.inputs.records import Question, Shock, Shocks, ShockWindow, YearlyRate

#: Rates a year beyond which a number is taken for a slip: more than monthly, less than in a million years.
MOST_A_YEAR, LEAST_A_YEAR = 12.0, 1e-6
#: Sizes beyond any event: a hazard multiplied by e^5 = 148, a driver moved by ten standard deviations.
MOST_DIRECT, MOST_JUMP = 5.0, 10.0


def check_shocks(draft: Draft) -> Iterator[Problem]:
    """Every shock of priors/shocks.yaml, on its own."""
    if (pair := draft.one(Shocks)) is None:
        return
    doc, shocks = pair
    question = draft.one(Question)
    as_of = question[1].as_of if question else None
    for name, shock in shocks.shocks.items():
        at = f"shocks.{name}"
        yield from _check_timing(doc, at, shock)
        if shock.rate is not None:
            yield from _check_rate(doc, f"{at}.rate", shock.rate)
        yield from _check_windows(doc, f"{at}.windows", shock.windows, as_of)
        yield from _check_effects(doc, at, shock)
        yield from _check_raises(doc, at, name, shock)


def _check_timing(doc: Document, at: str, shock: Shock) -> Iterator[Problem]:
    """A rate for what may strike on any day, or a probability for each of some windows."""
    if shock.rate is not None and shock.probability is not None:
        message = "a shock has a rate (on any day) or a probability (in each of its windows), not both"
        yield doc.problem(f"{at}.probability", message)
    elif shock.rate is None and shock.probability is None and not shock.windows:
        message = "says not how often it strikes: give a rate per year, or windows with a probability in each"
        yield doc.problem(at, message)
    if shock.probability is not None and not shock.windows:
        message = (
            "is of occurring in a window, and there is none: give windows: [{start: .., end: ..}], or a rate"
        )
        yield doc.problem(f"{at}.probability", message)
    if shock.windows and shock.probability is None:
        message = "want a probability of occurring in each of them"
        if shock.rate is not None:
            message += ", instead of the rate, which is for any day"
        yield doc.problem(f"{at}.windows", message)


def _check_rate(doc: Document, at: str, rate: YearlyRate) -> Iterator[Problem]:
    median, highest, lowest = rate.p50, rate.values[-1], rate.values[0]
    if highest > MOST_A_YEAR:
        message = (
            f"{highest:g} a year is more than once a month; a rate is occurrences per year: "
            f"if {_percent(median)}"
        )
        yield doc.problem(at, message)
    elif median >= 1:
        message = f"{_often(median)}; if {_percent(median)}"
        yield doc.problem(at, message, warning=True)
    if lowest < LEAST_A_YEAR:
        message = f"{lowest:g} a year is less than once in a million years; a rate is occurrences per year"
        yield doc.problem(at, message, warning=True)


def _percent(median: float) -> str:
    return f"{median:g}% a year is meant, write {median / 100:g}"


def _often(median: float) -> str:
    return f"{median:g} a year is {5 * median:g} in five years"


def _check_windows(
    doc: Document, at: str, windows: list[ShockWindow], as_of: dt.date | None
) -> Iterator[Problem]:
    sound = True
    for index, window in enumerate(windows):
        if window.end <= window.start:
            sound = False
            yield doc.problem(f"{at}[{index}].end", f"{window.end} is not after start = {window.start}")
    for index, (earlier, later) in enumerate(pairwise(windows)):
        if sound and later.start <= earlier.end:
            relation = "is before" if later.start < earlier.start else "overlaps"
            message = (
                f"{later.start} {relation} the window above it, {earlier.start} to {earlier.end}; "
                "windows stand apart and in order"
            )
            yield doc.problem(f"{at}[{index + 1}].start", message)
    if windows and as_of is not None and max(window.end for window in windows) <= as_of:
        message = f"every window has ended by as_of = {as_of}; it can strike only where a scenario forces it"
        yield doc.problem(at, message, warning=True)


def _check_effects(doc: Document, at: str, shock: Shock) -> Iterator[Problem]:
    if shock.outcome is not None and shock.direct:
        message = (
            f"the shock is itself how '{shock.outcome}' is reached (outcome: {shock.outcome}) and adds to no "
            "hazard; remove direct, or outcome"
        )
        yield doc.problem(f"{at}.direct", message)
    if not (shock.jumps or shock.direct or shock.raises or shock.outcome):
        message = "does nothing: give jumps, direct effects, shocks that it raises, or the outcome that it is"
        yield doc.problem(at, message)
    for driver, jump in shock.jumps.items():
        if abs(jump.quantiles.p50) > MOST_JUMP:
            message = (
                f"a jump of {jump.quantiles.p50:g} driver units, which are standard deviations of a year, "
                f"is beyond any event (at most {MOST_JUMP:g})"
            )
            yield doc.problem(f"{at}.jumps.{driver}", message)
    for channel, effect in shock.direct.items():
        size = effect.quantiles.p50
        if abs(size) > MOST_DIRECT:
            message = (
                f"{size:g} on a log-hazard {_factor(size)}; at most {MOST_DIRECT:g} either way is taken. "
                "For twice the hazard write 0.7"
            )
            yield doc.problem(f"{at}.direct.{channel}", message)


def _factor(log_ratio: float) -> str:
    ratio = math.exp(min(abs(log_ratio), 100.0))
    size = f"{ratio:.0f}" if ratio < 1e6 else f"{ratio:.0e}"
    return f"{'multiplies' if log_ratio > 0 else 'divides'} the hazard by {size}"


def _check_raises(doc: Document, at: str, name: str, shock: Shock) -> Iterator[Problem]:
    first: dict[str, int] = {}
    for index, one in enumerate(shock.raises):
        where = f"{at}.raises[{index}]"
        if one.shock in first:
            lines = [doc.line(f"{at}.raises[{i}]") for i in (first[one.shock], index)]
            message = f"'{one.shock}' is raised twice, on lines {lines[0]} and {lines[1]}; keep one"
            yield doc.problem(f"{where}.shock", message)
        first.setdefault(one.shock, index)
        if one.times == 1:
            yield doc.problem(f"{where}.times", "is 1: this does nothing", warning=True)
        elif one.shock == name and one.times > 1:
            yield doc.problem(f"{where}.shock", _of_itself(shock, one.times, one.for_years), warning=True)


def _of_itself(shock: Shock, times: float, years: float) -> str:
    """What a shock that raises its own rate comes to: rate (times - 1) years more of it, of each."""
    if shock.occurs == "once":
        return "raises itself, but occurs once: this does nothing"
    if shock.rate is None:
        return "raises itself: each occurrence makes the next more likely"
    more = shock.rate.p50 * (times - 1) * years
    message = f"raises itself: each occurrence brings {more:.2g} more of it within {years:g} years"
    return message + (", and so without end" if more >= 1 else "")
