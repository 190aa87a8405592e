"""A study of the Classical Model as judgments, and judgments as a study: Excalibur's files and tables."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from forecast.elicitation.judgment import Judgment
from forecast.errors import UsageError
from forecast.interchange.elicited import Elicited
from forecast.interchange.excalibur import ExcaliburStudy
from forecast.interchange.excalibur_rows import SCALE_WORDS
from forecast.pooling.classical import Assessments

_WORDS = {scale: word for word, scale in SCALE_WORDS.items()}


def elicited_of(study: ExcaliburStudy) -> tuple[Elicited, ...]:
    """Every answer of a study, expert by expert; questions become notes."""
    said = study.assessments
    return tuple(
        Elicited(
            expert,
            item,
            Judgment(tuple(said.values[e, i].tolist()), said.levels, *_limits(said, i), f"{expert}, {item}"),
            realisation=None if np.isnan(said.realisations[i]) else float(said.realisations[i]),
            note=study.questions.get(item, ""),
            scale=_WORDS[said.scales[i]],
        )
        for e, expert in enumerate(said.experts)
        for i, item in enumerate(said.items)
        if said.answered[e, i]
    )


def study_of(said: Sequence[Elicited]) -> ExcaliburStudy:
    """Judgments as a study; what it has no place for (units, limits of single experts, weights) is left out.

    Raises
    ------
    UsageError
        For an item twice by one expert; for answers at different quantiles (`Assessments.of_answers`).
    """
    answers: dict[str, dict[str, dict[float, float]]] = {}
    for one in said:
        mine = answers.setdefault(one.expert, {})
        if one.item in mine:
            raise UsageError(f"{one.expert} answers {one.item} twice; a study holds one answer")
        mine[one.item] = {p: v for v, p in one.judgment.inner}
    return ExcaliburStudy(
        Assessments.of_answers(
            answers,
            realisations={one.item: one.realisation for one in said if one.realisation is not None},
            scales={one.item: SCALE_WORDS[one.scale] for one in said if one.scale},
        ),
        {one.item: one.note for one in reversed(said) if one.note},
    )


def _limits(said: Assessments, item: int) -> tuple[float, float]:
    low, high = said.limits[item].tolist()
    return (-math.inf if math.isnan(low) else low), (math.inf if math.isnan(high) else high)
