"""Where a panel's sources put a driver: of each, its judgment dated nearest to today, of whatever date.

Readings that stand in drivers.yaml belong to no source and are not pooled here; the model, which knows how
drivers move between the dates, hears every one of both.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from forecast.elicitation import normal
from forecast.inputs.workspace import Workspace
from forecast.pooling.on_scale import OnScale, widened
from forecast.pooling.said import Item, as_mapping, divisors, heard, members
from forecast.pooling.weights import graded

if TYPE_CHECKING:
    from forecast.panel import Panel


def level(workspace: Workspace, panel: Panel, driver: str, *, as_of: dt.date) -> Item:
    """A driver's level, by each source's latest judgment dated no later than ``as_of``."""
    left_out, latest = {}, []
    for source in members(workspace, panel):
        dated = [(i, one) for i, one in enumerate(source.levels) if one.driver == driver]
        known = [(i, one) for i, one in dated if one.date <= as_of]
        if known:
            latest.append((source, *max(known, key=lambda pair: pair[1].date)))
        elif dated:
            left_out[source.id] = f"its level is dated after {as_of}"
    shared = divisors(workspace, [source for source, _, _ in latest])
    said = []
    for source, i, one in latest:
        stated, factor = as_mapping(one.quantiles), workspace.question.widened(source.kind)
        said.append(
            heard(
                workspace,
                panel,
                source,
                f"levels[{i}]",
                stated=stated,
                pooled=widened(stated, "identity", factor),
                distribution=OnScale.of(normal(one.quantiles), "identity", widened=factor),
                grade=graded(one.grade, workspace.question.model.infer_weight),
                divided_by=shared[source.id],
                date=one.date,
            )
        )
    title = f"{workspace.drivers.drivers[driver].name}: level"
    endless = float("inf")
    return Item(
        f"levels.{driver}", title, "quantity", "driver units", -endless, endless, tuple(said), left_out
    )
