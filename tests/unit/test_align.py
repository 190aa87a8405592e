"""Columns of z by name: what an edit keeps, adds and drops."""

from __future__ import annotations

import dataclasses

import numpy as np

from forecast.inputs.workspace import Workspace
from forecast.model.data import Prepared, prepare
from forecast.panel import resolve
from forecast.reweighting.align import align, labels


def prepared(workspace: Workspace) -> Prepared:
    """The numbers of the default panel."""
    return prepare(workspace, resolve(workspace), workspace.question.as_of)


def test_every_column_has_a_name_of_its_own(shipped: Workspace) -> None:
    """As many labels as columns, none twice, in the order of the layout."""
    one = prepared(shipped)
    names = labels(one)
    assert len(names) == len(set(names)) == one.z.size
    column = one.z.index("score")[2, 1]
    assert names[column] == f"score/{one.features.drivers[2]}/split"
    assert names[one.z.index("log_rate")[4]] == "log_rate/split->partnership"


def test_a_source_of_a_new_cluster_adds_columns_and_keeps_the_others(small: Workspace) -> None:
    """The draws of a column go with its name; new ones are standard normals, the same for the same seed."""
    name, source = next((n, s) for n, s in small.sources.items() if s.outcomes.alliance)
    apart = source.model_copy(update={"id": "newcomer", "cluster": "newcomers"})
    question = small.question.model_copy(
        update={"panels": {p: [*m, "newcomer"] for p, m in small.question.panels.items()}}
    )
    wider = dataclasses.replace(small, question=question, sources={**small.sources, "newcomer": apart})
    old, new = labels(prepared(small)), labels(prepared(wider))
    assert set(new) - set(old) == {"cluster/newcomers/alliance", "cluster/newcomers/split"}
    z = np.random.default_rng(0).standard_normal((4000, len(old)))
    moved = align(z, old, new, seed=1)
    for label in old:
        np.testing.assert_array_equal(moved[:, new.index(label)], z[:, old.index(label)])
    fresh = moved[:, [new.index(label) for label in new if label not in old]]
    # Of n standard normals the mean is within 4 / sqrt(n) and the sd within 4 / sqrt(2 n) of theirs.
    assert np.abs(fresh.mean(axis=0)).max() < 4 / 4000**0.5
    assert np.abs(fresh.std(axis=0) - 1).max() < 4 / 8000**0.5
    np.testing.assert_array_equal(moved, align(z, old, new, seed=1))
    np.testing.assert_array_equal(align(moved, new, old, seed=1), z)
    assert name in small.sources


def test_the_same_columns_are_the_same_draws() -> None:
    """Nothing is copied where nothing differs."""
    z = np.zeros((3, 2))
    assert align(z, ("a", "b"), ("a", "b"), seed=0) is z
