"""What the experts of a workspace answered to its seeds, as assessments.

Only sources of kind expert answer seeds: of a text, the numbers are the coder's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecast.inputs.workspace import Workspace
from forecast.pooling.classical.assessments import Assessments, ClassicalError, named

#: The kind of source that can earn a weight.
ANSWERING = "expert"


@dataclass(frozen=True, eq=False)
class Answered:
    """Assessments of a workspace's seeds; ``notes`` say what was left out, and why."""

    assessments: Assessments
    notes: tuple[str, ...]


def answered(ws: Workspace, *, experts: Sequence[str] | None = None) -> Answered:
    """The answers to seeds of all experts, or of some, at the quantiles that all answers state.

    Raises
    ------
    ClassicalError
        If no expert answered any seed, with the reason why nobody else can.
    """
    chosen = [s for s in ws.sources.values() if s.kind == ANSWERING and (experts is None or s.id in experts)]
    if not any(source.seeds for source in chosen):
        raise ClassicalError(_nobody(ws, [source.id for source in chosen]))
    known = {name for source in chosen for name in source.seeds if ws.seeds[name].realisation is not None}
    # Where nothing is known yet, everybody is kept: equal weights still make a decision maker.
    people = {s.id: s.seeds for s in chosen if (known & s.seeds.keys() if known else s.seeds)}
    silent = [source.id for source in chosen if source.id not in people]
    stated = [answer.quantiles.stated() for said in people.values() for answer in said.values()]
    common = set(stated[0]).intersection(*stated)
    notes = [f"{', '.join(silent)} answered no seed of known answer and can earn nothing"] if silent else []
    if any(set(quantiles) != common for quantiles in stated):
        kept = named([int(key[1:]) / 100 for key in sorted(common)])
        notes.append(f"the answers state different quantiles; those that all have are scored: {kept}")
    order = [seed for seed in ws.seeds if any(seed in said for said in people.values())]
    levels = tuple(int(key[1:]) / 100.0 for key in sorted(common))
    values = np.full((len(people), len(order), len(levels)), np.nan)
    for e, said in enumerate(people.values()):
        for seed, answer in said.items():
            values[e, order.index(seed)] = [answer.quantiles[key] for key in sorted(common)]
    seeds = [ws.seeds[seed] for seed in order]
    return Answered(
        Assessments(
            tuple(people),
            tuple(order),
            levels,
            values,
            np.array([np.nan if seed.realisation is None else seed.realisation for seed in seeds]),
            tuple(seed.scale for seed in seeds),
            np.array([[_or_nan(seed.lower), _or_nan(seed.upper)] for seed in seeds]),
        ),
        tuple(notes),
    )


def _or_nan(limit: float | None) -> float:
    return float("nan") if limit is None else limit


def _nobody(ws: Workspace, experts: list[str]) -> str:
    """Why nobody earns a weight, and how somebody could."""
    remedy = (
        "ask each expert some ten questions whose answers you know and they do not, and write the answers "
        "under seeds: in priors/sources/<id>.yaml and what came true in priors/seeds.yaml"
    )
    if experts:
        return f"no seed was answered by {', '.join(experts)}, so that no weight can be earned; {remedy}"
    coded = sum(source.kind != ANSWERING for source in ws.sources.values())
    return (
        f"none of the {coded} sources is an expert who answered in person. Coded texts earn no weight by "
        "performance: their probabilities are the coder's reading, so that a score would be the coder's; and "
        f"no text answered questions of known answer. For real experts (kind: expert), {remedy}"
    )
