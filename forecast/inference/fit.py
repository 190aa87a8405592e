"""Fitting: a workspace and a panel to everything a simulation needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from forecast.calendar import Floats
from forecast.errors import UsageError
from forecast.inference.cache import load_posterior, posterior_key, store_posterior
from forecast.inference.posterior import Posterior, read_draws, thin
from forecast.inputs.workspace import Workspace
from forecast.model.data import Prepared, prepare
from forecast.model.definition import Definitions, Index, alignment_index, definitions
from forecast.model.density import FLOOR
from forecast.model.dependence import independent, undivided
from forecast.panel import Panel, resolve
from forecast.pooling.leaving import viewed_partnership
from forecast.request import DEFAULT_DRAWS, DEFAULT_SEED, check_draws
from forecast.states import State

#: Share of draws and windows at the density's floor from which a fit says so.
FLOOR_SHARE = 0.01


@dataclass(frozen=True)
class Fit:
    """A fitted workspace: drivers, effects and rates, the definitions of a broad alliance, and what it is of.

    ``thresholds`` (N,): the broad threshold of each posterior draw. ``from_cache``: whether the draws were
    read rather than made.
    """

    workspace: Workspace
    panel: Panel
    as_of: dt.date
    start_state: State
    seed: int
    prepared: Prepared
    posterior: Posterior
    index: Index
    definitions: Definitions
    thresholds: Floats
    from_cache: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the numbers should know about the fit, in sentences; often nothing."""
        return (*self._floored(), *self._hindsight(), *self._other_states())

    def _floored(self) -> list[str]:
        heard = self.prepared.judged.window[self.prepared.judged.weight > 0]
        if len(heard) == 0:
            return []
        groups = self.posterior.reached.shape[1] - len(self.prepared.judged.windows)
        share = float(np.mean(self.posterior.reached[:, groups + np.unique(heard)] < FLOOR))
        if share < FLOOR_SHARE:
            return []
        return [
            f"in {share:.0%} of draws and windows the model's own probability is below {FLOOR:g}, where it is"
            " compared with what sources state as if it were that; effects are weakly informed there"
        ]

    def _hindsight(self) -> list[str]:
        if self.as_of == self.workspace.question.as_of:
            return []
        return [
            f"only sources, readings and measurements dated by {self.as_of} are heard; the drivers' scales"
            " and elicited dynamics, the effects' priors and the base rates are today's"
        ]

    def _other_states(self) -> list[str]:
        silent = [
            m
            for m in self.panel.members
            if not viewed_partnership(self.workspace, self.workspace.sources[m])
            and (self.workspace.sources[m].outcomes.alliance or self.workspace.sources[m].outcomes.split)
        ]
        if not silent:
            return []
        return [
            "probabilities coded from views of a time when the pair was not in partnership are not used: "
            + ", ".join(silent)
        ]


def fit(
    workspace: Workspace,
    *,
    panel: str | None = None,
    lens: Sequence[str] = (),
    exclude: Sequence[str] = (),
    as_of: dt.date | None = None,
    start: State | None = None,
    seed: int = DEFAULT_SEED,
    draws: int = DEFAULT_DRAWS,
    jobs: int = 2,
    refit: bool = False,
) -> Fit:
    """Fit the model to one panel.

    ``panel``, ``lens``, ``exclude``: see `panel.resolve`. ``as_of`` earlier than the question's forecasts
    from what was known then; ``start`` overrides the pair's state on that day. ``draws`` are kept in all,
    ``jobs`` chains run at a time without changing a digit, ``refit`` samples whatever the cache holds.
    Raises UsageError for unknown names, or an ``as_of`` outside the record and the horizon.
    """
    day = as_of or workspace.question.as_of
    heard = resolve(workspace, panel=panel, lens=lens, exclude=exclude, as_of=day)
    state = start or starting_state(workspace, day)
    check_draws(draws)
    prepared = prepare(workspace, heard, day)
    posterior, from_cache = _posterior(prepared, seed=seed, draws=draws, jobs=jobs, refit=refit)
    return assemble(
        workspace, heard, day, state, prepared=prepared, posterior=posterior, seed=seed, from_cache=from_cache
    )


def assemble(
    workspace: Workspace,
    panel: Panel,
    as_of: dt.date,
    start: State,
    *,
    prepared: Prepared,
    posterior: Posterior,
    seed: int,
    from_cache: bool,
) -> Fit:
    """A fit of draws: with the index, and for each draw where a broad alliance begins."""
    index = alignment_index(workspace, prepared.drivers)
    broad = definitions(workspace, panel, prepared.drivers, index)
    return Fit(
        workspace=workspace,
        panel=panel,
        as_of=as_of,
        start_state=start,
        seed=seed,
        prepared=prepared,
        posterior=posterior,
        index=index,
        definitions=broad,
        thresholds=broad.draw(posterior.draws, np.random.default_rng([seed, 1])),
        from_cache=from_cache,
    )


def as_if_independent(fit: Fit, *, jobs: int = 2, refit: bool = False) -> Fit:
    """The same panel, seed and draws with no two sources depending on each other: `model.dependence`.

    Drivers are the fit's own, definitions of a broad alliance count undivided; the compiled model serves
    again.
    """
    prepared = independent(fit.prepared, fit.workspace, fit.panel)
    posterior, from_cache = _posterior(
        prepared, seed=fit.seed, draws=fit.posterior.draws, jobs=jobs, refit=refit
    )
    broad = definitions(undivided(fit.workspace), fit.panel, prepared.drivers, fit.index)
    return replace(
        fit,
        prepared=prepared,
        posterior=posterior,
        from_cache=from_cache,
        definitions=broad,
        thresholds=broad.draw(posterior.draws, np.random.default_rng([fit.seed, 1])),
    )


def starting_state(workspace: Workspace, as_of: dt.date) -> State:
    """The pair's state on ``as_of``: the question's at its own date, else as history.yaml has it."""
    question = workspace.question
    if as_of >= question.horizon:
        raise UsageError(f"--as-of {as_of} is not before the horizon {question.horizon}")
    if as_of == question.as_of:
        return question.initial_state
    state = workspace.history.state_on(as_of)
    if state is None:
        first = workspace.history.episodes[0].start
        raise UsageError(f"--as-of {as_of} is before the pair's record, which starts on {first}")
    return state


def _posterior(
    prepared: Prepared, *, seed: int, draws: int, jobs: int, refit: bool
) -> tuple[Posterior, bool]:
    """The draws, kept or made, and whether they were kept."""
    key = posterior_key(prepared.data, seed=seed, draws=draws)
    cached = None if refit else load_posterior(key, prepared)
    if cached is not None:
        return cached, True
    posterior = _sample(prepared, seed=seed, draws=draws, jobs=jobs)
    store_posterior(key, posterior)
    return posterior, False


def _sample(prepared: Prepared, *, seed: int, draws: int, jobs: int) -> Posterior:
    from forecast.inference.diagnostics import diagnose
    from forecast.inference.sampler import sample

    # R-hat is itself an estimate: over some 160 parameters its largest value strays past the limit now and
    # then. A failed gate is answered once by more draws and smaller steps; what fails again is reported.
    for careful in (False, True):
        z, divergences = sample(
            prepared.data, prepared.theta, seed=seed, draws=draws, jobs=jobs, careful=careful
        )
        diagnostics = diagnose(z, divergences)
        if diagnostics.passed:
            break
    return read_draws(thin(z, draws), prepared, diagnostics)
