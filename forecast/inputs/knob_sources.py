"""Where the knobs of a source stand: its weight, what it says of outcomes and of drivers, and the grades."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from forecast.inputs.knob_place import Place, Steps, driver_name
from forecast.inputs.records import Effect, HazardRatio, Source
from forecast.inputs.workspace import Workspace
from forecast.states import CHANNELS

GRADES = ("TEXT", "INFER")
_OUTCOMES = {"alliance": "alliance", "split": "split", "alliance_broad": "alliance, broadly read"}


def of_source(workspace: Workspace, name: str, source: Source) -> Iterator[Place]:
    """The knobs of a source, in the order of its file."""
    words = source.name or name.replace("_", " ")
    base = Place(
        f"sources.{name}.weight",
        "number",
        "judgments",
        "sources",
        (name, "weight"),
        source.weight,
        "weight",
        f"{words}, weight",
    )
    yield base
    for outcome, meaning in _OUTCOMES.items():
        if (judgment := getattr(source.outcomes, outcome)) is None:
            continue
        path, at = f"sources.{name}.outcomes.{outcome}", (name, "outcomes", outcome)
        when = "within" if judgment.within_years else "after"
        label = f"{words}, probability of {meaning} {when} {judgment.years:g} years"
        yield replace(
            base,
            path=path,
            kind="quantiles",
            steps=(*at, "quantiles"),
            value=judgment.quantiles,
            unit="probability",
            label=label,
        )
        yield _graded(base, f"{path}.grade", (*at, "grade"), judgment.grade, f"{words}, grade of {meaning}")
    for driver, effect in source.effects.items():
        yield from _of_effect(base, f"{words}, {driver_name(workspace.drivers, driver)}", driver, effect)


def _of_effect(base: Place, words: str, driver: str, effect: Effect) -> Iterator[Place]:
    name = base.steps[0]
    path, at = f"sources.{name}.effects.{driver}", (name, "effects", driver)
    for channel in CHANNELS:
        value = getattr(effect, channel)
        label, steps = f"{words} on {channel}", (*at, channel)
        if isinstance(value, HazardRatio):
            yield replace(
                base,
                path=f"{path}.{channel}",
                kind="quantiles",
                steps=(*steps, "hazard_ratio"),
                value=value.hazard_ratio,
                unit="hazard ratio",
                label=label,
            )
        elif value is not None:
            yield replace(
                base,
                path=f"{path}.{channel}",
                kind="code",
                steps=steps,
                value=value,
                unit="code points",
                label=label,
            )
    if isinstance(effect.grade, str):
        yield _graded(base, f"{path}.grade", (*at, "grade"), effect.grade, f"{words}, grade")
    else:
        for graded, grade in effect.grade.items():
            label, place = f"{words} on {graded}, grade", (*at, "grade", graded)
            yield _graded(base, f"{path}.grade.{graded}", place, grade, label)


def _graded(base: Place, path: str, steps: Steps, grade: str, label: str) -> Place:
    return replace(
        base,
        path=path,
        kind="choice",
        steps=steps,
        value=grade,
        unit="grade",
        label=label,
        choices=GRADES,
    )
