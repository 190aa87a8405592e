"""Shocks drawn: for each posterior draw, how often each strikes and what it does.

Rates are lognormal, chances in a window normal on the logit, jumps and direct effects normal, each through
its stated quantiles. A contested sign is drawn with the size: every occurrence in a draw has the same. Draws
are stratified, and each shock has a stream of its own, named by its id: one more shock in the file changes no
other's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, ndtri

from forecast.calendar import Floats, decimal_year
from forecast.elicitation import lognormal, normal, split_logit_normal
from forecast.inputs.records import DirectEffect, Drivers, Interaction, Jump, Shock, ShockTerm
from forecast.simulation.arrays import Embers, Jumps, Rates
from forecast.states import CHANNELS


@dataclass(frozen=True)
class ShockDraws:
    """J shocks under N posterior draws.

    ``rate`` (N, J): occurrences per unit of each shock's clock, a year or a window, of criteria too (those
    are 0 in ``rates``, which is what the paths meet). ``criterion`` (J,): the channel whose criterion a shock
    is, or -1; ``windows``: of each shock, (start, end) in decimal years.
    """

    names: tuple[str, ...]
    rate: Floats
    rates: Rates
    jumps: Jumps
    embers: Embers
    criterion: np.ndarray
    windows: tuple[tuple[tuple[float, float], ...], ...]

    def rows(self, rows: slice) -> ShockDraws:
        """Some of the draws."""
        return replace(
            self,
            rate=self.rate[rows],
            rates=self.rates._replace(rate=self.rates.rate[rows]),
            jumps=self.jumps._replace(size=self.jumps.size[rows]),
            embers=self.embers._replace(effect=self.embers.effect[rows]),
        )


def draw_shocks(shocks: Mapping[str, Shock], drivers: Drivers, *, draws: int, seed: int) -> ShockDraws:
    """Draw every shock; interactions that wait for a shock become embers of theirs."""
    names, places = tuple(shocks), list(drivers.drivers)
    rate = np.zeros((draws, len(names)))
    jumps: list[tuple[int, int, Floats, float]] = []
    embers: list[tuple[int, Floats, Floats | None, float]] = []
    raises: list[tuple[int, int, float, float]] = []
    for j, (name, shock) in enumerate(shocks.items()):
        rng = stream(seed, name)
        rate[:, j] = _rates(shock, draws, rng)
        for driver, jump in shock.jumps.items():
            jumps.append((j, places.index(driver), _effect(jump, draws, rng), jump.spread))
        if shock.direct:
            both = np.zeros((draws, 2))
            for channel, direct in shock.direct.items():
                both[:, CHANNELS.index(channel)] = _effect(direct, draws, rng)
            embers.append((j, both, None, shock.half_life_years))
        for label, spec, struck in _waiting(drivers):
            if name in struck.shock:
                both = np.zeros((draws, 2))
                both[:, CHANNELS.index(spec.channel)] = _effect(
                    spec, draws, stream(seed, f"interaction {label}")
                )
                embers.append((j, both, _weights(spec, places), shock.half_life_years))
        raises += [(j, names.index(r.shock), r.times, r.for_years) for r in shock.raises]
    criterion = np.array(
        [-1 if s.outcome is None else CHANNELS.index(s.outcome) for s in shocks.values()], dtype=np.int64
    )
    rates = Rates(
        rate=np.where(criterion < 0, rate, 0.0),
        once=np.array([s.occurs == "once" for s in shocks.values()], dtype=bool),
        windowed=np.array([bool(s.windows) for s in shocks.values()], dtype=bool),
        first=_firsts([row[0] for row in raises], len(names)),
        shock=np.array([row[1] for row in raises], dtype=np.int64),
        times=np.array([row[2] for row in raises], dtype=np.float64),
        years=np.array([row[3] for row in raises], dtype=np.float64),
    )
    moved = Jumps(
        first=_firsts([row[0] for row in jumps], len(names)),
        driver=np.array([row[1] for row in jumps], dtype=np.int64),
        size=_columns([row[2] for row in jumps], (draws, 0)),
        spread=np.array([row[3] for row in jumps], dtype=np.float64),
        scatter=np.zeros((draws, 1, 0)),
        scatter_first=np.zeros(len(jumps), dtype=np.int64),
    )
    left = Embers(
        first=_firsts([row[0] for row in embers], len(names)),
        effect=_columns([row[1] for row in embers], (draws, 0, 2)),
        tied=np.array([row[2] is not None for row in embers], dtype=bool),
        weight=np.array(
            [np.zeros(len(places)) if row[2] is None else row[2] for row in embers], dtype=np.float64
        ).reshape(len(embers), len(places)),
        half_life=np.array([row[3] for row in embers], dtype=np.float64),
    )
    return ShockDraws(
        names=names,
        rate=rate,
        rates=rates,
        jumps=moved,
        embers=left,
        criterion=criterion,
        windows=tuple(
            tuple(
                (decimal_year(w.start), decimal_year(w.end + dt.timedelta(days=1)))
                for w in sorted(s.windows, key=lambda w: w.start)
            )
            for s in shocks.values()
        ),
    )


def stream(seed: int, name: str, *more: int) -> np.random.Generator:
    """The random numbers of one named thing, whatever else there is."""
    return np.random.default_rng([seed, 4, int.from_bytes(name.encode(), "big"), *more])


def _rates(shock: Shock, draws: int, rng: np.random.Generator) -> Floats:
    z = _stratified(draws, rng)
    if shock.rate:
        fit = lognormal(shock.rate)
        return np.asarray(np.exp(fit.mean + fit.sd * z))
    assert shock.probability is not None
    split = split_logit_normal(shock.probability)
    chance = expit(split.centre + np.where(z < 0, split.sd_below, split.sd_above) * z)
    return np.asarray(-np.log1p(-chance))


def _effect(spec: Jump | DirectEffect | Interaction, draws: int, rng: np.random.Generator) -> Floats:
    fit = normal(spec.effect if isinstance(spec, Interaction) else spec.quantiles)
    size = fit.mean + fit.sd * _stratified(draws, rng)
    turned = _uniform(draws, rng) < getattr(spec, "reversed", 0.0)
    return np.asarray(np.where(turned, -size, size))


def _stratified(draws: int, rng: np.random.Generator) -> Floats:
    return np.asarray(ndtri(_uniform(draws, rng)))


def _uniform(draws: int, rng: np.random.Generator) -> Floats:
    """One uniform number in each of as many equal parts of (0, 1), in random order."""
    return np.asarray((rng.permutation(draws) + rng.random(draws)) / draws)


def _waiting(drivers: Drivers) -> list[tuple[str, Interaction, ShockTerm]]:
    found = []
    for label, spec in drivers.interactions.items():
        struck = next((term for term in spec.terms if isinstance(term, ShockTerm)), None)
        if struck is not None:
            found.append((label, spec, struck))
    return found


def _weights(spec: Interaction, places: list[str]) -> Floats:
    """The other term of an interaction with a shock, as weights over drivers."""
    other = next(term for term in spec.terms if not isinstance(term, ShockTerm))
    members = [other] if isinstance(other, str) else other
    row = np.zeros(len(places))
    for member in members:
        row[places.index(member)] += 1.0 / len(members)
    return row


def _firsts(shock: list[int], count: int) -> np.ndarray:
    return np.searchsorted(np.array(shock, dtype=np.int64), np.arange(count + 1)).astype(np.int64)


def _columns(columns: list[Floats], empty: tuple[int, ...]) -> Floats:
    return np.ascontiguousarray(np.stack(columns, axis=1)) if columns else np.zeros(empty)
