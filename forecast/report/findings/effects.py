"""What each driver does to the two ways out of partnership, and how much of it is at work now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.calendar import Floats
from forecast.drivers.features import moments
from forecast.inference.fit import Fit
from forecast.inputs.records import HazardRatio
from forecast.states import CHANNELS, Channel


@dataclass(frozen=True)
class Range:
    """A mean with its 90% interval over posterior draws."""

    mean: float
    p05: float
    p95: float


@dataclass(frozen=True)
class Effect:
    """Log-hazard of ``channel`` per unit of a feature, and who says so.

    ``p_sign`` is the share of draws with the sign of the mean. ``now`` is the contribution to the log-hazard
    at the levels of as_of, so that ``factor`` = exp(mean of now) multiplies the rate at average drivers.
    ``speaking`` counts the panel's sources that code it, ``text`` those whose code is graded TEXT.
    """

    feature: str
    channel: Channel
    per_unit: Range
    p_sign: float
    now: Range
    factor: float
    speaking: int
    text: int


@dataclass(frozen=True)
class Gain:
    """Log-hazard per code point: the assumption that turns codes into effects."""

    prior: Range
    posterior: dict[Channel, Range]


def effects(fit: Fit) -> tuple[Effect, ...]:
    """Every driver on both channels, then each interaction on its own channel."""
    spec = fit.prepared.features
    at_work = levels_at_work(fit)
    found = []
    for f, name in enumerate(spec.names):
        own = CHANNELS if name in spec.drivers else (spec.channel[f - len(spec.drivers)],)
        for k, channel in enumerate(CHANNELS):
            if channel not in own:
                continue
            draws = fit.posterior.coefficients[:, f, k]
            now = summarise_range(draws * at_work[f])
            speaking, text = _speaking(fit, name, channel)
            found.append(
                Effect(
                    feature=name,
                    channel=channel,
                    per_unit=summarise_range(draws),
                    p_sign=float(np.mean(np.sign(draws) == np.sign(draws.mean()))),
                    now=now,
                    factor=float(np.exp(now.mean)),
                    speaking=speaking,
                    text=text,
                )
            )
    return tuple(found)


def levels_at_work(fit: Fit) -> Floats:
    """E[phi] at as_of: saturated driver levels, then interactions; (F,)."""
    mean, variance = fit.prepared.drivers.filtered()
    centre, _ = moments(fit.prepared.features, mean[-1:], variance[-1:])
    return np.asarray(centre[0])


def drivers_together(fit: Fit) -> dict[Channel, Range]:
    """How all drivers together multiply each rate now, on the log scale."""
    at_work = levels_at_work(fit)
    total = np.einsum("nfk,f->nk", fit.posterior.coefficients[:, :, :2], at_work)
    return {channel: summarise_range(total[:, k]) for k, channel in enumerate(CHANNELS)}


def gain(fit: Fit) -> Gain:
    """The gain as assumed, and as the panel leaves it."""
    from forecast.elicitation import lognormal
    from forecast.model.affine import LOG_GAIN

    stated = fit.workspace.question.model.gain
    mean, sd = (lognormal(stated).mean, lognormal(stated).sd) if stated else LOG_GAIN
    low, high = np.exp(mean - 1.645 * sd), np.exp(mean + 1.645 * sd)
    return Gain(
        prior=Range(float(np.exp(mean)), float(low), float(high)),
        posterior={c: summarise_range(fit.posterior.gain[:, k]) for k, c in enumerate(CHANNELS)},
    )


def summarise_range(draws: Floats) -> Range:
    """Mean and 90% interval of draws."""
    low, high = np.quantile(draws, [0.05, 0.95])
    return Range(float(draws.mean()), float(low), float(high))


def _speaking(fit: Fit, feature: str, channel: Channel) -> tuple[int, int]:
    said = [
        effect.grade_of(channel)
        for member in fit.panel.members
        if (effect := fit.workspace.sources[member].effects.get(feature)) is not None
        and getattr(effect, channel) is not None
    ]
    return len(said), said.count("TEXT")


def mean_code(fit: Fit, driver: str, channel: Channel) -> float | None:
    """The panel's weighted mean code of one effect; None where no source gives a code."""
    from forecast.model.judgments import weighted_codes

    pairs = [
        (getattr(source.effects[d], c), weight)
        for d, c, source, weight in weighted_codes(fit.workspace, fit.panel)
        if d == driver and c == channel and not isinstance(getattr(source.effects[d], c), HazardRatio)
    ]
    total = sum(w for _, w in pairs)
    return sum(code * w for code, w in pairs) / total if total else None
