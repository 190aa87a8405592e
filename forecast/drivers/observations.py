"""What is known about where each driver stood: dated judgments and measured indicators."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats, decimal_year
from forecast.elicitation import normal
from forecast.inputs.records import Indicator, LevelJudgment, Measurement
from forecast.inputs.workspace import Workspace
from forecast.panel import Panel

#: Share of the scale years an indicator must cover to be standardised on itself (15 of 21).
STANDARDISED_SHARE = 15 / 21


@dataclass(frozen=True)
class Observations:
    """Observations of one driver, in time order. Arrays have length n.

    ``value = loading * x(time) + offset[stream] + error``, error of scale ``sd``; ``stream`` is -1 for
    judgments, else the position in ``indicators`` (whose lasting offsets have sds ``offset_sd``).
    """

    driver: str
    time: Floats
    value: Floats
    loading: Floats
    sd: Floats
    stream: np.ndarray
    indicators: tuple[str, ...]
    offset_sd: Floats

    @property
    def last(self) -> float:
        """Decimal year of the latest observation; -inf if there is none."""
        return float(self.time[-1]) if len(self.time) else -np.inf


def observations(workspace: Workspace, panel: Panel, as_of: dt.date) -> tuple[Observations, ...]:
    """Everything known by ``as_of`` about each driver, in the order of drivers.yaml.

    A reading in drivers.yaml counts with the width it states. A source's level judgment is tempered by the
    source's panel weight and its evidence grade: its variance is divided by them. The question's widening for
    the source's kind multiplies its sd.
    """
    settings = workspace.question.model
    rows: dict[str, list[tuple[float, float, float, float, int]]] = {d: [] for d in workspace.drivers.drivers}
    for driver_id, driver in workspace.drivers.drivers.items():
        for reading in driver.readings:
            if reading.date <= as_of:
                fit = normal(reading.quantiles)
                rows[driver_id].append((decimal_year(reading.date), fit.mean, 1.0, fit.sd, -1))
    for member in panel.members:
        for level in workspace.sources[member].levels:
            if level.date <= as_of:
                weight = panel.weights[member] * _grade_weight(level, settings.infer_weight)
                fit = normal(level.quantiles)
                sd = fit.sd * workspace.question.widened(workspace.sources[member].kind) / weight**0.5
                rows[level.driver].append((decimal_year(level.date), fit.mean, 1.0, sd, -1))
    streams: dict[str, list[str]] = {d: [] for d in rows}
    for name, indicator in workspace.indicators.indicators.items():
        measured = [m for m in workspace.measurements if m.indicator == name]
        known = [(m, z) for m, z in scaled(workspace, indicator, measured) if m.period_end <= as_of]
        if not known:
            continue
        stream = len(streams[indicator.driver])
        streams[indicator.driver].append(name)
        slope = indicator.sign * indicator.loading
        rows[indicator.driver] += [
            (decimal_year(m.date), z, slope, indicator.error_sd, stream) for m, z in known
        ]
    return tuple(_collect(workspace, d, rows[d], streams[d]) for d in rows)


def scaled(
    workspace: Workspace, indicator: Indicator, measured: list[Measurement]
) -> list[tuple[Measurement, float]]:
    """Each measurement with its value on the driver's scale: standardised on the scale years, or anchored."""
    if not measured:
        return []
    transform = np.log if indicator.transform == "log" else np.asarray
    values = np.asarray(transform(np.array([m.value for m in measured])), dtype=np.float64)
    if indicator.anchors is not None:
        zero, one = transform(np.array([indicator.anchors.zero, indicator.anchors.plus_one]))
        # The anchors say which values mean x = 0 and x = +1; the sign is then already in them.
        z = indicator.sign * indicator.loading * (values - zero) / (one - zero)
    else:
        first, last = workspace.question.scale_years
        window = values[[first <= m.date.year <= last for m in measured]]
        z = (values - window.mean()) / window.std()
    return list(zip(measured, z.tolist(), strict=True))


def _grade_weight(level: LevelJudgment, infer_weight: float) -> float:
    return 1.0 if level.grade == "TEXT" else infer_weight


def _collect(
    workspace: Workspace, driver: str, rows: list[tuple[float, float, float, float, int]], streams: list[str]
) -> Observations:
    ordered = sorted(rows, key=lambda row: (row[0], row[4], row[1]))
    table = np.array(ordered, dtype=np.float64).reshape(-1, 5)
    specs = workspace.indicators.indicators
    return Observations(
        driver=driver,
        time=table[:, 0],
        value=table[:, 1],
        loading=table[:, 2],
        sd=table[:, 3],
        stream=table[:, 4].astype(np.int64),
        indicators=tuple(streams),
        offset_sd=np.array([specs[name].offset_sd for name in streams], dtype=np.float64),
    )
