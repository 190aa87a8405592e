"""Draws of one workspace's second module as draws of another's: the same columns by name.

An edit may add or remove a source, a cluster, a driver. A column that is new is an independent standard
normal under both posteriors' priors, and is drawn as one; a column that has gone integrates out: it stays in
the old density and is left out of the new. Either way the ratio of the two densities over all columns is
that of their likelihoods.
"""

from __future__ import annotations

import numpy as np

from forecast.calendar import Floats
from forecast.model.affine import Blocks
from forecast.model.data import Prepared
from forecast.states import CHANNELS, ESTIMATED


def labels(prepared: Prepared) -> tuple[str, ...]:
    """A name for each column of z, such as ``score/DRIVER/alliance``."""
    spec, judged = prepared.features, prepared.judged
    names: dict[str, tuple[tuple[str, ...], ...]] = {
        "log_tau": (("codes",),),
        "log_tau_out": (("outcomes",),),
        "log_gain": (CHANNELS,),
        "log_rate": (ESTIMATED,),
        "score": (spec.drivers, CHANNELS),
        "slack": (spec.drivers, CHANNELS),
        "return_slack": (spec.drivers, CHANNELS),
        "effect": (spec.interactions,),
        "bias": (CHANNELS,),
        "cluster": (judged.clusters, CHANNELS),
        "via": (judged.reporters, CHANNELS),
    }
    return tuple(label for block in prepared.z.shapes for label in _labelled(block, names[block], prepared.z))


def align(z: Floats, old: tuple[str, ...], new: tuple[str, ...], *, seed: int) -> Floats:
    """Draws z (N, len(old)) with the columns ``new``, those not in ``old`` drawn from their prior."""
    if old == new:
        return z
    place = {label: column for column, label in enumerate(old)}
    fresh = np.random.default_rng([seed, 3])
    columns = [z[:, place[label]] if label in place else fresh.standard_normal(len(z)) for label in new]
    return np.stack(columns, axis=1)


def _labelled(block: str, axes: tuple[tuple[str, ...], ...], layout: Blocks) -> list[str]:
    rows = [""]
    for axis in axes:
        rows = [f"{row}/{name}" for row in rows for name in axis]
    assert len(rows) == int(np.prod(layout.shapes[block]))
    return [block + row for row in rows]
