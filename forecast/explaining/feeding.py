"""Where a number of the files goes: what it is heard as, and how much it counts there, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.inputs.knob_place import Place
from forecast.inputs.workspace import Workspace
from forecast.model.judgments import weighted_codes
from forecast.panel import Panel
from forecast.states import CHANNELS


def feeds(files: Workspace, panel: Panel, place: Place) -> Iterator[str]:
    """What the number is heard as, in sentences; where it counts, how much."""
    if place.home == "sources":
        yield from _of_source(files, panel, place)
        return
    yield _WHERE.get(_section(place), "the model's settings")
    if place.part == "shocks":
        yield (
            "the baseline makes up for what shocks are expected to do, since drivers and hazards were fitted"
            " to a world in which they happen: this moves scenarios and intervals, not its mean"
        )


_WHERE = {
    "half_life_years": "256 draws of how the driver moves: its level between readings, its way back ahead",
    "volatility": "256 draws of how the driver moves: its level between readings, how far it strays ahead",
    "long_run_mean": "256 draws of how the driver moves: where its level is drawn to ahead",
    "returns": "the hazards of the ways back, half of which follow their own code and half mirror the way in",
    "interactions": "a hazard that two terms move together, on one way out of partnership",
    "cross_impacts": "years ahead: a driver off its projection shifts the level others are drawn to",
    "cross_impact_unit": "years ahead: what a point of every cross-impact is worth",
    "correlations": "years ahead: innovations of the two drivers come together",
    "shocks": "years ahead: what strikes the simulated futures, and what it does to drivers and hazards",
    "base_rates": "the rates of every move before a source is heard: the outside view, and the model's prior",
    "model": "how judgments are weighed against each other, for every answer",
    "widening": "the sd of all that is coded from sources of this kind",
    "scenarios": "this scenario alone, and those that include it",
}


def _section(place: Place) -> str:
    parts = place.path.split(".")
    return parts[2] if parts[0] == "drivers" else parts[0]


def _of_source(files: Workspace, panel: Panel, place: Place) -> Iterator[str]:
    parts = place.path.split(".")
    name = parts[1]
    source = files.sources[name]
    if name not in panel.weights:
        yield f"nothing, for panel {panel.id}, which does not hear this source"
        return
    share = panel.weights[name] / sum(panel.weights.values())
    if parts[2] == "weight":
        yield f"everything coded from the source: it has {share:.1%} of the weight of panel {panel.id}"
    elif parts[2] == "outcomes" and parts[3] == "alliance_broad":
        yield "where this source draws the line of a broad alliance, one of those that draws take by weight"
    elif parts[2] == "outcomes":
        yield (
            f"the model's own chance of {parts[3]} within the window the source speaks of, which is scored by"
            " it; and pooled judgment, if the source states both outcomes"
        )
    elif parts[2] == "effects":
        wanted = parts[4:5] if parts[4] in CHANNELS else list(CHANNELS)
        for driver, channel, coder, weight in weighted_codes(files, panel):
            if (driver, coder.id) == (parts[3], name) and channel in wanted:
                title = files.drivers.drivers[driver].name
                yield f"the effect of {title} on {channel}, with weight {weight:.3g} in panel {panel.id}"
    factor = files.question.widened(source.kind)
    if factor != 1:
        kind = source.kind.replace("_", " ")
        yield f"its uncertainty (sd) is multiplied by {factor:g}, since the source is of kind {kind}"
