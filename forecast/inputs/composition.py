"""Scenarios made of scenarios: the interventions that one stands for, those of its ``includes`` with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forecast.errors import UsageError
from forecast.inputs.plain_words import choices, did_you_mean
from forecast.inputs.records import Intervention, Scenario
from forecast.inputs.rings import around


@dataclass(frozen=True)
class Placed:
    """An intervention and where it stands: at ``index`` in the file of ``scenario``."""

    scenario: str
    index: int
    intervention: Intervention

    @property
    def at(self) -> str:
        """Its dotted path in that file: ``interventions[0].hold``."""
        return f"interventions[{self.index}].{self.intervention.kind}"


def acts(scenario: Scenario, scenarios: Mapping[str, Scenario]) -> tuple[Placed, ...]:
    """Every intervention of a scenario: those of what it includes first, in order, then its own.

    A scenario that is reached in several ways counts once, where it is reached first. Without ``includes``
    these are the scenario's own interventions.

    Raises
    ------
    UsageError
        If an included scenario is unknown, or the scenarios include one another in a circle. In files both
        are found when they are read; this is for scenarios made in a program.
    """
    return tuple(
        Placed(one.id, index, intervention)
        for one in _in_order(scenario, scenarios, chain=(), seen=set())
        for index, intervention in enumerate(one.interventions)
    )


def _in_order(
    scenario: Scenario, scenarios: Mapping[str, Scenario], *, chain: tuple[str, ...], seen: set[str]
) -> Iterator[Scenario]:
    chain = (*chain, scenario.id)
    seen.add(scenario.id)
    for name in scenario.includes:
        if name in chain:
            ring = around(chain[chain.index(name) :])
            raise UsageError(f"the scenarios include one another in a circle: {ring}")
        if name not in scenarios:
            meant = did_you_mean(name, scenarios)
            hint = f"Did you mean '{meant}'?" if meant else f"Known: {choices(scenarios)}."
            raise UsageError(f"'{scenario.id}' includes an unknown scenario '{name}'. {hint}")
        if name not in seen:
            yield from _in_order(scenarios[name], scenarios, chain=chain, seen=seen)
    yield scenario
