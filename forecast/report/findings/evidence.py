"""Bodies of evidence, each once, and what each counts for given all the others.

    sources   what the panel's sources of one cluster are coded to say, of effects and outcomes: draws
              weighted by 1 / L_e; of a broad alliance also by the mixture of definitions without the sources'
              own over that with them, at each draw's threshold. Where such weights cannot be trusted, draws
              are moved (`without`)
    record    the pair's own record, by 1 / L_e
    ratios    the reference class's hazard ratios within pairs, the same
    level     where a driver stands: by a cut levels are fitted before all this and have no likelihood, so
              P(h | levels) over P(h | the driver at its average today), in closed form (`elsewhere`)

Each is given all the others: two items that say the same count little each, and items do not add up to the
whole. Other sources keep the weights they have.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np

from forecast.calendar import Floats
from forecast.elicitation import normal
from forecast.inference.fit import Fit
from forecast.model.definition import Definitions
from forecast.report.findings.broad import ELICITED
from forecast.report.findings.elsewhere import Chances, Standing
from forecast.report.findings.weight_of_evidence import Weighed, compare, weigh
from forecast.report.findings.without import Without, without_sources
from forecast.reweighting.reference import log_density
from forecast.sensitivity.prior import likelihood_components

Kind = Literal["record", "ratios", "sources", "level"]


@dataclass(frozen=True)
class Item:
    """A body of evidence: sources of one cluster (``name``) are one, whoever of them are ``members``."""

    kind: Kind
    name: str
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """Hypotheses with their ``chances`` (N, H) at the draws, and how to read them off closed-form ones.

    ``lined``: whether they read the index, so that a source counts with the line it draws, too.
    """

    hypotheses: tuple[str, ...]
    chances: Floats
    read: Callable[[Chances], Floats]
    lined: bool


@dataclass(frozen=True)
class Evidence:
    """The items of a fit; ``log_likelihood`` (N,) of those that have one, ``by_driver`` of codes."""

    fit: Fit
    log_likelihood: dict[Item, Floats]
    by_driver: dict[str, Floats]
    _moved: dict[Item, Without] = field(default_factory=dict, repr=False)

    @cached_property
    def standing(self) -> Standing:
        """The fit, read from where its drivers stand."""
        return Standing(self.fit)

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, each once."""
        return (*self.log_likelihood, *(Item("level", name) for name in self.standing.names))

    @cached_property
    def _averaged(self) -> dict[str, Chances]:
        """The chances with each driver at its average today."""
        return {name: self.standing.chances(start={name: 0.0}) for name in self.standing.names}

    def weigh(self, asked: Asked, item: Item) -> Weighed:
        """What an item counts for under each hypothesis."""
        if item.kind == "level":
            return compare(asked.read(self.standing.base), asked.read(self._averaged[item.name]))
        lines = left_lines(self.fit, item.members) if asked.lined else None
        found = self._weigh(asked, self.log_likelihood[item], lines)
        if found.trusted or item.kind != "sources":
            return found
        if item not in self._moved:
            self._moved[item] = without_sources(self.fit, item.members, left_lines(self.fit, item.members))
        moved = self._moved[item]
        again = compare(asked.read(moved.own), asked.read(moved.chances), moved.weights)
        again = replace(again, k_hat=moved.k_hat, ess=moved.ess, moved=True)
        return again if again.trusted else found

    def _weigh(self, asked: Asked, log_likelihood: Floats, lines: Definitions | None) -> Weighed:
        if lines is None:
            return weigh(asked.chances, log_likelihood)
        fit = self.fit
        ratio = log_density(lines, fit.thresholds) - log_density(fit.definitions, fit.thresholds)
        if lines.source == (ELICITED,):  # another mixture altogether: nothing bounds its density over the old
            return weigh(asked.chances, log_likelihood - ratio)
        return weigh(asked.chances, log_likelihood, bounded=ratio)


def evidence(fit: Fit) -> Evidence:
    """The record, the class's ratios, each cluster of the panel's sources, and each driver's level."""
    parts = likelihood_components(fit.posterior.z, fit.prepared, fit.workspace, fit.panel)
    found = {(part.group, part.name): part.log_density for part in parts}
    clusters: dict[str, list[str]] = {}
    for member in fit.panel.members:
        clusters.setdefault(fit.workspace.sources[member].cluster, []).append(member)
    weighed = {Item("record", ""): found["record", ""]}
    if fit.workspace.base_rates.within_pair.use:
        weighed[Item("ratios", "")] = found["within_pair", ""]
    for cluster, members in clusters.items():
        told = np.asarray(sum(found["source", m] for m in members))
        weighed[Item("sources", cluster, tuple(members))] = told
    drivers = fit.prepared.features.drivers
    return Evidence(fit, weighed, {name: found["driver", name] for name in drivers})


def left_lines(fit: Fit, members: tuple[str, ...]) -> Definitions | None:
    """The definitions of a broad alliance without these sources' own; None where they have none.

    The weights of the others stay as they are; where there is no other, the question's own line takes their
    place.
    """
    found = fit.definitions
    kept = np.array([source not in members for source in found.source])
    if kept.all():
        return None
    if kept.any():
        names = tuple(source for source, keep in zip(found.source, kept, strict=True) if keep)
        return Definitions(names, found.centre[kept], found.sd[kept], found.weight[kept])
    own = normal(fit.workspace.question.alignment_index.threshold)
    return Definitions((ELICITED,), np.array([own.mean]), np.array([own.sd]), np.array([1.0]))
