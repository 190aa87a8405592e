"""The outside view's pieces: counts of the reference class, what moves them to this pair, its own record."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.explaining.basis import HISTORY, RATES, Item, piece, span
from forecast.inference.fit import Fit
from forecast.inputs.records import BaseRates, ReferenceClass
from forecast.inputs.workspace import Workspace
from forecast.model.base_rate import SMALLEST_COUNT
from forecast.states import CHANNELS, ESTIMATED, Transition


def reference_class(workspace: Workspace) -> Iterator[Item]:
    """The class in use and the counts that each rate is from, then what moves the rates to this pair."""
    base = workspace.base_rates
    chosen = base.classes[base.use]
    yield piece(
        workspace,
        RATES,
        "use",
        f"reference class {base.use}: {chosen.title}",
        claim=base.use,
        locator=chosen.citation,
    )
    for transition in ESTIMATED:
        yield _rate(workspace, base, transition)
    for channel in CHANNELS:
        if (offset := base.definition_offset.get(channel)) is not None:
            yield piece(
                workspace,
                RATES,
                f"definition_offset.{channel}.p50",
                f"our looser definition of {channel}: log rate {span(offset, '+g')}",
                claim=offset.p50,
            )
    yield from _covariates(workspace, base, chosen)


def covariate(workspace: Workspace, name: str) -> Iterator[Item]:
    """Where the pair stands on a covariate, and where its class does."""
    base = workspace.base_rates
    chosen, title = base.classes[base.use], base.covariates[name].title
    for key, whose in (("pair_covariates", "the pair"), ("covariates", "its class")):
        value = getattr(chosen, key)[name]
        at = f"classes.{base.use}.{key}.{name}"
        yield piece(workspace, RATES, at, f"{title}, {whose}: {value:g}", claim=value)


def record(fit: Fit) -> Iterator[Item]:
    """The pair's own spells, the latest first, and the year from which each year counts."""
    history = fit.workspace.history
    for i in reversed(range(len(history.episodes))):
        spell = history.episodes[i]
        if spell.start > fit.as_of:
            continue
        end = f"to {spell.end}" if spell.end and spell.end <= fit.as_of else "on"
        yield piece(
            fit.workspace,
            HISTORY,
            f"codings.{history.use}[{i}].state",
            f"{spell.state} from {spell.start} {end}",
            claim=spell.state,
            locator=spell.citation,
        )
    yield piece(
        fit.workspace,
        HISTORY,
        "record_start",
        f"each year from {history.record_start} on counts, with the drivers of it; earlier spells count once",
        claim=float(history.record_start),
    )


def _rate(workspace: Workspace, base: BaseRates, transition: Transition) -> Item:
    move = transition.replace("->", " to ")
    if transition in base.elicited:
        stated = base.elicited[transition]
        at, claim = f"elicited.{transition}.p50", stated.p50
        return piece(workspace, RATES, at, f"{move}: elicited, {span(stated)} a year", claim=claim)
    name, count = base.use, base.classes[base.use].transitions.get(transition)
    counted = 0.0 if count is None else count.events if count.episodes is None else count.episodes
    if counted < SMALLEST_COUNT:
        name, count = base.fallback, base.classes[base.fallback].transitions.get(transition)
    if count is None:
        at = f"classes.{name}.transitions"
        return piece(workspace, RATES, at, f"{move}: no count, so nothing but its absence is known")
    told = f"{count.events:g} events"
    if count.episodes is not None:
        told = f"{count.episodes:g} independent episodes ({told})"
    wider = (
        f", from {base.classes[name].title}, since there were none in the class" if name != base.use else ""
    )
    key, claim = ("events", count.events) if count.episodes is None else ("episodes", count.episodes)
    return piece(
        workspace,
        RATES,
        f"classes.{name}.transitions.{transition}.{key}",
        f"{move}: {told} in {count.exposure_years:g} years of a pair{wider}",
        claim=claim,
        locator=count.note,
    )


def _covariates(workspace: Workspace, base: BaseRates, chosen: ReferenceClass) -> Iterator[Item]:
    """The covariates that move the class's rates to this pair, where they do."""
    for name, covariate in base.covariates.items() if base.offsets else ():
        if name not in chosen.covariates or name not in chosen.pair_covariates:
            continue
        gap = chosen.pair_covariates[name] - chosen.covariates[name]
        for transition, ratio in covariate.log_hazard_ratio.items():
            yield piece(
                workspace,
                RATES,
                f"covariates.{name}.log_hazard_ratio.{transition}.p50",
                f"{covariate.title}: {span(ratio, '+g')} in the log rate of"
                f" {transition.replace('->', ' to ')} per {covariate.unit}, of which the pair has {gap:+.3g}",
                claim=ratio.p50,
                locator=covariate.citation,
            )
