"""An item of a workspace by every rule: flat ones, Cooke's decision makers, the hierarchical pool."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from forecast.inputs.workspace import Workspace
from forecast.lexicon import words
from forecast.pooling.by_performance import COOKE, by_performance
from forecast.pooling.hierarchical import of_item
from forecast.pooling.pooled import Form, PooledItem, Voice, in_words, pools
from forecast.pooling.rule import Rule
from forecast.pooling.said import Item, Said
from forecast.pooling.side_by_side import Pool, summary

HIERARCHICAL = "hierarchical"
HIERARCHICAL_TITLE = "the model's pool of judgments"
#: What Cooke's rules are called where there is room for words.
TITLES = {name: f"Cooke, {rule} weights" for name, rule in COOKE.items()}


def pool_item(
    workspace: Workspace,
    item: Item,
    rules: Mapping[str, Rule],
    *,
    weights: Mapping[str, float] | None = None,
    also: Sequence[str] = (HIERARCHICAL, *COOKE),
) -> PooledItem:
    """One item by every rule.

    Parameters
    ----------
    rules
        The flat ones, of `table`.
    weights
        The user's, by source, instead of those of the files; who is not named is not heard. They are also
        those of ``cooke_user``.
    also
        Which of `HIERARCHICAL` and Cooke's rules to add.
    """
    voices = tuple(
        voice
        for said in item.said
        if (voice := _voice(said, None if weights is None else weights.get(said.source, 0.0))).weight > 0
    )
    form: Form = "probability" if item.form == "probability" else "quantity"
    found = list(pools(voices, form, rules)) if voices else []
    performance: Mapping[str, Mapping[str, float]] = {}
    if voices and HIERARCHICAL in also:
        found.append(_hierarchical(workspace, item, weights))
    if cooke := [name for name in COOKE if name in also]:
        made = by_performance(
            workspace,
            item.key,
            {said.source: dict(said.stated) for said in item.said if not said.coded and len(said.stated) > 1},
            limits=(_or_nan(item.lower), _or_nan(item.upper)),
            user=weights,
        )
        found += [
            summary(name, TITLES[name], made.makers[name])
            if name in made.makers
            else Pool(name, TITLES[name], why=made.why[name])
            for name in cooke
        ]
        performance = made.weights
    told, flipped = (
        in_words(found, lambda p: words(workspace.lexicon, p)) if form == "probability" else ({}, ())
    )
    return PooledItem(
        key=item.key,
        title=item.title,
        form=form,
        voices=voices,
        pools=tuple(found),
        flips=flipped,
        words=told,
        left_out=item.left_out,
        performance=performance,
        unit=item.unit,
        horizon=item.horizon,
    )


def _voice(said: Said, weight: float | None) -> Voice:
    judgment = said.judgment
    quantiles = (
        dict(said.stated)
        if judgment is None
        else dict(zip(judgment.probabilities, judgment.values, strict=True))
    )
    return Voice(
        name=said.source,
        weight=said.effective if weight is None else weight,
        divided_by=said.divided_by,
        quantiles=quantiles,
        distribution=said.distribution,
        file=said.file,
        line=said.line,
    )


def _hierarchical(workspace: Workspace, item: Item, weights: Mapping[str, float] | None) -> Pool:
    """The model's pool, with the user's weights instead of the files' where there are any."""
    if weights is not None:
        # Weights temper the likelihood: as on a panel, the largest is one.
        largest = max(weights.values(), default=0.0) or 1.0
        given = ((one, weights.get(one.source, 0.0) / largest) for one in item.said)
        item = replace(item, said=tuple(replace(one, weight=w, grade=1.0, effective=w) for one, w in given))
    return summary(HIERARCHICAL, HIERARCHICAL_TITLE, of_item(item, workspace.question.model))


def _or_nan(limit: float) -> float:
    return limit if np.isfinite(limit) else float("nan")
