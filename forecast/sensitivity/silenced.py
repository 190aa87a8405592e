"""What can be left out of a panel: sources by ones and by groups, and each single judgment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any, Literal, TypeVar

from forecast.inputs.fields import Strict
from forecast.inputs.records import Source
from forecast.inputs.workspace import Workspace
from forecast.panel import Panel
from forecast.states import CHANNELS

Kind = Literal["source", "cluster", "lens", "text"]
R = TypeVar("R", bound=Strict)
#: Members of a cluster or text up to which two of them are taken to do more together than apart.
FEW = 4
OUTCOMES = ("alliance", "split", "alliance_broad")


@dataclass(frozen=True)
class Unit:
    """Members of a panel that are left out together, in the order of the files.

    ``cluster``: sources whose views overlap; ``lens``: all that list it; ``text``: a source and every view
    that it reports, whether or not others report them too.
    """

    kind: Kind
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Item:
    """One judgment of a source: ``what`` is an outcome, an effect, or a level.

    ``outcomes.split``, ``effects.DRIVER.alliance`` or ``levels.N`` (N: its place in the file, from 0);
    ``driver`` is that of an effect or a level.
    """

    source: str
    what: str
    driver: str | None = None

    @property
    def path(self) -> str:
        """Its path, as knobs are named."""
        return f"sources.{self.source}.{self.what}"


def units(workspace: Workspace, panel: Panel) -> tuple[Unit, ...]:
    """Everything that is left out: each source, then clusters, lenses and texts of two members or more."""
    members = [workspace.sources[name] for name in panel.members]
    found = [Unit("source", one.id, (one.id,)) for one in members]
    found += [
        Unit("cluster", name, _ids(one for one in members if one.cluster == name))
        for name in dict.fromkeys(one.cluster for one in members)
    ]
    found += [
        Unit("lens", str(name), _ids(one for one in members if name in one.lens))
        for name in dict.fromkeys(lens for one in members for lens in one.lens)
    ]
    found += [
        Unit("text", name, _ids(one for one in members if name in (one.id, *one.reporters)))
        for name in dict.fromkeys(text for one in members for text in one.reporters)
    ]
    return tuple(one for one in found if one.kind == "source" or len(one.members) > 1)


def items(workspace: Workspace, panel: Panel) -> tuple[Item, ...]:
    """Every judgment of the panel's members, in the order of the files."""
    return tuple(item for name in panel.members for item in _items(workspace.sources[name]))


def silenced(workspace: Workspace, item: Item) -> Workspace:
    """The workspace as if one judgment had not been coded."""
    source = workspace.sources[item.source]
    return replace(workspace, sources={**workspace.sources, item.source: _without(source, item)})


def _ids(sources: Iterator[Source]) -> tuple[str, ...]:
    return tuple(one.id for one in sources)


def _items(source: Source) -> Iterator[Item]:
    for outcome in OUTCOMES:
        if getattr(source.outcomes, outcome) is not None:
            yield Item(source.id, f"outcomes.{outcome}")
    for driver, effect in source.effects.items():
        for channel in CHANNELS:
            if getattr(effect, channel) is not None:
                yield Item(source.id, f"effects.{driver}.{channel}", driver)
    for place, level in enumerate(source.levels):
        yield Item(source.id, f"levels.{place}", level.driver)


def _without(source: Source, item: Item) -> Source:
    """The source less one judgment; an effect without channels goes as a whole."""
    kind, *rest = item.what.split(".")
    if kind == "outcomes":
        return _but(source, outcomes=_but(source.outcomes, **{rest[0]: None}))
    if kind == "levels":
        place = int(rest[0])
        return _but(source, levels=[one for n, one in enumerate(source.levels) if n != place])
    driver, channel = rest
    left = _but(source.effects[driver], **{channel: None})
    others = {name: one for name, one in source.effects.items() if name != driver}
    speaks = any(getattr(left, one) is not None for one in CHANNELS)
    # In the file's order: sums over effects are the same to the last digit.
    kept = {name: left if name == driver else one for name, one in source.effects.items()}
    return _but(source, effects=kept if speaks else others)


def _but(record: R, **fields: Any) -> R:
    return record.model_copy(update=fields)


def dependent(workspace: Workspace, names: Sequence[str]) -> frozenset[tuple[str, str]]:
    """Pairs of some sources whose changes do not add, since they divide weight with few others.

    They share a cluster, or a text that one is or both are reported by, of at most FEW of the sources: among
    m of them a weight is divided by 1 + (m - 1) rho, which two less of many hardly change.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for source in (workspace.sources[name] for name in names):
        for group in (("cluster", source.cluster), *(("text", t) for t in (source.id, *source.reporters))):
            groups.setdefault(group, []).append(source.id)
    few = (members for members in groups.values() if len(members) <= FEW)
    return frozenset(pair for members in few for pair in combinations(members, 2))
