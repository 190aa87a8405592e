"""What a panel states of the outcomes: leaving partnership by a date, and the broad state.

Probabilities of reaching alliance or split are carried to one horizon, level by level, as the pooled answer
of a forecast does. A state at the end of a window is no first passage: the broad ones stay what they were
stated for, each at the end of its own window.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from forecast.calendar import decimal_year
from forecast.elicitation import split_logit_normal
from forecast.inputs.fields import Quantiles
from forecast.inputs.records import Source
from forecast.inputs.workspace import Workspace
from forecast.pooling.leaving import curve, grade, unusable, window
from forecast.pooling.on_scale import OnScale, widened
from forecast.pooling.said import Item, as_mapping, divisors, heard, members
from forecast.pooling.weights import aged, graded
from forecast.states import CHANNELS, Channel

if TYPE_CHECKING:
    from forecast.panel import Panel


def reached(workspace: Workspace, panel: Panel, channel: Channel, *, by: dt.date, as_of: dt.date) -> Item:
    """The probability of having reached alliance or split by a date, from partnership at ``as_of``."""
    left_out: dict[str, str] = {}
    carried: list[tuple[Source, Mapping[float, float]]] = []
    for source in members(workspace, panel):
        problem = unusable(workspace, source) or _elsewhere(workspace, as_of)
        if problem is not None:
            left_out[source.id] = problem
            continue
        carried.append((source, _at(workspace, source, channel, decimal_year(by) - decimal_year(as_of))))
    shared = divisors(workspace, [source for source, _ in carried])
    said = tuple(
        heard(
            workspace,
            panel,
            source,
            f"outcomes.{channel}",
            stated=as_mapping(getattr(source.outcomes, channel).quantiles),
            pooled=quantiles,
            distribution=_read(quantiles),
            grade=grade(workspace, source),
            divided_by=shared[source.id],
            date=source.view_date,
            years=window(source),
            aged=_aged(source, as_of),
        )
        for source, quantiles in carried
    )
    title = f"{workspace.question.outcomes[channel].title}: reached"
    return Item(f"outcomes.{channel}", title, "probability", "", 0.0, 1.0, said, left_out, by)


def broad(workspace: Workspace, panel: Panel, *, as_of: dt.date) -> Item:
    """The probability of the broad reading of alliance, at the end of each source's own window."""
    stating = [
        (source, judgment)
        for source in members(workspace, panel)
        if (judgment := source.outcomes.alliance_broad) is not None
    ]
    shared = divisors(workspace, [source for source, _ in stating])
    said = []
    for source, judgment in stating:
        stated, factor = as_mapping(judgment.quantiles), workspace.question.widened(source.kind)
        said.append(
            heard(
                workspace,
                panel,
                source,
                "outcomes.alliance_broad",
                stated=stated,
                pooled=widened(stated, "logit", factor),
                distribution=OnScale.of(split_logit_normal(judgment.quantiles), "logit", widened=factor),
                grade=graded(judgment.grade, workspace.question.model.infer_weight),
                divided_by=shared[source.id],
                date=source.view_date,
                years=judgment.years,
                aged=_aged(source, as_of),
            )
        )
    title = f"{workspace.question.outcomes['alliance_broad'].title}: at the end of each source's own window"
    return Item("outcomes.alliance_broad", title, "probability", "", 0.0, 1.0, tuple(said), {})


def _at(workspace: Workspace, source: Source, channel: Channel, years: float) -> dict[float, float]:
    """The source's stated levels after ``years``."""
    both, at = curve(workspace, source), CHANNELS.index(channel)
    levels: Iterable[float] = getattr(source.outcomes, channel).quantiles.levels
    return {level: both.one(at, level, years) for level in levels}


def _read(quantiles: Mapping[float, float]) -> OnScale:
    fit = split_logit_normal(Quantiles(levels=tuple(quantiles), values=tuple(quantiles.values())))
    return OnScale.of(fit, "logit")


def _aged(source: Source, as_of: dt.date) -> float:
    return aged(decimal_year(as_of) - decimal_year(source.view_date))


def _elsewhere(workspace: Workspace, as_of: dt.date) -> str | None:
    """Why nothing can be said of leaving partnership, where the pair is not in it."""
    question = workspace.question
    state = question.initial_state if as_of == question.as_of else workspace.history.state_on(as_of)
    if state == "partnership":
        return None
    return f"states how partnership is left; on {as_of} the pair is not in it (state: {state or 'unknown'})"
