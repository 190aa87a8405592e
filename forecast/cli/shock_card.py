"""Shocks as rows of a table, as a card for a reader, and as data."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from forecast.cards.words import GRADES
from forecast.cli.columns import aligned
from forecast.inputs.fields import Quantiles
from forecast.inputs.occurrence import Occurrence, occurrence, windows_between
from forecast.inputs.records import DirectEffect, Jump, Shock
from forecast.inputs.workspace import Workspace
from forecast.rounding import percent

FILE = "priors/shocks.yaml"
HEAD = ("shock", "rate [90%]", "chance by {horizon}", "occurs", "outcome", "moves")
#: Where the texts of a card begin.
INDENT = 12


def table(files: Workspace, *, width: int | None) -> str:
    """One line a shock, and what the numbers are."""
    asked = files.question
    head = tuple(cell.format(horizon=asked.horizon) for cell in HEAD)
    lines = aligned([head, *(_row(files, name) for name in files.shocks)], width=width)
    count = len(files.shocks)
    note = (
        f"{count} shock{'s' * (count != 1)}, from {asked.as_of} on, each at its own rate; x: times to expect."
        " outcome: what it is the criterion of. moves: median jumps, in driver units."
    )
    return "\n".join([*lines, "", *_wrapped(note, width)])


def _row(files: Workspace, name: str) -> tuple[str, ...]:
    shock, found = files.shocks[name], _found(files, name)
    jumps = ", ".join(f"{driver} {_short(jump)}" for driver, jump in shock.jumps.items())
    repeated = f"repeatedly, {found.expected['p50']:.2g} x"
    return (
        name,
        _rate(shock),
        _span(found.chance, percent_sign=True),
        "once" if shock.occurs == "once" else repeated,
        shock.outcome or "-",
        jumps or "-",
    )


def render(files: Workspace, name: str, *, width: int | None) -> str:
    """Everything the file says of one shock, in words, and what follows for the chance of it."""
    shock = files.shocks[name]
    lines = [f"{shock.name} ({name})", *_wrapped(f"{FILE}:{_line(files, name)}", width), ""]
    lines += [*_wrapped(_flat(shock.definition), width), ""]
    for label, text in _parts(files, name):
        lines += _wrapped(f"{label:{INDENT}}{text}", width, hanging=INDENT)
    return "\n".join(lines)


def _parts(files: Workspace, name: str) -> Iterator[tuple[str, str]]:
    shock, found, asked = files.shocks[name], _found(files, name), files.question
    again = "once at most" if shock.occurs == "once" else "any number of times"
    yield "strikes", f"{_rate(shock)}, {again}"
    for label, window in zip(["windows", *[""] * len(shock.windows)], shock.windows, strict=False):
        yield label, f"{window.start} to {window.end}"
    yield "chance", f"{_span(found.chance, percent_sign=True)} from {asked.as_of} to {asked.horizon}"
    if shock.windows:
        ahead = len(windows_between(shock, asked.as_of, asked.horizon))
        yield "", f"{ahead} of {len(shock.windows)} window{'s' * (len(shock.windows) != 1)} lie ahead"
    if shock.occurs == "repeatedly":
        yield "expected", f"{_span(found.expected)} times until then"
    if shock.outcome:
        yield "is", f"how {shock.outcome} is reached: a transition, so that it adds to no hazard"
    for label, (driver, jump) in zip(["moves", *[""] * len(shock.jumps)], shock.jumps.items(), strict=False):
        yield label, f"{driver} {_signed(jump.quantiles)}{_spread(jump)}{_reversed(jump)}{_why(jump)}"
    labels = ["hazards", *[""] * len(shock.direct)]
    for label, (channel, effect) in zip(labels, shock.direct.items(), strict=False):
        factor = f"times {math.exp(effect.quantiles.p50):.2g}"
        yield label, f"{channel} {_signed(effect.quantiles)} ({factor}){_reversed(effect)}{_why(effect)}"
    if shock.direct:
        yield "", f"half of that has faded after {_years(shock.half_life_years)}"
    for label, one in zip(["raises", *[""] * len(shock.raises)], shock.raises, strict=False):
        yield label, f"the rate of {one.shock}, {one.times:g} times for {_years(one.for_years)}{_why(one)}"
    raisers = [(other, one) for other, s in files.shocks.items() for one in s.raises if one.shock == name]
    for label, (other, one) in zip(["raised by", *[""] * len(raisers)], raisers, strict=False):
        yield label, f"{other}, {one.times:g} times for {_years(one.for_years)}"
    yield "evidence", GRADES[shock.grade] + (f"; {shock.locator}" if shock.locator else "")
    yield "why", _flat(shock.rationale)


def card(files: Workspace, name: str) -> dict[str, Any]:
    """A shock as data: what the file says, quantiles as stated, and the chance of it."""
    shock, found, asked = files.shocks[name], _found(files, name), files.question
    stated: dict[str, Any] = {
        "id": name,
        **{key: getattr(shock, key) for key in ("name", "definition", "occurs", "outcome")},
        "rate": shock.rate.stated() if shock.rate else None,
        "probability": shock.probability.stated() if shock.probability else None,
        "windows": [window.model_dump(mode="json") for window in shock.windows],
        "windows_ahead": len(windows_between(shock, asked.as_of, asked.horizon)),
        "from": str(asked.as_of),
        "to": str(asked.horizon),
        "chance": found.chance,
        "expected": found.expected,
        "jumps": {driver: _effect(jump) for driver, jump in shock.jumps.items()},
        "direct": {channel: _effect(effect) for channel, effect in shock.direct.items()},
    }
    for key in ("half_life_years", "grade", "locator", "rationale"):
        stated[key] = getattr(shock, key)
    stated["raises"] = [one.model_dump(mode="json") for one in shock.raises]
    stated["raised_by"] = [other for other, s in files.shocks.items() if name in {r.shock for r in s.raises}]
    return {**stated, "file": FILE, "line": _line(files, name)}


def numbers(files: Workspace, name: str) -> Iterator[tuple[str, str, str, float]]:
    """Every number of a shock that has quantiles: (shock, quantity, stat, value)."""
    shock, found = files.shocks[name], _found(files, name)
    quantities: dict[str, Mapping[str, float]] = {
        "rate": shock.rate.stated() if shock.rate else {},
        "probability": shock.probability.stated() if shock.probability else {},
        "chance": found.chance,
        "expected": found.expected,
        **{f"jump.{driver}": jump.quantiles.stated() for driver, jump in shock.jumps.items()},
        **{f"direct.{channel}": effect.quantiles.stated() for channel, effect in shock.direct.items()},
    }
    for quantity, stated in quantities.items():
        for stat, value in stated.items():
            yield name, quantity, stat, value


def _found(files: Workspace, name: str) -> Occurrence:
    return occurrence(files.shocks[name], files.question.as_of, files.question.horizon)


def _line(files: Workspace, name: str) -> int | None:
    return files.lines.get((FILE, f"shocks.{name}"))


def _effect(effect: Jump | DirectEffect) -> dict[str, Any]:
    rest = effect.model_dump(mode="json", exclude={"quantiles"}, exclude_none=True)
    return {**effect.quantiles.stated(), **rest}


def _rate(shock: Shock) -> str:
    if shock.rate is not None:
        return f"{_span(shock.rate.stated())} a year"
    stated = shock.probability.stated() if shock.probability else {}
    return f"{_span(stated, percent_sign=True)} a window"


def _span(stated: Mapping[str, float], *, percent_sign: bool = False) -> str:
    """The median with the outermost quantiles; which these are is said where it is not p05 and p95.

    >>> _span({"p05": 0.01, "p50": 0.025, "p95": 0.05}), _span({"p10": 1.0, "p50": 2.0, "p90": 3.0})
    ('0.025 [0.01, 0.05]', '2 [p10 1, p90 3]')
    """
    (low, lowest), *_, (high, highest) = stated.items()
    usual = (low, high) == ("p05", "p95")
    ends = [percent(x, sign="") if percent_sign else f"{x:.2g}" for x in (lowest, highest)]
    middle = percent(stated["p50"]) if percent_sign else f"{stated['p50']:.2g}"
    return f"{middle} [{ends[0]}, {ends[1]}]" if usual else f"{middle} [{low} {ends[0]}, {high} {ends[1]}]"


def _short(jump: Jump) -> str:
    """The median; of a jump that goes either way, how far it usually goes."""
    median = jump.quantiles.p50
    return f"{median:+g}" if median or not jump.spread else f"+-{jump.spread:g}"


def _signed(quantiles: Quantiles) -> str:
    low, high = quantiles.values[0], quantiles.values[-1]
    return f"{quantiles.p50:+g} [{low:+g}, {high:+g}]"


def _spread(jump: Jump) -> str:
    return f", sd {jump.spread:g} from one time to the next" if jump.spread else ""


def _reversed(effect: Jump | DirectEffect) -> str:
    return f"; the other way with chance {percent(effect.reversed)}" if effect.reversed else ""


def _years(n: float) -> str:
    return f"{n:g} year{'s' * (n != 1)}"


def _why(item: Any) -> str:
    return f": {_flat(item.rationale)}" if item.rationale else ""


def _flat(text: str) -> str:
    return " ".join(text.split())


def _wrapped(text: str, width: int | None, *, hanging: int = 0) -> list[str]:
    if width is None:
        return [text]
    return textwrap.wrap(
        text, width, subsequent_indent=" " * hanging, break_on_hyphens=False, break_long_words=False
    )
