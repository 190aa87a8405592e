"""Which sources are heard, and with what weight."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from forecast.errors import UsageError
from forecast.inputs.plain_words import choices, did_you_mean
from forecast.inputs.workspace import Workspace


@dataclass(frozen=True)
class Panel:
    """The sources heard (in file order) and their weights, scaled so that the largest is 1."""

    id: str
    members: tuple[str, ...]
    weights: Mapping[str, float]


def resolve(
    workspace: Workspace,
    *,
    panel: str | None = None,
    lens: Sequence[str] = (),
    exclude: Sequence[str] = (),
    as_of: dt.date | None = None,
) -> Panel:
    """The panel named by ``panel``: a panel id, a source id, a comma list of them, or ``none``.

    ``lens`` keeps the sources that list one of these lenses, ``exclude`` drops sources. Sources whose view
    is later than ``as_of`` could not have been heard then, and are left out. Raises UsageError for an
    unknown name, with the nearest known one.
    """
    as_of = as_of or workspace.question.as_of
    name = panel or workspace.question.default_panel
    wanted = _members(workspace, name)
    known_lenses = {lens_id for source in workspace.sources.values() for lens_id in source.lens}
    for unknown in [x for x in lens if x not in known_lenses]:
        raise UsageError(unknown_name("lens", unknown, known_lenses))
    for unknown in [x for x in exclude if x not in workspace.sources]:
        raise UsageError(unknown_name("source", unknown, workspace.sources))
    members = tuple(
        source.id
        for source in workspace.sources.values()
        if source.id in wanted
        and source.id not in exclude
        and (not lens or set(lens) & set(source.lens))
        and source.view_date <= as_of
        and source.weight > 0
    )
    largest = max((workspace.sources[m].weight for m in members), default=1.0)
    label = name
    if lens:
        label += "/" + "+".join(lens)
    if exclude:
        label += "-" + "-".join(exclude)
    return Panel(
        id=label,
        members=members,
        weights={m: workspace.sources[m].weight / largest for m in members},
    )


def _members(workspace: Workspace, name: str) -> set[str]:
    if name == "none":
        return set()
    if name in workspace.question.panels:
        return set(workspace.question.panels[name])
    parts = [part.strip() for part in name.split(",") if part.strip()]
    if not parts:
        raise UsageError(f"--panel '{name}' names nothing; for an empty panel write none")
    panels = workspace.question.panels
    ids = [member for part in parts for member in panels.get(part, [part])]
    for unknown in [x for x in ids if x not in workspace.sources]:
        raise UsageError(
            unknown_name("panel or source", unknown, [*workspace.question.panels, "none", *workspace.sources])
        )
    return set(ids)


def unknown_name(what: str, found: str, known: Iterable[str]) -> str:
    """The message for a name that is not known: what it is, and the nearest known name."""
    names = list(known)
    near = did_you_mean(found, names)
    return f"unknown {what} '{found}'. " + (
        f"Did you mean '{near}'?" if near else f"Known: {choices(names)}."
    )
