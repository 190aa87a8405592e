"""Who depends on whom in a panel, and the same panel taken as if every source stood alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np

from forecast.calendar import Floats
from forecast.inputs.workspace import Workspace
from forecast.model.data import Prepared, by_transition
from forecast.model.judgments import code_sums
from forecast.panel import Panel

Kind = Literal["reports", "cites", "same cluster"]


@dataclass(frozen=True)
class Voice:
    """A source of the panel, or (``heard`` False, weight 0) one that reports a source of the panel."""

    source: str
    weight: float
    cluster: str
    reporters: tuple[str, ...]
    heard: bool


@dataclass(frozen=True)
class Link:
    """``first`` reports or cites ``second``, or the two share a cluster (then in the panel's order)."""

    kind: Kind
    first: str
    second: str


@dataclass(frozen=True)
class Dependence:
    """The dependence structure of a panel.

    ``clusters``: members heard, by cluster. ``texts``: what the sources reach us through, themselves where
    they speak for themselves; those that report most first. ``by_weight``: the effective number of voices
    were all independent; ``effective``: with the dependence that the weights of codes take them to have.
    ``beyond``: citations other than of a source by a text that reports it. ``unmodelled``: citations between
    sources that the model takes to be independent.
    """

    voices: tuple[Voice, ...]
    links: tuple[Link, ...]
    clusters: Mapping[str, tuple[str, ...]]
    texts: tuple[str, ...]
    by_weight: float
    effective: float
    beyond: tuple[Link, ...]
    unmodelled: tuple[Link, ...]

    @property
    def heard(self) -> tuple[Voice, ...]:
        """The panel's own sources."""
        return tuple(v for v in self.voices if v.heard)

    @property
    def shares(self) -> bool:
        """Whether any two sources share a cluster or a reporting text."""
        told = [r for v in self.heard for r in v.reporters]
        return len(self.clusters) < len(self.heard) or len(told) > len(set(told))

    def of_kind(self, kind: Kind) -> tuple[Link, ...]:
        """The links of one kind."""
        return tuple(link for link in self.links if link.kind == kind)


def dependence(workspace: Workspace, panel: Panel) -> Dependence:
    """The structure of a panel, from ``cluster``, ``reported_in`` and ``cites`` of its sources.

    A citation of, or by, a source that is not heard is left out. The effective number of voices is
    `effective_number` of the panel's weights under `overlap`.
    """
    members = [workspace.sources[m] for m in panel.members]
    told = Counter(r for s in members for r in s.reporters)
    read = dict.fromkeys(t for s in members for t in s.reporters or (s.id,))
    texts = tuple(sorted(read, key=lambda t: -told[t]))
    silent = [workspace.sources[t] for t in texts if t not in panel.weights]
    clusters: dict[str, tuple[str, ...]] = {}
    for s in members:
        clusters[s.cluster] = (*clusters.get(s.cluster, ()), s.id)
    reports = [Link("reports", r, s.id) for s in members for r in s.reporters]
    cites = [Link("cites", s.id, c) for s in members for c in dict.fromkeys(s.cites) if c in panel.weights]
    kin = [Link("same cluster", a, b) for who in clusters.values() for a, b in combinations(who, 2)]
    weights, shared = np.array([panel.weights[s.id] for s in members]), overlap(workspace, panel)
    place = {s.id: i for i, s in enumerate(members)}
    return Dependence(
        voices=tuple(
            Voice(s.id, panel.weights.get(s.id, 0.0), s.cluster, s.reporters, s.id in panel.weights)
            for s in [*members, *silent]
        ),
        links=(*reports, *cites, *kin),
        clusters=clusters,
        texts=texts,
        by_weight=effective_number(weights, np.eye(len(members))),
        effective=effective_number(weights, shared),
        beyond=tuple(c for c in cites if c.first not in workspace.sources[c.second].reporters),
        unmodelled=tuple(c for c in cites if shared[place[c.first], place[c.second]] == 0),
    )


def overlap(workspace: Workspace, panel: Panel) -> Floats:
    """The correlation r that the weights of codes imply between each two sources of the panel; (N, N).

    rho in one cluster, else rho_reported if some text reports both, else 0: the stronger of the two, as in
    `judgments`. A text and what it reports have 0 unless they share a cluster.
    """
    settings = workspace.question.model
    members = [workspace.sources[m] for m in panel.members]
    shared = np.eye(len(members))
    for (i, a), (j, b) in combinations(enumerate(members), 2):
        kin = settings.rho if a.cluster == b.cluster else 0.0
        relayed = settings.rho_reported if set(a.reporters) & set(b.reporters) else 0.0
        shared[i, j] = shared[j, i] = max(kin, relayed)
    return shared


def effective_number(weights: Floats, correlation: Floats) -> float:
    """How many independent sources of equal weight would pin down a mean as well; 0 of nobody.

        n = (sum_i w_i)^2 / sum_ij w_i w_j r_ij

    sigma^2 / n is the variance of the weighted mean of equally uncertain views with correlations r. With
    r = 1 on the diagonal only it is Kish's (1992, J. Official Statistics 8) number for unequal weights;
    with equal weights and one r, m / (1 + (m - 1) r), Clemen and Winkler's (1985, Operations Research 33)
    equivalent number of independent sources, and what m codes of one cluster weigh together in the model.

    >>> effective_number(np.ones(3), np.full((3, 3), 0.6) + 0.4 * np.eye(3))
    1.3636363636363635
    """
    return float(weights.sum() ** 2 / (weights @ correlation @ weights)) if len(weights) else 0.0


def independent(prepared: Prepared, workspace: Workspace, panel: Panel) -> Prepared:
    """The panel's numbers as if each source had come to its view alone; shapes unchanged.

    Codes keep their weight undivided (rho = rho_reported = 0). What a cluster or a reporting text adds to
    several of the outcome judgments heard is drawn for each of them alone, and integrated out: for a
    judgment of weight w and variance s^2 whose shared shifts have variance v (SHIFT_SD^2 for the cluster,
    SHIFT_SD^2 via^2 for a text)

        integral N(u | 0, v) N(y | mu + u, s^2)^w du  ~  N(y | mu, s^2 + w v)^w

    in mu, so that s^2 becomes s^2 + w v and the shared columns 0. (Adding v rather than w v would temper
    the shift as well, which the model does not.) Exact where w = 1 and s is the same on both sides: a split
    normal is widened on each side, as it is by tau_out, and for w < 1 a factor free of mu is left out.
    Shifts that only one judgment has are its own already and stay, so that a panel in which nobody shares
    anything keeps its numbers to the last bit. The bias common to all codings stays too: it is the coder's.
    """
    data = prepared.data
    codes = code_sums(undivided(workspace), panel)
    rows = prepared.theta.index("shift")
    columns = np.concatenate([prepared.z.index(name).ravel() for name in ("cluster", "via")])
    heard = data.matrix[np.ix_(rows[data.stated_weight > 0], columns)]
    shared = np.ix_(rows, columns[(heard != 0).sum(axis=0) > 1])
    own = data.stated_weight * (data.matrix[shared] ** 2).sum(axis=1)
    matrix = data.matrix.copy()
    matrix[shared] = 0.0
    changed = replace(
        data,
        matrix=matrix,
        code_weight=by_transition(codes.weight, prepared.features),
        code_first=by_transition(codes.first, prepared.features),
        code_second=by_transition(codes.second, prepared.features),
        ratio_precision=by_transition(codes.ratio_precision, prepared.features),
        ratio_mean=by_transition(codes.ratio_mean, prepared.features),
        stated_below=_widened(data.stated_below, own),
        stated_above=_widened(data.stated_above, own),
    )
    return replace(prepared, data=changed)


def undivided(workspace: Workspace) -> Workspace:
    """The workspace with nothing divided for dependence: rho = rho_reported = 0."""
    settings = workspace.question.model.model_copy(update={"rho": 0.0, "rho_reported": 0.0})
    return replace(workspace, question=workspace.question.model_copy(update={"model": settings}))


def _widened(sd: Floats, variance: Floats) -> Floats:
    # Where nothing is added the number is to stay as it is, and not a rounding of its root.
    return np.where(variance > 0, np.sqrt(sd**2 + variance), sd)
