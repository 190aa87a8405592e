"""Pieces about the years ahead: shocks, what drivers do to one another, and the lines of a scenario."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.explaining.basis import DRIVERS, SHOCKS, Item, piece, span
from forecast.inputs.act_words import in_words
from forecast.inputs.composition import acts
from forecast.inputs.fields import Quantiles
from forecast.inputs.workspace import Workspace
from forecast.rounding import percent


def shock(workspace: Workspace, name: str) -> Iterator[Item]:
    """What a file says of one shock: how often it strikes, then what it does, the largest effects first."""
    one, at = workspace.shocks[name], f"shocks.{name}"
    if one.rate is not None:
        told = f"occurrences a year: {span(one.rate)}"
        yield piece(workspace, SHOCKS, f"{at}.rate.p50", told, claim=one.rate.p50, locator=one.locator)
    if (chance := one.probability) is not None:
        told = (
            f"{percent(chance.p50)} in a window ({percent(chance.values[0])} to {percent(chance.values[-1])})"
        )
        yield piece(workspace, SHOCKS, f"{at}.probability.p50", told, claim=chance.p50, locator=one.locator)
    for i, window in enumerate(one.windows):
        told, where = f"can strike from {window.start} to {window.end}", f"{at}.windows[{i}].start"
        yield piece(workspace, SHOCKS, where, told)
    for driver, jump in sorted(one.jumps.items(), key=lambda pair: -abs(pair[1].quantiles.p50)):
        yield _moved(
            workspace,
            f"{at}.jumps.{driver}",
            f"moves {workspace.drivers.drivers[driver].name}",
            jump.quantiles,
            jump.reversed,
        )
    for channel, effect in one.direct.items():
        yield _moved(
            workspace,
            f"{at}.direct.{channel}",
            f"adds to the log hazard of {channel}",
            effect.quantiles,
            effect.reversed,
        )
    if one.direct:
        told = f"half of that has faded after {one.half_life_years:g} years"
        yield piece(workspace, SHOCKS, f"{at}.half_life_years", told, claim=one.half_life_years)
    for i, raised in enumerate(one.raises):
        told = f"multiplies the rate of {workspace.shocks[raised.shock].name} by {raised.times:g}"
        yield piece(workspace, SHOCKS, f"{at}.raises[{i}].times", told, claim=raised.times)


def pull(workspace: Workspace, origin: str, target: str) -> Iterator[Item]:
    """How one driver pulls another, as often as the file says so."""
    for i, one in enumerate(workspace.drivers.cross_impacts):
        if (one.from_, one.to) == (origin, target):
            yield _pull(workspace, i)


def pulls(workspace: Workspace, driver: str | None = None) -> Iterator[Item]:
    """Every cross-impact on a driver (on any, without one), the strongest first, and what a point is."""
    numbered = [
        (i, one)
        for i, one in enumerate(workspace.drivers.cross_impacts)
        if driver is None or driver in (one.from_, one.to)
    ]
    for i, _ in sorted(numbered, key=lambda pair: -abs(pair[1].strength)):
        yield _pull(workspace, i)
    if numbered or driver is None:
        yield from units(workspace)


def units(workspace: Workspace) -> Iterator[Item]:
    """What a point of cross-impact is, in driver units."""
    size = workspace.drivers.cross_impact_unit
    told = f"a point shifts a driver by {span(size)} units"
    yield piece(workspace, DRIVERS, "cross_impact_unit.p50", told, claim=size.p50)


def together(workspace: Workspace) -> Iterator[Item]:
    """Drivers whose innovations come together, those that do so most first."""
    numbered = enumerate(workspace.drivers.correlations)
    for i, one in sorted(numbered, key=lambda pair: -abs(pair[1].correlation)):
        names = " and ".join(workspace.drivers.drivers[d].name for d in one.drivers)
        at = f"correlations[{i}].correlation"
        told = f"innovations of {names} correlate by {one.correlation:+g}"
        yield piece(workspace, DRIVERS, at, told, claim=one.correlation)


def scenario_lines(workspace: Workspace, name: str) -> Iterator[Item]:
    """What a scenario does, line by line, those it includes first; then who motivates it."""
    scenario = workspace.scenarios[name]
    for placed in acts(scenario, workspace.scenarios):
        file, act = f"scenarios/{placed.scenario}.yaml", placed.intervention.act
        key = next((k for k in ("level", "amount", "times") if hasattr(act, k)), None)
        where, claim = (f"{placed.at}.{key}", getattr(act, key)) if key else (placed.at, None)
        yield piece(workspace, file, where, in_words(act, workspace.shocks), claim=claim)
    file = f"scenarios/{name}.yaml"
    if (file, "motivated_by") in workspace.lines and scenario.motivated_by:
        told = "motivated by " + ", ".join(scenario.motivated_by)
        yield piece(workspace, file, "motivated_by", told, locator=scenario.locator)


def dynamics(workspace: Workspace, driver: str) -> Iterator[Item]:
    """How a driver moves by itself."""
    one = workspace.drivers.drivers[driver]
    for key, words, stated in (
        ("half_life_years", "half of a departure is gone after", one.half_life_years),
        ("long_run_mean", "it is drawn to", one.long_run_mean),
        ("volatility", "innovation of a year, sd", one.volatility),
    ):
        after = " years" if key == "half_life_years" else ""
        told = f"{words} {span(stated)}{after}"
        yield piece(workspace, DRIVERS, f"drivers.{driver}.{key}.p50", told, claim=stated.p50)


def interaction(workspace: Workspace, name: str) -> Iterator[Item]:
    """What two drivers do together."""
    one = workspace.drivers.interactions[name]
    stated = one.effect
    yield piece(
        workspace,
        DRIVERS,
        f"interactions.{name}.effect.p50",
        f"{one.form} of its terms, in the log hazard of {one.channel}: {span(stated, '+g')}",
        claim=stated.p50,
        locator=one.locator,
    )


def _pull(workspace: Workspace, index: int) -> Item:
    one = workspace.drivers.cross_impacts[index]
    origin, target = (workspace.drivers.drivers[d].name for d in (one.from_, one.to))
    return piece(
        workspace,
        DRIVERS,
        f"cross_impacts[{index}].strength",
        f"{origin} on {target}: {one.strength:+g} points",
        claim=one.strength,
        locator=one.locator,
    )


def _moved(workspace: Workspace, at: str, words: str, quantiles: Quantiles, reverse: float) -> Item:
    other = f"; the other way with chance {percent(reverse)}" if reverse else ""
    told = f"{words} by {span(quantiles, '+g')}{other}"
    return piece(workspace, SHOCKS, f"{at}.p50", told, claim=quantiles.p50)
