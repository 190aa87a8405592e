"""Who depends on whom among the sources heard, and what that does to the interval."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

import numpy as np

from forecast.calendar import Floats
from forecast.inference.fit import Fit
from forecast.model.dependence import Dependence, dependence
from forecast.report.view import View
from forecast.simulation.forecast import Summary
from forecast.states import CHANNELS, Channel

#: Consecutive blocks of draws that the sampling error of a width is read from.
BLOCKS = 20
OUTCOMES: tuple[Literal["alliance", "split", "alliance_broad"], ...] = (*CHANNELS, "alliance_broad")


@dataclass(frozen=True)
class Difference:
    """One outcome by the horizon, as modelled and as if every source were independent.

    ``ratio``: how many times as wide the 90% interval of the log-odds is with dependence as without, with
    its Monte Carlo ``error``. On the log-odds, since a probability's interval also widens when its mean
    rises. ``coding``: share of the variance of the log-odds that goes with the bias shared by all codings
    (0 for the broad state, which is read by definitions and has none).
    """

    outcome: Literal["alliance", "split", "alliance_broad"]
    date: dt.date
    modelled: Summary
    independent: Summary
    ratio: float
    error: float
    coding: float


@dataclass(frozen=True)
class Shared:
    """The structure, what it does to the answer (nothing for a panel of one), and whether both fits hold."""

    structure: Dependence
    differences: tuple[Difference, ...]
    converged: bool


def shared(view: View) -> Shared:
    """For the panel reported on."""
    apart = view.material.independent
    return Shared(
        structure=dependence(view.workspace, view.fit.panel),
        differences=tuple(_difference(view, c) for c in OUTCOMES) if apart else (),
        converged=view.converged and (apart is None or apart.fit.posterior.diagnostics.passed),
    )


def _difference(view: View, outcome: Literal["alliance", "split", "alliance_broad"]) -> Difference:
    apart = view.material.independent
    assert apart is not None
    asked = view.quantity(outcome), outcome, view.far
    one, other = (log_odds(forecast.at(*asked)) for forecast in (view.baseline, apart.baseline))
    ratio, error = width_ratio(one, other)
    return Difference(
        outcome=outcome,
        date=view.far,
        modelled=view.baseline.summary(*asked),
        independent=apart.baseline.summary(*asked),
        ratio=ratio,
        error=error,
        coding=0.0 if outcome == "alliance_broad" else _coding_share(view.fit, outcome, one),
    )


def log_odds(p: Floats) -> Floats:
    """ln p / (1 - p), of probabilities kept off 0 and 1."""
    kept = np.clip(p, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(kept) - np.log1p(-kept))


def width_ratio(one: Floats, other: Floats) -> tuple[float, float]:
    """Width of the 90% interval of ``one`` over that of ``other``, and its Monte Carlo standard error.

    The error of each width is the spread of widths over BLOCKS consecutive blocks of draws (batch means,
    Flegal and Jones 2010), the two samples being independent.
    """
    ratio = width(one) / width(other)
    relative = [
        np.std([width(b) for b in np.array_split(x, BLOCKS)], ddof=1) / BLOCKS**0.5 / width(x)
        for x in (one, other)
    ]
    return ratio, float(ratio * np.hypot(*relative))


def width(values: Floats) -> float:
    """From the 5% to the 95% quantile."""
    low, high = np.quantile(values, [0.05, 0.95])
    return float(high - low)


def _coding_share(fit: Fit, outcome: Channel, values: Floats) -> float:
    bias = fit.posterior.z[:, fit.prepared.z.index("bias")[CHANNELS.index(outcome)]]
    return float(np.corrcoef(values, bias)[0, 1] ** 2)
