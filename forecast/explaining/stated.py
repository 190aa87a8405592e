"""Pieces that are a source's: its probabilities, codes, levels and weight, each where its file has it."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.cards.names import short_names
from forecast.cards.words import GRADES, level, probability, signed_code, when
from forecast.explaining.basis import RATES, Item, piece, span
from forecast.inputs.fields import Grade, Quantiles
from forecast.inputs.records import HazardRatio, OutcomeJudgment, Source
from forecast.inputs.workspace import Workspace
from forecast.panel import Panel
from forecast.states import CHANNELS, Channel

OUTCOMES = (*CHANNELS, "alliance_broad")


def file_of(source: str) -> str:
    """The file of a source."""
    return f"priors/sources/{source}.yaml"


def probability_of(workspace: Workspace, name: str, outcome: str) -> Item:
    """A source's probability of an outcome: the line of its median, or of the words it was given in."""
    source = workspace.sources[name]
    judgment: OutcomeJudgment = getattr(source.outcomes, outcome)
    title = workspace.question.outcomes[outcome].title.lower()  # type: ignore[index]
    window = "within" if judgment.within_years else "after"
    stated = probability(judgment.quantiles.stated())
    at, claim = _median(workspace, file_of(name), f"outcomes.{outcome}", judgment.quantiles)
    return piece(
        workspace,
        file_of(name),
        at,
        f"{name_of(workspace, source.id)} on {title} {window} {judgment.years:g} years of"
        f" {when(source.view_date)}: {stated}, {_graded(source, judgment.grade)}",
        claim=claim,
        locator=source.place_of(judgment),
    )


def code(workspace: Workspace, name: str, driver: str, channel: Channel) -> Item:
    """What a source is coded to say a driver does to a way out of partnership."""
    source = workspace.sources[name]
    effect = source.effects[driver]
    value = getattr(effect, channel)
    at, claim = f"effects.{driver}.{channel}", value
    told = f"code {signed_code(value)}" if isinstance(value, float) else ""
    if isinstance(value, HazardRatio):
        ratio = value.hazard_ratio
        at, claim = f"{at}.hazard_ratio.p50", ratio.p50
        told = f"hazard ratio {span(ratio)}"
    what = f"{workspace.drivers.drivers[driver].name} on {channel}"
    return piece(
        workspace,
        file_of(name),
        at,
        f"{name_of(workspace, source.id)}: {what}, {told}, {_graded(source, effect.grade_of(channel))}",
        claim=claim,
        locator=source.place_of(effect),
    )


def level_of(workspace: Workspace, name: str, index: int) -> Item:
    """Where a source puts a driver: ``index`` in its list of levels."""
    source = workspace.sources[name]
    item = source.levels[index]
    driver = workspace.drivers.drivers[item.driver].name
    return piece(
        workspace,
        file_of(name),
        f"levels[{index}].p50",
        f"{name_of(workspace, source.id)}: {driver} in {when(item.date)} at {level(item.quantiles.stated())},"
        f" {_graded(source, item.grade)}",
        claim=item.quantiles.p50,
        locator=source.place_of(item),
    )


def class_ratio(workspace: Workspace, driver: str, channel: Channel) -> Item:
    """A hazard ratio seen across pairs of the reference class."""
    evidence = workspace.base_rates.within_pair
    index, each = next(
        (i, e) for i, e in enumerate(evidence.effects) if (e.driver, e.channel) == (driver, channel)
    )
    ratio = each.log_hazard_ratio
    return piece(
        workspace,
        RATES,
        f"within_pair.effects[{index}].log_hazard_ratio.p50",
        f"across pairs: {workspace.drivers.drivers[driver].name} on {channel}, log hazard ratio"
        f" {span(ratio, '+g')}",
        claim=ratio.p50,
        locator=each.note,
    )


def source_weight(workspace: Workspace, panel: Panel, name: str) -> Item:
    """How loudly a source is heard."""
    source = workspace.sources[name]
    total = sum(panel.weights.values())
    heard = f"{panel.weights[name] / total:.1%} of" if name in panel.weights else "not heard in"
    return piece(
        workspace,
        file_of(name),
        "weight",
        f"{name_of(workspace, source.id)}: weight {source.weight:g}, {heard} panel {panel.id}",
        claim=source.weight,
        locator=source.citation,
    )


def heard(workspace: Workspace, panel: Panel) -> Iterator[Item]:
    """Every source of a panel, the heaviest first."""
    for name in sorted(panel.members, key=lambda m: -panel.weights[m]):
        yield source_weight(workspace, panel, name)


def everything(workspace: Workspace, name: str) -> Iterator[tuple[tuple[str, str, str], Item]]:
    """All that is coded from a source, by (kind of factor, driver, channel); a level has no channel."""
    source = workspace.sources[name]
    for outcome in OUTCOMES:
        if getattr(source.outcomes, outcome) is not None:
            kind = "line" if outcome == "alliance_broad" else "outcome"
            yield (kind, "", outcome), probability_of(workspace, name, outcome)
    for driver, effect in source.effects.items():
        for channel in CHANNELS:
            if getattr(effect, channel) is not None:
                yield ("code", driver, channel), code(workspace, name, driver, channel)
    for index, item in enumerate(source.levels):
        yield ("level", item.driver, ""), level_of(workspace, name, index)


def name_of(workspace: Workspace, name: str) -> str:
    """What readers call a source."""
    return short_names(workspace.sources)[name]


def _graded(source: Source, grade: Grade) -> str:
    return "the person's own" if source.kind == "expert" and grade == "TEXT" else GRADES[grade]


def _median(workspace: Workspace, file: str, at: str, quantiles: Quantiles) -> tuple[str, float | None]:
    """The path of a stated median and its value; of words, which stand for quantiles, theirs and none."""
    lines = workspace.lines
    if (file, f"{at}.words") in lines:
        return f"{at}.words", None
    numbers = any((file, f"{at}.{name}") in lines for name in quantiles.stated() if name != "p50")
    return f"{at}.p50", quantiles.p50 if numbers else None
