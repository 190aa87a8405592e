"""Names of what a number is of: of several places with one value, a sentence means the one it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from forecast.inputs.workspace import BASELINE
from forecast.report.trace.pointers import around, segments
from forecast.report.view import View


def names_around(data: Mapping[str, Any], view: View) -> Callable[[str], tuple[str, ...]]:
    """For a pointer to a number, what readers call the driver, source, shock and series that it is of.

    A sentence that names none of them, or another, does not mean that number.
    """
    files = view.workspace
    called: dict[str, Mapping[str, str]] = {
        "driver": {d: one.name for d, one in files.drivers.drivers.items()},
        "source": view.source_names,
        "shock": {s: one.name for s, one in files.shocks.items()},
        "scenario": {s: one.title for s, one in files.scenarios.items() if s != BASELINE},
        "indicator": {i: one.title for i, one in files.indicators.indicators.items()},
    }

    @cache
    def names(path: str) -> tuple[str, ...]:
        here = around(data, segments(path)[:-1])
        return tuple(known[here[kind]] for kind, known in called.items() if here.get(kind) in known)

    return names
