"""All the numbers the second module depends on, as arrays whose shapes do not depend on the panel.

A panel, an exclusion or an edited judgment is other numbers in the same arrays: one compiled model serves
them all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecast.calendar import Floats, decimal_years
from forecast.drivers.features import Features, features, moments
from forecast.drivers.fit import DriverFit, alike, fit_drivers
from forecast.elicitation import lognormal, normal
from forecast.inputs.workspace import Workspace
from forecast.model.affine import LOG_GAIN, Affine, Blocks, affine
from forecast.model.base_rate import class_log_rates, with_past_spells
from forecast.model.judgments import WINDOW_STEPS, CodeSums, Stated, code_sums, stated
from forecast.model.record import record
from forecast.panel import Panel
from forecast.states import ESTIMATED, Transition


@dataclass(frozen=True)
class ModelData:
    """Arrays of the second module. T rows = record years (padded to whole windows), then the windows' steps.

    ``matrix``, ``offset``: the affine map from z to theta. ``code_*``, ``ratio_*`` (F, 5): `CodeSums`, zero
    where nothing is coded. ``phi`` (T, F), ``phi_cov`` (T, P): the features' means, and the covariances of
    the pairs ``pair_left``, ``pair_right`` (P,), off-diagonal ones doubled. ``exposure``, ``events``
    (T, 5): the record, zero in windows. ``step_years`` (T, 1). ``pick_*`` (N, G) pick each stated
    probability's window, of G = T / WINDOW_STEPS, in its own channel; ``stated_*`` (N,): `Stated`.
    """

    matrix: Floats
    offset: Floats
    code_weight: Floats
    code_first: Floats
    code_second: Floats
    ratio_precision: Floats
    ratio_mean: Floats
    phi: Floats
    phi_cov: Floats
    pair_left: NDArray[np.int64]
    pair_right: NDArray[np.int64]
    exposure: Floats
    events: Floats
    step_years: Floats
    pick_alliance: Floats
    pick_split: Floats
    stated_centre: Floats
    stated_below: Floats
    stated_above: Floats
    stated_weight: Floats

    def numbers(self) -> dict[str, Floats]:
        """The arrays of numbers by name, in declaration order: all that a panel or an edit can change."""
        named = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: array for name, array in named.items() if array.dtype == np.float64}

    def structure(self) -> tuple[Any, ...]:
        """What a compiled model is fixed to: the shapes, and which pairs of features can covary."""
        shapes = tuple((name, array.shape) for name, array in self.numbers().items())
        return (*shapes, tuple(self.pair_left.tolist()), tuple(self.pair_right.tolist()))

    def packed(self) -> Floats:
        """All numbers end to end, in the order of `numbers`."""
        return np.concatenate([array.ravel() for array in self.numbers().values()])


@dataclass(frozen=True)
class Prepared:
    """The first module's fit, and the second module's numbers with the layouts to read them by.

    ``lived``: the decimal years that the record's rows stand for.
    """

    drivers: DriverFit
    lived: Floats
    features: Features
    judged: Stated
    z: Blocks
    theta: Blocks
    data: ModelData


def prepare(workspace: Workspace, panel: Panel, as_of: dt.date, *, like: Prepared | None = None) -> Prepared:
    """Fit the drivers and assemble the second module's numbers for one panel.

    Of another panel's or edit's, ``like``, the parts that rest on the same are taken over: the numbers are
    the same, and come sooner.
    """
    seen = record(workspace, panel, as_of)
    judged = stated(workspace, panel)
    drivers = fit_drivers(
        workspace,
        panel,
        as_of,
        fitted_dates(workspace, as_of) + seen.dates,
        like=like.drivers if like else None,
    )
    spec = features(workspace.drivers)
    lived = _whole_windows(decimal_years(seen.dates))
    pairs = spec.pairs()
    doubled = np.where(pairs[:, 0] == pairs[:, 1], 1.0, 2.0)
    if like is not None and _same_rows(like, drivers, spec, judged, lived):
        phi, phi_cov = like.data.phi, like.data.phi_cov
    else:
        phi, cov = _feature_rows(drivers, spec, lived, judged.windows)
        phi_cov = cov[:, pairs[:, 0], pairs[:, 1]] * doubled
    codes = code_sums(workspace, panel)
    normals = _affine(workspace, spec, codes, judged, as_of)
    years = np.concatenate([np.zeros(len(lived)), np.repeat([y for _, y in judged.windows], WINDOW_STEPS)])
    data = ModelData(
        matrix=normals.matrix,
        offset=normals.offset,
        code_weight=by_transition(codes.weight, spec),
        code_first=by_transition(codes.first, spec),
        code_second=by_transition(codes.second, spec),
        ratio_precision=by_transition(codes.ratio_precision, spec),
        ratio_mean=by_transition(codes.ratio_mean, spec),
        phi=phi,
        phi_cov=phi_cov,
        pair_left=pairs[:, 0],
        pair_right=pairs[:, 1],
        exposure=_padded(seen.exposure, len(phi)),
        events=_padded(seen.events, len(phi)),
        # Record years are no part of a window; any positive length keeps their unused steps finite.
        step_years=np.where(years > 0, years / WINDOW_STEPS, 1.0)[:, None],
        pick_alliance=_picks(judged, len(phi) // WINDOW_STEPS, channel=0),
        pick_split=_picks(judged, len(phi) // WINDOW_STEPS, channel=1),
        stated_centre=judged.centre,
        stated_below=judged.below,
        stated_above=judged.above,
        stated_weight=judged.weight,
    )
    return Prepared(
        drivers=drivers,
        lived=lived,
        features=spec,
        judged=judged,
        z=normals.z,
        theta=normals.theta,
        data=data,
    )


def _same_rows(like: Prepared, drivers: DriverFit, spec: Features, judged: Stated, lived: Floats) -> bool:
    """Whether the feature rows of another preparation are those of these drivers, years and windows."""
    return (
        all(a is b for a, b in zip(like.drivers.tracks, drivers.tracks, strict=True))
        and alike(like.drivers.links, drivers.links)
        and alike(like.features, spec)
        and like.judged.windows == judged.windows
        and np.array_equal(like.lived, lived)
    )


def fitted_dates(workspace: Workspace, as_of: dt.date) -> tuple[dt.date, ...]:
    """Dates the drivers are fitted at: mid-years since the scale years began, and each source's view date."""
    first = workspace.question.scale_years[0]
    years = [dt.date(year, 7, 1) for year in range(first, as_of.year + 1)]
    return (*years, *(source.view_date for source in workspace.sources.values()))


def _whole_windows(times: Floats) -> Floats:
    """``times`` repeated at the end up to a multiple of WINDOW_STEPS rows; extra rows have no exposure."""
    extra = -len(times) % WINDOW_STEPS if len(times) else 0
    return np.append(times, np.repeat(times[-1:], extra))


def _affine(workspace: Workspace, spec: Features, codes: CodeSums, judged: Stated, as_of: dt.date) -> Affine:
    rates = with_past_spells(class_log_rates(workspace.base_rates), workspace.history, as_of)
    effects = [normal(workspace.drivers.interactions[name].effect) for name in spec.interactions]
    settings = workspace.question.model
    gain = lognormal(settings.gain) if settings.gain else None
    code, coded = _return_codes(workspace)
    return affine(
        spec,
        rate_mean=rates.mean,
        rate_sd=rates.sd,
        codes=codes,
        gain=(gain.mean, gain.sd) if gain else LOG_GAIN,
        effect_mean=np.array([e.mean for e in effects]),
        effect_sd=np.array([e.sd for e in effects]),
        return_code=code,
        return_coded=coded,
        judged=judged,
        bias_sd=settings.shared_bias_sd,
    )


def _feature_rows(
    drivers: DriverFit, spec: Features, record_times: Floats, windows: tuple[tuple[float, float], ...]
) -> tuple[Floats, Floats]:
    """Feature moments at the record's years (smoothed), then along each window (projected)."""
    mean, variance = drivers.smoothed()
    rows = np.searchsorted(drivers.time, record_times)
    parts = [(mean[rows], variance[rows][:, :, None] * np.eye(mean.shape[1]))]
    for start, years in windows:
        # A view later than as_of has no weight; any finite row will do for it.
        origin = min(start, drivers.as_of)
        middles = origin + (np.arange(WINDOW_STEPS) + 0.5) * years / WINDOW_STEPS
        parts.append(drivers.project(origin, middles))
    return moments(spec, np.concatenate([m for m, _ in parts]), np.concatenate([v for _, v in parts]))


def _picks(judged: Stated, groups: int, *, channel: int) -> Floats:
    picks = np.zeros((len(judged.source), groups))
    rows = np.flatnonzero(judged.channel == channel)
    picks[rows, groups - len(judged.windows) + judged.window[rows]] = 1.0
    return picks


def by_transition(table: Floats, spec: Features) -> Floats:
    """A (D, 2) table by driver and channel as (F, 5), by feature and transition."""
    placed = np.zeros((len(spec.names), len(ESTIMATED)))
    placed[: table.shape[0], :2] = table
    return placed


def _padded(rows: Floats, size: int) -> Floats:
    return np.concatenate([rows, np.zeros((size - len(rows), rows.shape[1]))])


def _return_codes(workspace: Workspace) -> tuple[Floats, Floats]:
    ways: tuple[Transition, ...] = ("alliance->partnership", "split->partnership")
    table = [[d.returns.get(way) for way in ways] for d in workspace.drivers.drivers.values()]
    return (
        np.array([[0.0 if c is None else c for c in row] for row in table]),
        np.array([[0.0 if c is None else 1.0 for c in row] for row in table]),
    )
