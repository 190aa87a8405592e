"""Where knobs stand: every number and choice of a workspace that may be turned, its value, unit and file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from forecast.inputs.fields import PositiveQuantiles, Quantiles
from forecast.inputs.knob_place import Kind, Place, Steps, driver_name, read
from forecast.inputs.knob_sources import of_source
from forecast.inputs.plain_words import dotted
from forecast.inputs.records import (
    KINDS,
    Forbid,
    Force,
    Hazard,
    Hold,
    Ramp,
    Rate,
    Shift,
)
from forecast.inputs.workspace import Workspace

BOOLEANS = ("true", "false")
#: Unit and label of the settings of the model.
_MODEL = {
    "rho": ("overlap", "Overlap of views within a cluster"),
    "rho_reported": ("overlap", "Overlap of views that one text reports"),
    "infer_weight": ("weight", "Weight of what is inferred, beside what the text says"),
    "shared_bias_sd": ("log odds", "Bias shared by all text codings, sd"),
    "gain": ("log hazard per code point", "Effect of a code point"),
}


def places(workspace: Workspace, head: tuple[str, str] | None = None) -> Iterator[Place]:
    """Every knob, in the order of the files; of ``head``, the first two parts of a path, those alone."""
    first, second = head or (None, None)
    for name, group in _groups(workspace).items():
        if first is None or first == name:
            yield from (one for place in group(second) for one in _with_quantiles(place))


def _groups(workspace: Workspace) -> Mapping[str, Any]:
    def of(mapping: Mapping[str, Any], make: Any) -> Any:
        """The knobs of each member of a mapping, or of the one that is asked for."""
        return lambda name: (
            place
            for key, record in mapping.items()
            if name is None or key == name
            for place in make(workspace, key, record)
        )

    def whole(make: Any) -> Any:
        return lambda _: make(workspace)

    return {
        "drivers": of(workspace.drivers.drivers, _of_driver),
        **{name: whole(make) for name, make in _DRIVERS_TOGETHER.items()},
        "sources": of(workspace.sources, of_source),
        "shocks": of(workspace.shocks, _of_shock),
        "base_rates": whole(_of_base_rates),
        "model": whole(_of_model),
        "widening": whole(_of_widening),
        "scenarios": of(workspace.scenarios, _of_scenario),
    }


def _with_quantiles(place: Place) -> Iterator[Place]:
    """A knob and, of quantiles, each of them as a knob of its own."""
    yield place
    if place.kind == "quantiles":
        for name in place.value.stated():
            path, label = f"{place.path}.{name}", f"{place.label}, {name}"
            yield replace(place, path=path, kind="quantile", quantile=name, label=label)


def _move(transition: str) -> str:
    return transition.replace("->", " to ")


def _of_driver(workspace: Workspace, name: str, driver: Any) -> Iterator[Place]:
    at: Steps = ("drivers", name)
    path = f"drivers.{name}"
    level = f"{driver.name}, level today"
    yield Place(f"{path}.level", "level", "start", "drivers", at, None, "driver units", level)
    for key, unit, words in (
        ("half_life_years", "years", "half-life"),
        ("volatility", "driver units", "volatility"),
        ("long_run_mean", "driver units", "long-run mean"),
    ):
        label, value = f"{driver.name}, {words}", getattr(driver, key)
        yield Place(f"{path}.{key}", "quantiles", "drivers", "drivers", (*at, key), value, unit, label)
    for move, code in driver.returns.items():
        label, steps = f"{driver.name}, code for {_move(move)}", (*at, "returns", move)
        yield Place(f"{path}.returns.{move}", "code", "drivers", "drivers", steps, code, "code points", label)


def _interactions(workspace: Workspace) -> Iterator[Place]:
    for name, one in workspace.drivers.interactions.items():
        steps = ("interactions", name, "effect")
        label = f"Interaction {name}, effect on {one.channel}"
        yield Place(dotted(steps), "quantiles", "drivers", "drivers", steps, one.effect, "log hazard", label)


def _cross_impact_unit(workspace: Workspace) -> Iterator[Place]:
    value, key = workspace.drivers.cross_impact_unit, "cross_impact_unit"
    unit, label = "driver units per point", "Effect of a point of cross-impact"
    yield Place(key, "quantiles", "drivers", "drivers", (key,), value, unit, label)


def _cross_impacts(workspace: Workspace) -> Iterator[Place]:
    for i, one in enumerate(workspace.drivers.cross_impacts):
        path, steps = f"cross_impacts.{one.from_}.{one.to}", ("cross_impacts", i, "strength")
        pulls, pulled = (driver_name(workspace.drivers, name) for name in (one.from_, one.to))
        label = f"{pulls} on {pulled}, strength"
        yield Place(path, "code", "drivers", "drivers", steps, one.strength, "points", label)


def _correlations(workspace: Workspace) -> Iterator[Place]:
    for i, one in enumerate(workspace.drivers.correlations):
        a, b = one.drivers
        path, steps = f"correlations.{a}.{b}", ("correlations", i, "correlation")
        label = f"{driver_name(workspace.drivers, a)} with {driver_name(workspace.drivers, b)}, correlation"
        yield Place(path, "number", "drivers", "drivers", steps, one.correlation, "correlation", label)


_DRIVERS_TOGETHER = {
    "interactions": _interactions,
    "cross_impact_unit": _cross_impact_unit,
    "cross_impacts": _cross_impacts,
    "correlations": _correlations,
}


def _of_shock(workspace: Workspace, name: str, shock: Any) -> Iterator[Place]:
    def place(keys: Steps, value: Any, unit: str, words: str, *, shown: Steps | None = None) -> Place:
        kind: Kind = "quantiles" if isinstance(value, Quantiles) else "number"
        path = dotted(("shocks", name, *(shown or keys)))
        return Place(path, kind, "shocks", "shocks", (name, *keys), value, unit, f"{shock.name}, {words}")

    if shock.rate is not None:
        yield place(("rate",), shock.rate, "per year", "rate")
    if shock.probability is not None:
        yield place(("probability",), shock.probability, "probability", "probability in a window")
    for driver, jump in shock.jumps.items():
        words, at = f"jump of {driver_name(workspace.drivers, driver)}", ("jumps", driver)
        yield place((*at, "quantiles"), jump.quantiles, "driver units", words, shown=at)
    for channel, effect in shock.direct.items():
        at, words = ("direct", channel), f"direct effect on {channel}"
        yield place((*at, "quantiles"), effect.quantiles, "log hazard", words, shown=at)
    words = "half-life of direct effects"
    yield place(("half_life_years",), shock.half_life_years, "years", words)


def _of_base_rates(workspace: Workspace) -> Iterator[Place]:
    rates = workspace.base_rates

    def place(keys: Steps, kind: Kind, unit: str, label: str, choices: tuple[str, ...] = ()) -> Place:
        value = read(rates, keys)
        path = dotted(("base_rates", *keys))
        return Place(path, kind, "rates", "base_rates", keys, value, unit, label, choices)

    yield place(("use",), "choice", "reference class", "Reference class", tuple(rates.classes))
    for name, one in rates.classes.items():
        for move, count in one.transitions.items():
            at, words = ("classes", name, "transitions", move), f"{one.title}, {_move(move)}"
            yield place((*at, "events"), "number", "events", f"{words}, events")
            if count.episodes is not None and count.events:  # of no events there are no episodes
                yield place((*at, "episodes"), "number", "episodes", f"{words}, episodes")
    yield place(("offsets",), "choice", "used", "Covariates move the class to the pair", BOOLEANS)
    for channel in rates.definition_offset:
        label = f"Looser definition of {channel}"
        yield place(("definition_offset", channel), "quantiles", "log hazard", label)
    for move in rates.elicited:
        yield place(("elicited", move), "quantiles", "per year", f"Elicited rate, {_move(move)}")
    yield place(("within_pair", "weight"), "number", "weight", "Weight of empirical ratios within the pair")


def _of_model(workspace: Workspace) -> Iterator[Place]:
    for name, (unit, label) in _MODEL.items():
        value = getattr(workspace.question.model, name)
        if value is not None:
            kind: Kind = "quantiles" if isinstance(value, PositiveQuantiles) else "number"
            yield Place(f"model.{name}", kind, "model", "question", ("model", name), value, unit, label)


def _of_widening(workspace: Workspace) -> Iterator[Place]:
    """Kinds that the file widens, and those that sources are of, which may be."""
    stated = workspace.question.widening
    present = {source.kind for source in workspace.sources.values()}
    for kind in KINDS:
        if kind in stated or kind in present:
            value, label = stated.get(kind, 1.0), f"Widening of sources of kind {kind}"
            yield Place(
                f"widening.{kind}", "number", "model", "question", ("widening", kind), value, "factor", label
            )


def _of_scenario(_: Workspace, name: str, scenario: Any) -> Iterator[Place]:
    for i, one in enumerate(scenario.interventions):
        act = one.act
        if isinstance(act, Force | Forbid):
            continue
        key, unit, of = _turnable(act)
        steps = (name, "interventions", i, one.kind, key)
        label = f"{scenario.title}: {one.kind} {of}, {key}"
        path, value = f"scenarios.{name}.{i}.{key}", getattr(act, key)
        yield Place(path, "number", "scenario", "scenarios", steps, value, unit, label)


def _turnable(act: Hold | Ramp | Shift | Rate | Hazard) -> tuple[str, str, str]:
    """The number of an intervention, its unit, and what it is done to."""
    if isinstance(act, Hold | Ramp):
        return "level", "driver units", act.driver
    if isinstance(act, Shift):
        return "amount", "driver units", act.driver
    return "times", "factor", act.shock if isinstance(act, Rate) else _move(act.transition)
