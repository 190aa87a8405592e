"""What a driver's level today is read from, and how much each reading counts in it.

With x Ornstein-Uhlenbeck from Normal(0, INITIAL_SD^2) at the first time, and readings y_i = l_i x(t_i) +
b_stream(i) + e_i, the filtered level today is linear in them at fixed dynamics:

    E[x | y] = E[x] + k' (C + R)^-1 (y - E[y]),    k_i = l_i Cov(x(t_i), x)
    C_ij = l_i l_j Cov(x(t_i), x(t_j)) + offset_sd^2 [same stream],    R = robust error variances

A reading's weight is by how much that moves if the level it suggests, y_i / l_i, were one driver unit higher.
It is taken at the elicited median dynamics (`drivers.kalman` integrates over 256 draws of them).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats, decimal_year
from forecast.cards.words import level, when
from forecast.drivers.dynamics import Dynamics
from forecast.drivers.fit import DriverFit
from forecast.drivers.kalman import INITIAL_SD
from forecast.drivers.observations import Observations, scaled
from forecast.elicitation import normal
from forecast.explaining.basis import DRIVERS, SERIES, Basis, Item, basis, piece, weighed
from forecast.explaining.stated import level_of
from forecast.inputs.workspace import Workspace
from forecast.panel import Panel


@dataclass(frozen=True)
class Reading:
    """A reading of a driver: when, the value as it enters the fit, its stream (-1: a judgment), and where."""

    time: float
    value: float
    stream: int
    item: Item


@dataclass(frozen=True)
class Seen:
    """Where levels are read from: the files, who is heard, and the fit of the drivers as of a day."""

    files: Workspace
    panel: Panel
    as_of: dt.date
    drivers: DriverFit


def readings(seen: Seen, driver: str) -> tuple[Reading, ...]:
    """Everything that a driver's level is read from, in the order of its observations."""
    found = [*_of_file(seen, driver), *_of_sources(seen, driver), *_of_series(seen, driver)]
    return tuple(sorted(found, key=lambda r: (r.time, r.stream, r.value)))


def weighed_readings(seen: Seen, driver: str) -> list[Item]:
    """The readings of a driver, each with its weight in the level today."""
    drivers = seen.drivers
    at = drivers.names.index(driver)
    told = drivers.seen[at]
    if not len(told.time):
        return []
    weight, _ = level_weights(
        told, drivers.robust_sd[at] ** 2, drivers.centres[at], first=float(drivers.time[0]), now=drivers.as_of
    )
    share = weight * told.loading
    return [weighed(r.item, float(w)) for r, w in zip(readings(seen, driver), share, strict=True)]


def readings_of(seen: Seen, driver: str) -> Basis:
    """The readings of a driver by how much each counts in its level today."""
    return basis(
        f"Readings of {seen.files.drivers.drivers[driver].name}",
        weighed_readings(seen, driver),
        ranked="units that the level today moves if the reading were one unit higher, at median dynamics",
        form="{:+.2f} in the level today",
        by_size=True,
    )


def level_weights(
    seen: Observations, variances: Floats, dynamics: Dynamics, *, first: float, now: float
) -> tuple[Floats, float]:
    """Weights w (n,) and constant c of the filtered level at ``now``: c + w . values.

    ``dynamics`` is of one draw; ``first`` the earliest time the level is fitted at.
    """
    start = min(first, float(seen.time[0]))
    times = np.append(seen.time, now)
    since = times - start
    variance = dynamics.decay(2 * since) * INITIAL_SD**2 + dynamics.innovation_variance(since)
    gap = np.abs(times[:, None] - times)
    earlier = np.where(times[:, None] < times, variance[:, None], variance)
    cov = dynamics.decay(gap) * earlier
    mean = dynamics.mean * (1 - dynamics.decay(since))
    load = seen.loading
    inside = load[:, None] * load * cov[:-1, :-1] + np.diag(variances)
    same = (seen.stream[:, None] == seen.stream) & (seen.stream[:, None] >= 0)
    offset = np.append(seen.offset_sd**2, 0.0)[seen.stream]
    weight = np.linalg.solve(inside + np.where(same, offset[:, None], 0.0), load * cov[:-1, -1])
    return np.asarray(weight), float(mean[-1] - weight @ (load * mean[:-1]))


def _of_file(seen: Seen, driver: str) -> Iterator[Reading]:
    files = seen.files
    for i, reading in enumerate(files.drivers.drivers[driver].readings):
        if reading.date > seen.as_of:
            continue
        item = piece(
            files,
            DRIVERS,
            f"drivers.{driver}.readings[{i}].p50",
            f"reading for {when(reading.date)}: {level(reading.quantiles.stated())}",
            claim=reading.quantiles.p50,
            locator=reading.locator,
        )
        yield Reading(decimal_year(reading.date), normal(reading.quantiles).mean, -1, item)


def _of_sources(seen: Seen, driver: str) -> Iterator[Reading]:
    files = seen.files
    for member in seen.panel.members:
        for i, stated in enumerate(files.sources[member].levels):
            if stated.driver == driver and stated.date <= seen.as_of:
                item = level_of(files, member, i)
                yield Reading(decimal_year(stated.date), normal(stated.quantiles).mean, -1, item)


def _of_series(seen: Seen, driver: str) -> Iterator[Reading]:
    files = seen.files
    at = seen.drivers.names.index(driver)
    for stream, name in enumerate(seen.drivers.seen[at].indicators):
        indicator = files.indicators.indicators[name]
        measured = [m for m in files.measurements if m.indicator == name]
        for row, z in scaled(files, indicator, measured):
            if row.period_end > seen.as_of:
                continue
            suggests = z / (indicator.sign * indicator.loading)
            item = piece(
                files,
                SERIES,
                f"{name}.{row.period}",
                f"{indicator.title}, {row.period}: {row.value:g} {row.unit}, which alone suggests"
                f" {suggests:+.2f}",
                claim=row.value,
                locator=row.source,
            )
            yield Reading(decimal_year(row.date), z, stream, item)
