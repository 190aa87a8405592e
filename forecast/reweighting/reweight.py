"""An edited workspace answered from draws of another posterior: importance reweighting.

    w_i = p_new(z_i) / p_old(z_i) = exp(l_new(z_i) - l_old(z_i)),

since z is standard normal under both: priors and judgments alike are in the map from z and in the tempered
log likelihood l. The cut helps: drivers' levels are plugged in, so that an edit of them is one more change of
l. Weights are Pareto-smoothed; where their tail is too heavy the draws are first moved by moment matching.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forecast.calendar import Floats
from forecast.inference.fit import Fit, assemble
from forecast.inference.posterior import read_draws
from forecast.inputs.workspace import Workspace
from forecast.model.batch import log_likelihood
from forecast.model.data import Prepared, prepare
from forecast.model.definition import Definitions
from forecast.panel import Panel
from forecast.reweighting.align import align, labels
from forecast.reweighting.moment_matching import match
from forecast.reweighting.pareto import K_LIMIT, Smoothed, smooth
from forecast.reweighting.reference import Reference, log_density, moves
from forecast.states import State

#: Above a shape of 1 weights have not even a mean, and what draws are moved by says little of the target:
#: draws moved from so far look well and are off (an empty panel, one lens of eight, another reference class).
#: The shape is itself estimated: from the 134 largest of 2,000 weights with a standard error of (1 + k) /
#: sqrt(134) = .17 (Hosking and Wallis 1987, Technometrics 29(3)), so the line is drawn one error below.
FARTHEST = 0.83
#: Fewer effective draws than these say little of an interval's ends.
FEWEST = 100.0


@dataclass(frozen=True)
class Reweighted:
    """Draws weighed for other judgments.

    ``z`` (N, size) in the new workspace's columns, with ``log_weights`` (N,) whose exponentials sum to one;
    ``k_hat`` and ``ess`` of them; ``k_before`` any ``steps`` of moment matching, which ``moved`` the draws.
    Of draws that came from too far ``k_hat`` is still that before.
    """

    workspace: Workspace
    panel: Panel
    as_of: dt.date
    start_state: State
    seed: int
    prepared: Prepared
    z: Floats
    log_weights: Floats
    k_hat: float
    ess: float
    k_before: float
    steps: tuple[str, ...]

    @property
    def moved(self) -> bool:
        """Whether the draws are other ones than the reference's."""
        return bool(self.steps)

    @property
    def trusted(self) -> bool:
        """Whether the weights' tail is light enough, and enough draws carry them, to use the answer."""
        return self.k_hat <= K_LIMIT and self.ess >= FEWEST


def reweight(
    reference: Reference,
    workspace: Workspace,
    panel: Panel,
    *,
    like: Prepared | None = None,
    matching: bool = True,
) -> Reweighted:
    """The reference's draws, weighed for a workspace and panel as of the same day from the same state.

    ``like`` is a preparation some parts of which may be the same; ``matching=False`` never moves a draw.
    """
    prepared = prepare(workspace, panel, reference.as_of, like=like)
    z = align(reference.z, reference.labels, labels(prepared), seed=reference.seed)

    def log_new(draws: Floats) -> Floats:
        return log_likelihood(draws, prepared.data, prepared.theta).total

    found = smooth(log_new(z) - reference.log_likelihood)
    k_before = found.k_hat
    steps: tuple[str, ...] = ()
    log_weights, k_hat, ess = found.log_weights, found.k_hat, found.ess
    if matching and (k_hat > K_LIMIT or ess < FEWEST):
        # The old density is known at its own draws alone, and columns that have gone cancel out of the ratio.
        old = reference.log_likelihood - 0.5 * (z**2).sum(axis=1)
        matched = match(
            z,
            log_old=lambda _: old,
            log_new=lambda draws: log_new(draws) - 0.5 * (draws**2).sum(axis=1),
            # Fewest draws are reason enough to move them, however light their weights' tail seems.
            limit=min(K_LIMIT, k_hat - 1e-9),
        )
        z, log_weights, steps = matched.z, matched.log_weights, matched.steps
        k_hat, ess = matched.k_hat, matched.ess
        if k_before > FARTHEST:
            k_hat = k_before
    return Reweighted(
        workspace=workspace,
        panel=panel,
        as_of=reference.as_of,
        start_state=reference.start_state,
        seed=reference.seed,
        prepared=prepared,
        z=z,
        log_weights=log_weights,
        k_hat=k_hat,
        ess=ess,
        k_before=k_before,
        steps=steps,
    )


def fit_of(found: Reweighted, reference: Reference) -> Fit:
    """A fit whose draws are the weighed ones; the weights are left aside."""
    return assemble(
        found.workspace,
        found.panel,
        found.as_of,
        found.start_state,
        prepared=found.prepared,
        posterior=read_draws(found.z, found.prepared, reference.diagnostics),
        seed=found.seed,
        from_cache=True,
    )


def still_simulated(found: Reweighted, fit: Fit, reference: Reference) -> bool:
    """Whether the reference's probabilities hold draw by draw: nothing but weights and definitions differ."""
    return not found.moved and moves(fit) == reference.moves


def weigh_definitions(definitions: Definitions, reference: Reference, log_weights: Floats) -> Smoothed:
    """Weights (N,) for what reads the index: times the ratio of the definitions' densities."""
    return smooth(log_weights + log_density(definitions, reference.thresholds) - reference.line)
