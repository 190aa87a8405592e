"""The reference class as a reader meets it: counts of each move, the rate they give, the pair's record."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp

from forecast.inference.fit import Fit
from forecast.model.base_rate import class_log_rates
from forecast.model.record import record
from forecast.report.findings.effects import Range
from forecast.states import ESTIMATED

Z90 = 1.645


@dataclass(frozen=True)
class MoveRate:
    """One move: counts of the class (None where it has none), and its yearly rate before sources, at most 1.

    ``rate`` has the median as its central value.
    """

    move: str
    events: float | None
    episodes: float | None
    years_at_risk: float | None
    rate: Range
    basis: str


@dataclass(frozen=True)
class Offset:
    """How a covariate sets the pair apart from the class."""

    covariate: str
    pair: float
    reference: float


@dataclass(frozen=True)
class Rates:
    """The reference class in use.

    ``definition`` multiplies a channel's rate for its wider or narrower definition, at the median; ``news``
    are years of the pair's record that the panel had not seen when it wrote, weighted.
    """

    moves: tuple[MoveRate, ...]
    offsets: tuple[Offset, ...]
    definition: dict[str, float]
    news: float


def rates(fit: Fit) -> Rates:
    """The class, its offsets and the record, for the panel of ``fit``."""
    base = fit.workspace.base_rates
    chosen, log = base.classes[base.use], class_log_rates(base)
    moves = []
    for k, move in enumerate(ESTIMATED):
        seen = chosen.transitions.get(move)
        low, middle, high = (min(exp(float(log.mean[k] + z * log.sd[k])), 1.0) for z in (-Z90, 0.0, Z90))
        moves.append(
            MoveRate(
                move=move,
                events=seen.events if seen else None,
                episodes=seen.episodes if seen else None,
                years_at_risk=seen.exposure_years if seen else None,
                rate=Range(middle, low, high),
                basis=log.basis[k],
            )
        )
    shared = [n for n in base.covariates if n in chosen.covariates and n in chosen.pair_covariates]
    lived = record(fit.workspace, fit.panel, fit.as_of)
    leaving = [k for k, move in enumerate(ESTIMATED) if move.startswith(f"{fit.start_state}->")]
    return Rates(
        moves=tuple(moves),
        offsets=tuple(Offset(n, chosen.pair_covariates[n], chosen.covariates[n]) for n in shared)
        if base.offsets
        else (),
        definition={channel: exp(quantiles.p50) for channel, quantiles in base.definition_offset.items()},
        news=float(lived.exposure[:, leaving[0]].sum()) if leaving and len(lived.exposure) else 0.0,
    )
