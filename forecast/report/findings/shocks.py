"""Shocks and cross-impacts as they stand in the files, and what follows for the time to the horizon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp

import numpy as np

from forecast.calendar import Floats
from forecast.drivers.coupling import coupling
from forecast.inputs.occurrence import occurrence, windows_between
from forecast.inputs.records import Shock
from forecast.report.view import View

SHOCKS, DRIVERS = "priors/shocks.yaml", "priors/drivers.yaml"
#: No unit above this is tried: a point that shifts a driver by ten units.
MOST_UNIT = 10.0
#: Halvings of the bracket on the limit.
HALVINGS = 40


@dataclass(frozen=True)
class Move:
    """A jump of a driver (driver units) or a direct effect on an outcome (log-hazard), as stated.

    ``factor`` is what a direct effect multiplies the rate by at its median; None for a jump.
    """

    on: str
    quantiles: Mapping[str, float]
    reversed: float
    factor: float | None = None


@dataclass(frozen=True)
class ShockFound:
    """One shock: how often, how likely by the horizon, what it does, and where it stands.

    ``often``: occurrences a year, or the probability in each of ``windows`` (how many are left) if that is
    not None. ``chance`` and ``times``: of striking at all by the horizon, and how often to expect it.
    """

    shock: str
    often: Mapping[str, float]
    windows: int | None
    chance: Mapping[str, float]
    times: Mapping[str, float]
    once: bool
    outcome: str | None
    jumps: tuple[Move, ...]
    direct: tuple[Move, ...]
    half_life_years: float
    grade: str
    locator: str
    line: int

    @property
    def place(self) -> str:
        """``file:line``."""
        return f"{SHOCKS}:{self.line}" if self.line else SHOCKS


@dataclass(frozen=True)
class Pull:
    """A cross-impact: how far ``from_`` shifts the level ``to`` is drawn to, in points."""

    from_: str
    to: str
    points: float
    grade: str
    locator: str
    line: int


@dataclass(frozen=True)
class Together:
    """Two drivers whose innovations come together."""

    drivers: tuple[str, ...]
    correlation: float


@dataclass(frozen=True)
class Surprises:
    """Every shock (the likeliest first), every cross-impact and correlation.

    ``unit``: the shift a point makes, by quantile; ``limit``: the unit at which drivers would drive one
    another without end, None where there is none.
    """

    shocks: tuple[ShockFound, ...]
    pulls: tuple[Pull, ...]
    unit: Mapping[str, float]
    limit: float | None
    together: tuple[Together, ...]


def surprises(view: View) -> Surprises:
    """What may strike, and what drivers do to one another."""
    files = view.workspace.drivers
    lines = view.workspace.lines
    found = [_shock(view, name, shock) for name, shock in view.workspace.shocks.items()]
    return Surprises(
        shocks=tuple(sorted(found, key=lambda s: -s.chance["p50"])),
        pulls=tuple(
            Pull(
                from_=one.from_,
                to=one.to,
                points=one.strength,
                grade=one.grade,
                locator=one.locator or "",
                line=lines.get((DRIVERS, f"cross_impacts[{i}]"), 0),
            )
            for i, one in enumerate(files.cross_impacts)
        ),
        unit=files.cross_impact_unit.stated(),
        limit=_limit(view),
        together=tuple(Together(tuple(c.drivers), c.correlation) for c in files.correlations),
    )


def _shock(view: View, name: str, shock: Shock) -> ShockFound:
    start, end = view.fit.as_of, view.far
    found = occurrence(shock, start, end)
    often = shock.rate or shock.probability
    return ShockFound(
        shock=name,
        often=often.stated() if often else {},
        windows=None if shock.rate else len(windows_between(shock, start, end)),
        chance=found.chance,
        times=found.expected,
        once=shock.occurs == "once",
        outcome=shock.outcome,
        jumps=tuple(Move(d, j.quantiles.stated(), j.reversed) for d, j in shock.jumps.items()),
        direct=tuple(
            Move(c, e.quantiles.stated(), e.reversed, factor=exp(e.quantiles.p50))
            for c, e in shock.direct.items()
        ),
        half_life_years=shock.half_life_years,
        grade=shock.grade,
        locator=shock.locator or "",
        line=view.workspace.lines.get((SHOCKS, f"shocks.{name}"), 0),
    )


def _limit(view: View) -> float | None:
    """The smallest unit u at which Theta (u S - I) has an eigenvalue that does not decay, by halving."""
    drivers = view.workspace.drivers
    strength = coupling(drivers).strength
    theta = np.log(2) / np.array([d.half_life_years.p50 for d in drivers.drivers.values()])
    if _stable(strength, theta, MOST_UNIT):
        return None
    low, high = 0.0, MOST_UNIT
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _stable(strength, theta, middle) else (low, middle)
    return low


def _stable(strength: Floats, theta: Floats, unit: float) -> bool:
    drift = theta[:, None] * (unit * strength - np.eye(len(theta)))
    return bool(np.linalg.eigvals(drift).real.max() < 0)
